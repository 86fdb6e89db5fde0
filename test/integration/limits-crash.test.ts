import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError, defineModel, isFinished } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createChance } from '../chance.ts';
import { eventually } from '../eventually.ts';
import { startProxy } from '../proxy.ts';
import { requestOf, startWorkerStage, type TestWorker, type WorkerStage } from '../worker-stage.ts';

const isSoak = process.env.SOAK === '1';
const running = new Map<string, number>();
const most = new Map<string, number>();

/** Tasks that begin now go on until they are told to end. */
let isShut = false;

const busy = defineModel('busy', {
  work: {
    description: 'Tells how many of its kind run beside it, and fails as often as it is told',
    args: z.tuple([z.string(), z.int(), z.int()]),
    async run({ args: [key, ms, failures] }, task) {
      const now = (running.get(key) ?? 0) + 1;
      running.set(key, now);
      most.set(key, Math.max(most.get(key) ?? 0, now));
      try {
        await sleep(isShut ? 60_000 : ms, undefined, { signal: task.signal });
      } finally {
        running.set(key, (running.get(key) ?? 0) - 1);
      }
      if (task.attempt <= failures) throw new Error('as it was told');
    },
  },
});

let stage: WorkerStage;

beforeEach(async () => {
  running.clear();
  most.clear();
  stage = await startWorkerStage({ models: [busy] });
});

afterEach(() => stage.stop());

async function queueExists(): Promise<void> {
  await stage.ended((await stage.enqueue('probe.succeed', { queue: 'line' })).id);
}

async function expectNothingLeft(): Promise<void> {
  await eventually(async () => {
    const left = await stage.redis.keys(`{${stage.keyPrefix}}:*`);
    expect(left.filter((name) => /:(slots|held):/.test(name))).toEqual([]);
  });
}

test('a worker that dies keeps the slots of its tasks until others take them over, and no slot is lost', async () => {
  const proxy = await startProxy(stage.redisUrl);
  try {
    const dying = await stage.startWorker({ redisUrl: proxy.url, concurrency: 2, lockMs: 1_500 });
    await queueExists();
    await stage.cluster.queues.patch('line', { keyConcurrency: 2, concurrency: 2 });
    const request = requestOf('busy.work', { args: ['a', 6_000, 0], queue: 'line', company: 'a' });
    const lost = await stage.cluster.tasks.enqueueMany([request, request], {});
    await eventually(() => expect(running.get('a')).toBe(2));
    const rest = [];
    for (let n = 0; n < 4; n += 1) {
      rest.push(await stage.enqueue('busy.work', { args: ['b', 20, 0], queue: 'line', company: 'a' }));
    }
    proxy.close();
    expect((await stage.cluster.queues.get('line', {})).counts).toMatchObject({ waiting: 4, running: 2 });
    await stage.startWorker({ lockMs: 1_500 });
    for (const task of rest) await stage.ended(task.id);
    expect(most.get('b')).toBeLessThanOrEqual(2);
    for (const task of lost) {
      if (task instanceof Error) throw task;
      expect((await stage.ended(task.id)).executions.length).toBeGreaterThan(1);
    }
    await expectNothingLeft();
    await dying.stop();
  } finally {
    await proxy.stop();
  }
}, 60_000);

test('a worker that is stopped gives its tasks back with their slots, and another one goes on', async () => {
  const first = await stage.startWorker();
  await queueExists();
  await stage.cluster.queues.patch('line', { keyConcurrency: 2 });
  const tasks = [];
  isShut = true;
  for (let n = 0; n < 6; n += 1) {
    tasks.push(await stage.enqueue('busy.work', { args: ['a', 20, 0], queue: 'line', company: 'a' }));
  }
  await eventually(async () => expect((await stage.cluster.queues.get('line', {})).held).toBe(4));
  await eventually(() => expect(running.get('a')).toBe(2));
  await first.stop(0);
  isShut = false;
  await stage.startWorker();
  for (const task of tasks) expect((await stage.ended(task.id)).state).toBe('done');
  expect(most.get('a')).toBe(2);
  await expectNothingLeft();
});

