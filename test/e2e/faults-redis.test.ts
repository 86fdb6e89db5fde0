import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { adminToken } from '../processes.ts';

let stage: FaultStage;

afterEach(() => stage.stop());

type Answer = { status: number; ms: number; retryAfter: string | null; code: string | undefined };

/** One request, as it is: no retries. */
async function ask(path: string, body?: object): Promise<Answer> {
  const startedAt = performance.now();
  const answer = await fetch(`${stage.api.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { code } = (await answer.json()) as { code?: string };
  const ms = performance.now() - startedAt;
  return { status: answer.status, ms, retryAfter: answer.headers.get('retry-after'), code };
}

/** With `everysec` even a SIGKILL may take what Redis has acknowledged, while a sync is under way. */
async function makeDurable(): Promise<void> {
  const admin = new Redis(stage.redis.url);
  await admin.config('SET', 'appendfsync', 'always');
  admin.disconnect();
}

const succeed = { model: 'probe', method: 'succeed' };

/** A second is promised; of four calls at least one keeps it, also on a machine that does other things too. */
const fastMs = 1_200;
const slowestMs = 4_000;

/** Every call says at once that Redis is away, and that trying again can help. */
async function expectFastRefusals(): Promise<void> {
  const calls: [string, object?][] = [['/v1/tasks', succeed], ['/v1/queues'], ['/v1/tasks?state=error'], ['/readyz']];
  const took: number[] = [];
  for (const [path, body] of calls) {
    const answer = await ask(path, body);
    expect(answer, path).toMatchObject({
      status: 503,
      code: 'redis_unavailable',
      retryAfter: expect.stringMatching(/^\d+$/),
    });
    expect(answer.ms, path).toBeLessThan(slowestMs);
    took.push(answer.ms);
  }
  expect(Math.min(...took)).toBeLessThan(fastMs);
  expect(await ask('/livez')).toMatchObject({ status: 200 });
}

test('without Redis, API and worker start, refuse and wait; when it comes they go on by themselves', async () => {
  stage = await startFaultStage({ isRedisAway: true });
  const worker = await stage.startWorker({}, false);
  await expectFastRefusals();
  expect(worker.isAlive).toBe(true);

  await stage.redis.restart();
  await worker.wrote('worker started', 30_000);
  await eventually(async () => expect(await stage.client.ready()).toBe(true), 30_000);
  const { id } = await stage.enqueue('probe.succeed');
  expect(await stage.until(id, 'done')).toMatchObject({ executions: [{ attempt: 1, outcome: 'success' }] });
});

test('Redis is killed while tasks run: calls fail fast, the tasks go on, and their ends are recorded later', async () => {
  stage = await startFaultStage();
  await makeDurable();
  await stage.startWorker();
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    ids.push((await stage.enqueue('journal.mark', { kwargs: { n, ms: 5_000 } })).id);
  }
  const later = await stage.client.tasks.enqueue({ ...succeed, delaySeconds: 3 });
  await Promise.all(ids.map((id) => stage.until(id, 'running')));
  await stage.redis.kill();
  await expectFastRefusals();
  // Longer than the tasks take, and than their locks live.
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  await stage.redis.restart();

  for (const [n, id] of ids.entries()) {
    const task = await stage.until(id, 'done');
    expect(task).toMatchObject({ result: n, retryCount: 0, executions: [{ attempt: 1, outcome: 'success' }] });
  }
  expect(await stage.until(later.id, 'done')).toMatchObject({ executions: [{ attempt: 1 }] });
});

test('Redis is frozen for a while: calls fail fast, and afterwards everything goes on', async () => {
  stage = await startFaultStage();
  const worker = await stage.startWorker();
  const { id } = await stage.enqueue('journal.mark', { kwargs: { n: 7, ms: 5_000 } });
  await stage.until(id, 'running');
  process.kill(stage.redis.pid, 'SIGSTOP');
  try {
    await expectFastRefusals();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await expectFastRefusals();
  } finally {
    process.kill(stage.redis.pid, 'SIGCONT');
  }
  expect(await stage.until(id, 'done')).toMatchObject({ result: 7, executions: [{ attempt: 1, outcome: 'success' }] });
  const { id: next } = await stage.enqueue('probe.succeed');
  await stage.until(next, 'done');
  expect(worker.isAlive).toBe(true);
});

test('when Redis closes all connections, nobody notices', async () => {
  stage = await startFaultStage();
  // Longer than the worker may stand still on a busy machine: nothing is to be taken over here.
  await stage.startWorker({ LOCK_SECONDS: '30' });
  const admin = new Redis(stage.redis.url);
  try {
    for (let round = 0; round < 3; round += 1) {
      const { id } = await stage.enqueue('journal.mark', { kwargs: { n: round, ms: 2_500 } });
      const waiting = stage.client.tasks.waitFor(id, { timeoutMs: 30_000 });
      await stage.until(id, 'running');
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      expect(await waiting).toMatchObject({ state: 'done', executions: [{ attempt: 1, outcome: 'success' }] });
    }
  } finally {
    admin.disconnect();
  }
});

describe('a worker that is told to end while Redis', () => {
  test.each([
    ['is away', async () => stage.redis.kill()],
    ['is frozen', async () => void process.kill(stage.redis.pid, 'SIGSTOP')],
  ])('%s ends within bounds, with 0', async (_, breakRedis) => {
    stage = await startFaultStage();
    const worker = await stage.startWorker({ SHUTDOWN_GRACE_SECONDS: '1' });
    const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
    await stage.until(id, 'running');
    await breakRedis();
    worker.signal('SIGTERM');
    const toldAt = Date.now();
    expect(await worker.ended(40_000)).toBe(0);
    expect(Date.now() - toldAt).toBeLessThan(25_000);
  });

  test('has never been there ends at once, with 0', async () => {
    stage = await startFaultStage({ isRedisAway: true });
    const worker = await stage.startWorker({}, false);
    await worker.wrote('ECONNREFUSED', 30_000);
    worker.signal('SIGTERM');
    expect(await worker.ended(15_000)).toBe(0);
  });
});

test('an API that is told to end while Redis is away ends within bounds, with 0', async () => {
  stage = await startFaultStage();
  await stage.redis.kill();
  stage.api.process.signal('SIGTERM');
  expect(await stage.api.process.ended(20_000)).toBe(0);
});
