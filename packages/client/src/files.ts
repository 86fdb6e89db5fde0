import type { ImportReport } from '@drover/core';
import type { CallOptions } from './tasks.ts';
import { errorOf, type Query, type Transport } from './transport.ts';

/** Lists as files, in and out. */

const contentTypes = {
  json: 'application/json',
  yaml: 'application/yaml',
  crontab: 'text/plain;charset=utf-8',
  'bg-task-json': 'application/json',
  'bg-task-csv': 'text/csv;charset=utf-8',
};
type Format = keyof typeof contentTypes;

/** An import answers when all of it is done. */
const importSeconds = 120;

/** Sent once: it is read as it comes. @param path of the list */
export async function exportFile(
  transport: Transport,
  path: string,
  query: Query & { format: Format },
  { signal }: CallOptions = {},
): Promise<string> {
  const headers = { accept: `${contentTypes[query.format]}, application/problem+json` };
  try {
    const response = await transport.open({ path: `${path}/export`, query, headers, signal });
    return await response.text();
  } catch (error) {
    throw errorOf(error, { method: 'GET', path: `${path}/export`, signal }, 1);
  }
}

/** Does nothing twice. */
export function importFile(
  transport: Transport,
  path: string,
  query: Query & { format: Format },
  text: string,
  signal: AbortSignal | undefined,
): Promise<ImportReport> {
  return transport.send({
    method: 'PUT',
    path: `${path}/import`,
    query,
    headers: { 'content-type': contentTypes[query.format] },
    body: text,
    repeat: 'always',
    waitSeconds: importSeconds,
    signal,
  });
}
