import { defineModel } from '@drover/core';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { type Answer, hangUp, json, problem, startAnsweringServer } from './answering-server.ts';
import { createClient } from './client.ts';
import type { ClientOptions } from './transport.ts';

const task = (state: string, more: object = {}) => ({
  id: 't1',
  state,
  progress: { percent: 0 },
  result: null,
  ...more,
});
const request = { model: 'probe', method: 'echo' };

/** No pause takes time; how long they would have been is kept. */
async function start(script: [Answer, ...Answer[]], options: Partial<ClientOptions> = {}) {
  const server = await startAnsweringServer(...script);
  const pausesMs: number[] = [];
  const clock = {
    now: () => Date.now(),
    sleep: async (delayMs: number) => {
      pausesMs.push(delayMs);
    },
  };
  const client = createClient({ baseUrl: `${server.baseUrl}/`, token: 'secret', clock, random: () => 1, ...options });
  return { ...server, client, pausesMs, [Symbol.asyncDispose]: server.stop };
}

test('enqueueing sends the token, the request and a key of its own', async () => {
  await using api = await start([json(task('waiting'), 202)]);
  expect(await api.client.tasks.enqueue(request, { waitSeconds: 10, unchecked: true })).toMatchObject({ id: 't1' });
  const [asked] = api.asked;
  expect(asked).toMatchObject({ method: 'POST', url: '/v1/tasks?unchecked=true' });
  expect(asked?.headers).toMatchObject({ authorization: 'Bearer secret', prefer: 'wait=10' });
  expect(asked?.headers['idempotency-key']).toMatch(/^"[0-9a-f]{32}"$/);
  expect(JSON.parse(asked?.body ?? '')).toEqual(request);
});

