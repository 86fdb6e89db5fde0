import { ClusterError, limits, Problem, Task, TaskRequest } from '@drover/core';
import { z } from 'zod';
import { dataHeaders } from './answer.ts';
import { isAdminOfAll } from './authorize.ts';
import { BulkStream } from './bulk-stream.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { contentTypeOf, type JsonDocument, readJsonBody, requireContentType } from './json-body.ts';
import { parseWith } from './json-faults.ts';
import { type Preferences, parsePrefer } from './prefer.ts';
import { clusterErrorOf, problemOf } from './problem.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { orProblem, taskRequestOf, taskRequestOfLine } from './task-body.ts';
import { preferAnswers, taskExample } from './task-docs.ts';
import { EnqueueQuery } from './tasks.ts';

export const ndjsonMediaType = 'application/x-ndjson';

const BulkRequest = z
  .strictObject({ tasks: z.array(TaskRequest).min(1).max(limits.bulkTasks) })
  .meta({ id: 'BulkRequest' });
/** The list; its items are checked one by one, so that a bad one spoils only itself. */
const BulkEnvelope = z.strictObject({ tasks: z.array(z.unknown()).min(1).max(limits.bulkTasks) });

const BulkResult = z
  .union([
    z.object({ status: z.literal(202), task: Task }).meta({ title: 'Accepted' }),
    z.object({ status: z.literal(202), id: z.string() }).meta({ title: 'Accepted, with return=minimal' }),
    z
      .object({ status: z.int().describe('As if it had been sent alone.'), problem: Problem })
      .meta({ title: 'Refused' }),
  ])
  .meta({ id: 'BulkResult' });
type BulkResult = z.infer<typeof BulkResult>;
const BulkAnswer = z.object({ results: z.array(BulkResult) }).meta({ id: 'BulkAnswer' });

type BulkCall = Call<z.output<typeof EnqueueQuery>, undefined>;
/** A request that was well-formed, or why it was not. */
type Read = TaskRequest | ClusterError;

const bulk = defineRoute({
  method: 'post',
  path: '/v1/tasks/bulk',
  operationId: 'enqueueTasks',
  tag: 'Tasks',
  summary: 'Enqueue many tasks',
  description:
    `As JSON, up to ${limits.bulkTasks} tasks in one body; or as NDJSON (\`${ndjsonMediaType}\`), one task a line, as many as you like: the answer is NDJSON too and comes while you send, ` +
    'so read it while you send. Answers stand in the order of the tasks, one for each; a bad one spoils only itself, and pointers begin at it. Blank lines are passed over. ' +
    'When the connection breaks, what was sent in whole lines may have been enqueued; send it again under the same idempotency key to learn.',
  entry: 'enqueue',
  query: EnqueueQuery,
  headers: {
    prefer: {
      description: '`return=minimal` answers `{status, id}` for each accepted task, in place of the whole task.',
      example: 'return=minimal',
    },
    'idempotency-key': {
      description: 'Stands for one key for each task, made of it and the place of the task, counted from 0.',
      example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    },
  },
  bodyContent: { 'application/json': BulkRequest, [ndjsonMediaType]: TaskRequest },
  bodyExample: { tasks: [{ model: 'probe', method: 'echo', args: ['hello'] }] },
  answers: {
    200: {
      description: 'What became of each.',
      schema: BulkAnswer,
      content: { [ndjsonMediaType]: BulkResult },
      example: { results: [{ status: 202, task: taskExample }] },
      headers: preferAnswers,
    },
  },
  errors: [
    'body_invalid',
    'request_timeout',
    'body_too_large',
    'content_type_unsupported',
    'request_invalid',
    'idempotency_key_invalid',
  ],
  async handle(call) {
    const idempotencyKey = parseIdempotencyKey(call.request.headers['idempotency-key']);
    const preferences = parsePrefer(call.request.headers.prefer);
    const headers: Record<string, string> = { vary: 'Prefer' };
    if (preferences.return !== undefined) headers['preference-applied'] = `return=${preferences.return}`;
    const enqueue = (reads: Read[], firstPlace: number) =>
      enqueueAll(call, reads, preferences, idempotencyKey === undefined ? undefined : { idempotencyKey, firstPlace });

    if (contentTypeOf(call.request) === ndjsonMediaType) {
      requireContentType(call.request, ndjsonMediaType);
      call.response.writeHead(200, { ...dataHeaders, 'content-type': ndjsonMediaType, ...headers });
      await new BulkStream(call.response, (lines, firstPlace) => {
        const reads = lines.map((line) => (Buffer.isBuffer(line) ? orProblem(() => taskRequestOfLine(line)) : line));
        return enqueue(call.stopping.aborted ? reads.map(stoppingInstead) : reads, firstPlace);
      }).run(call.request);
      return undefined;
    }
    const results = await enqueue(readList(await readJsonBody(call.request)), 0);
    return { status: 200, headers, body: { results } };
  },
});

/** A stream without end must not hold up the stop of the process. */
function stoppingInstead(read: Read): ClusterError {
  return read instanceof ClusterError ? read : new ClusterError('stopping', 'This process is stopping: send it again.');
}

function readList(document: JsonDocument): Read[] {
  const { tasks } = parseWith(BulkEnvelope, document);
  return tasks.map((value, index) => orProblem(() => taskRequestOf(value, document, ['tasks', index])));
}

type Keyed = { idempotencyKey: string; firstPlace: number };

/** One answer for each, in order. Never rejects: what the whole group met is the answer to each of it. */
async function enqueueAll(
  call: BulkCall,
  reads: Read[],
  preferences: Preferences,
  keyed: Keyed | undefined,
): Promise<BulkResult[]> {
  const isMinimal = preferences.return === 'minimal';
  const requests = reads.filter((read) => !(read instanceof ClusterError)) as TaskRequest[];
  const enqueued = await enqueueGroup(call, reads, requests, keyed).catch((error: unknown) => {
    const problem = clusterErrorOf(error);
    if (problem.code === 'internal') call.logger.error({ err: error }, 'bulk enqueue failed');
    return requests.map(() => problem);
  });
  let next = 0;
  return reads.map((read) => {
    const result = read instanceof ClusterError ? read : (enqueued[next++] as Task | ClusterError);
    if (result instanceof ClusterError) return { status: result.status, problem: problemOf(result) };
    return isMinimal ? { status: 202, id: result.id } : { status: 202, task: result };
  });
}

/** What becomes of the well-formed ones. */
async function enqueueGroup(
  { cluster, caller, query }: BulkCall,
  reads: Read[],
  requests: TaskRequest[],
  keyed: Keyed | undefined,
): Promise<(Task | ClusterError)[]> {
  if (requests.length === 0) return [];
  const options = { unchecked: query.unchecked === true, isSystem: isAdminOfAll(caller) };
  if (keyed === undefined) return cluster.tasks.enqueueMany(requests, caller, options);
  const adds = reads.flatMap((read, index) => {
    if (read instanceof ClusterError) return [];
    const idempotencyKey = `${keyed.idempotencyKey}#${keyed.firstPlace + index}`;
    return cluster.tasks.enqueue(read, caller, { ...options, idempotencyKey }).catch(orThrow);
  });
  return Promise.all(adds);
}

function orThrow(error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  throw error;
}

export const bulkRoutes: Route[] = [bulk];
