import { defineModel, limits, type Task } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const ran: unknown[] = [];

const note = defineModel('note', {
  down: {
    description: 'Notes its argument',
    args: z.tuple([z.union([z.string(), z.number()])]),
    run({ args: [what] }) {
      ran.push(what);
    },
  },
  hold: {
    description: 'Goes on until it is let go',
    run: (_, task) => new Promise<void>((resolve) => held.set(task.id, resolve)),
  },
});

/** What lets go those that are held, by the ids of their tasks. */
const held = new Map<string, () => void>();

let stage: WorkerStage;

beforeEach(async () => {
  ran.length = 0;
  stage = await startWorkerStage({ models: [note] });
});

afterEach(async () => {
  for (const letGo of held.values()) letGo();
  held.clear();
  await stage.stop();
});

/** Lets a held task go, once it has begun; answers it when it has ended. */
async function letGo(id = ''): Promise<Task> {
  await eventually(() => expect([...held.keys()]).toContain(id));
  held.get(id)?.();
  return stage.ended(id);
}

/** Lets a queue exist and stand still. */
async function pausedQueue(queue: string): Promise<void> {
  await stage.ended((await stage.enqueue('probe.succeed', { queue })).id);
  await stage.cluster.queues.pause(queue);
}

test('tasks of lower priority numbers run first, and those of one number in the order in which they came', async () => {
  await stage.startWorker({ concurrency: 1 });
  await pausedQueue('line');
  const asked: [string, number | undefined][] = [
    ['clean-up 1', 300],
    ['mail 1', 50],
    ['normal 1', undefined],
    ['backup', 10],
    ['first of all', 1],
    ['last of all', 2_097_151],
    ['clean-up 2', 300],
    ['mail 2', 50],
    ['normal 2', undefined],
    ['normal 3', 100],
  ];
  for (const [what, priority] of asked) {
    await stage.enqueue('note.down', { queue: 'line', args: [what], ...(priority === undefined ? {} : { priority }) });
  }
  await stage.cluster.queues.resume('line');
  await eventually(() => expect(ran).toHaveLength(asked.length));
  const mails = ['mail 1', 'mail 2'];
  const normals = ['normal 1', 'normal 2', 'normal 3'];
  expect(ran).toEqual([...['first of all', 'backup', ...mails, ...normals, 'clean-up 1', 'clean-up 2', 'last of all']]);
});

test('a thousand tasks enqueued one after the other run in that order', async () => {
  await stage.startWorker({ concurrency: 20 });
  const numbers = Array.from({ length: 1_000 }, (_, index) => index);
  const request = (n: number) => ({ model: 'note', method: 'down', args: [n], kwargs: {} });
  const added = await stage.cluster.tasks.enqueueMany(numbers.map(request), {});
  expect(added.filter((task) => task instanceof Error)).toEqual([]);
  await eventually(() => expect(ran).toHaveLength(1_000), 20_000);
  expect(ran).toEqual(numbers);
});

test('a waiting task that gets a lower number overtakes the others', async () => {
  await stage.startWorker({ concurrency: 1 });
  await pausedQueue('line');
  const ids: string[] = [];
  for (const what of ['a', 'b', 'c']) {
    ids.push((await stage.enqueue('note.down', { queue: 'line', args: [what] })).id);
  }
  await stage.cluster.tasks.patch(ids[2] ?? '', {}, { priority: 20 });
  expect((await stage.get(ids[2] ?? '')).priority).toBe(20);
  await stage.cluster.queues.resume('line');
  await eventually(() => expect(ran).toEqual(['c', 'a', 'b']));
});

test('a task for later runs when its time has come: not before, and soon after', async () => {
  await stage.startWorker();
  const lateMs: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const { id, runAt } = await stage.enqueue('probe.succeed', { delaySeconds: 3 });
    expect(await stage.get(id)).toMatchObject({ state: 'scheduled', runAt });
    const task = await stage.ended(id);
    lateMs.push(Date.parse(task.startedAt ?? '') - Date.parse(runAt));
    expect(task.runAt).toBe(runAt);
  }
  const [least = Number.POSITIVE_INFINITY] = lateMs.sort((a, b) => a - b);
  expect(least).toBeGreaterThanOrEqual(0);
  expect(least).toBeLessThan(500);
});

test('a task for in ten years waits for its time, and is nobodys to decide', async () => {
  await stage.startWorker();
  const { id, runAt } = await stage.enqueue('probe.succeed', { delaySeconds: limits.delayMs / 1_000 });
  expect(await stage.get(id)).toMatchObject({ state: 'scheduled', runAt });
  expect(Date.parse(runAt) - Date.now()).toBeGreaterThan(limits.delayMs - 60_000);
  expect(await stage.ended((await stage.enqueue('probe.succeed')).id)).toMatchObject({ state: 'done' });
});

