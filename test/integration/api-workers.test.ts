import { randomUUID } from 'node:crypto';
import type { Task, WorkerAnswer, WorkerDetails, WorkerInfo } from '@drover/core';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';

let stage: ApiStage;
let redis: Redis;

beforeEach(async () => {
  stage = await startApiStage();
  redis = new Redis(inject('redisUrl'));
});

afterEach(async () => {
  redis.disconnect();
  await stage.stop();
});

const key = (name: string) => `{${stage.keyPrefix}}:${name}`;

const list = async () => (await stage.ask<{ items: WorkerInfo[] }>('/v1/workers')).body.items;

/** The worker that was started last. */
async function onlyWorker(): Promise<WorkerInfo> {
  const [worker] = await eventually(async () => {
    const found = await list();
    expect(found).toHaveLength(1);
    return found;
  });
  if (worker === undefined) throw new Error('there is no worker');
  return worker;
}

const ask = (id: string, action: string, token?: string) =>
  stage.ask<WorkerAnswer>(`/v1/workers/${id}/${action}`, { method: 'POST', ...(token ? { token } : {}) });

const resize = (id: string, concurrency: number) =>
  stage.ask<WorkerAnswer>(`/v1/workers/${id}`, { method: 'PATCH', json: { concurrency } });

const stateOf = async (id: string) => (await stage.ask<Task>(`/v1/tasks/${id}`)).body.state;

const slow = (asked: object = {}) =>
  stage.enqueue({ model: 'probe', method: 'slow', kwargs: { ms: 60_000 }, ...asked });

/** A record as an earlier version wrote it, of a worker whose last heartbeat is so old. */
async function ghost(silentMs: number, state = 'running'): Promise<string> {
  const id = `ghost-${randomUUID()}`;
  const record = { id, host: 'h', pid: 1, startedAt: '2026-11-26T08:00:00.000Z', state, version: '0.1.0' };
  const rest = { queues: ['default'], concurrency: 3, running: 0, memoryMb: 50, eventLoopLagMs: 0, manifest: 'none' };
  const [seconds] = await redis.time();
  await redis.set(key(`worker:${id}`), JSON.stringify({ ...record, ...rest }));
  await redis.zadd(key('workers'), Number(seconds) * 1_000 - silentMs, id);
  return id;
}

test('a quiet worker takes nothing new, and its begun tasks go on; resumed, it takes again', async () => {
  await stage.startWorker();
  const { id } = await onlyWorker();
  const begun = await slow();
  await eventually(async () => expect(await stateOf(begun.id)).toBe('running'));

  const since = Date.now();
  const quiet = await ask(id, 'quiet');
  expect(quiet).toMatchObject({ status: 200, body: { acknowledged: true, worker: { state: 'quiet' } } });
  expect(Date.now() - since).toBeLessThan(5_000);
  expect((await onlyWorker()).state).toBe('quiet');
  const waiting = await stage.enqueue({ model: 'probe', method: 'succeed' });
  // The same again is harmless.
  expect((await ask(id, 'quiet')).body.acknowledged).toBe(true);
  expect([await stateOf(begun.id), await stateOf(waiting.id)]).toEqual(['running', 'waiting']);

  const resumed = await ask(id, 'resume');
  expect(resumed).toMatchObject({ status: 200, body: { acknowledged: true, worker: { state: 'running' } } });
  await eventually(async () => expect(await stateOf(waiting.id)).toBe('done'));
});

test('what is made quiet while it waits for work leaves the call for others', async () => {
  await stage.startWorker();
  const { id } = await onlyWorker();
  await ask(id, 'quiet');
  await stage.startWorker();
  // Nobody but the second one can do these, and it does so at once.
  for (let n = 0; n < 5; n += 1) {
    const { id: task } = await stage.enqueue({ model: 'probe', method: 'succeed' });
    await eventually(async () => expect(await stateOf(task)).toBe('done'));
  }
});

