import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWorkerStage, type TestWorker, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
});

afterEach(() => stage.stop());

const foundBy = async ({ id }: TestWorker) => {
  const { items } = await stage.cluster.tasks.list({ worker: id, limit: 10 }, {});
  return items.map((task) => task.id);
};

test('a task is found by the worker that has ended it, and no more by those before', async () => {
  const first = await stage.startWorker();
  const { id } = await stage.enqueue('probe.permanent_error');
  await stage.ended(id);
  expect(await foundBy(first)).toEqual([id]);
  await first.stop();
  const second = await stage.startWorker();
  await stage.cluster.tasks.retry(id, {});
  await stage.ended(id);
  expect(await foundBy(second)).toEqual([id]);
  expect(await foundBy(first)).toEqual([]);
});

test('a task that was handed back is found by the worker that had it', async () => {
  const worker = await stage.startWorker();
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  await worker.stop();
  expect(await stage.get(id)).toMatchObject({ state: 'waiting', executions: [{ worker: worker.id }] });
  expect(await foundBy(worker)).toEqual([id]);
});

test('a task that was given up is found by the worker that died with it', async () => {
  const worker = await stage.startWorker();
  const { id } = await stage.enqueue('probe.slow', { queue: 'held', kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  await worker.stop();
  // As if it had died for the third time.
  const job = `${stage.key('q')}:held:${id}`;
  await stage.redis.hset(job, 'ats', 2, 'stc', 3, 'pb', 'worker-dead|host|1');
  const last = await stage.startWorker();
  expect(await stage.ended(id)).toMatchObject({ outcome: 'lost', executions: [{}, { worker: 'worker-dead' }] });
  const { items } = await stage.cluster.tasks.list({ worker: 'worker-dead', limit: 10 }, {});
  expect(items.map((task) => task.id)).toEqual([id]);
  expect(await foundBy(last)).toEqual([]);
});