test('a nearer task does not wait for a farther one that was there before', async () => {
  await stage.startWorker();
  await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  await stage.ended((await stage.enqueue('probe.succeed')).id);
  const lateMs: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const task = await stage.ended((await stage.enqueue('probe.succeed', { delaySeconds: 0.3 })).id);
    lateMs.push(Date.parse(task.startedAt ?? '') - Date.parse(task.runAt));
  }
  // A worker that was not told looks every five seconds.
  expect(Math.max(...lateMs)).toBeLessThan(3_000);
  expect(Math.min(...lateMs)).toBeLessThan(500);
});

test('a paused queue goes on with what has begun, keeps what comes, and takes it up again', async () => {
  await stage.startWorker();
  const begun = await stage.enqueue('note.hold', { queue: 'line' });
  await stage.until(begun.id, 'running');
  await stage.cluster.queues.pause('line');
  const kept = await stage.enqueue('note.down', { queue: 'line', args: ['kept'] });
  const due = await stage.enqueue('note.down', { queue: 'line', args: ['due'], delaySeconds: 0.1 });
  expect(await letGo(begun.id)).toMatchObject({ state: 'done' });
  await stage.until(due.id, 'waiting');
  expect(await stage.get(kept.id)).toMatchObject({ state: 'waiting', executions: [] });
  expect(await stage.cluster.queues.get('line', {})).toMatchObject({
    paused: true,
    counts: { waiting: 2, running: 0 },
  });
  expect(await stage.ended((await stage.enqueue('probe.succeed')).id)).toMatchObject({ state: 'done' });
  expect(ran).toEqual([]);

  await stage.cluster.queues.resume('line');
  await eventually(() => expect(ran).toEqual(['kept', 'due']));
  expect(await stage.cluster.queues.get('line', {})).toMatchObject({ paused: false });
});

test('a queue that nobody has used cannot be paused', async () => {
  await expect(stage.cluster.queues.pause('nowhere')).rejects.toMatchObject({ code: 'queue_unknown' });
  await expect(stage.cluster.queues.resume('nowhere')).rejects.toMatchObject({ code: 'queue_unknown' });
  await expect(stage.cluster.queues.get('nowhere', {})).rejects.toMatchObject({ code: 'queue_unknown' });
});

test('two workers share what waits: neither idles while the other has a line', async () => {
  const workers = [await stage.startWorker({ concurrency: 1 }), await stage.startWorker({ concurrency: 1 })];
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1) ids.push((await stage.enqueue('note.hold')).id);
  const [first = '', second = '', third = '', fourth = ''] = ids;
  await stage.until(first, 'running');
  await stage.until(second, 'running');
  // Whoever is free takes the next one, while the other goes on.
  await letGo(first);
  await stage.until(third, 'running');
  await letGo(second);
  await stage.until(fourth, 'running');
  const tasks = [await letGo(third), await letGo(fourth), await stage.get(first), await stage.get(second)];
  const share = (id: string) => tasks.filter(({ executions }) => executions[0]?.worker === id).length;
  expect(workers.map(({ id }) => share(id))).toEqual([2, 2]);
});

test('a worker runs as many tasks at a time as it may, and no more', async () => {
  const worker = await stage.startWorker({ concurrency: 3 });
  const ids: string[] = [];
  for (let n = 0; n < 6; n += 1) ids.push((await stage.enqueue('note.hold')).id);
  await eventually(() => expect(worker.session.runningCount()).toBe(3));
  expect(await stage.cluster.queues.get('default', {})).toMatchObject({ counts: { running: 3, waiting: 3 } });
  for (const id of ids) {
    await letGo(id);
    expect(worker.session.runningCount()).toBeLessThanOrEqual(3);
  }
});

test('a worker takes from its own queues only; one of all queues learns of a new one at once', async () => {
  const mail = await stage.startWorker({ queues: ['mail'] });
  const elsewhere = await stage.enqueue('note.down', { queue: 'elsewhere', args: ['elsewhere'] });
  const own = await stage.ended((await stage.enqueue('probe.succeed', { queue: 'mail' })).id);
  expect(own.executions[0]?.worker).toBe(mail.id);
  expect(await stage.get(elsewhere.id)).toMatchObject({ state: 'waiting' });

  const all = await stage.startWorker();
  expect((await stage.ended(elsewhere.id)).executions[0]?.worker).toBe(all.id);
  const startedAt = Date.now();
  const fresh = await stage.ended((await stage.enqueue('probe.succeed', { queue: 'fresh' })).id);
  expect(fresh.executions[0]?.worker).toBe(all.id);
  expect(Date.now() - startedAt).toBeLessThan(4_000);
});

test('the oldest waiting task tells how long its queue is behind', async () => {
  await stage.startWorker();
  await pausedQueue('line');
  expect(await stage.cluster.queues.get('line', {})).toMatchObject({ oldestWaitingSeconds: null });
  const { createdAt } = await stage.enqueue('probe.succeed', { queue: 'line' });
  await eventually(() => expect(Date.now() - Date.parse(createdAt)).toBeGreaterThan(300));
  const { oldestWaitingSeconds } = await stage.cluster.queues.get('line', {});
  expect(oldestWaitingSeconds).toBeGreaterThanOrEqual(0.3);
  expect(oldestWaitingSeconds).toBeLessThan(20);
});
