import { defineModel, type Statistics, type Task } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { startProxy } from '../proxy.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const dies = defineModel('dies', {
  once: {
    description: 'Goes on until its worker is gone, and succeeds on another one',
    run: (_, task) => (task.attempt === 1 ? new Promise<never>(() => {}) : 'done'),
  },
});

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
});

afterEach(() => stage.stop());

const read = (query: { days?: number; timeZone?: string; by?: 'method' | 'queue' | 'company' } = {}, access = {}) =>
  stage.cluster.statistics({ days: 1, timeZone: 'UTC', ...query }, access);
const run = async (method: string, asked = {}) => stage.ended((await stage.enqueue(method, asked)).id);
/** Yesterday and today: midnight may pass while a test runs. */
const total = async (access = {}) => (await read({ days: 2 }, access)).total;

test('a task counts once, however many attempts it took, and its executions apart', async () => {
  await stage.startWorker();
  await run('probe.fail_times', { kwargs: { times: 3, delaySeconds: 0 } });
  expect(await total()).toMatchObject({
    enqueued: 1,
    total: 1,
    completed: 1,
    failed: 0,
    outcomes: { success: 1 },
    executions: 4,
    retried: 3,
  });
});

test('each outcome is counted as what it is', async () => {
  await stage.startWorker();
  await run('probe.succeed');
  await run('probe.permanent_error');
  await run('probe.slow', { kwargs: { ms: 60_000 }, timeoutSeconds: 0.05, maxRetries: 0 });
  await stage.startWorker({ queues: ['late'] });
  const { id } = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  await stage.cluster.tasks.cancel(id, {});
  const attention = await stage.enqueue('probe.data_error');
  await stage.until(attention.id, 'requires_attention');
  expect(await total()).toMatchObject({
    enqueued: 5,
    total: 4,
    completed: 1,
    failed: 2,
    cancelled: 1,
    outcomes: { success: 1, error: 1, timeout: 1, cancelled: 1 },
    executions: 4,
  });
  await stage.cluster.tasks.skip(attention.id, {});
  expect(await total()).toMatchObject({ completed: 2, outcomes: { success: 1, skipped: 1 } });
});

test('a task that a person runs again counts as what it is in the end', async () => {
  await stage.startWorker();
  const task = await run('probe.permanent_error');
  expect(await total()).toMatchObject({ failed: 1, completed: 0 });
  await stage.cluster.queues.pause('default');
  await stage.cluster.tasks.retry(task.id, {});
  expect(await total()).toMatchObject({ total: 0, failed: 0, executions: 1 });
  expect((await stage.cluster.queues.get('default', {})).counts.error).toBe(0);
  await stage.cluster.queues.resume('default');
  await stage.ended(task.id);
  expect(await total()).toMatchObject({ total: 1, failed: 1, executions: 2, enqueued: 1 });
});

test('the same request under one idempotency key is one task', async () => {
  await stage.startWorker();
  const request = requestOf('probe.succeed');
  const ask = () => stage.cluster.tasks.enqueue(request, {}, { idempotencyKey: 'once' });
  const [{ id }] = (await Promise.all([ask(), ask(), ask()])) as [Task, Task, Task];
  await stage.ended(id);
  expect(await total()).toMatchObject({ enqueued: 1, total: 1, executions: 1 });
});

test('a task whose worker died is counted once, and its lost execution too', async () => {
  const proxy = await startProxy(stage.redisUrl);
  const cutOff = await stage.startWorker({ models: [dies], lockMs: 3_000, redisUrl: proxy.url });
  const { id } = await stage.enqueue('dies.once');
  await stage.until(id, 'running');
  // It is gone without a word: nobody keeps its locks.
  proxy.close();
  await stage.startWorker({ models: [dies], lockMs: 3_000 });
  await stage.ended(id);
  await cutOff.stop(0);
  await proxy.stop();
  expect((await stage.get(id)).executions.map(({ outcome }) => outcome)).toEqual(['lost', 'success']);
  const { executions, total: ended, enqueued } = await total();
  expect({ ended, enqueued }).toEqual({ ended: 1, enqueued: 1 });
  expect(executions).toBe((await stage.get(id)).executions.length);
});

