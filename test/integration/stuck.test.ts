import type { Task } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
});

afterEach(() => stage.stop());

const stuck = async (access = {}) => (await stage.cluster.overview(access)).stuck;

async function running(asked: object = {}): Promise<Task> {
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 }, timeoutSeconds: 30, ...asked });
  return stage.until(id, 'running');
}

const jobOf = ({ queue, id }: Task) => stage.key(`q:${queue}:${id}`);

/** As if it had begun so long ago. */
const begunAgo = (task: Task, ms: number) => stage.redis.hset(jobOf(task), 'processedOn', Date.now() - ms);

test('a task that runs beyond its timeout and grace is stuck, for those who may see it; explain says so', async () => {
  await stage.startWorker();
  const [mine, other, well] = [
    await running({ company: 'acme', name: 'The long one' }),
    await running({ company: 'globex' }),
    await running(),
  ];
  await begunAgo(mine, 120_000);
  await begunAgo(other, 90_000);
  await begunAgo(well, 20_000);
  const found = await stuck();
  expect(found?.map(({ taskId, reason }) => [taskId, reason])).toEqual([
    [mine.id, 'overdue'],
    [other.id, 'overdue'],
  ]);
  expect(await stuck({ company: 'acme' })).toMatchObject([{ taskId: mine.id, name: 'The long one' }]);
  expect(await stuck({ company: 'umbrella' })).toBeUndefined();
  const { reasons, summary } = await stage.cluster.tasks.explain(mine.id, {});
  expect(reasons[0]).toMatchObject({ code: 'overdue', data: { timeoutSeconds: 30 } });
  expect(summary).toContain('can be killed');
  expect((await stage.cluster.tasks.explain(well.id, {})).reasons[0]?.code).toBe('running');
});

test('a task whose worker is lost, and one that killed its workers, are stuck', async () => {
  const worker = await stage.startWorker();
  const [lost, looping] = [await running(), await running()];
  for (const task of [lost, looping]) await begunAgo(task, 20_000);
  await stage.redis.hset(jobOf(lost), 'pb', 'worker-gone|host|1');
  await stage.redis.hset(jobOf(looping), 'stc', 2);
  const found = await stuck();
  expect(Object.fromEntries(found?.map(({ taskId, reason }) => [taskId, reason]) ?? [])).toEqual({
    [lost.id]: 'worker_lost',
    [looping.id]: 'crash_loop',
  });
  const { reasons } = await stage.cluster.tasks.explain(looping.id, {});
  expect(reasons[0]).toMatchObject({ code: 'crash_loop', data: { lostWorkers: 2, worker: worker.id } });
});

test('what was stuck and is killed is stuck no more, at the next look', async () => {
  await stage.startWorker();
  const task = await running();
  await begunAgo(task, 120_000);
  expect(await stuck()).toHaveLength(1);
  expect(await stage.cluster.tasks.killAndWait(task.id, {})).toMatchObject({ result: 'ended' });
  await eventually(async () => expect(await stuck()).toBeUndefined(), 30_000);
}, 60_000);
