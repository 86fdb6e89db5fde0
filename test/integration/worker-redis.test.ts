import { setTimeout as sleep } from 'node:timers/promises';
import { createCluster, createWorker, GuardError } from '@drover/broker';
import { defineModel, type Task } from '@drover/core';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { type RedisProxy, startProxy } from '../proxy.ts';
import { startRedis, type TestRedis } from '../redis.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const runs: string[] = [];
let loseLock = async (_id: string): Promise<unknown> => undefined;
/** Tasks that may go on: `tally.hold`. */
const released = new Set<string>();

const tally = defineModel('tally', {
  mark: {
    description: 'Notes that it ran',
    args: z.tuple([z.string()]),
    run({ args: [what] }) {
      runs.push(what);
      return what;
    },
  },
  hold: {
    description: 'Goes on until it is released',
    async run(_, task) {
      while (!released.has(task.id)) await sleep(10, undefined, { signal: task.signal });
    },
  },
  stolen: {
    description: 'Loses its lock, takes a checkpoint and then notes that it goes on',
    async run(_, task) {
      await loseLock(task.id);
      await task.checkpoint(task.attempt);
      runs.push(`attempt ${task.attempt}`);
    },
  },
  late: {
    description: 'Loses its lock, takes a checkpoint and then fails',
    async run(_, task) {
      if (task.lastCheckpoint !== undefined) return task.lastCheckpoint;
      await loseLock(task.id);
      await task.checkpoint('remembered');
      throw new Error('after the checkpoint');
    },
  },
});

beforeEach(() => {
  runs.length = 0;
});

/** An argument of a command, as it is on the wire. */
const argument = (text: string) => `\r\n${text}\r\n`;

