import type { Task } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const dayMs = 86_400_000;

let stage: WorkerStage;
/** How far the worker's clock is ahead when it judges what is old. */
let aheadMs: number;

beforeEach(async () => {
  aheadMs = 0;
  stage = await startWorkerStage();
  await stage.startWorker({ concurrency: 100, now: () => Date.now() + aheadMs });
});

afterEach(() => stage.stop());

async function prune(kwargs: Record<string, number> = {}): Promise<Task> {
  const request = requestOf('system.ledger.prune', { kwargs });
  const { id } = await stage.cluster.tasks.enqueue(request, {}, { isSystem: true });
  const task = await stage.ended(id);
  expect(task).toMatchObject({ state: 'done', progress: { percent: 100 } });
  return task;
}

const isKnown = async (id: string) => (await stage.redis.exists(stage.key(`task:${id}`))) === 1;
const run = async (method: string, asked = {}) => stage.ended((await stage.enqueue(method, asked)).id);
const idsOf = async () => {
  const { items } = await stage.cluster.tasks.list({ limit: 200 }, {});
  return items.filter(({ model }) => model === 'probe').map(({ id }) => id);
};

test('what ended well is forgotten after 30 days, what did not after 90, and what lives never', async () => {
  const done = await run('probe.succeed');
  const failed = await run('probe.permanent_error');
  const later = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  const { id: cancelledId } = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  await stage.cluster.tasks.cancel(cancelledId, {});

  aheadMs = 29 * dayMs;
  expect((await prune()).result).toMatchObject({ removed: { done: 0, error: 0, cancelled: 0 } });
  aheadMs = 31 * dayMs;
  // The clean-up of before is forgotten with it.
  expect((await prune()).result).toMatchObject({ removed: { done: 2, error: 0, cancelled: 0 } });
  expect(await isKnown(done.id)).toBe(false);
  await expect(stage.get(done.id)).rejects.toMatchObject({ code: 'task_unknown' });
  expect(await idsOf()).toEqual([cancelledId, later.id, failed.id]);
  aheadMs = 91 * dayMs;
  expect((await prune()).result).toMatchObject({ removed: { error: 1, cancelled: 1 } });
  expect(await idsOf()).toEqual([later.id]);
  expect(await stage.get(later.id)).toMatchObject({ state: 'scheduled' });
});

test('a queue may remember for longer or shorter than the others', async () => {
  const short = await run('probe.succeed', { queue: 'short' });
  const long = await run('probe.succeed', { queue: 'long' });
  const plain = await run('probe.succeed');
  await stage.cluster.queues.patch('short', { retention: { doneDays: 1 } });
  await stage.cluster.queues.patch('long', { retention: { doneDays: 365 } });
  expect((await stage.cluster.queues.get('short', {})).retention).toEqual({ doneDays: 1 });
  aheadMs = 2 * dayMs;
  await prune();
  expect(await idsOf()).toEqual([plain.id, long.id]);
  expect(await isKnown(short.id)).toBe(false);
  aheadMs = 31 * dayMs;
  await prune();
  expect(await idsOf()).toEqual([long.id]);
  await stage.cluster.queues.patch('long', { retention: null });
  await prune();
  expect(await idsOf()).toEqual([]);
});

test('when there are too many, the oldest of those that ended go, whatever their age', async () => {
  const tasks: Task[] = [];
  for (let n = 0; n < 12; n += 1) tasks.push(await run(n % 3 === 0 ? 'probe.permanent_error' : 'probe.succeed'));
  const waiting = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  expect((await prune({ tasks: 5 })).result).toMatchObject({ kept: 5 });
  expect(await idsOf()).toEqual([
    waiting.id,
    ...tasks
      .slice(7)
      .reverse()
      .map(({ id }) => id),
  ]);
});

test('who waits for a person for too long is cancelled, and says why', async () => {
  const { id } = await stage.enqueue('probe.data_error');
  await stage.until(id, 'requires_attention');
  aheadMs = 89 * dayMs;
  expect((await prune()).result).toMatchObject({ givenUp: 0 });
  aheadMs = 91 * dayMs;
  expect((await prune()).result).toMatchObject({ givenUp: 1 });
  expect(await stage.get(id)).toMatchObject({ state: 'cancelled', message: 'nobody decided in time' });
});

