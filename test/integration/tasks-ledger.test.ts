import { limits, type Task, type TaskState } from '@drover/core';
import type { JobState } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
  await stage.startWorker({ concurrency: 100 });
});

afterEach(() => stage.stop());

test('a task that has ended is known by its id long after BullMQ has dropped its job', async () => {
  const asked = { queue: 'mail', args: ['a'], kwargs: { b: 1 }, user: 'ann', tags: ['t'], name: 'Say', priority: 7 };
  const { id } = await stage.enqueue('probe.echo', asked);
  const before = await stage.ended(id);
  expect(before).toMatchObject({ ...asked, state: 'done', outcome: 'success', result: ['a'] });

  await stage.bull('mail').remove(id);
  expect(await stage.bull('mail').getJob(id)).toBeUndefined();
  expect(await stage.get(id)).toEqual(before);
});

test('the log of a task outlives its job', async () => {
  const { id } = await stage.enqueue('probe.log', { kwargs: { lines: 3 } });
  await stage.ended(id);
  await stage.bull('default').remove(id);
  const log = await stage.cluster.tasks.log(id, {});
  expect(log.items.map(({ message }) => message)).toEqual(['line 1', 'line 2', 'line 3']);
});

test('BullMQ keeps the newest finished tasks only, and the ledger all of them', { timeout: 60_000 }, async () => {
  const more = 500;
  const total = limits.keepCompleted + more;
  const requests = Array.from({ length: total }, () => requestOf('probe.succeed'));
  const tasks = (await stage.cluster.tasks.enqueueMany(requests, {})) as Task[];
  const done = async () => (await stage.cluster.queues.get('default', {})).counts.done;
  await eventually(async () => expect(await done()).toBe(total), 30_000);
  expect(await stage.bull('default').getJobCounts('completed')).toEqual({ completed: limits.keepCompleted });
  const kept = await stage.redis.keys(`${stage.key('q')}:default:tsk_*`);
  expect(kept).toHaveLength(limits.keepCompleted);
  for (const index of [0, 1, total - 1]) {
    expect(await stage.get(tasks[index]?.id ?? '')).toMatchObject({ state: 'done', result: 'ok' });
  }
});

/** Brings a task into a state, in a queue of its own. */
const made: Record<Exclude<TaskState, 'depends'>, () => Promise<Task>> = {
  scheduled: () => stage.enqueue('probe.succeed', { queue: 'scheduled', delaySeconds: 3_600 }),
  async waiting() {
    await stage.ended((await stage.enqueue('probe.succeed', { queue: 'waiting' })).id);
    await stage.cluster.queues.pause('waiting');
    return stage.enqueue('probe.succeed', { queue: 'waiting' });
  },
  running: () => stage.enqueue('probe.slow', { queue: 'running', kwargs: { ms: 60_000 } }),
  done: () => stage.enqueue('probe.succeed', { queue: 'done' }),
  error: () => stage.enqueue('probe.permanent_error', { queue: 'error' }),
  async cancelled() {
    const { id } = await stage.enqueue('probe.succeed', { queue: 'cancelled', delaySeconds: 3_600 });
    return stage.cluster.tasks.cancel(id, {});
  },
  requires_attention: () => stage.enqueue('probe.data_error', { queue: 'requires_attention' }),
};

test.each([
  ['scheduled', 'delayed'],
  ['waiting', 'prioritized'],
  ['running', 'active'],
  ['done', 'completed'],
  ['error', 'failed'],
  ['cancelled', 'failed'],
  ['requires_attention', 'delayed'],
] satisfies [Exclude<TaskState, 'depends'>, JobState][])(
  'a task that is %s is a job that is %s to BullMQ',
  async (state, jobState) => {
    const { id, queue } = await made[state]();
    const task = await stage.until(id, state);
    const bull = stage.bull(queue);
    const job = await bull.getJob(id);
    expect(await job?.getState()).toBe(jobState);
    expect(job).toMatchObject({ id, name: `${task.model}.${task.method}`, priority: 100 });
    expect(job?.timestamp).toBe(Date.parse(task.createdAt));
    expect(job?.data).toMatchObject({ v: 1 });
    if (state === 'done') expect(job).toMatchObject({ returnvalue: 'ok', finishedOn: expect.any(Number) });
    if (state === 'error')
      expect(job).toMatchObject({ failedReason: 'a permanent error', finishedOn: expect.any(Number) });

    const counts = await bull.getJobCounts();
    expect(counts[jobState]).toBe(1);
    const { counts: ours } = await stage.cluster.queues.get(queue, {});
    expect(ours[state]).toBe(1);
    const list = await stage.cluster.tasks.list({ state, queue, limit: 10 }, {});
    expect(list.items).toEqual([state === 'running' ? expect.objectContaining({ id }) : task]);
  },
);

test('a job that BullMQ itself would run is one that its own worker can read', async () => {
  const { id } = await stage.enqueue('probe.echo', { queue: 'foreign', args: [1], delaySeconds: 3_600 });
  const job = await stage.bull('foreign').getJob(id);
  expect(job).toMatchObject({ name: 'probe.echo', data: { v: 1, args: [1] }, attemptsMade: 0, opts: { attempts: 4 } });
  await job?.promote();
  expect(await stage.ended(id)).toMatchObject({ state: 'done', result: [1] });
});

test('lists go on from page to page, newest first, and end', async () => {
  const requests = Array.from({ length: 7 }, (_, n) => requestOf('probe.echo', { args: [n], delaySeconds: 3_600 + n }));
  await stage.cluster.tasks.enqueueMany(requests, {});
  const seen: unknown[] = [];
  let cursor: string | undefined;
  const sizes: number[] = [];
  do {
    const page = await stage.cluster.tasks.list({ state: 'scheduled', limit: 3, cursor }, {});
    seen.push(...page.items.map(({ args }) => args[0]));
    sizes.push(page.items.length);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
  expect(sizes).toEqual([3, 3, 1]);
  await expect(stage.cluster.tasks.list({ state: 'done', limit: 3, cursor: 'nonsense' }, {})).rejects.toMatchObject({
    code: 'request_invalid',
    faults: [{ pointer: '?cursor' }],
  });
});

test('the overview counts what ended, and names what failed', async () => {
  await stage.ended((await stage.enqueue('probe.succeed')).id);
  const failed = await stage.ended((await stage.enqueue('probe.permanent_error', { name: 'Close the month' })).id);
  const overview = await stage.cluster.overview({});
  expect(overview.throughput).toHaveLength(60);
  const sum = (of: 'done' | 'error') => overview.throughput.reduce((total, minute) => total + minute[of], 0);
  expect([sum('done'), sum('error')]).toEqual([1, 1]);
  expect(overview.recentErrors).toEqual([
    {
      taskId: failed.id,
      name: 'Close the month',
      at: failed.executions[0]?.endedAt,
      outcome: 'error',
      message: 'a permanent error',
    },
  ]);
});
