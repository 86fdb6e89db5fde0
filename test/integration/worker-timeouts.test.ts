import { defineModel, TaskRequest } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const stopped: string[] = [];

const timed = defineModel('timed', {
  polite: {
    description: 'Works until it is told to stop, and says why it was',
    run: (_, task) =>
      new Promise<never>((_resolve, reject) => {
        task.signal.addEventListener('abort', () => {
          stopped.push((task.signal.reason as Error).name);
          reject(task.signal.reason);
        });
      }),
  },
  late: {
    description: 'Returns so many ms after it was told to stop',
    kwargs: z.strictObject({ ms: z.int() }),
    run: ({ kwargs: { ms } }, task) =>
      new Promise<string>((resolve) => {
        task.signal.addEventListener('abort', () => setTimeout(() => resolve('finished after all'), ms));
      }),
  },
});

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage({ models: [timed] });
  await stage.startWorker({ graceMs: 300 });
});

afterAll(() => stage.stop());

test.each([
  ['is told by its signal', 'timed.polite', {}],
  ['and does not listen is given up after its grace', 'probe.hang', {}],
  ['and returns within its grace, too late, counts as timed out', 'timed.late', { kwargs: { ms: 50 } }],
  ['and returns after its grace, too late, counts as timed out', 'timed.late', { kwargs: { ms: 600 } }],
])('a method that takes too long %s', async (_, fullName, asked) => {
  const seconds: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const { id } = await stage.enqueue(fullName, { timeoutSeconds: 0.2, maxRetries: 0, ...asked });
    const task = await stage.ended(id);
    expect(task).toMatchObject({
      state: 'error',
      outcome: 'timeout',
      result: null,
      error: { class: 'temporary', name: 'TimeoutError', message: 'took longer than 0.2 s' },
      executions: [{ attempt: 1, outcome: 'timeout' }],
    });
    seconds.push(task.executions[0]?.durationSeconds ?? 0);
  }
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0.19);
  expect(Math.min(...seconds)).toBeLessThan(1.5);
});

test('the signal of a method that takes too long says that it is a timeout', async () => {
  stopped.length = 0;
  await stage.ended((await stage.enqueue('timed.polite', { timeoutSeconds: 0.1, maxRetries: 0 })).id);
  expect(stopped).toEqual(['timeout']);
});

test('a timeout is tried again like a temporary error', async () => {
  const { id } = await stage.enqueue('probe.hang', { timeoutSeconds: 0.1, maxRetries: 1 });
  const task = await stage.until(id, 'scheduled');
  const [execution] = task.executions;
  expect(execution).toMatchObject({ outcome: 'timeout', retryAt: task.runAt });
  expect(Date.parse(task.runAt) - Date.parse(execution?.endedAt ?? '')).toBe(300_000);

  await stage.cluster.tasks.runNow(id, {});
  expect(await stage.ended(id)).toMatchObject({ state: 'error', outcome: 'timeout', retryCount: 1 });
});

test('a method that is quicker than its timeout knows nothing of it', async () => {
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 100 }, timeoutSeconds: 30 });
  expect(await stage.ended(id)).toMatchObject({ state: 'done', outcome: 'success' });
});

test('a task that was not started by its time ends as expired, and its method is never called', async () => {
  await stage.ended((await stage.enqueue('probe.succeed', { queue: 'aside' })).id);
  await stage.cluster.queues.pause('aside');
  const expiresAt = new Date(Date.now() + 2_500).toISOString();
  const { id } = await stage.enqueue('probe.succeed', { queue: 'aside', expiresAt });
  await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(expiresAt)));
  await stage.cluster.queues.resume('aside');

  const task = await stage.ended(id);
  expect(task).toMatchObject({ state: 'error', outcome: 'expired', executions: [] });
  expect(task.message).toBe(`not started before ${expiresAt}`);

  await stage.cluster.tasks.retry(id, {});
  expect(await stage.ended(id)).toMatchObject({ state: 'done', outcome: 'success' });
});

test('a task of a method that no worker offers expires like any other', async () => {
  await stage.ended((await stage.enqueue('probe.succeed', { queue: 'apart' })).id);
  await stage.cluster.queues.pause('apart');
  const expiresAt = new Date(Date.now() + 2_500).toISOString();
  const request = TaskRequest.parse({ model: 'not', method: 'yet', queue: 'apart', expiresAt });
  const { id } = await stage.cluster.tasks.enqueue(request, {}, { unchecked: true });
  await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(expiresAt)));
  await stage.cluster.queues.resume('apart');
  expect(await stage.ended(id)).toMatchObject({ state: 'error', outcome: 'expired', executions: [] });
});

test('a task that began in time is not expired when its retry comes later', async () => {
  const expiresAt = new Date(Date.now() + 3_000).toISOString();
  const { id } = await stage.enqueue('probe.fail_times', { kwargs: { times: 1, delaySeconds: 4 }, expiresAt });
  expect(await stage.ended(id)).toMatchObject({ state: 'done', outcome: 'success', retryCount: 1 });
});
