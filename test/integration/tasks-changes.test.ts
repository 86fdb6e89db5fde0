import type { Task, TaskPatch, TaskState } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage();
  await stage.startWorker({ concurrency: 50 });
});

afterAll(() => stage.stop());

type Preparable = Exclude<TaskState, 'depends'>;
const states: Preparable[] = ['scheduled', 'waiting', 'running', 'done', 'error', 'cancelled', 'requires_attention'];

/** A task in this state, in a queue of its own that is paused then, so that it stays what it becomes. */
async function taskIn(state: Preparable, queue: string): Promise<Task> {
  const scheduled = () => stage.enqueue('probe.data_error', { queue, delaySeconds: 3_600, kwargs: { fixed: true } });
  const make: Record<Preparable, () => Promise<Task>> = {
    scheduled,
    async waiting() {
      const { id } = await scheduled();
      await stage.cluster.queues.pause(queue);
      return stage.cluster.tasks.runNow(id, {});
    },
    running: () => stage.enqueue('probe.slow', { queue, kwargs: { ms: 60_000 } }),
    done: () => stage.enqueue('probe.succeed', { queue }),
    error: () => stage.enqueue('probe.permanent_error', { queue }),
    cancelled: async () => stage.cluster.tasks.cancel((await scheduled()).id, {}),
    requires_attention: () => stage.enqueue('probe.data_error', { queue }),
  };
  const task = await stage.until((await make[state]()).id, state);
  await stage.cluster.queues.pause(queue);
  return task;
}

const patch = (change: TaskPatch) => (id: string) => stage.cluster.tasks.patch(id, {}, change);
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const yesterday = new Date(Date.now() - 86_400_000).toISOString();

/** What becomes of a task in each state; in states that are not named, the change is refused. */
const changes: [string, (id: string) => Promise<Task>, Partial<Record<Preparable, TaskState>>][] = [
  [
    'cancel',
    (id) => stage.cluster.tasks.cancel(id, {}, 'not needed any more'),
    { scheduled: 'cancelled', waiting: 'cancelled', requires_attention: 'cancelled' },
  ],
  [
    'retry',
    (id) => stage.cluster.tasks.retry(id, {}),
    { error: 'waiting', cancelled: 'waiting', requires_attention: 'waiting' },
  ],
  ['run_now', (id) => stage.cluster.tasks.runNow(id, {}), { scheduled: 'waiting' }],
  ['set_priority', patch({ priority: 7 }), { scheduled: 'scheduled', waiting: 'waiting' }],
  ['set_later', patch({ runAt: tomorrow }), { scheduled: 'scheduled', waiting: 'scheduled' }],
  ['set_past', patch({ runAt: yesterday }), { scheduled: 'waiting', waiting: 'waiting' }],
  ['set_kwargs', patch({ kwargs: { fixed: true } }), { requires_attention: 'requires_attention' }],
];

describe.each(changes)('%s', (name, change, allowed) => {
  test.each(states)('of a task that is %s', async (state) => {
    const before = await taskIn(state, `${name}_${state}`);
    const expected = allowed[state];
    if (expected === undefined) {
      await expect(change(before.id)).rejects.toMatchObject({ code: 'state_conflict', status: 409 });
      await expect(change(before.id)).rejects.toThrow(`"${state}"`);
      expect(await stage.get(before.id)).toEqual(before);
    } else {
      const after = await change(before.id);
      expect(after.state).toBe(expected);
      expect(await stage.get(before.id)).toEqual(after);
    }
  });
});

test('a cancelled task keeps its record and its reason, never ran, and can be run after all', async () => {
  const { id } = await stage.enqueue('probe.echo', { args: ['kept'], delaySeconds: 3_600 });
  const cancelled = await stage.cluster.tasks.cancel(id, {}, 'wrong month');
  expect(cancelled).toMatchObject({ state: 'cancelled', outcome: 'cancelled', message: 'wrong month', executions: [] });
  expect(cancelled.finishedAt).toBeDefined();

  await stage.cluster.tasks.retry(id, {});
  const task = await stage.ended(id);
  expect(task).toMatchObject({ state: 'done', outcome: 'success', result: ['kept'], executions: [{ attempt: 1 }] });
  expect(task.message).toBeUndefined();
});

test('a task that waits for its retry can be cancelled, and keeps what it tried', async () => {
  const { id } = await stage.enqueue('probe.fail');
  await stage.until(id, 'scheduled');
  expect(await stage.cluster.tasks.cancel(id, {})).toMatchObject({
    state: 'cancelled',
    retryCount: 1,
    executions: [{ attempt: 1, outcome: 'error' }],
  });
});

