import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type DroverClient, DroverError } from '@drover/client';
import type { probe } from '@drover/models';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';

let stage: ApiStage;
let client: DroverClient;
beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  client = createClient({ baseUrl: stage.url, token: adminToken });
  await vi.waitUntil(async () => (await client.models.list()).length > 0, { timeout: 10_000 });
});
afterAll(() => stage.stop());

const echo = (text: string) => ({ model: 'probe', method: 'echo', args: [text] });
const far = { delaySeconds: 3_600 };

/** Passes on to the API, but keeps the first answers from the client: what was asked for has been done by then. */
async function startLosingProxy(answersToLose: number) {
  let answered = 0;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = incoming.headers;
    const answer = await fetch(`${stage.url}${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const text = await answer.text();
    if (++answered <= answersToLose) return void response.socket?.destroy();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client: createClient({ baseUrl, token: adminToken, retry: { delayMs: 5 } }), [Symbol.asyncDispose]: stop };
}

const idsOf = async (queue: string): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { id } of client.tasks.listAll({ state: 'scheduled', queue, limit: 3 })) ids.push(id);
  return ids;
};

test('a task is enqueued, waited for, and its result is there', async () => {
  const enqueued = await client.tasks.enqueue(echo('hello'));
  const task = await client.tasks.waitFor(enqueued.id, { timeoutMs: 10_000 });
  expect(task).toMatchObject({ state: 'done', outcome: 'success' });
  expect((await client.tasks.executions(task.id)).items).toMatchObject([{ attempt: 1, outcome: 'success' }]);
});

test('enqueueing can wait for the end by itself', async () => {
  expect(await client.tasks.enqueue(echo('at once'), { waitSeconds: 10 })).toMatchObject({ state: 'done' });
});

test('progress and log lines are seen', async () => {
  const seen: number[] = [];
  const request = { model: 'probe', method: 'progress', kwargs: { steps: 3, ms: 1_500 } };
  const { id } = await client.tasks.enqueue(request);
  const task = await client.tasks.waitFor(id, { timeoutMs: 20_000, onProgress: ({ percent }) => seen.push(percent) });
  expect(task).toMatchObject({ state: 'done', progress: { percent: 100 } });
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  const logged = await client.tasks.enqueue(
    { model: 'probe', method: 'log', kwargs: { lines: 3 } },
    { waitSeconds: 10 },
  );
  expect((await client.tasks.log(logged.id)).items).toHaveLength(3);
});

test('waiting ends when a person is needed', async () => {
  const { id } = await client.tasks.enqueue({ model: 'probe', method: 'data_error' });
  const waited = client.tasks.waitFor(id, { timeoutMs: 20_000, onProgress: () => undefined });
  expect(await waited).toMatchObject({ state: 'requires_attention' });
});

test("a model's method is called like a function", async () => {
  const model = client.model<typeof probe>('probe');
  expect(await model.call('succeed', {}, { timeoutMs: 10_000 })).toBeDefined();
  const failing = model.call('permanent_error', {}, { timeoutMs: 10_000 });
  await expect(failing).rejects.toMatchObject({ code: 'task_failed', task: { state: 'error' } });
});

test('a task whose answer was lost on the way is enqueued once', async () => {
  await using losing = await startLosingProxy(2);
  const task = await losing.client.tasks.enqueue({ ...echo('once'), ...far, queue: 'lossy' });
  expect(await idsOf('lossy')).toEqual([task.id]);
});

test('many tasks whose answer was lost on the way are enqueued once', async () => {
  await using losing = await startLosingProxy(1);
  const requests = Array.from({ length: 7 }, (_, index) => ({ ...echo(String(index)), ...far, queue: 'lossy_bulk' }));
  const results = await losing.client.tasks.enqueueMany(requests);
  expect(results.map((result) => (result instanceof DroverError ? result.code : result.args[0]))).toEqual(
    requests.map(({ args }) => args[0]),
  );
  expect((await idsOf('lossy_bulk')).sort()).toEqual(results.map((result) => (result as { id: string }).id).sort());
});

test('a cancel whose answer was lost is answered with the cancelled task', async () => {
  await using losing = await startLosingProxy(1);
  const { id } = await client.tasks.enqueue({ ...echo('never'), ...far });
  expect(await losing.client.tasks.cancel(id, { reason: 'ordered twice' })).toMatchObject({ state: 'cancelled' });
});

test('a task is changed before it runs, and run before its time', async () => {
  const { id } = await client.tasks.enqueue({ ...echo('later'), ...far });
  expect(await client.tasks.patch(id, { priority: 7 })).toMatchObject({ priority: 7, state: 'scheduled' });
  await client.tasks.runNow(id);
  expect(await client.tasks.waitFor(id, { timeoutMs: 10_000 })).toMatchObject({ state: 'done' });
  await expect(client.tasks.cancel(id)).rejects.toMatchObject({ code: 'state_conflict', status: 409 });
});

test.each(['chunks', 'stream'] as const)('tasks stream in and answers stream out, as %s', async (transfer) => {
  async function* requests() {
    for (let index = 0; index < 30; index++) {
      yield { ...echo(String(index)), ...far, ...(index === 7 ? { method: 'no_such_method' } : {}) };
    }
  }
  const results: string[] = [];
  for await (const result of client.tasks.enqueueStream(requests(), { transfer })) {
    results.push(result instanceof DroverError ? result.code : String(result.args[0]));
  }
  expect(results).toEqual(Array.from({ length: 30 }, (_, index) => (index === 7 ? 'method_unknown' : String(index))));
});

test('what the API refuses says which field, and is not sent again', async () => {
  const wrong = client.tasks.enqueue({ ...echo('x'), priority: 0 });
  await expect(wrong).rejects.toMatchObject({
    code: 'request_invalid',
    status: 422,
    faults: [expect.objectContaining({ pointer: '/priority' })],
    attempts: 1,
  });
  await expect(client.tasks.get('no-such-task')).rejects.toMatchObject({ code: 'task_unknown' });
  const stranger = createClient({ baseUrl: stage.url, token: 'nobody-has-this-token' });
  await expect(stranger.me()).rejects.toMatchObject({ code: 'token_invalid', status: 401 });
});

test('the cluster is seen, and queues are paused and resumed', async () => {
  expect(await client.ready()).toBe(true);
  expect(await client.me()).toMatchObject({ scopes: expect.arrayContaining(['admin']) });
  expect(await client.models.get('probe')).toMatchObject({ model: 'probe' });
  expect(await client.workers.list()).toMatchObject([{ state: 'running' }]);
  expect(await client.monitor()).toMatchObject({ throughput: expect.any(Array) });
  const paused = async () => (await client.queues.list()).find(({ name }) => name === 'default')?.paused;
  await client.queues.pause('default');
  expect(await paused()).toBe(true);
  await client.queues.resume('default');
  expect(await paused()).toBe(false);
});

test('keys are made and revoked, and a key sees what it may', async () => {
  const { id, token } = await client.keys.create({ name: 'reader', scopes: ['read'], company: 'acme' });
  const reader = createClient({ baseUrl: stage.url, token });
  expect(await reader.me()).toMatchObject({ name: 'reader', scopes: ['read'], company: 'acme' });
  await expect(reader.tasks.enqueue(echo('no'))).rejects.toMatchObject({ code: 'scope_missing', status: 403 });
  expect((await client.keys.list()).map((key) => key.id)).toContain(id);
  await client.keys.revoke(id);
  await expect(client.keys.revoke(id)).rejects.toMatchObject({ code: 'key_unknown' });
});
