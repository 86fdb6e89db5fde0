import { defineModel, type Task } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Asked, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const strict = defineModel('strict', {
  double: {
    description: 'Doubles a number below ten',
    // What only this check knows is not in the JSON Schema that the catalogue shows.
    args: z.tuple([z.int().refine((value) => value < 10, 'must be below ten')]),
    run: ({ args: [value] }) => value * 2,
  },
});

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage({ models: [strict] });
  await stage.startWorker();
});

afterAll(() => stage.stop());

/** Runs a task that fails again and again, without waiting for its pauses; answers the pauses, seconds. */
async function pausesOf(fullName: string, asked: Asked): Promise<{ pauses: number[]; task: Task }> {
  const { id } = await stage.enqueue(fullName, asked);
  const pauses: number[] = [];
  for (;;) {
    const task = await settled(id, pauses.length + 1);
    if (task.state !== 'scheduled') return { pauses, task };
    const execution = task.executions.at(-1);
    expect(task.runAt).toBe(execution?.retryAt);
    pauses.push(Math.round((Date.parse(task.runAt) - Date.parse(execution?.endedAt ?? '')) / 1_000));
    await stage.cluster.tasks.runNow(id, {});
  }
}

/** The task after so many executions. */
async function settled(id: string, executions: number): Promise<Task> {
  for (;;) {
    const task = await stage.get(id);
    if (task.executions.length === executions && task.executions.at(-1)?.endedAt !== undefined) return task;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test.each([
  ['without a class, after 1, 2 and 4 minutes', 'probe.fail', {}, [60, 120, 240]],
  ['by the pauses that it was given', 'probe.fail', { retry: { delaySeconds: 7 }, maxRetries: 4 }, [7, 14, 28, 56]],
  [
    'never later than its longest pause',
    'probe.fail',
    { retry: { delaySeconds: 60, delaySecondsMax: 100 }, maxRetries: 4 },
    [60, 100, 100, 100],
  ],
  ['never later than an hour', 'probe.fail', { maxRetries: 8 }, [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]],
  ['five times when it is resilient', 'probe.fail', { retry: 'resilient' }, [60, 120, 240, 480, 960]],
  ['every 5 minutes after a temporary error', 'probe.temporary_error', {}, [300, 300, 300]],
  ['every half hour after a resource error', 'probe.resource_error', {}, [1_800, 1_800, 1_800]],
  ['when the error itself says', 'probe.temporary_error', { kwargs: { delaySeconds: 42 }, maxRetries: 2 }, [42, 42]],
  ['never without retries', 'probe.fail', { maxRetries: 0 }, []],
  ['never after a permanent error', 'probe.permanent_error', {}, []],
] satisfies [string, string, Asked, number[]][])(
  'a failed task runs again %s',
  async (_, fullName, asked, expected) => {
    const { pauses, task } = await pausesOf(fullName, asked);
    expect(pauses).toEqual(expected);
    expect(task).toMatchObject({ state: 'error', outcome: 'error', retryCount: expected.length });
    expect(task.executions.map(({ attempt, outcome }) => [attempt, outcome])).toEqual(
      [...expected, 0].map((_pause, index) => [index + 1, 'error']),
    );
  },
);

test('while a task waits for its retry, it shows what went wrong', async () => {
  const { id } = await stage.enqueue('probe.fail', { kwargs: { message: 'the mail server is down' } });
  const task = await stage.until(id, 'scheduled');
  expect(task).toMatchObject({
    retryCount: 1,
    error: { class: 'unclassified', message: 'the mail server is down' },
    executions: [{ attempt: 1, outcome: 'error', error: { message: 'the mail server is down' } }],
  });
  expect(task.outcome).toBeUndefined();
  expect(task.finishedAt).toBeUndefined();
});

test('a retry happens by itself when its time has come', async () => {
  const { id } = await stage.enqueue('probe.fail_times', { kwargs: { times: 2, delaySeconds: 0.3 } });
  const task = await stage.ended(id);
  expect(task).toMatchObject({ state: 'done', outcome: 'success', result: { attempt: 3 }, retryCount: 2 });
  const [first, second] = task.executions;
  const pauseMs = Date.parse(second?.startedAt ?? '') - Date.parse(first?.endedAt ?? '');
  expect(pauseMs).toBeGreaterThanOrEqual(300);
  expect(pauseMs).toBeLessThan(4_000);
  expect(task.error).toBeUndefined();
});

test('a data error waits for a person, who mends the arguments and runs it again', async () => {
  const { id } = await stage.enqueue('probe.data_error', { kwargs: { message: 'there is no customer 7' } });
  const stuck = await stage.until(id, 'requires_attention');
  expect(stuck).toMatchObject({
    error: { class: 'data', name: 'DataError', message: 'there is no customer 7' },
    retryCount: 0,
    executions: [{ attempt: 1, outcome: 'error' }],
  });
  const list = await stage.cluster.tasks.list({ state: 'requires_attention', limit: 10 }, {});
  expect(list.items.map((task) => task.id)).toContain(id);

  await stage.cluster.tasks.patch(id, {}, { kwargs: { fixed: true } });
  expect(await stage.get(id)).toMatchObject({ state: 'requires_attention', kwargs: { fixed: true } });
  await stage.cluster.tasks.retry(id, {});
  const task = await stage.ended(id);
  expect(task).toMatchObject({ state: 'done', outcome: 'success', result: { fixed: true }, kwargs: { fixed: true } });
  expect(task.executions.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'error'],
    [2, 'success'],
  ]);
  expect(task.error).toBeUndefined();
});

test('mended arguments must fit the method as well', async () => {
  const { id } = await stage.enqueue('probe.data_error');
  await stage.until(id, 'requires_attention');
  await expect(stage.cluster.tasks.patch(id, {}, { kwargs: { fixed: 'yes' } })).rejects.toMatchObject({
    code: 'args_invalid',
    faults: [{ pointer: '/kwargs/fixed' }],
  });
  expect(await stage.get(id)).toMatchObject({ state: 'requires_attention', kwargs: {} });
});

test('arguments that only the worker can judge wait for a person as well', async () => {
  const { id } = await stage.enqueue('strict.double', { args: [12] });
  const stuck = await stage.until(id, 'requires_attention');
  expect(stuck.error).toMatchObject({ class: 'data', message: expect.stringContaining('must be below ten') });

  await stage.cluster.tasks.patch(id, {}, { args: [4] });
  await stage.cluster.tasks.retry(id, {});
  expect(await stage.ended(id)).toMatchObject({ state: 'done', result: 8, args: [4] });
});

test('a task that a person runs again has all its retries again', async () => {
  const { pauses, task } = await pausesOf('probe.fail', { maxRetries: 1 });
  expect(pauses).toEqual([60]);
  await stage.cluster.tasks.retry(task.id, {});
  const again = await settled(task.id, 3);
  expect(again).toMatchObject({ state: 'scheduled', retryCount: 1 });
  expect(again.executions.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});
