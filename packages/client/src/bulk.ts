import { limits, type Problem, type Task, type TaskRequestInput } from '@drover/core';
import { DroverError, errorOfProblem } from './drover-error.ts';
import { idempotencyHeader, newIdempotencyKey } from './idempotency-key.ts';
import { linesOf } from './ndjson.ts';
import { errorOf, type Transport } from './transport.ts';

/** What became of one request of many. */
export type BulkResult = Task | DroverError;

export type BulkOptions = {
  /**
   * Stands for one key for each place in the row: the same key and the same requests in the same order give the same
   * tasks again, for 24 hours. Default: one of this call's own, so that a retry is safe.
   */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Accepts methods that no live worker offers, with arguments unchecked. */
  unchecked?: boolean | undefined;
};

export type StreamOptions = BulkOptions & {
  /**
   * chunks  parts of up to 1000, each under its own idempotency key, so that a retry makes no task twice. The default.
   * stream  one request and its answer, NDJSON both ways at once; when it breaks off, what got no answer is unknown,
   *         unless it is sent again under the same `idempotencyKey`.
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
  const key = options.idempotencyKey ?? (transport.canRetry ? newIdempotencyKey() : undefined);
  let underway: Promise<BulkResult[]> = Promise.resolve([]);
  let count = 0;
  for await (const chunk of chunksOf(requests)) {
    const results = await underway;
    const chunkKey = key === undefined ? undefined : `${key}.${count++}`;
    underway = sendChunk(transport, chunk, { ...options, idempotencyKey: chunkKey });
    // It is awaited later; if the consumer leaves before, nobody is to hear of it.
    underway.catch(() => undefined);
    yield* results;
  }
  yield* await underway;
}

async function sendChunk(transport: Transport, chunk: string[], options: BulkOptions): Promise<BulkResult[]> {
  const { idempotencyKey: key, unchecked, signal } = options;
  let results: BulkResult[] | undefined;
  try {
    await transport.send({
      method: 'POST',
      path: bulkPath,
      query: { unchecked },
      headers: key === undefined ? {} : { 'idempotency-key': idempotencyHeader(key) },
      body: `{"tasks":[${chunk.join(',')}]}`,
      repeat: key === undefined ? 'refused' : 'always',
      signal,
      accept(answer) {
        results = (answer as { results: BulkAnswer[] }).results.map(resultOf);
        // Some found Redis away: under the key, sending all of them again adds only what is missing.
        const missing = results.find((result) => result instanceof DroverError && result.isRetryable);
        if (missing !== undefined) throw missing;
      },
    });
  } catch (error) {
    if (error instanceof DroverError && results === undefined) results = ownResult(chunk, error);
    if (!(error instanceof DroverError) || results === undefined) throw error;
  }
  return results ?? [];
}

/** A request larger than a whole body travels alone, so that it spoils only itself. */
function ownResult(chunk: string[], error: DroverError): BulkResult[] | undefined {
  return chunk.length === 1 && error.code === 'body_too_large' ? [error] : undefined;
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
  { idempotencyKey, signal, unchecked }: BulkOptions,
): AsyncGenerator<BulkResult, void, undefined> {
  const response = await transport.stream({
    path: bulkPath,
    query: { unchecked },
    headers: {
      'content-type': 'application/x-ndjson',
      accept: 'application/x-ndjson, application/problem+json',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyHeader(idempotencyKey) }),
    },
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
