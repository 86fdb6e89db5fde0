import { randomUUID } from 'node:crypto';
import { ClusterError, defineModel, limits, type Task } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let runs = 0;

const counter = defineModel('counter', {
  up: {
    description: 'Counts how often it ran',
    queue: 'counting',
    priority: 33,
    timeoutSeconds: 12,
    maxRetries: 2,
    tags: ['of the method'],
    run: () => (runs += 1),
  },
});

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage({ models: [counter] });
  await stage.startWorker();
});

afterAll(() => stage.stop());

const enqueue = (fullName: string, asked: Parameters<typeof requestOf>[1], idempotencyKey: string) =>
  stage.cluster.tasks.enqueue(requestOf(fullName, asked), {}, { idempotencyKey });

test('the same request under the same idempotency key is the same task, however often it is sent', async () => {
  const idempotencyKey = randomUUID();
  const first = await enqueue('probe.echo', { args: [1], kwargs: { a: 1, b: 2 } }, idempotencyKey);
  const again = await enqueue('probe.echo', { kwargs: { b: 2, a: 1 }, args: [1] }, idempotencyKey);
  expect(again.id).toBe(first.id);
  const done = await stage.ended(first.id);
  expect(await enqueue('probe.echo', { args: [1], kwargs: { a: 1, b: 2 } }, idempotencyKey)).toEqual(done);
});

test('a request that would be refused today is answered with its task when it came in time under its key', async () => {
  const soon = new Date(Date.now() + 3_000).toISOString();
  const late = () => enqueue('probe.echo', { args: ['late'], expiresAt: soon }, 'late');
  const first = await late();
  const request = requestOf('not.deployed', {});
  const again = (unchecked: boolean) =>
    stage.cluster.tasks.enqueue(request, {}, { unchecked, idempotencyKey: 'undeployed' });
  const unknown = await again(true);
  await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(soon)));

  expect((await late()).id).toBe(first.id);
  expect((await again(false)).id).toBe(unknown.id);
  await expect(enqueue('not.deployed', {}, 'another')).rejects.toMatchObject({ code: 'method_unknown' });
  await expect(enqueue('not.deployed', { args: [1] }, 'undeployed')).rejects.toMatchObject({ code: 'method_unknown' });
});

test('another request under a used idempotency key is refused', async () => {
  const idempotencyKey = randomUUID();
  const first = await enqueue('probe.echo', { args: [1] }, idempotencyKey);
  await expect(enqueue('probe.echo', { args: [2] }, idempotencyKey)).rejects.toMatchObject({
    code: 'idempotency_key_reused',
    status: 422,
  });
  expect(await stage.ended(first.id)).toMatchObject({ result: [1] });
});

test('twenty at once under one idempotency key make one task, and it runs once', async () => {
  const idempotencyKey = randomUUID();
  const before = runs;
  const tasks = await Promise.all(Array.from({ length: 20 }, () => enqueue('counter.up', {}, idempotencyKey)));
  const [id = '', ...others] = new Set(tasks.map((task) => task.id));
  expect(others).toEqual([]);
  await stage.ended(id);
  expect(runs).toBe(before + 1);
});

test('companies do not share idempotency keys', async () => {
  const idempotencyKey = randomUUID();
  const request = requestOf('probe.succeed');
  const acme = await stage.cluster.tasks.enqueue(request, { company: 'acme' }, { idempotencyKey });
  const other = await stage.cluster.tasks.enqueue(request, { company: 'other' }, { idempotencyKey });
  expect(other.id).not.toBe(acme.id);
});

test('an idempotency key is remembered for a day, and for a task of later a day longer than its time', async () => {
  const keys = () => stage.redis.keys(stage.key('idem:*'));
  const lifeOf = async (asked: object) => {
    const before = await keys();
    await enqueue('probe.succeed', asked, randomUUID());
    const [key = ''] = (await keys()).filter((name) => !before.includes(name));
    return (await stage.redis.pttl(key)) / 3_600_000;
  };
  expect(await lifeOf({})).toBeCloseTo(24, 1);
  expect(await lifeOf({ delaySeconds: 7 * 86_400 })).toBeCloseTo(8 * 24, 1);
});

test('what a method declares is the default of its tasks, and a request may say otherwise', async () => {
  const byMethod = await stage.enqueue('counter.up', { tags: ['of the request'] });
  expect(byMethod).toMatchObject({
    name: 'counter.up',
    queue: 'counting',
    priority: 33,
    timeoutSeconds: 12,
    maxRetries: 2,
    tags: ['of the method', 'of the request'],
  });
  const byRequest = { queue: 'other', priority: 34, timeoutSeconds: 13, maxRetries: 3, name: 'Count once more' };
  const asAsked = await stage.enqueue('counter.up', byRequest);
  expect(asAsked).toMatchObject(byRequest);
  // They count: the next test that counts begins when they have.
  for (const { id } of [byMethod, asAsked]) await stage.ended(id);
  expect(await stage.enqueue('probe.echo')).toMatchObject({
    queue: 'default',
    priority: 100,
    timeoutSeconds: 3_600,
    maxRetries: 3,
    retry: { delaySeconds: 60, delaySecondsMax: 3_600 },
    args: [],
    kwargs: {},
    tags: [],
    notifyOnFailure: false,
  });
  const resilient = await stage.enqueue('probe.echo', { retry: 'resilient' });
  expect(resilient).toMatchObject({ maxRetries: 5, notifyOnFailure: true });
});