test('how many tasks a worker runs at a time is set while it runs', async () => {
  await stage.startWorker({ concurrency: 1 });
  const { id } = await onlyWorker();
  const tasks = await Promise.all([slow(), slow(), slow()]);
  const running = async () => {
    const states = await Promise.all(tasks.map((task) => stateOf(task.id)));
    return states.filter((state) => state === 'running').length;
  };
  await eventually(async () => expect(await running()).toBe(1));
  expect(await resize(id, 2)).toMatchObject({ status: 200, body: { acknowledged: true, worker: { concurrency: 2 } } });
  await eventually(async () => expect(await running()).toBe(2));
  expect((await resize(id, 1)).body.worker.concurrency).toBe(1);
  expect(await running()).toBe(2);
  expect(problemOf(await resize(id, 0))).toBe('422 request_invalid /concurrency');
});

test('a worker that is to stop gives back what runs, and leaves the registry', async () => {
  await stage.startWorker();
  const { id } = await onlyWorker();
  const task = await slow();
  await eventually(async () => expect(await stateOf(task.id)).toBe('running'));
  expect(await ask(id, 'stop')).toMatchObject({ status: 200, body: { acknowledged: true } });
  await eventually(async () => expect(await list()).toEqual([]));
  expect(await stateOf(task.id)).toBe('waiting');
  expect(problemOf(await ask(id, 'resume'))).toBe('404 worker_unknown');
});

test('a worker is shown with what it offers and runs; a company sees its own tasks', async () => {
  await stage.startWorker();
  const { id } = await onlyWorker();
  const [mine, other] = await Promise.all([slow({ company: 'acme' }), slow({ company: 'globex' })]);
  await eventually(async () =>
    expect([await stateOf(mine.id), await stateOf(other.id)]).toEqual(['running', 'running']),
  );
  const { body } = await stage.ask<WorkerDetails>(`/v1/workers/${id}`);
  expect(body).toMatchObject({ id, methods: body.offers.length });
  expect(body.offers).toContain('probe.slow');
  expect(body.tasks.map((task) => task.id).sort()).toEqual([mine.id, other.id].sort());
  expect(body.tasks[0]).toMatchObject({ name: 'probe.slow', method: 'probe.slow', startedAt: expect.any(String) });
  const token = await stage.keyFor(['read', 'operate', 'admin'], 'acme');
  const seen = await stage.ask<WorkerDetails>(`/v1/workers/${id}`, { token });
  expect(seen.body.tasks.map((task) => task.id)).toEqual([mine.id]);
  expect(problemOf(await ask(id, 'quiet', token))).toBe('403 scope_missing');
  expect(problemOf(await stage.ask('/v1/workers/nobody'))).toBe('404 worker_unknown');
  await eventually(async () => expect((await onlyWorker()).cpuPercent).toEqual(expect.any(Number)), 20_000);
});

test('of many tasks of a worker those that run longest are shown, the longest first', async () => {
  await stage.startWorker({ concurrency: 300 });
  const { id } = await onlyWorker();
  const longest = await slow();
  await eventually(async () => expect(await stateOf(longest.id)).toBe('running'));
  const second = await slow({ queue: 'another' });
  await eventually(async () => expect(await stateOf(second.id)).toBe('running'));
  const many = Array.from({ length: 201 }, () => ({ model: 'probe', method: 'slow', kwargs: { ms: 60_000 } }));
  expect((await stage.ask('/v1/tasks/bulk', { method: 'POST', json: { tasks: many } })).status).toBe(200);
  await eventually(async () => expect(await onlyWorker()).toMatchObject({ running: 203 }), 20_000);
  const { tasks } = (await stage.ask<WorkerDetails>(`/v1/workers/${id}`)).body;
  expect(tasks).toHaveLength(200);
  expect(tasks.slice(0, 2).map((task) => task.id)).toEqual([longest.id, second.id]);
  const begun = tasks.map(({ startedAt }) => startedAt);
  expect(begun).toEqual([...begun].sort());
}, 40_000);

