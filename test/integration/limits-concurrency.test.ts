import { setTimeout as sleep } from 'node:timers/promises';
import { defineModel } from '@drover/core';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let running = 0;
let most = 0;
const begunAt: number[] = [];
/** What lets go those that are held, in the order in which they began. */
const held: (() => void)[] = [];

const busy = defineModel('busy', {
  work: {
    description: 'Tells how many run beside it',
    args: z.tuple([z.int()]),
    async run({ args: [ms] }) {
      begunAt.push(Date.now());
      running += 1;
      most = Math.max(most, running);
      await sleep(ms);
      running -= 1;
    },
  },
  hold: {
    description: 'Goes on until it is let go',
    async run() {
      begunAt.push(Date.now());
      running += 1;
      await new Promise<void>((resolve) => held.push(resolve));
      running -= 1;
    },
  },
});

let stage: WorkerStage;

beforeEach(async () => {
  running = 0;
  most = 0;
  begunAt.length = 0;
  stage = await startWorkerStage({ models: [busy] });
});

afterEach(async () => {
  letGo(held.length);
  await stage.stop();
});

function letGo(count: number): void {
  for (const resolve of held.splice(0, count)) resolve();
}

/** Lets a queue exist, with these limits. */
async function limited(patch: Parameters<WorkerStage['cluster']['queues']['patch']>[1]): Promise<void> {
  await stage.ended((await stage.enqueue('probe.succeed', { queue: 'line' })).id);
  await stage.cluster.queues.patch('line', patch);
}

async function enqueue(count: number, ms: number | 'until let go'): Promise<void> {
  const asked = ms === 'until let go' ? { method: 'hold', args: [] } : { method: 'work', args: [ms] };
  const requests = Array.from({ length: count }, () => ({ model: 'busy', ...asked, kwargs: {}, queue: 'line' }));
  const added = await stage.cluster.tasks.enqueueMany(requests, {});
  expect(added.filter((task) => task instanceof Error)).toEqual([]);
}

test('of a queue no more tasks run at a time than it may, on all workers together, and no slot stays idle', async () => {
  await stage.startWorker();
  await stage.startWorker();
  await limited({ concurrency: 3 });
  const beganAt = Date.now();
  await enqueue(60, 50);
  await eventually(() => expect(begunAt).toHaveLength(60), 20_000);
  await eventually(() => expect(running).toBe(0));
  expect(most).toBe(3);
  // 20 rounds of 50 ms. Slots that waited for somebody to look would cost seconds in each round.
  expect(Date.now() - beganAt).toBeLessThan(15_000);
});

test('a limit holds from the next task on, is raised while tasks wait, and goes again', async () => {
  await stage.startWorker({ concurrency: 20 });
  await limited({ concurrency: 1 });
  await enqueue(200, 200);
  await eventually(() => expect(begunAt.length).toBeGreaterThan(2));
  expect(most).toBe(1);
  await stage.cluster.queues.patch('line', { concurrency: 4 });
  await eventually(() => expect(most).toBe(4));
  expect((await stage.cluster.queues.get('line', {})).limits).toEqual({ concurrency: 4 });
  await stage.cluster.queues.patch('line', { concurrency: null });
  await eventually(() => expect(most).toBeGreaterThan(15));
  expect((await stage.cluster.queues.get('line', {})).limits).toBeUndefined();
});

test('where a limit comes while more run than it allows, the next begins when enough have ended', async () => {
  await stage.startWorker({ concurrency: 20 });
  await limited({ keyConcurrency: null });
  await enqueue(6, 'until let go');
  await eventually(() => expect(held).toHaveLength(6));
  await stage.cluster.queues.patch('line', { concurrency: 2 });
  await enqueue(4, 100);
  letGo(4);
  await eventually(() => expect(running).toBe(2));
  await sleep(300);
  // Two go on, and two are as many as may.
  expect(begunAt).toHaveLength(6);
  letGo(1);
  await eventually(() => expect(begunAt.length).toBeGreaterThan(6));
  expect(running).toBeLessThanOrEqual(2);
  letGo(1);
  await eventually(() => expect(begunAt).toHaveLength(10));
});

/** When each task of the queue began, by the clock of Redis, which the rate goes by too. */
async function starts(): Promise<number[]> {
  const { items } = await stage.cluster.tasks.list({ model: 'busy', state: 'done', limit: 100 }, {});
  return items.map(({ startedAt }) => Date.parse(startedAt ?? '')).sort((a, b) => a - b);
}

test('tasks of a queue with a rate begin evenly: 5 in half a second are never 10', async () => {
  await stage.startWorker();
  await stage.startWorker();
  await limited({ rate: { tasks: 5, seconds: 0.5, burst: 1 } });
  await enqueue(20, 1);
  await eventually(async () => expect(await starts()).toHaveLength(20), 20_000);
  const startedAt = await starts();
  for (const at of startedAt) {
    expect(startedAt.filter((other) => other >= at && other < at + 500).length).toBeLessThanOrEqual(6);
  }
  expect((startedAt.at(-1) ?? 0) - (startedAt[0] ?? 0)).toBeGreaterThan(1_700);
});

test('after a rest as many tasks begin at once as the burst says, and then they begin evenly', async () => {
  await stage.startWorker({ concurrency: 50 });
  await limited({ rate: { tasks: 2, seconds: 1, burst: 8 } });
  await enqueue(10, 1);
  await eventually(async () => expect(await starts()).toHaveLength(10), 20_000);
  const startedAt = await starts();
  const after = (n: number) => (startedAt[n] ?? 0) - (startedAt[0] ?? 0);
  // Evenly, the eighth would come after 3.5 s.
  expect(after(7)).toBeLessThan(3_000);
  expect(after(8)).toBeGreaterThan(400);
  expect(after(9)).toBeGreaterThan(900);
});

test('a high rate is kept, though nobody looks for every single task', async () => {
  await stage.startWorker({ concurrency: 100 });
  await limited({ rate: { tasks: 400, seconds: 1, burst: 1 } });
  const beganAt = Date.now();
  await enqueue(400, 1);
  await eventually(() => expect(begunAt).toHaveLength(400), 20_000);
  expect(Date.now() - beganAt).toBeGreaterThan(900);
  await eventually(async () => expect((await stage.cluster.queues.get('line', {})).counts.running).toBe(0));
  // Several begin at one look. With a look for each there would be a hundred moments.
  const newest = await starts();
  expect(newest).toHaveLength(100);
  expect(new Set(newest).size).toBeLessThan(70);
});

test('a queue whose slots are taken is not looked at again and again for its rate', async () => {
  await stage.startWorker({ queues: ['line'] });
  await stage.startWorker({ queues: ['line'] });
  await limited({ concurrency: 1, rate: { tasks: 100, seconds: 1, burst: 1 } });
  const redis = new Redis(stage.redisUrl);
  const monitor = await redis.monitor();
  let looks = 0;
  monitor.on('monitor', (_, [command = '', ...args]: string[]) => {
    // Of all scripts only this one is told who asks.
    const isTake = command.toLowerCase() === 'evalsha' && args.some((arg) => /^worker-\w+\|/.test(arg));
    if (isTake && args.some((arg) => arg.startsWith(stage.key('')))) looks += 1;
  });
  await enqueue(1, 'until let go');
  await eventually(() => expect(running).toBe(1));
  await enqueue(3, 1);
  // The one that began it, at least: so they are seen.
  await eventually(() => expect(looks).toBeGreaterThan(0));
  looks = 0;
  await sleep(1_500);
  monitor.disconnect();
  redis.disconnect();
  expect(looks).toBeLessThanOrEqual(6);
});
