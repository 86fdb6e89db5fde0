import { type ExecutionEntry, type ExecutionPage, limits, type TaskFilter } from '@drover/core';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { dataHeaders } from './answer.ts';
import type { Call } from './route.ts';
import { breakOff, writeOut } from './write-out.ts';

export const ExportFormat = z.enum(['csv', 'ndjson']);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const mediaTypes = { json: 'application/json', csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

type Cell = string | number | undefined;

/** One for each column, left to right. New ones come last: somebody counts them. */
const cells: Record<string, (entry: ExecutionEntry) => Cell> = {
  id: ({ id }) => id,
  taskId: ({ taskId }) => taskId,
  attempt: ({ attempt }) => attempt,
  name: ({ name }) => name,
  model: ({ model }) => model,
  method: ({ method }) => method,
  queue: ({ queue }) => queue,
  company: ({ company }) => company,
  user: ({ user }) => user,
  taskState: ({ taskState }) => taskState,
  outcome: ({ outcome }) => outcome,
  startedAt: ({ startedAt }) => startedAt,
  endedAt: ({ endedAt }) => endedAt,
  durationSeconds: ({ durationSeconds }) => durationSeconds,
  retryAt: ({ retryAt }) => retryAt,
  worker: ({ worker }) => worker,
  host: ({ host }) => host,
  pid: ({ pid }) => pid,
  memoryMb: ({ memoryMb }) => memoryMb,
  message: ({ message }) => message,
  errorClass: ({ error }) => error?.class,
  errorName: ({ error }) => error?.name,
  errorMessage: ({ error }) => error?.message,
};

export const exportColumns = Object.keys(cells);

/**
 * Streams everything that matches: page ──▶ text ──▶ client, and the next page when the client has taken this one, so
 * that one page is held, however many there are.
 *
 * It ends with the last page; quietly when the client has gone; and is broken off, so that nobody takes it for whole,
 * when the process stops, when the client stalls, or when a page cannot be had.
 *
 * @throws ClusterError what the first page meets is a problem like any other, since nothing is sent by then
 */
export async function exportExecutions(
  { cluster, caller, request, response, stopping }: Call,
  filter: TaskFilter,
  format: ExportFormat,
): Promise<void> {
  const search = { ...filter, limit: limits.pageMax };
  let page = await cluster.executions.list(search, caller);
  response.writeHead(200, headersOf(format, new Date()));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.write(format === 'csv' ? csvOf([exportColumns]) : '');
  try {
    for (;;) {
      await writeOut(response, textOf(page, format), stopping);
      if (response.destroyed) return;
      if (page.nextCursor === null) break;
      if (stopping.aborted) return breakOff(response);
      page = await cluster.executions.list({ ...search, cursor: page.nextCursor }, caller);
    }
  } catch (error) {
    breakOff(response);
    throw error;
  }
  response.end();
}

function headersOf(format: ExportFormat, now: Date): Record<string, string> {
  const at = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    ...dataHeaders,
    'content-type': format === 'csv' ? `${mediaTypes.csv}; charset=utf-8; header=present` : mediaTypes.ndjson,
    'content-disposition': `attachment; filename="executions-${at}.${format}"`,
    vary: 'Accept',
  };
}

function textOf({ items }: ExecutionPage, format: ExportFormat): string {
  if (format === 'ndjson') return items.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  return csvOf(items.map((entry) => Object.values(cells).map((cell) => cell(entry))));
}

/** RFC 4180. What a spreadsheet would take for a formula is made a text, by a leading `'`. */
function csvOf(rows: Cell[][]): string {
  return stringify(rows, { record_delimiter: 'windows', escape_formulas: true });
}