test('to make quiet needs the scope operate, to stop needs admin; both are in the audit', async () => {
  await stage.startWorker();
  const { id } = await onlyWorker();
  const [reads, operates] = [await stage.keyFor(['read']), await stage.keyFor(['operate'])];
  expect(problemOf(await ask(id, 'quiet', reads))).toBe('403 scope_missing');
  expect(problemOf(await ask(id, 'stop', operates))).toBe('403 scope_missing');
  expect((await ask(id, 'quiet', operates)).status).toBe(200);
  await resize(id, 4);
  const { body } = await stage.ask<{ items: object[] }>('/v1/audit');
  expect(body.items.slice(0, 4)).toMatchObject([
    { action: 'worker.patch', target: id, outcome: 'done', details: { concurrency: 4 } },
    { action: 'worker.quiet', target: id, outcome: 'done' },
    { action: 'worker.stop', target: id, outcome: 'refused' },
    { action: 'worker.quiet', target: id, outcome: 'refused' },
  ]);
});

test('a worker that is silent is suspect, then lost; an earlier version’s record is read', async () => {
  const [fresh, suspect, lost] = [await ghost(10_000), await ghost(20_000), await ghost(35_000)];
  const byId = new Map((await list()).map((worker) => [worker.id, worker]));
  expect(byId.get(fresh)).toMatchObject({ state: 'running', concurrency: 3 });
  expect(byId.get(fresh)).not.toHaveProperty('isSuspect');
  expect(byId.get(suspect)).toMatchObject({ state: 'running', isSuspect: true });
  expect(byId.get(lost)).toMatchObject({ state: 'lost' });
  expect(problemOf(await ask(lost, 'quiet'))).toBe('409 state_conflict');
});

test('a worker on its way out cannot be resumed, and is told so plainly', async () => {
  const id = await ghost(0, 'stopping');
  const refused = await ask(id, 'resume');
  expect(problemOf(refused)).toBe('409 state_conflict');
  expect(refused.body).toMatchObject({
    title: 'Its state forbids this',
    detail: `worker "${id}" is on its way out: it cannot be resumed`,
  });
});

test('what a worker does not answer in time is accepted, waits for it in bounds, and is not silently lost', async () => {
  const id = await ghost(0);
  const answer = await resize(id, 7);
  expect(answer).toMatchObject({ status: 202, body: { acknowledged: false, worker: { id, concurrency: 3 } } });
  const [waiting] = await redis.lrange(key(`control:${id}`), 0, -1);
  expect(JSON.parse(waiting ?? '')).toMatchObject({ kind: 'concurrency', concurrency: 7 });
  expect(await redis.pttl(key(`control:${id}`))).toBeGreaterThan(50_000);
  await redis.rpush(key(`control:${id}`), ...new Array(2_000).fill('x'));
  await ask(id, 'quiet');
  expect(await redis.llen(key(`control:${id}`))).toBe(1_000);
});

test('what a worker does not understand, hears twice, or is for another process costs the others nothing', async () => {
  await stage.startWorker();
  const { id, startedAt } = await onlyWorker();
  const resized = JSON.stringify({ kind: 'concurrency', request: 'twice', startedAt, concurrency: 8 });
  await redis.rpush(
    key(`control:${id}`),
    'no JSON',
    JSON.stringify({ kind: 'dance', request: 'r1', startedAt }),
    JSON.stringify({ kind: 'stop', request: 'r2', startedAt: '2026-01-01T00:00:00.000Z' }),
    JSON.stringify({ kind: 'kill', request: 'r3', id: 'tsk_gone', attempt: 3, reason: '' }),
    resized,
    resized,
  );
  // Nobody calls the worker for these: one that waits for work looks at its list now and then only.
  await eventually(async () => expect((await onlyWorker()).concurrency).toBe(8), 20_000);
  const answerOf = async (request: string) => JSON.parse((await redis.get(key(`answer:${request}`))) ?? 'null');
  await eventually(async () => expect(await answerOf('r2')).toEqual({ result: 'gone' }));
  await eventually(async () => expect(await answerOf('r3')).toEqual({ result: 'gone' }));
  await eventually(async () => expect(await redis.exists(key(`control:${id}`))).toBe(0));
});
