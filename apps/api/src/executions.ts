import { ExecutionEntry, ExecutionPage, limits, TaskFilter } from '@drover/core';
import { z } from 'zod';
import { ExportFormat, exportColumns, exportExecutions, mediaTypes } from './execution-export.ts';
import { invalid } from './json-faults.ts';
import { Cursor, GivenLimit } from './page.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { searchWords, wordsOfQ } from './search.ts';

/** The process monitor: every try at every task. */

const ExecutionQuery = z.strictObject({
  ...TaskFilter.shape,
  format: z
    .enum(['json', ...ExportFormat.options])
    .optional()
    .describe('`json`: a page. `csv`, `ndjson`: an export. Default: what `Accept` prefers, and else `json`.'),
  limit: GivenLimit,
  cursor: Cursor,
});
type ExecutionQuery = z.infer<typeof ExecutionQuery>;

const list = defineRoute({
  method: 'get',
  path: '/v1/executions',
  operationId: 'searchExecutions',
  tag: 'Executions',
  summary: 'Search or export the executions',
  description: [
    `Every try at every task, running and ended ones alike, by their start, newest first. ${searchWords}`,
    wordsOfQ,
    '**Export.** As `csv` or `ndjson`, everything that matches comes as one stream, however much it is, as fast as it is read; `limit` and `cursor` are refused, `from` and `to` bound it, and `q` goes through all that the other filters leave. ' +
      `What begins meanwhile is not in it. A client that takes nothing for ${limits.streamStallMs / 1_000} seconds is cut off. When the connection breaks off before its regular end, the export is not whole: ask again for the rest, with a \`to\` just after the last \`startedAt\`.`,
    `**CSV** is RFC 4180: UTF-8 without a byte order mark, CRLF, a header row, quotes where they are needed. Cells that a spreadsheet would take for a formula begin with \`'\`. Columns: ${exportColumns.map((name) => `\`${name}\``).join(', ')}. ` +
      'The three of the error stand for `error.class`, `error.name` and `error.message`; what is missing is an empty cell. Tracebacks are in the other formats only.',
    `**NDJSON** (\`${mediaTypes.ndjson}\`) has an execution a line, as in \`items\`.`,
  ].join('\n\n'),
  entry: 'read',
  query: ExecutionQuery,
  headers: { accept: { description: `Chooses the format where \`format\` does not.`, example: mediaTypes.csv } },
  answers: {
    200: {
      description: 'A page of executions, or all of them.',
      schema: ExecutionPage,
      content: { [mediaTypes.csv]: z.string(), [mediaTypes.ndjson]: ExecutionEntry },
      headers: {
        vary: { description: 'The answer depends on what is asked for.', example: 'Accept' },
        'content-disposition': {
          description: 'Of an export: a name for the file.',
          example: 'attachment; filename="executions-20261122T080000Z.csv"',
        },
      },
    },
  },
  async handle(call: Call<ExecutionQuery, undefined>) {
    const { format = preferredFormat(call.request), ...search } = call.query;
    if (format === 'json') {
      const { limit = limits.pageDefault } = search;
      const page = await call.cluster.executions.list({ ...search, limit }, call.caller);
      return { status: 200, headers: { vary: 'Accept' }, body: page };
    }
    const { limit, cursor, ...filter } = search;
    refuseBounds({ limit, cursor });
    await exportExecutions(call, filter, format);
    return undefined;
  },
});

function preferredFormat(request: Call['request']): 'json' | ExportFormat {
  const preferred = request.accepts([mediaTypes.json, mediaTypes.csv, mediaTypes.ndjson]);
  if (preferred === mediaTypes.csv) return 'csv';
  return preferred === mediaTypes.ndjson ? 'ndjson' : 'json';
}

/** An export is whole: what looks like a part of it would be taken for the whole. */
function refuseBounds(given: Pick<ExecutionQuery, 'limit' | 'cursor'>): void {
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const message = 'goes with a page, not with an export: bound it by from and to';
  if (names.length > 0) throw invalid(names.map((name) => ({ pointer: `?${name}`, message })));
}

const get = defineRoute({
  method: 'get',
  path: '/v1/executions/{id}',
  operationId: 'getExecution',
  tag: 'Executions',
  summary: 'Look at an execution',
  entry: 'read',
  params: { id: { description: 'The id of the execution: that of its task, a dot, and which try it was.' } },
  answers: { 200: { description: 'The execution, with what one wants to know of its task.', schema: ExecutionEntry } },
  errors: ['execution_unknown'],
  handle: async ({ cluster, caller, params }) => ({
    status: 200,
    body: await cluster.executions.get(params.id ?? '', caller),
  }),
});

export const executionRoutes: Route[] = [list, get];