test('a task that failed for good runs again, and counts its executions on', async () => {
  const { id } = await stage.enqueue('probe.fail_times', { kwargs: { times: 2 }, maxRetries: 0 });
  expect(await stage.ended(id)).toMatchObject({ state: 'error', outcome: 'error' });
  await stage.cluster.tasks.retry(id, {});
  expect(await stage.until(id, 'error')).toMatchObject({ error: { message: expect.stringContaining('attempt 2') } });
  await stage.cluster.tasks.retry(id, {});
  const task = await stage.until(id, 'done');
  expect(task.executions.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'error'],
    [2, 'error'],
    [3, 'success'],
  ]);
  expect(task.error).toBeUndefined();
});

test.each([
  ['failed', 'probe.permanent_error', 'error'],
  ['was cancelled', 'probe.succeed', 'cancelled'],
] as const)('a task that %s runs again also when BullMQ has dropped its job', async (_, fullName, state) => {
  const asked = { user: 'ann', tags: ['x'], priority: 7, ...(state === 'cancelled' ? { delaySeconds: 3_600 } : {}) };
  const { id } = await stage.enqueue(fullName, asked);
  if (state === 'cancelled') await stage.cluster.tasks.cancel(id, {});
  const before = await stage.until(id, state);
  await stage.bull('default').remove(id);
  expect(await stage.get(id)).toEqual(before);

  await stage.cluster.queues.pause('default');
  const waiting = await stage.cluster.tasks.retry(id, {});
  expect(waiting).toMatchObject({ state: 'waiting', user: 'ann', tags: ['x'], priority: 7, args: [] });
  await stage.cluster.queues.resume('default');
  const task = await stage.ended(id);
  expect(task.state).toBe(state === 'error' ? 'error' : 'done');
  expect(task.executions.map(({ attempt }) => attempt)).toEqual(state === 'error' ? [1, 2] : [1]);
});

test('what is run now, or again, was to run now: its old time is not shown any more', async () => {
  const queue = 'at_once';
  const before = Date.now();
  const scheduled = await taskIn('scheduled', queue);
  const stuck = await stage.until((await taskIn('requires_attention', 'stuck')).id, 'requires_attention');
  const failed = await taskIn('error', 'failed');
  for (const task of [
    await stage.cluster.tasks.runNow(scheduled.id, {}),
    await stage.cluster.tasks.retry(stuck.id, {}),
    await stage.cluster.tasks.retry(failed.id, {}),
  ]) {
    expect(task.state).toBe('waiting');
    expect(Date.parse(task.runAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(task.runAt)).toBeLessThanOrEqual(Date.now());
  }
});

test.each(['error', 'requires_attention'] as const)(
  'a task in state %s that a person runs again starts without the workers that died with it',
  async (state) => {
    const queue = `forgiven_${state}`;
    const { id } = await taskIn(state, queue);
    const jobKey = stage.key(`q:${queue}:${id}`);
    await stage.redis.hset(jobKey, 'stc', 2);
    await stage.cluster.tasks.retry(id, {});
    expect(await stage.redis.hget(jobKey, 'stc')).toBeNull();
  },
);

test('a task that is moved to now runs now, a task that is moved away does not', async () => {
  const [sooner, never] = [
    await stage.enqueue('probe.succeed', { delaySeconds: 3_600 }),
    await stage.enqueue('probe.succeed', { delaySeconds: 4 }),
  ];
  const soon = new Date(Date.now() + 2_000).toISOString();
  const moved = await stage.cluster.tasks.patch(sooner.id, {}, { runAt: soon });
  expect(moved).toMatchObject({ state: 'scheduled', runAt: soon });
  await stage.cluster.tasks.patch(never.id, {}, { runAt: tomorrow });

  const task = await stage.ended(sooner.id);
  expect(task.state).toBe('done');
  expect(Date.parse(task.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(soon));
  // It is due after the other one would have been.
  const last = await stage.ended((await stage.enqueue('probe.succeed', { delaySeconds: 2.5 })).id);
  expect(last.state).toBe('done');
  expect(await stage.get(never.id)).toMatchObject({ state: 'scheduled', runAt: tomorrow });
});

test('a task further away than ten years is refused', async () => {
  const { id } = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  const runAt = new Date(Date.now() + 11 * 365 * 86_400_000).toISOString();
  await expect(stage.cluster.tasks.patch(id, {}, { runAt })).rejects.toMatchObject({
    code: 'request_invalid',
    faults: [{ pointer: '/runAt' }],
  });
});

test('a task whose data nobody can read is run again when asked for, as any other', async () => {
  const queue = 'unreadable';
  for (const data of ['null', '7', '"text"', '{', '[]']) {
    const { id } = await stage.enqueue('probe.succeed', { queue, delaySeconds: 3_600 });
    await stage.redis.hset(`${stage.key('q')}:${queue}:${id}`, 'data', data);
    await stage.cluster.tasks.runNow(id, {});
    expect(await stage.ended(id)).toMatchObject({ state: 'error', error: { name: 'EnvelopeError' } });
    await stage.cluster.tasks.retry(id, {});
    const again = await stage.ended(id);
    expect(again.executions.map(({ attempt }) => attempt)).toEqual([1, 2]);
  }
});