test('figures are kept by method, queue and company, and a company reads its own', async () => {
  await stage.startWorker();
  for (const company of ['acme', 'acme', 'globex', undefined]) {
    await run('probe.succeed', { ...(company === undefined ? {} : { company }), queue: company ?? 'default' });
  }
  await run('probe.permanent_error', { company: 'acme' });
  const keys = ({ groups = [] }: Statistics) => groups.map(({ key, total: count, failed }) => [key, count, failed]);
  expect(keys(await read({ days: 2, by: 'method' }))).toEqual([
    ['probe.succeed', 4, 0],
    ['probe.permanent_error', 1, 1],
  ]);
  expect(new Set(keys(await read({ days: 2, by: 'queue' })))).toEqual(
    new Set([
      ['acme', 2, 0],
      ['default', 2, 1],
      ['globex', 1, 0],
    ]),
  );
  expect(keys(await read({ days: 2, by: 'company' }))).toEqual([
    ['acme', 3, 1],
    ['globex', 1, 0],
  ]);
  const acme = { company: 'acme' };
  expect(await total(acme)).toMatchObject({ enqueued: 3, total: 3, failed: 1 });
  expect(keys(await read({ days: 2, by: 'method' }, acme))).toEqual([
    ['probe.succeed', 2, 0],
    ['probe.permanent_error', 1, 1],
  ]);
  expect(keys(await read({ days: 2, by: 'company' }, acme))).toEqual([['acme', 3, 1]]);
  expect(await total({ company: 'nobody' })).toMatchObject({ enqueued: 0, total: 0, p50Seconds: null });
});

test('durations and waits come from a histogram, within a tenth', async () => {
  await stage.startWorker({ concurrency: 1 });
  // At once: else those that come late have nothing to wait for.
  const requests = Array.from({ length: 20 }, (_, n) => requestOf('probe.slow', { kwargs: { ms: n < 19 ? 20 : 400 } }));
  const tasks = (await stage.cluster.tasks.enqueueMany(requests, {})) as Task[];
  for (const { id } of tasks) await stage.ended(id);
  const ended = await Promise.all(tasks.map(({ id }) => stage.get(id)));
  const seconds = ended.map(({ executions }) => executions[0]?.durationSeconds ?? 0).sort((a, b) => a - b);
  const figures = await total();
  const near = (value: number | null, truth: number | undefined) => {
    expect(value).toBeGreaterThan((truth ?? 0) * 0.9 - 0.001);
    expect(value).toBeLessThan((truth ?? 0) * 1.1 + 0.001);
  };
  near(figures.p50Seconds, seconds[9]);
  near(figures.p99Seconds, seconds[19]);
  near(figures.averageSeconds, seconds.reduce((sum, one) => sum + one, 0) / 20);
  expect(figures.waitP99Seconds).toBeGreaterThan(0.2);
});

test('days are those of the zone, empty ones are there, and their bounds meet', async () => {
  await stage.startWorker();
  await run('probe.succeed');
  for (const timeZone of ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland']) {
    const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(Date.now());
    const { days, from, to } = await read({ days: 7, timeZone });
    expect(days).toHaveLength(7);
    expect(days.map(({ date }) => date)).toEqual([...days.map(({ date }) => date)].sort());
    expect([days[0]?.from, days.at(-1)?.to]).toEqual([from, to]);
    for (const [index, day] of days.entries()) if (index > 0) expect(day.from).toBe(days[index - 1]?.to);
    expect(days.reduce((sum, { total: count }) => sum + count, 0)).toBe(1);
    // Midnight may pass meanwhile.
    expect([days.at(-1)?.date, days.at(-2)?.date]).toContain(today);
  }
});

test('the monitor shows what runs, waits, failed and needs a person now', async () => {
  const worker = await stage.startWorker({ queues: ['default', 'system'] });
  await run('probe.succeed');
  await run('probe.permanent_error');
  const attention = await stage.enqueue('probe.data_error');
  await stage.until(attention.id, 'requires_attention');
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  await stage.cluster.tasks.enqueue(requestOf('probe.succeed', { queue: 'held' }), {});
  await stage.enqueue('probe.succeed', { delaySeconds: 60 });
  await eventually(async () => {
    const { figures } = await stage.cluster.overview({});
    expect(figures).toMatchObject({
      activeTasks: 1,
      queueSize: 1,
      scheduledTasks: 1,
      attentionTasks: 1,
      failedTasks: 1,
      completedTasks: 1,
      workers: { running: 1, lost: 0 },
    });
    expect(figures.averageSeconds).toBeGreaterThanOrEqual(0);
  });
  expect(worker.errors).toEqual([]);
});
