import { setTimeout as sleep } from 'node:timers/promises';
import { defineModel, type TaskRequestInput } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

/** What began, in order; and by key, what runs and the most that ever did. */
const began: string[] = [];
const running = new Map<string, number>();
const most = new Map<string, number>();

/** While it is shut, no task ends. */
const gate = { isShut: false };

const busy = defineModel('busy', {
  work: {
    description: 'Tells how many of its kind run beside it',
    args: z.tuple([z.string(), z.int()]),
    async run({ args: [key, ms] }, task) {
      began.push(key);
      const now = (running.get(key) ?? 0) + 1;
      running.set(key, now);
      most.set(key, Math.max(most.get(key) ?? 0, now));
      try {
        // A task that is told to end, ends: `task.signal`.
        await sleep(ms, undefined, { signal: task.signal });
        while (gate.isShut) await sleep(5, undefined, { signal: task.signal });
      } finally {
        running.set(key, (running.get(key) ?? 0) - 1);
      }
    },
  },
});

let stage: WorkerStage;

beforeEach(async () => {
  began.length = 0;
  running.clear();
  most.clear();
  gate.isShut = false;
  stage = await startWorkerStage({ models: [busy] });
});

afterEach(() => stage.stop());

type Asked = Omit<Partial<TaskRequestInput>, 'model' | 'method'>;

async function keyed(keyConcurrency: number): Promise<void> {
  await stage.ended((await stage.enqueue('probe.succeed', { queue: 'line' })).id);
  await stage.cluster.queues.patch('line', { keyConcurrency });
}

async function enqueue(company: string, count: number, ms: number, asked: Asked = {}): Promise<string[]> {
  const ids: string[] = [];
  const request = requestOf('busy.work', { args: [company, ms], queue: 'line', company, ...asked });
  for (let at = 0; at < count; at += 1_000) {
    const group = Array.from({ length: Math.min(1_000, count - at) }, () => request);
    for (const task of await stage.cluster.tasks.enqueueMany(group, {})) {
      if (task instanceof Error) throw task;
      ids.push(task.id);
    }
  }
  return ids;
}

const queue = () => stage.cluster.queues.get('line', {});
/** So many wait for a slot of their key. */
const untilHeld = (count: number) => eventually(async () => expect((await queue()).held).toBe(count));

/** Nobody has a slot, and nobody waits for one. */
async function expectNothingLeft(): Promise<void> {
  await eventually(async () => {
    const left = await stage.redis.keys(`{${stage.keyPrefix}}:*`);
    expect(left.filter((name) => /:(slots|held):/.test(name))).toEqual([]);
  });
}

test('a company that comes late with few tasks does not wait for one that came first with thousands', async () => {
  const [many, few] = [process.env.SOAK === '1' ? 50_000 : 5_000, 50];
  await stage.startWorker({ concurrency: 8, lockMs: 30_000 });
  await keyed(5);
  const large = await enqueue('large', many, 20);
  await eventually(() => expect(began.length).toBeGreaterThan(100));
  await enqueue('small', few, 5);
  const before = began.length;
  await eventually(() => expect(began.filter((key) => key === 'small')).toHaveLength(few), 20_000);
  const meanwhile = began.slice(before, began.lastIndexOf('small')).filter((key) => key === 'large');
  expect(meanwhile.length).toBeLessThan(200);
  expect(most.get('large')).toBe(5);
  expect(most.get('small')).toBeLessThanOrEqual(5);
  // The rest is let go, however much it is, and nothing of it is lost on the way.
  await stage.cluster.queues.patch('line', { keyConcurrency: null });
  await stage.startWorker({ concurrency: 100, lockMs: 30_000 });
  await eventually(() => expect(began).toHaveLength(large.length + few), 180_000);
  await expectNothingLeft();
}, 240_000);

test('keys take turns also where there are slots for one task only', async () => {
  await keyedAlone();
  await enqueue('a', 6, 1);
  await enqueue('b', 3, 1);
  await enqueue('c', 2, 1);
  await enqueue('a', 1, 1, { priority: 10 });
  await stage.cluster.queues.resume('line');
  await eventually(() => expect(began).toHaveLength(12));
  expect(began.join('')).toMatch(/^a([abc]{3}){2}[ab]{2}aaa$/);
  expect([...began.slice(1, 4)].sort()).toEqual(['a', 'b', 'c']);
  expect([...began.slice(4, 7)].sort()).toEqual(['a', 'b', 'c']);
});