test('slots and counts that are wrong are found and mended', async () => {
  await stage.startWorker();
  await queueExists();
  await stage.cluster.queues.patch('line', { keyConcurrency: 1 });
  // As if a task had been removed behind our back while it had its slot.
  await stage.redis.sadd(stage.key('slots:line:a'), 'tsk_gone');
  const task = await stage.enqueue('busy.work', { args: ['a', 10, 0], queue: 'line', company: 'a' });
  await eventually(async () => expect((await stage.cluster.queues.get('line', {})).held).toBe(1));
  await stage.redis.hset(stage.key('held:line'), 'a', 7, '', 9);
  const verifying = await stage.cluster.tasks.enqueue(requestOf('system.ledger.verify'), {}, { isSystem: true });
  expect((await stage.ended(verifying.id)).result).toMatchObject({ keysCorrected: 1 });
  expect((await stage.ended(task.id)).state).toBe('done');
  expect((await stage.cluster.queues.get('line', {})).held).toBe(0);
  await expectNothingLeft();
});

test(
  'whatever is done to tasks and limits meanwhile, every task ends, and no slot is left over',
  async () => {
    const { between, pick: pickOr } = createChance();
    const pick = <T>(items: readonly T[]): T => pickOr(items) as T;
    const workers: TestWorker[] = [await stage.startWorker({ concurrency: 6 }), await stage.startWorker()];
    await queueExists();
    await stage.cluster.queues.patch('line', { keyConcurrency: 2, concurrency: 8 });
    const ids: string[] = [];
    const some = () => pick(ids);
    const queue = { queue: 'line', retry: { delaySeconds: 0 } };
    const enqueue = async () => {
      const key = pick(['a', 'b', 'c', 'd']);
      const args = [key, between(0, 59), between(0, 9) === 0 ? between(0, 2) : 0];
      const who = key === 'd' ? {} : { company: key };
      const priority = pick([10, 100, 100, 100]);
      const when = between(0, 4) === 0 ? { delaySeconds: between(0, 19) / 10 } : {};
      const request = requestOf('busy.work', { ...queue, ...who, ...when, args, priority });
      const added = await stage.cluster.tasks.enqueueMany(
        Array.from({ length: 1 + between(0, 11) }, () => request),
        {},
      );
      for (const task of added) if (!(task instanceof Error)) ids.push(task.id);
    };
    const steps: (() => Promise<unknown>)[] = [
      enqueue,
      enqueue,
      enqueue,
      () => stage.cluster.tasks.cancel(some(), {}),
      () => stage.cluster.tasks.cancel(some(), {}),
      () => stage.cluster.tasks.retry(some(), {}),
      () => stage.cluster.tasks.kill(some(), {}),
      () => stage.cluster.tasks.runNow(some(), {}),
      () => stage.cluster.tasks.patch(some(), {}, { priority: pick([5, 100, 200]) }),
      () => stage.cluster.tasks.patch(some(), {}, { runAt: new Date(Date.now() + between(0, 1_500)).toISOString() }),
      () => stage.cluster.queues.patch('line', { keyConcurrency: pick([1, 2, 3, 3, null]) }),
      () => stage.cluster.queues.patch('line', { concurrency: pick([3, 8, null]) }),
      () => stage.cluster.queues.patch('line', { rate: pick([{ tasks: 200, seconds: 1, burst: 5 }, null]) }),
      () => stage.cluster.queues.pause('line'),
      () => stage.cluster.queues.resume('line'),
      () => stage.cluster.queues.resume('line'),
      async () => {
        if (between(0, 7) > 0) return;
        await workers.shift()?.stop(0);
        workers.push(await stage.startWorker({ concurrency: 6 }));
      },
    ];
    await enqueue();
    for (let n = 0; n < (isSoak ? 5_000 : 500); n += 1) {
      await pick(steps)().catch((error: unknown) => {
        if (!(error instanceof ClusterError) || error.code !== 'state_conflict') throw error;
      });
    }
    await stage.cluster.queues.patch('line', { keyConcurrency: 2, concurrency: 8, rate: null });
    await stage.cluster.queues.resume('line');
    await eventually(async () => {
      const { counts } = await stage.cluster.queues.get('line', {});
      expect(counts).toMatchObject({ waiting: 0, running: 0, scheduled: 0 });
    }, 60_000);
    for (const id of ids) {
      const { state } = await stage.get(id);
      expect(isFinished(state), `${id} is still ${state}`).toBe(true);
    }
    await expectNothingLeft();
    expect((await stage.cluster.queues.get('line', {})).held).toBe(0);
  },
  isSoak ? 600_000 : 120_000,
);
