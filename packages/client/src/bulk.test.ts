import { limits } from '@drover/core';
import { expect, test } from 'vitest';
import { type Answer, hangUp, json, problem, startAnsweringServer } from './answering-server.ts';
import { chunksOf } from './bulk.ts';
import { createClient } from './client.ts';
import { DroverError } from './drover-error.ts';

const request = (number: number) => ({ model: 'probe', method: 'echo', args: [number] });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => request(index));
const retry = { delayMs: 1 };

/** Answers every task with its own first argument as its id. */
const accept: Answer = (asked, response) => {
  const { tasks } = JSON.parse(asked.body) as { tasks: { args: [number] }[] };
  const results = tasks.map(({ args: [number] }) => ({ status: 202, task: { id: `t${number}` } }));
  json({ results })(asked, response);
};
const idOf = (result: unknown) => (result as { id: string }).id;

test('many tasks travel in parts and are answered in order', async () => {
  await using api = await startAnsweringServer(accept);
  const results = await createClient({ baseUrl: api.baseUrl }).tasks.enqueueMany(numbers(2_500));
  expect(results.map(idOf)).toEqual(numbers(2_500).map(({ args }) => `t${args[0]}`));
  expect(api.asked.map((asked) => JSON.parse(asked.body).tasks.length)).toEqual([1_000, 1_000, 500]);
});

test('a part whose answer was lost is sent again under its own key', async () => {
  await using api = await startAnsweringServer(accept, hangUp, accept);
  const results = await createClient({ baseUrl: api.baseUrl, retry }).tasks.enqueueMany(numbers(1_500));
  expect(results).toHaveLength(1_500);
  const [first, second, third] = api.asked.map((asked) => asked.headers['idempotency-key']);
  expect(second).toBe(third);
  expect(first).not.toBe(second);
});

test('a bad request spoils only its own place', async () => {
  const bad = { type: 'about:blank', title: 'no', status: 422, detail: 'no such method', code: 'method_unknown' };
  await using api = await startAnsweringServer(
    json({
      results: [
        { status: 202, task: { id: 't0' } },
        { status: 422, problem: bad },
      ],
    }),
  );
  const [good, error] = await createClient({ baseUrl: api.baseUrl }).tasks.enqueueMany(numbers(2));
  expect(good).toMatchObject({ id: 't0' });
  expect(error).toBeInstanceOf(DroverError);
  expect(error).toMatchObject({ code: 'method_unknown', status: 422 });
});

test('what found Redis away is sent again, under the same key, and in the end answered as it is', async () => {
  const away = { type: 'about:blank', title: 'away', status: 503, detail: 'Redis is away', code: 'redis_unavailable' };
  const half = json({
    results: [
      { status: 202, task: { id: 't0' } },
      { status: 503, problem: away },
    ],
  });
  await using healed = await startAnsweringServer(half, accept);
  const good = await createClient({ baseUrl: healed.baseUrl, retry }).tasks.enqueueMany(numbers(2));
  expect(good.map(idOf)).toEqual(['t0', 't1']);
  expect(new Set(healed.asked.map((asked) => asked.headers['idempotency-key'])).size).toBe(1);

  await using hurt = await startAnsweringServer(half);
  const [first, second] = await createClient({ baseUrl: hurt.baseUrl, retry }).tasks.enqueueMany(numbers(2));
  expect(first).toMatchObject({ id: 't0' });
  expect(second).toMatchObject({ code: 'redis_unavailable', isRetryable: true });
  expect(hurt.asked).toHaveLength(5);
});

test('parts stay below the largest body', async () => {
  const large = { ...request(1), kwargs: { text: 'ä'.repeat(100_000) } };
  const chunks: string[][] = [];
  for await (const chunk of chunksOf(Array.from({ length: 11 }, () => large))) chunks.push(chunk);
  expect(chunks.map((chunk) => chunk.length)).toEqual([5, 5, 1]);
  const bodies = chunks.map((chunk) => Buffer.byteLength(`{"tasks":[${chunk.join(',')}]}`));
  expect(Math.max(...bodies)).toBeLessThanOrEqual(limits.bodyBytes);
});

test('a request that is too large for any body is an error in its place', async () => {
  const refuseLarge: Answer = (asked, response) =>
    (asked.body.length > limits.bodyBytes ? problem(413, 'body_too_large') : accept)(asked, response);
  await using api = await startAnsweringServer(refuseLarge);
  const large = { ...request(1), kwargs: { text: 'x'.repeat(limits.bodyBytes) } };
  const results = await createClient({ baseUrl: api.baseUrl }).tasks.enqueueMany([request(0), large, request(2)]);
  expect(results.map((result) => (result instanceof DroverError ? result.code : result.id))).toEqual([
    't0',
    'body_too_large',
    't2',
  ]);
});

test('a stream is read no further ahead than it is sent', async () => {
  await using api = await startAnsweringServer(accept);
  let read = 0;
  async function* endless() {
    for (;;) yield request(read++);
  }
  for await (const result of createClient({ baseUrl: api.baseUrl }).tasks.enqueueStream(endless())) {
    if (idOf(result) === 't999') break;
  }
  expect(read).toBeLessThanOrEqual(3 * limits.bulkTasks + 1);
});

test('in one request, answers come while the requests are still being sent', async () => {
  await using api = await startEchoingServer();
  const answered: string[] = [];
  async function* afterEachAnswer() {
    for (let number = 0; number < 5; number++) {
      yield request(number);
      await expect.poll(() => answered).toContain(`t${number}`);
    }
  }
  const { tasks } = createClient({ baseUrl: api.baseUrl });
  for await (const result of tasks.enqueueStream(afterEachAnswer(), { transfer: 'stream' }))
    answered.push(idOf(result));
  expect(answered).toEqual(['t0', 't1', 't2', 't3', 't4']);
});

test('one request that breaks off is a network error', async () => {
  await using api = await startEchoingServer({ breakAfter: 2 });
  const { tasks } = createClient({ baseUrl: api.baseUrl });
  const all = tasks.enqueueStream(numbers(5), { transfer: 'stream' });
  const read = async () => {
    for await (const result of all) expect(result).toBeDefined();
  };
  await expect(read()).rejects.toMatchObject({ code: 'network' });
});

/** Answers every line as soon as it has it. */
async function startEchoingServer({ breakAfter = Number.POSITIVE_INFINITY } = {}) {
  const { createServer } = await import('node:http');
  const { createInterface } = await import('node:readline');
  const server = createServer(async (incoming, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    let count = 0;
    for await (const line of createInterface({ input: incoming })) {
      if (count++ === breakAfter) return void response.socket?.destroy();
      response.write(`${JSON.stringify({ status: 202, task: { id: `t${JSON.parse(line).args[0]}` } })}\n`);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { baseUrl: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}
