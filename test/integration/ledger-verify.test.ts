import type { Task } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
  await stage.startWorker({ queues: ['system', 'default'] });
});

afterEach(() => stage.stop());

async function verify() {
  const { id } = await stage.cluster.tasks.enqueue(requestOf('system.ledger.verify'), {}, { isSystem: true });
  const task = await stage.ended(id);
  expect(task.state).toBe('done');
  return task.result as Record<string, unknown>;
}

const run = async (method: string, asked = {}) => stage.ended((await stage.enqueue(method, asked)).id);
const found = async (search = {}) => {
  const { items } = await stage.cluster.tasks.list({ model: 'probe', limit: 100, ...search }, {});
  return items.map(({ id }) => id);
};

/** A task in each place where one can be. */
async function oneOfEach(): Promise<Task[]> {
  await stage.cluster.queues.patch('default', { retention: null });
  const attention = await stage.enqueue('probe.data_error');
  await stage.until(attention.id, 'requires_attention');
  return [
    await run('probe.succeed', { company: 'acme', user: 'ann', tags: ['t', 'u'] }),
    await run('probe.permanent_error'),
    await stage.enqueue('probe.succeed', { delaySeconds: 3_600 }),
    attention,
    await stage.enqueue('probe.succeed', { queue: 'held' }),
  ];
}

test('where all agrees, nothing is changed', async () => {
  await oneOfEach();
  expect(await verify()).toMatchObject({
    indexed: 0,
    corrected: 0,
    requeued: 0,
    dropped: 0,
    executionsCorrected: 0,
    keysCorrected: 0,
    conflicts: [],
  });
});

test('tasks without a row in the index get one, and are found again', async () => {
  const tasks = await oneOfEach();
  await stage.redis.del(await stage.redis.keys(stage.key('rows:*')));
  expect(await found()).toEqual([]);
  expect(await verify()).toMatchObject({ indexed: tasks.length });
  expect((await found()).sort()).toEqual(tasks.map(({ id }) => id).sort());
  expect(await found({ company: 'acme', user: 'ann', tag: 'u', state: 'done' })).toEqual([tasks[0]?.id]);
  expect(await found({ state: 'requires_attention' })).toEqual([tasks[3]?.id]);
  const past = new Date(Date.parse(tasks[0]?.createdAt ?? '') - 1).toISOString();
  expect(await found({ from: past, state: 'done' })).toEqual([tasks[0]?.id]);
  // Also what is written into a row when its task ends.
  const worker = tasks[1]?.executions[0]?.worker ?? '';
  expect((await found({ worker })).sort()).toEqual([tasks[0]?.id, tasks[1]?.id, tasks[3]?.id].sort());
  const groups = await stage.cluster.failures({});
  expect(groups).toHaveLength(2);
  for (const { id, lastTaskId } of groups) expect(await found({ failure: id })).toEqual([lastTaskId]);
  expect(await verify()).toMatchObject({ indexed: 0, corrected: 0 });
});

test('a row that says something else is corrected', async () => {
  const tasks = await oneOfEach();
  await stage.redis.setrange(stage.key('rows:0:s'), 4, '\x07'.repeat(4 * tasks.length));
  expect(await found({ state: 'done' })).toEqual([]);
  expect(await verify()).toMatchObject({ indexed: 0, corrected: tasks.length });
  expect(await found({ state: 'done' })).toEqual([tasks[0]?.id]);
});

test('a live task that fell out of every list is put back in line, and runs', async () => {
  const { id } = await stage.enqueue('probe.succeed', { queue: 'held' });
  await stage.redis.zrem(`${stage.key('q')}:held:prioritized`, id);
  expect(await verify()).toMatchObject({ requeued: 1 });
  await stage.startWorker({ queues: ['held'] });
  expect(await stage.ended(id)).toMatchObject({ state: 'done' });
});

test('an entry of a list without a task is dropped, and a row without one emptied', async () => {
  const { id } = await stage.enqueue('probe.succeed', { queue: 'held' });
  await stage.redis.del(`${stage.key('q')}:held:${id}`);
  expect(await verify()).toMatchObject({ dropped: 1 });
  expect((await stage.cluster.queues.get('held', {})).counts.waiting).toBe(0);
  expect(await stage.redis.getrange(stage.key('rows:0:s'), 4, 4)).toBe('\0');
});

test('a task that has ended and is in line all the same is reported, not touched', async () => {
  const task = await run('probe.succeed');
  await stage.redis.zadd(`${stage.key('q')}:held:prioritized`, 1, task.id);
  await stage.redis.zadd(`${stage.key('q')}:default:delayed`, 8e15, task.id);
  expect(await verify()).toMatchObject({ conflicts: [task.id] });
});

test('a task that was enqueued before there was an index gets its row when it runs', async () => {
  const { id } = await stage.enqueue('probe.succeed', { queue: 'old', company: 'acme' });
  await stage.redis.hdel(`${stage.key('q')}:old:${id}`, 'sq', 'co');
  await stage.redis.del(await stage.redis.keys(stage.key('rows:*')));
  await stage.startWorker({ queues: ['old'] });
  await stage.ended(id);
  await eventually(async () => expect(await found({ company: 'acme', queue: 'old', state: 'done' })).toEqual([id]));
});

test('a finished task that only BullMQ remembers is not run again', async () => {
  const { id } = await run('probe.succeed');
  await stage.redis.del(stage.key(`task:${id}`));
  expect(await verify()).toMatchObject({ requeued: 0, dropped: 0, conflicts: [] });
  expect(await stage.redis.zscore(`${stage.key('q')}:default:completed`, id)).not.toBeNull();
  expect(await stage.redis.hget(`${stage.key('q')}:default:${id}`, 'ats')).toBe('1');
  expect((await stage.cluster.queues.get('default', {})).counts).toMatchObject({ waiting: 0, running: 0, done: 1 });
});

test('what is left of a task whose job is gone goes too', async () => {
  const { id } = await stage.enqueue('probe.data_error');
  await stage.until(id, 'requires_attention');
  await stage.cluster.tasks.comment(id, {}, 'look at this');
  await stage.redis.del(`${stage.key('q')}:default:${id}`);
  expect(await stage.redis.exists(stage.key(`task:${id}`))).toBe(1);
  expect((await verify()).dropped).toBeGreaterThan(0);
  expect(await stage.redis.keys(`*${id}*`)).toEqual([]);
  expect(await stage.redis.getrange(stage.key('rows:0:s'), 4, 4)).toBe('\0');
  expect(await verify()).toMatchObject({ dropped: 0 });
});

test('a task that an earlier version ended, which knows nothing of rows, keeps its row', async () => {
  const { id } = await run('probe.succeed');
  await stage.redis.hdel(stage.key(`task:${id}`), 'sq');
  expect(await verify()).toMatchObject({ indexed: 0 });
  expect(await stage.redis.hget(stage.key(`task:${id}`), 'sq')).toBe('1');
});

test('a task that has got a second row is found once', async () => {
  const { id } = await run('probe.succeed');
  await stage.redis.hdel(stage.key(`task:${id}`), 'sq');
  await stage.redis.hdel(`${stage.key('q')}:default:${id}`, 'sq');
  expect(await verify()).toMatchObject({ indexed: 1 });
  expect(await found({ state: 'done' })).toEqual([id]);
  expect(await stage.redis.getrange(stage.key('rows:0:s'), 4, 4)).toBe('\0');
});