test('tasks without a key are bound by none, and take turns as one', async () => {
  await keyedAlone(10);
  const request = requestOf('busy.work', { args: ['none', 50], queue: 'line' });
  await stage.cluster.tasks.enqueueMany(Array(20).fill(request), {});
  await enqueue('a', 2, 1);
  gate.isShut = true;
  await stage.cluster.queues.resume('line');
  await eventually(() => expect(began).toHaveLength(10));
  gate.isShut = false;
  await eventually(() => expect(began).toHaveLength(22));
  expect(began.indexOf('a')).toBeLessThan(3);
  expect(began.lastIndexOf('a')).toBeLessThan(8);
  expect(most.get('none')).toBeGreaterThan(5);
});

async function keyedAlone(concurrency = 1): Promise<void> {
  await stage.startWorker({ concurrency });
  await keyed(2);
  await stage.cluster.queues.pause('line');
}

test('a key may be given beside the company, and those of two companies are never the same', async () => {
  await stage.startWorker();
  await keyed(1);
  gate.isShut = true;
  await enqueue('a', 2, 1, { concurrencyKey: 'smtp' });
  await enqueue('a', 1, 1);
  await enqueue('b', 1, 1, { concurrencyKey: 'smtp' });
  const [task] = (await stage.cluster.tasks.list({ company: 'b', limit: 10 }, {})).items;
  expect(task?.concurrencyKey).toBe('smtp');
  await eventually(() => expect(began).toHaveLength(3));
  expect(running.get('a')).toBe(2);
  expect(running.get('b')).toBe(1);
  gate.isShut = false;
  await eventually(() => expect(began).toHaveLength(4));
  await expectNothingLeft();
});

test('what waits for a slot of its key is waiting for everybody: counted, found, and explained', async () => {
  await stage.startWorker();
  await keyed(1);
  gate.isShut = true;
  const ids = await enqueue('a', 4, 1);
  await stage.until(ids[0] ?? '', 'running');
  await untilHeld(3);
  const { counts, limits, oldestWaitingSeconds } = await queue();
  expect(counts).toMatchObject({ waiting: 3, running: 1 });
  expect(limits).toEqual({ keyConcurrency: 1 });
  expect(oldestWaitingSeconds).toBeGreaterThan(0);
  const found = await stage.cluster.tasks.list({ state: 'waiting', queue: 'line', limit: 10 }, {});
  expect(found.items.map(({ id }) => id).sort()).toEqual(ids.slice(1).sort());
  const last = await stage.cluster.tasks.explain(ids.at(-1) ?? '', {});
  expect(last.state).toBe('waiting');
  const reason = last.reasons.find(({ code }) => code === 'concurrency_limit');
  expect(reason?.message).toBe(
    'Of key "a" at most 1 may run at a time in queue "line", and so many do: 1 × busy.work.',
  );
  expect(reason?.data).toMatchObject({ key: 'a', concurrency: 1, running: 1, tasks: [{ id: ids[0] }] });
  expect(last.reasons.find(({ code }) => code === 'tasks_ahead')?.data).toMatchObject({ ahead: 2 });
  gate.isShut = false;
});

test('what waits for a slot of its key can be cancelled, and moved', async () => {
  await stage.startWorker();
  await keyed(1);
  gate.isShut = true;
  const ids = await enqueue('a', 6, 5);
  const [first = '', cancelled = '', later = '', , , last = ''] = ids;
  await stage.until(first, 'running');
  await untilHeld(5);
  await stage.cluster.tasks.cancel(cancelled, {});
  await stage.cluster.tasks.patch(later, {}, { runAt: new Date(Date.now() + 600_000).toISOString() });
  await stage.cluster.tasks.patch(last, {}, { priority: 1 });
  expect((await stage.get(cancelled)).state).toBe('cancelled');
  expect((await stage.get(later)).state).toBe('scheduled');
  gate.isShut = false;
  const ended = await Promise.all([first, last, ids[3] ?? ''].map((id) => stage.ended(id)));
  const starts = ended.map(({ startedAt }) => startedAt ?? '');
  expect([...starts].sort()).toEqual(starts);
  await stage.cluster.tasks.runNow(later, {});
  await stage.ended(later);
  await stage.ended(ids[4] ?? '');
  expect(most.get('a')).toBe(1);
  expect(began).toHaveLength(5);
  await expectNothingLeft();
});