test('a task of which only BullMQ remembers that it ended is forgotten by the same rules', async () => {
  const { id } = await run('probe.succeed');
  await stage.redis.del(stage.key(`task:${id}`));
  aheadMs = 29 * dayMs;
  expect((await prune()).result).toMatchObject({ removed: { done: 0 } });
  aheadMs = 31 * dayMs;
  await prune();
  expect(await stage.redis.keys(`*${id}*`)).toEqual([]);
});

test('no key of a forgotten task is left behind', { timeout: 60_000 }, async () => {
  const ids: string[] = [];
  for (const method of ['probe.log', 'probe.permanent_error', 'probe.succeed', 'probe.items']) {
    const task = await run(method).catch(() => undefined);
    if (task !== undefined) ids.push(task.id);
  }
  const { id } = await stage.enqueue('probe.data_error', { company: 'acme', user: 'ann', tags: ['t'] });
  await stage.until(id, 'requires_attention');
  await stage.cluster.tasks.comment(id, { by: { keyId: 'key_1', name: 'ann' } }, 'look at this');
  await stage.cluster.tasks.patch(id, {}, { args: [], comment: 'mended' });
  await stage.cluster.tasks.cancel(id, {}, 'no');
  ids.push(id);
  aheadMs = 100 * dayMs;
  await prune();
  for (const gone of ids) {
    expect(await stage.redis.keys(`*${gone}*`)).toEqual([]);
    for (const set of ['completed', 'failed', 'delayed', 'prioritized']) {
      expect(await stage.redis.zscore(`${stage.key('q')}:default:${set}`, gone)).toBeNull();
    }
  }
  expect(await idsOf()).toEqual([]);
  const runs = await stage.cluster.executions.list({ limit: 50 }, {});
  expect(runs.items.filter(({ model }) => model === 'probe')).toEqual([]);
});

test('parts of the index that hold nothing any more are freed', { timeout: 120_000 }, async () => {
  const request = requestOf('probe.succeed');
  const count = 9_000;
  const { id: oldest } = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  for (let at = 0; at < count; at += 500) {
    const added = await stage.cluster.tasks.enqueueMany(new Array(500).fill(request), {});
    expect(added.filter((answer) => answer instanceof Error)).toEqual([]);
  }
  await eventually(async () => {
    expect((await stage.cluster.queues.get('default', {})).counts.done).toBe(count);
  }, 60_000);
  const columns = async () => (await stage.redis.keys(`${stage.key('r')}[ou][wn]s:[0-9]*`)).length;
  const before = await columns();
  // One part of tasks and two of executions: the oldest part holds what is still to run.
  expect((await prune({ doneDays: 0 })).result).toMatchObject({ removed: { done: count }, segmentsFreed: 3 });
  expect(await columns()).toBe(before - 3 - 2 * 2);
  // What comes then is found as ever.
  const next = await run('probe.succeed');
  expect(await idsOf()).toEqual([next.id, oldest]);
  const past = new Date(Date.now() - 3_600_000).toISOString();
  const { items } = await stage.cluster.tasks.list({ model: 'probe', from: past, limit: 10 }, {});
  expect(items.map(({ id }) => id)).toEqual([next.id, oldest]);
  // It is known which parts are gone, so that nobody asks for them again.
  expect(await stage.redis.getbit(stage.key('rows:freed'), 1)).toBe(1);
  expect(await stage.redis.bitcount(stage.key('rows:freed'))).toBe(1);
  expect((await prune({ doneDays: 0 })).result).toMatchObject({ segmentsFreed: 0 });
  await stage.cluster.tasks.cancel(oldest, {});
  expect((await prune({ doneDays: 0, otherDays: 0 })).result).toMatchObject({ segmentsFreed: 1 });
  expect(await stage.redis.get(stage.key('rows:first'))).toBe('1');
});

test('the clean-up that every worker asks for happens once a day', async () => {
  const ask = () =>
    stage.cluster.tasks.enqueue(requestOf('system.ledger.prune'), {}, { isSystem: true, idempotencyKey: 'today' });
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second?.id).toBe(first?.id);
  await expect(stage.cluster.tasks.enqueue(requestOf('system.ledger.prune'), {})).rejects.toMatchObject({
    code: 'scope_missing',
    faults: [{ pointer: '/model' }],
  });
});
