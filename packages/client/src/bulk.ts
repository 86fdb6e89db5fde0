import { limits, type Problem, type Task, type TaskRequestInput } from '@drover/core';
import { DroverError, errorOfProblem } from './drover-error.ts';
import { idempotencyHeader, newIdempotencyKey } from './idempotency-key.ts';
import { linesOf } from './ndjson.ts';
import { errorOf, type Transport } from './transport.ts';

/** What became of one request of many. */
export type BulkResult = Task | DroverError;

export type BulkOptions = {
  signal?: AbortSignal | undefined;
  /** Accepts methods that no live worker offers, with arguments unchecked. */
  unchecked?: boolean | undefined;
};

export type StreamOptions = BulkOptions & {
  /**
   * chunks  parts of up to 1000, each under its own idempotency key, so that a retry makes no task twice. The default.
   * stream  one request and its answer, NDJSON both ways at once; when it breaks off, what got no answer is unknown.
   *         Node only: browsers do this over HTTP/2 alone.
   */
  transfer?: 'chunks' | 'stream' | undefined;
};

type BulkAnswer = { status: number; task?: Task; problem?: Problem };

/** `{"tasks":[` and `]}`, and the commas between. */
const frameBytes = 12;
const bulkPath = '/v1/tasks/bulk';

export async function enqueueMany(
  transport: Transport,
  requests: readonly TaskRequestInput[],
  options: BulkOptions = {},
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for await (const result of enqueueStream(transport, requests, options)) results.push(result);
  return results;
}

export function enqueueStream(
  transport: Transport,
  requests: AsyncIterable<TaskRequestInput> | Iterable<TaskRequestInput>,
  options: StreamOptions = {},
): AsyncGenerator<BulkResult, void, undefined> {
  return options.transfer === 'stream'
    ? inOneRequest(transport, requests, options)
    : inChunks(transport, requests, options);
}

/** One part is on its way while the next is gathered. */
async function* inChunks(
  transport: Transport,
  requests: AsyncIterable<TaskRequestInput> | Iterable<TaskRequestInput>,
  options: BulkOptions,
): AsyncGenerator<BulkResult, void, undefined> {
  let underway: Promise<BulkResult[]> = Promise.resolve([]);
  for await (const chunk of chunksOf(requests)) {
    const results = await underway;
    underway = sendChunk(transport, chunk, options);
    // It is awaited later; if the consumer leaves before, nobody is to hear of it.
    underway.catch(() => undefined);
    yield* results;
  }
  yield* await underway;
}

async function sendChunk(transport: Transport, chunk: string[], options: BulkOptions): Promise<BulkResult[]> {
  try {
    const { results } = await transport.send<{ results: BulkAnswer[] }>({
      method: 'POST',
      path: bulkPath,
      query: { unchecked: options.unchecked },
      headers: transport.canRetry ? { 'idempotency-key': idempotencyHeader(newIdempotencyKey()) } : {},
      body: `{"tasks":[${chunk.join(',')}]}`,
      repeat: transport.canRetry ? 'always' : 'refused',
      signal: options.signal,
    });
    return results.map(resultOf);
  } catch (error) {
    // A request larger than a whole body travels alone, so that it spoils only itself.
    if (chunk.length === 1 && error instanceof DroverError && error.code === 'body_too_large') return [error];
    throw error;
  }
}

/** JSON texts, as many as one body may hold. */
export async function* chunksOf(
  requests: AsyncIterable<TaskRequestInput> | Iterable<TaskRequestInput>,
): AsyncGenerator<string[], void, undefined> {
  const encoder = new TextEncoder();
  let chunk: string[] = [];
  let bytes = frameBytes;
  for await (const request of requests) {
    const text = JSON.stringify(request);
    const size = encoder.encode(text).byteLength + 1;
    if (chunk.length === limits.bulkTasks || (chunk.length > 0 && bytes + size > limits.bodyBytes)) {
      yield chunk;
      chunk = [];
      bytes = frameBytes;
    }
    chunk.push(text);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

async function* inOneRequest(
  transport: Transport,
  requests: AsyncIterable<TaskRequestInput> | Iterable<TaskRequestInput>,
  { signal, unchecked }: BulkOptions,
): AsyncGenerator<BulkResult, void, undefined> {
  const response = await transport.stream({
    path: bulkPath,
    query: { unchecked },
    headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson, application/problem+json' },
    body: ndjsonOf(requests),
    signal,
  });
  try {
    for await (const line of linesOf(response.body)) yield resultOf(JSON.parse(line) as BulkAnswer);
  } catch (error) {
    throw errorOf(error, { method: 'POST', path: bulkPath, signal }, 1);
  }
}

/** Pulled line by line, as fast as the API takes them. */
function ndjsonOf(requests: AsyncIterable<TaskRequestInput> | Iterable<TaskRequestInput>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = Symbol.asyncIterator in requests ? requests[Symbol.asyncIterator]() : requests[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

function resultOf(answer: BulkAnswer): BulkResult {
  if (answer.task !== undefined) return answer.task;
  if (answer.problem !== undefined) return errorOfProblem(answer.problem);
  return new DroverError('answer_invalid', 'expected a task or a problem in the answer', { status: answer.status });
}