test('the answer to a new task is what a look at it says', async () => {
  const asked = await stage.enqueue('probe.echo', {
    args: ['ä', { deep: [1] }],
    kwargs: { b: null },
    delaySeconds: 3_600,
    user: 'ann',
    company: 'acme',
    tags: ['x'],
    expiresAt: new Date(Date.now() + 7_200_000).toISOString(),
    retry: { delaySeconds: 5 },
  });
  expect(await stage.get(asked.id)).toEqual(asked);
});

test('in a bulk, one bad task spoils only itself, and the answers are in order', async () => {
  const requests = [
    requestOf('probe.echo', { args: ['first'] }),
    requestOf('probe.no_such_method'),
    requestOf('probe.slow', { kwargs: { ms: 'long' } }),
    requestOf('probe.echo', { args: ['x'.repeat(limits.argsBytes)] }),
    requestOf('probe.echo', { args: ['last'] }),
  ];
  const answers = await stage.cluster.tasks.enqueueMany(requests, {});
  expect(answers.map((answer) => (answer instanceof ClusterError ? answer.code : answer.method))).toEqual([
    'echo',
    'method_unknown',
    'args_invalid',
    'args_too_large',
    'echo',
  ]);
  const ids = answers.flatMap((answer) => (answer instanceof ClusterError ? [] : [answer.id]));
  const results = await Promise.all(ids.map(async (id) => (await stage.ended(id)).result));
  expect(results).toEqual([['first'], ['last']]);
});

test('a bulk that is sent again under its idempotency key makes no second tasks', async () => {
  const requests = Array.from({ length: 50 }, (_, n) => requestOf('probe.echo', { args: [n] }));
  const send = async () => {
    const answers = await stage.cluster.tasks.enqueueMany(requests, {}, { idempotencyKey: 'one bulk' });
    return answers.map((answer) => (answer as Task).id);
  };
  const ids = await send();
  expect(new Set(ids).size).toBe(50);
  expect(await send()).toEqual(ids);
});

test('ten thousand tasks at once all arrive, each once', { timeout: 120_000 }, async () => {
  const before = runs;
  const requests = Array.from({ length: 500 }, () => requestOf('counter.up'));
  const ids = new Set<string>();
  // In bulks of which a slow machine writes each within the second in which a producer is answered.
  while (ids.size < 10_000) {
    const answers = await stage.cluster.tasks.enqueueMany(requests, {});
    expect(answers.filter((answer) => answer instanceof ClusterError)).toEqual([]);
    const before = ids.size;
    for (const answer of answers) ids.add((answer as Task).id);
    expect(ids.size).toBe(before + requests.length);
  }
  await eventually(() => expect(runs).toBe(before + 10_000), 90_000);
  await eventually(async () =>
    expect((await stage.cluster.queues.get('counting', {})).counts).toMatchObject({ waiting: 0, running: 0 }),
  );
  expect(runs).toBe(before + 10_000);
});

test('a cluster has so many queues and no more; those that it has go on', async () => {
  const small = await startWorkerStage();
  try {
    const requests = Array.from({ length: limits.queues + 1 }, (_, n) =>
      requestOf('probe.succeed', { queue: `q${n}` }),
    );
    const answers = await small.cluster.tasks.enqueueMany(requests, {}, { unchecked: true });
    const refused = answers.filter((answer) => answer instanceof ClusterError);
    expect(refused).toMatchObject([{ code: 'queue_limit', faults: [{ pointer: '/queue' }] }]);
    await small.cluster.tasks.enqueue(requestOf('probe.succeed', { queue: 'q0' }), {}, { unchecked: true });
  } finally {
    await small.stop();
  }
});

test.each([
  [
    'expiresAt before its time',
    { delaySeconds: 60, expiresAt: new Date(Date.now() + 30_000).toISOString() },
    '/expiresAt',
  ],
  ['expiresAt in the past', { expiresAt: new Date(Date.now() - 1_000).toISOString() }, '/expiresAt'],
  ['runAt in more than ten years', { runAt: new Date(Date.now() + 11 * 365 * 86_400_000).toISOString() }, '/runAt'],
])('a request with %s is refused', async (_, asked, pointer) => {
  await expect(stage.enqueue('probe.succeed', asked)).rejects.toMatchObject({
    code: 'request_invalid',
    faults: [{ pointer }],
  });
});

test('a task that should have run in the past runs now', async () => {
  const { id, state } = await stage.enqueue('probe.succeed', { runAt: '2001-01-01T00:00:00Z' });
  expect(state).toBe('waiting');
  expect(await stage.ended(id)).toMatchObject({ state: 'done' });
});