describe('over a network that breaks', () => {
  let stage: WorkerStage;
  let proxy: RedisProxy;

  beforeEach(async () => {
    proxy = await startProxy(inject('redisUrl'));
    stage = await startWorkerStage({ models: [tally] });
  });

  afterEach(async () => {
    proxy.open();
    await stage.stop();
    await proxy.stop();
  });

  test('an end whose confirmation was lost is sent again, and counts once', async () => {
    const worker = await stage.startWorker({ redisUrl: proxy.url });
    const lost = proxy.loseReplyTo(argument('success'));
    const { id } = await stage.enqueue('tally.mark', { args: ['a'] });
    await lost;
    const task = await stage.ended(id);
    await eventually(() => expect(proxy.connections()).toBe(2));
    await worker.stop(1_000);

    expect(runs).toEqual(['a']);
    expect(task).toMatchObject({ state: 'done', result: 'a', executions: [{ attempt: 1 }] });
    expect(await stage.cluster.queues.get('default', {})).toMatchObject({
      counts: { done: 1, running: 0, waiting: 0 },
    });
    expect(await stage.bull('default').getJobCounts('completed')).toEqual({ completed: 1 });
    expect(worker.lost).toEqual([]);
  });

  test('a retry whose confirmation was lost is counted once', async () => {
    await stage.startWorker({ redisUrl: proxy.url });
    const lost = proxy.loseReplyTo(argument('retry'));
    const { id } = await stage.enqueue('probe.fail');
    await lost;
    await eventually(() => expect(proxy.connections()).toBe(2));
    expect(await stage.until(id, 'scheduled')).toMatchObject({ retryCount: 1, executions: [{ outcome: 'error' }] });
  });

  test('tasks that were handed out in an answer that never came run all the same, and once', async () => {
    const worker = await stage.startWorker({ redisUrl: proxy.url, lockMs: 30_000 });
    await stage.ended((await stage.enqueue('tally.mark', { args: ['a'] })).id);
    const lost = proxy.loseReplyTo(`${worker.id}|`);
    const requests = ['b', 'c', 'd'].map((what) => requestOf('tally.mark', { args: [what] }));
    const tasks = (await stage.cluster.tasks.enqueueMany(requests, {})) as Task[];
    await lost;
    for (const { id } of tasks) {
      expect(await stage.ended(id)).toMatchObject({ state: 'done', executions: [{ attempt: 1, outcome: 'success' }] });
    }
    expect(runs.sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a worker whose connections die in silence heals within 30 s, and ends what it had begun', async () => {
    const worker = await stage.startWorker({ redisUrl: proxy.url, lockMs: 30_000 });
    const begun = await stage.enqueue('tally.hold');
    await stage.until(begun.id, 'running');
    proxy.silence();
    released.add(begun.id);
    const startedAt = Date.now();
    const after = await stage.enqueue('tally.mark', { args: ['after'] });
    await eventually(async () => expect((await stage.get(after.id)).state).toBe('done'), 40_000);
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(await stage.ended(begun.id)).toMatchObject({ state: 'done', executions: [{ attempt: 1 }] });
    await worker.stop();
  }, 80_000);

  test('a worker whose connections are all closed goes on at once', async () => {
    const worker = await stage.startWorker({ redisUrl: proxy.url });
    for (let round = 0; round < 5; round += 1) {
      const { id } = await stage.enqueue('tally.hold');
      await stage.until(id, 'running');
      proxy.cut();
      released.add(id);
      expect(await stage.ended(id)).toMatchObject({ state: 'done', executions: [{ attempt: 1, worker: worker.id }] });
    }
    expect(worker.lost).toEqual([]);
  });

  test('a worker that lost its lock and finishes later changes nothing, and says so', async () => {
    const slow = { kwargs: { ms: 3_000 } };
    const cutOff = await stage.startWorker({ redisUrl: proxy.url, lockMs: 500 });
    const { id } = await stage.enqueue('probe.slow', slow);
    await stage.until(id, 'running');
    proxy.close();
    const healthy = await stage.startWorker({ lockMs: 500 });
    await eventually(async () => expect((await stage.get(id)).executions).toHaveLength(2));
    expect((await stage.get(id)).executions).toMatchObject([
      { attempt: 1, outcome: 'lost', worker: cutOff.id },
      { attempt: 2, worker: healthy.id },
    ]);
    proxy.open();

    const task = await stage.ended(id);
    await eventually(() => expect(cutOff.lost).toEqual([id]));
    expect(task).toMatchObject({ state: 'done', retryCount: 0, result: { ms: 3_000 } });
    expect(await stage.get(id)).toEqual(task);
    expect(task.executions).toMatchObject([
      { attempt: 1, outcome: 'lost', worker: cutOff.id },
      { attempt: 2, outcome: 'success', worker: healthy.id },
    ]);
    expect(await stage.cluster.queues.get('default', {})).toMatchObject({ counts: { done: 1, running: 0 } });
    expect(healthy.lost).toEqual([]);
  });

  test('a checkpoint of a task that another worker has taken ends the method: it must not go on', async () => {
    loseLock = async (id) => {
      loseLock = async () => undefined;
      await stage.redis.set(stage.key(`q:default:${id}:lock`), 'another worker', 'PX', 5_000);
    };
    await stage.startWorker();
    const { id } = await stage.enqueue('tally.stolen');
    expect(await stage.ended(id)).toMatchObject({ executions: [{ outcome: 'lost' }, { outcome: 'success' }] });
    expect(runs).toEqual(['attempt 2']);
  });

  test('a checkpoint is kept also when the lock had run out and nobody else took the task', async () => {
    loseLock = (id) => stage.redis.del(stage.key(`q:default:${id}:lock`));
    await stage.startWorker({ lockMs: 60_000 });
    const { id } = await stage.enqueue('tally.late', { retry: { delaySeconds: 0 }, maxRetries: 1 });
    expect(await stage.ended(id)).toMatchObject({ state: 'done', result: 'remembered' });
  });
});

describe('with a Redis of its own', () => {
  let redis: TestRedis;
  let stage: WorkerStage;

  beforeAll(async () => {
    redis = await startRedis({ aof: false });
  });

  afterAll(() => redis.stop());

  beforeEach(async () => {
    stage = await startWorkerStage({ redisUrl: redis.url, models: [tally] });
  });

  afterEach(async () => {
    await stage.stop();
  });

  test('a server that has forgotten our scripts is taught them again', async () => {
    await stage.startWorker();
    await stage.redis.script('FLUSH');
    expect(await stage.ended((await stage.enqueue('tally.mark', { args: ['a'] })).id)).toMatchObject({ state: 'done' });
  });

  test('a server that comes back empty is announced to again, and goes on', async () => {
    await stage.startWorker();
    await stage.ended((await stage.enqueue('tally.mark', { args: ['a'] })).id);
    await redis.kill();
    await expect(stage.enqueue('tally.mark', { args: ['lost'] })).rejects.toMatchObject({ code: 'redis_unavailable' });
    await redis.restart();
    // One of which the answer does not come in time is asked for again, and is the same then.
    const request = requestOf('tally.mark', { args: ['b'] });
    const asking = () => stage.cluster.tasks.enqueue(request, {}, { idempotencyKey: 'b' });
    const { id } = await eventually(asking, 20_000);
    expect(await stage.ended(id)).toMatchObject({ state: 'done', result: 'b' });
    expect(await stage.cluster.workers.list()).toMatchObject([{ state: 'running' }]);
    expect(runs).toEqual(['a', 'b']);
  });

  test('a server that was emptied while it ran is announced to again', async () => {
    await stage.startWorker();
    await stage.redis.flushall();
    const { id } = await eventually(() => stage.enqueue('tally.mark', { args: ['c'] }), 20_000);
    expect(await stage.ended(id)).toMatchObject({ state: 'done', result: 'c' });
  });
});

describe('a Redis that must not be used is refused, and the reason says what to do', () => {
  let redis: TestRedis;
  let admin: Redis;

  beforeAll(async () => {
    redis = await startRedis({ aof: false });
    admin = new Redis(redis.url);
  });

  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });

  const asWorker = async (): Promise<Error> => {
    const session = createWorker({
      redisUrl: redis.url,
      id: 'refused',
      version: '0.1.0',
      concurrency: 1,
      announcements: [],
      execute: () => Promise.reject(new Error('never')),
      onLost: () => undefined,
      onError: () => undefined,
      onFatal: () => undefined,
    });
    try {
      return await session.start().then(
        () => new Error('it was not refused'),
        (error: Error) => error,
      );
    } finally {
      await session.stop(0);
    }
  };
  const asProducer = async (): Promise<Error> => {
    let stop = async () => {};
    const unfit = await new Promise<Error>((resolve) => {
      const cluster = createCluster({ redisUrl: redis.url, onUnfit: resolve });
      stop = () => cluster.stop();
    });
    await stop();
    return unfit;
  };

  test.each([
    ['throws keys away', async () => void (await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')), /noeviction/],
    [
      'holds queues of an older BullMQ',
      async () => {
        await admin.sadd('{drover}:queues', 'mail');
        await admin.hset('{drover}:q:mail:meta', 'version', 'bullmq:5.71.0');
      },
      /queue "mail" holds data of bullmq:5\.71\.0.*KEY_PREFIX/,
    ],
  ])('one that %s', async (_, spoil, reason) => {
    await spoil();
    try {
      for (const error of [await asWorker(), await asProducer()]) {
        expect(error).toBeInstanceOf(GuardError);
        expect(error.message).toMatch(reason);
      }
    } finally {
      await admin.config('SET', 'maxmemory-policy', 'noeviction');
      await admin.flushall();
    }
  });
});
