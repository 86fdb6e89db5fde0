import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, createCluster } from '@drover/broker';
import type { Task } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type RedisProxy, startProxy } from '../proxy.ts';
import { quickest } from '../quickest.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

const waitFor = (id: string, timeoutMs: number, signal?: AbortSignal) =>
  stage.cluster.tasks.waitFor(id, {}, timeoutMs, signal);

test('who waits for a task is told as soon as it ends', async () => {
  const tookMs = await quickest(async () => {
    const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 400 } });
    // Who is not told waits until his time is up.
    expect(await waitFor(id, 20_000)).toMatchObject({ state: 'done', result: { ms: 400 } });
  });
  expect(tookMs).toBeLessThan(1_000);
});

test('who waits for a task that has ended is answered at once', async () => {
  const { id } = await stage.enqueue('probe.succeed');
  await waitFor(id, 10_000);
  expect(await quickest(() => waitFor(id, 10_000))).toBeLessThan(200);
});

test('who waits for a task that is cancelled is told', async () => {
  const { id } = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  const waiting = waitFor(id, 10_000);
  await stage.cluster.tasks.cancel(id, {});
  expect(await waiting).toMatchObject({ state: 'cancelled' });
});

test('when the time is up, the answer is the task as it is', async () => {
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  const tookMs = await quickest(async () => expect((await waitFor(id, 300)).state).toBe('running'));
  expect(tookMs).toBeGreaterThanOrEqual(290);
  expect(tookMs).toBeLessThan(1_000);
});

test('who no longer listens is not waited for', async () => {
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  const tookMs = await quickest(() => waitFor(id, 30_000, AbortSignal.timeout(100)));
  expect(tookMs).toBeLessThan(1_000);
});

describe('over a network that breaks', () => {
  let proxy: RedisProxy;
  let cluster: Cluster;

  beforeEach(async () => {
    proxy = await startProxy(stage.redisUrl);
    cluster = createCluster({ redisUrl: proxy.url, keyPrefix: stage.keyPrefix });
    await eventually(() => cluster.ping());
  });

  afterEach(async () => {
    await cluster.stop();
    await proxy.stop();
  });

  /** So many who wait, and have had their look: replies come in the order of their requests. */
  async function waiters(id: string, count: number): Promise<{ answers: Promise<Task>[] }> {
    const before = proxy.sentBytes();
    const looks = proxy.pass(id);
    const answers = Array.from({ length: count }, () => cluster.tasks.waitFor(id, {}, 25_000));
    await looks;
    await eventually(() => expect(proxy.sentBytes()).toBeGreaterThan(before + count * id.length));
    expect((await cluster.tasks.get(id, {})).state).toBe('running');
    return { answers };
  }

  test('a thousand who wait look once, and cost Redis nothing from then on', async () => {
    const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 12_000 } });
    await stage.until(id, 'running');
    const before = proxy.sentBytes();
    // Not all at the same moment: a machine that is busy has a second to answer each.
    const waiting: Promise<Task>[] = [];
    while (waiting.length < 1_000) waiting.push(...(await waiters(id, 50)).answers);
    const sentBytes = await eventually(async () => {
      const sent = proxy.sentBytes();
      await sleep(300);
      expect(proxy.sentBytes()).toBe(sent);
      return sent - before;
    });
    expect(sentBytes).toBeGreaterThan(1_000 * id.length);
    expect((await stage.get(id)).state).toBe('running');
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['done']));
  });

  test('who waits while the connection is away is told of the end when it is back', async () => {
    const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 4_000 } });
    await stage.until(id, 'running');
    const { answers } = await waiters(id, 1);
    proxy.close();
    await stage.ended(id);
    proxy.open();
    expect(await answers[0]).toMatchObject({ state: 'done' });
  });

  test('who waits on a connection that died in silence is told of the end all the same', async () => {
    const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 4_000 } });
    await stage.until(id, 'running');
    const { answers } = await waiters(id, 1);
    proxy.silence();
    await stage.ended(id);
    expect(await answers[0]).toMatchObject({ state: 'done' });
  });

  test('connections that died in silence are made anew, and meanwhile every call fails within a second', async () => {
    proxy.silence();
    const ping = () => expect(cluster.ping()).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(await quickest(ping)).toBeLessThan(1_000);
    await eventually(() => cluster.ping(), 20_000);
  });
});

test('while Redis is away, who waits is told so within a second', async () => {
  const away = createCluster({ redisUrl: 'redis://127.0.0.1:1', keyPrefix: stage.keyPrefix });
  try {
    const { id } = await stage.enqueue('probe.succeed');
    const wait = () => expect(away.tasks.waitFor(id, {}, 30_000)).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(await quickest(wait)).toBeLessThan(1_000);
  } finally {
    await away.stop();
  }
});

test('a task that is unknown is not waited for', async () => {
  const { id } = await stage.enqueue('probe.succeed');
  const unknown = id.replace(/_.{22}/, `_${'0'.repeat(22)}`);
  await expect(waitFor(unknown, 10_000)).rejects.toMatchObject({ code: 'task_unknown' });
});