test('a slot that was given to a task in line goes on to the next when that one is cancelled', async () => {
  const worker = await stage.startWorker();
  await keyed(1);
  gate.isShut = true;
  const ids = await enqueue('a', 3, 5);
  const [first = '', second = '', third = ''] = ids;
  await stage.until(first, 'running');
  await untilHeld(2);
  await stage.cluster.queues.pause('line');
  gate.isShut = false;
  await stage.ended(first);
  await untilHeld(1);
  await stage.cluster.tasks.cancel(second, {});
  expect((await queue()).held).toBe(0);
  await stage.cluster.queues.resume('line');
  await stage.ended(third);
  expect(worker.errors).toEqual([]);
  await expectNothingLeft();
});

test('a higher bound lets more go at once, a lower one fewer, and none lets all go', async () => {
  await stage.startWorker({ concurrency: 40 });
  await keyed(1);
  await enqueue('a', 300, 100);
  await eventually(() => expect(began.length).toBeGreaterThan(1));
  expect(most.get('a')).toBe(1);
  gate.isShut = true;
  await stage.cluster.queues.patch('line', { keyConcurrency: 6 });
  await eventually(() => expect(running.get('a')).toBe(6));
  gate.isShut = false;
  await stage.cluster.queues.patch('line', { keyConcurrency: 2 });
  await eventually(() => expect(running.get('a')).toBe(2));
  await sleep(300);
  expect(running.get('a')).toBeLessThanOrEqual(2);
  gate.isShut = true;
  await stage.cluster.queues.patch('line', { keyConcurrency: null });
  await eventually(() => expect(running.get('a')).toBeGreaterThan(20));
  gate.isShut = false;
  await eventually(() => expect(began).toHaveLength(300));
  expect((await queue()).held).toBeUndefined();
  await expectNothingLeft();
});

test('where keys are bound while tasks of them run, those count', async () => {
  await stage.startWorker();
  await stage.ended((await stage.enqueue('probe.succeed', { queue: 'line' })).id);
  gate.isShut = true;
  await enqueue('a', 2, 5);
  await eventually(() => expect(running.get('a')).toBe(2));
  await stage.cluster.queues.patch('line', { keyConcurrency: 2 });
  await enqueue('a', 2, 50);
  await untilHeld(2);
  gate.isShut = false;
  await eventually(() => expect(began).toHaveLength(4));
  expect(most.get('a')).toBe(2);
  await expectNothingLeft();
});

test('an urgent task does not wait for slots that are kept for others which nobody takes now', async () => {
  const worker = await stage.startWorker();
  await keyed(2);
  gate.isShut = true;
  const low = await enqueue('a', 5, 5, { priority: 300 });
  await untilHeld(3);
  await eventually(() => expect(running.get('a')).toBe(2));
  worker.session.holdBack({ highestPriority: 100, concurrencyMax: 10 });
  gate.isShut = false;
  await eventually(() => expect(running.get('a')).toBe(0));
  await untilHeld(1);
  const urgent = await enqueue('a', 3, 20, { priority: 10 });
  for (const id of urgent) await stage.ended(id);
  expect(began).toHaveLength(5);
  worker.session.holdBack({ highestPriority: 0, concurrencyMax: 10 });
  for (const id of low) await stage.ended(id);
  expect(most.get('a')).toBe(2);
  await expectNothingLeft();
});

test('a key whose waiting tasks were cancelled does not stay behind for them', async () => {
  await keyedAlone();
  const cancelled = await enqueue('a', 60, 1);
  await enqueue('b', 60, 1);
  for (const id of cancelled) await stage.cluster.tasks.cancel(id, {});
  await enqueue('a', 1, 1);
  await stage.cluster.queues.resume('line');
  await eventually(() => expect(began).toHaveLength(61));
  expect(began.indexOf('a')).toBeLessThan(5);
});

test('a key that is called like a company has slots of its own', async () => {
  await stage.startWorker();
  await keyed(1);
  gate.isShut = true;
  await enqueue('a', 1, 1);
  await eventually(() => expect(running.get('a')).toBe(1));
  const request = requestOf('busy.work', { args: ['none', 1], queue: 'line', concurrencyKey: 'a' });
  await stage.cluster.tasks.enqueue(request, {});
  await eventually(() => expect(running.get('none')).toBe(1));
  gate.isShut = false;
  await eventually(() => expect(running.get('none')).toBe(0));
});