test('an enqueue whose answer was lost is sent again under the same key', async () => {
  await using api = await start([
    hangUp,
    problem(503, 'redis_unavailable', {}, { 'retry-after': '1' }),
    json(task('waiting'), 202),
  ]);
  await api.client.tasks.enqueue(request);
  const keys = api.asked.map((asked) => asked.headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(api.pausesMs).toEqual([250, 1_500]);
});

test("a caller's own key is sent as it is, quoted", async () => {
  await using api = await start([json(task('waiting'), 202)]);
  await api.client.tasks.enqueue(request, { idempotencyKey: 'order "7"\\8' });
  expect(api.asked[0]?.headers['idempotency-key']).toBe('"order \\"7\\"\\\\8"');
  await expect(async () => api.client.tasks.enqueue(request, { idempotencyKey: 'ö' })).rejects.toMatchObject({
    code: 'idempotency_key_invalid',
  });
});

test('without retries an enqueue is sent once, and no key is spent on it', async () => {
  await using api = await start([hangUp], { retry: false });
  await expect(api.client.tasks.enqueue(request)).rejects.toMatchObject({ code: 'network', status: 0, attempts: 1 });
  expect(api.asked).toHaveLength(1);
  expect(api.asked[0]?.headers['idempotency-key']).toBeUndefined();
});

test('a problem arrives as an error with its code and faults, at once', async () => {
  const faults = [{ pointer: '/kwargs/amount', message: 'must be a number' }];
  await using api = await start([problem(422, 'args_invalid', { errors: faults })]);
  await expect(api.client.tasks.enqueue(request)).rejects.toMatchObject({
    name: 'DroverError',
    code: 'args_invalid',
    status: 422,
    message: 'args_invalid here',
    faults,
    isRetryable: false,
  });
  expect(api.asked).toHaveLength(1);
});

test('when retries are spent the error says how often it was tried', async () => {
  await using api = await start([problem(503, 'stopping')], { retry: { maxRetries: 2 } });
  await expect(api.client.models.list()).rejects.toMatchObject({ code: 'stopping', attempts: 3, isRetryable: true });
});

test("a proxy's error page is told from the API", async () => {
  await using api = await start([
    (_asked, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nothing</h1>'),
  ]);
  await expect(api.client.me()).rejects.toMatchObject({ code: 'answer_invalid', status: 404 });
});

test('an API that is not there is a network error that says so', async () => {
  const server = await startAnsweringServer(json({}));
  await server.stop();
  const client = createClient({ baseUrl: server.baseUrl, retry: false });
  await expect(client.me()).rejects.toThrow(/GET \/v1\/me: .*ECONNREFUSED/);
  expect(await client.ready()).toBe(false);
});

test('an answer that does not come is given up', async () => {
  await using api = await start([() => undefined], { retry: false, requestTimeoutMs: 50 });
  await expect(api.client.me()).rejects.toThrow('no answer in time');
});

test('an aborted signal ends a call with its reason, also in the middle of a pause', async () => {
  await using api = await start([problem(503, 'stopping', {}, { 'retry-after': '30' })], { clock: undefined });
  const gone = new AbortController();
  const call = api.client.me({ signal: gone.signal });
  setTimeout(() => gone.abort(new Error('page left')), 50);
  await expect(call).rejects.toThrow('page left');
});

test('a cancel whose answer was lost is answered with the task', async () => {
  await using api = await start([hangUp, problem(409, 'state_conflict'), json(task('cancelled'))]);
  expect(await api.client.tasks.cancel('t1')).toMatchObject({ state: 'cancelled' });
  expect(api.asked.map((asked) => `${asked.method} ${asked.url}`)).toEqual([
    'POST /v1/tasks/t1/cancel',
    'POST /v1/tasks/t1/cancel',
    'GET /v1/tasks/t1',
  ]);
});

test('a cancel that comes too late is an error', async () => {
  await using api = await start([problem(409, 'state_conflict')]);
  await expect(api.client.tasks.cancel('t1')).rejects.toMatchObject({ code: 'state_conflict' });
});

test('asking for another run is never sent twice on suspicion', async () => {
  await using api = await start([hangUp]);
  await expect(api.client.tasks.retry('t1')).rejects.toMatchObject({ code: 'network' });
  expect(api.asked).toHaveLength(1);
});

test('waiting polls until the task has ended, and tells what it sees on the way', async () => {
  await using api = await start([
    json(task('waiting')),
    json(task('running', { progress: { percent: 40 } })),
    json(task('running', { progress: { percent: 40 } })),
    json(task('done', { progress: { percent: 100 }, result: 7 })),
  ]);
  const seen: number[] = [];
  const ended = await api.client.tasks.waitFor('t1', { onProgress: ({ percent }) => seen.push(percent) });
  expect(ended.result).toBe(7);
  expect(seen).toEqual([0, 40, 100]);
  expect(api.asked[0]?.url).toBe('/v1/tasks/t1?wait=1');
});

test('waiting ends with an error when its time is up', async () => {
  await using api = await start([json(task('running'))], { clock: undefined });
  const wait = api.client.tasks.waitFor('t1', { timeoutMs: 800 });
  await expect(wait).rejects.toMatchObject({ code: 'wait_timeout', message: expect.stringContaining('"running"') });
});

test('all pages are read, one after the other', async () => {
  await using api = await start([
    json({ items: [task('error', { id: 'a' })], nextCursor: 'c/1' }),
    json({ items: [task('error', { id: 'b' })], nextCursor: null }),
  ]);
  const ids: string[] = [];
  for await (const { id } of api.client.tasks.listAll({ state: 'error', limit: 1 })) ids.push(id);
  expect(ids).toEqual(['a', 'b']);
  expect(api.asked.map((asked) => asked.url)).toEqual([
    '/v1/tasks?state=error&limit=1',
    '/v1/tasks?state=error&limit=1&cursor=c%2F1',
  ]);
});

const invoices = defineModel('account.invoice', {
  process_batch: {
    description: 'Posts drafts',
    args: z.tuple([z.array(z.int())]),
    kwargs: z.object({ dryRun: z.boolean().default(false) }),
    run: () => ({ posted: 1 }),
  },
  count: { description: 'Counts', run: () => 7 },
});

test("a model's methods are called by their types and answer their results", async () => {
  await using api = await start([json(task('waiting'), 202), json(task('done', { result: { posted: 2 } }))]);
  const model = api.client.model<typeof invoices>('account.invoice');
  const result = await model.call('process_batch', { args: [[1, 2]], priority: 10 });
  expectTypeOf(result).toEqualTypeOf<{ posted: number }>();
  expect(result).toEqual({ posted: 2 });
  expect(JSON.parse(api.asked[0]?.body ?? '')).toEqual({
    model: 'account.invoice',
    method: 'process_batch',
    args: [[1, 2]],
    priority: 10,
  });
});

test('the compiler knows what a method takes', async () => {
  await using api = await start([json(task('waiting'), 202)]);
  const model = api.client.model<typeof invoices>('account.invoice');
  const calls = [
    // What a method does without, its caller need not name.
    () => model.enqueue('count', {}),
    // @ts-expect-error The batch needs its ids.
    () => model.enqueue('process_batch', {}),
    // @ts-expect-error The ids are numbers.
    () => model.enqueue('process_batch', { args: [['one']] }),
    // @ts-expect-error It takes no such argument.
    () => model.enqueue('process_batch', { args: [[1]], kwargs: { wet: true } }),
    // @ts-expect-error There is no such method.
    () => model.enqueue('forget', {}),
  ];
  for (const call of calls) expect(await call()).toMatchObject({ id: 't1' });
});

test('a call whose task fails rejects with the task', async () => {
  const failed = task('error', { outcome: 'error', error: { message: 'no paper' } });
  await using api = await start([json(task('waiting'), 202), json(failed)]);
  const call = api.client.model<typeof invoices>('account.invoice').call('process_batch', { args: [[1]] });
  await expect(call).rejects.toMatchObject({ code: 'task_failed', task: { id: 't1' } });
});
