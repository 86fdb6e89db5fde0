import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchDefinition, DataError, defineModel, PermanentError } from '@drover/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

/** Single tasks that are done together, by workers in this process. */
type Done = { by: 'one' | 'many'; items: number[]; company: string | undefined };
const calls: Done[] = [];
/** What the method that does many waits for. */
let gate: Promise<void> = Promise.resolve();

const Item = z.strictObject({ n: z.int() });

function tried(n: number): { doubled: number } {
  if (n === 13) throw new DataError('thirteen is wrong');
  if (n === 14) throw new PermanentError('fourteen is worse');
  return { doubled: 2 * n };
}

const modelWith = (name: string, batch: BatchDefinition) =>
  defineModel(name, {
    one: {
      description: 'Does one',
      queue: name,
      kwargs: Item,
      batch,
      run({ kwargs: { n } }, task) {
        calls.push({ by: 'one', items: [n], company: task.company });
        return tried(n);
      },
    },
    many: {
      description: 'Does many',
      args: z.tuple([z.array(Item)]),
      async run({ args: [items] }, task) {
        calls.push({ by: 'many', items: items.map(({ n }) => n), company: task.company });
        task.log.info('begun');
        return task.each(items, async ({ n }) => {
          task.log.info('doing', { n });
          await Promise.race([gate, new Promise((_, reject) => task.signal.addEventListener('abort', reject))]);
          return tried(n);
        });
      },
    },
    listed: {
      description: 'Does many, and tells of them itself',
      args: z.tuple([z.array(Item)]),
      run: ({ args: [items] }) => ({
        processed: items.length,
        successCount: items.length - 1,
        errorCount: 1,
        results: items.map(({ n }, index) =>
          index === 1 ? { id: n, status: 'error', error: 'the second one' } : { id: n, status: 'success', result: n },
        ),
      }),
    },
  });

const soon = { into: 'many', maxItems: 5, minItems: 3, maxWaitSeconds: 0.3 };
/** Full before its time is up, however long its tasks take to come. */
const full = { ...soon, maxWaitSeconds: 60 };
const late = { into: 'many', maxItems: 50, minItems: 2, maxWaitSeconds: 60 };
const models = [
  modelWith('soon', soon),
  modelWith('full', full),
  modelWith('late', late),
  modelWith('listed', { ...full, into: 'listed' }),
];

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage({ models });
  // Offers the methods, and takes nothing.
  await stage.startWorker({ queues: ['idle'] });
});
beforeEach(() => {
  calls.length = 0;
  gate = Promise.resolve();
});
afterAll(() => stage.stop());

async function enqueue(method: string, numbers: number[], company?: string): Promise<string[]> {
  const asked = { queue: method.split('.')[0] ?? '', ...(company === undefined ? {} : { company }) };
  const tasks = await Promise.all(numbers.map((n) => stage.enqueue(method, { ...asked, kwargs: { n } })));
  return tasks.map(({ id }) => id);
}

const outcomes = async (ids: string[]) => Promise.all(ids.map(async (id) => (await stage.ended(id)).outcome));

test('tasks that wait are done by one call, and each ends with its own result', async () => {
  const ids = await enqueue('full.one', [1, 2, 3, 4, 5]);
  const worker = await stage.startWorker({ queues: ['full'] });
  expect(await outcomes(ids)).toEqual(Array(5).fill('merged'));
  expect(calls).toEqual([{ by: 'many', items: expect.arrayContaining([1, 2, 3, 4, 5]), company: undefined }]);
  const second = await stage.get(ids[1] ?? '');
  expect(second).toMatchObject({ state: 'done', result: { doubled: 4 } });
  expect(second.executions[0]?.message).toBe('done by one call of full.many, with 4 others');
  const { items } = await stage.cluster.tasks.log(second.id, {});
  expect(items.filter(({ message }) => message === 'doing')).toMatchObject([{ fields: { n: 2 } }]);
  await worker.stop();
});

test('one whose item fails fails on its own, in its own way', async () => {
  const ids = await enqueue('full.one', [11, 12, 13, 14, 15]);
  const worker = await stage.startWorker({ queues: ['full'] });
  await stage.until(ids[2] ?? '', 'requires_attention');
  expect(await outcomes([0, 1, 3, 4].map((n) => ids[n] ?? ''))).toEqual(['merged', 'merged', 'error', 'merged']);
  expect((await stage.get(ids[3] ?? '')).executions[0]?.error).toMatchObject({
    class: 'permanent',
    message: 'fourteen is worse',
  });
  expect(calls.map(({ by }) => by)).toEqual(['many']);
  await worker.stop();
});

test('too few run one by one', async () => {
  const ids = await enqueue('soon.one', [1, 2]);
  const worker = await stage.startWorker({ queues: ['soon'] });
  expect(await outcomes(ids)).toEqual(['success', 'success']);
  expect(calls.map(({ by }) => by)).toEqual(['one', 'one']);
  await worker.stop();
});

test('what a method tells of its items by itself is taken in their order', async () => {
  const ids = await enqueue('listed.one', [1, 2, 3, 4, 5]);
  const worker = await stage.startWorker({ queues: ['listed'] });
  const failed = await eventually(async () => {
    const tasks = await Promise.all(ids.map(stage.get));
    expect(tasks.filter(({ state }) => state === 'done')).toHaveLength(4);
    return tasks.find(({ state }) => state !== 'done');
  });
  expect(failed?.executions[0]?.error).toMatchObject({ class: 'unclassified', message: 'the second one' });
  await worker.stop();
});

test('a worker that can take no more does not wait for more', async () => {
  const ids = await enqueue('late.one', [1, 2, 3, 4]);
  const worker = await stage.startWorker({ queues: ['late'], concurrency: 4 });
  expect(await outcomes(ids)).toEqual(Array(4).fill('merged'));
  await worker.stop();
});

test('tasks of two companies are never in one call', async () => {
  const ids = [...(await enqueue('late.one', [1, 2], 'acme')), ...(await enqueue('late.one', [3, 4], 'globex'))];
  const worker = await stage.startWorker({ queues: ['late'], concurrency: 4 });
  await outcomes(ids);
  expect(calls.map(({ company, items }) => [company, items.sort()]).sort()).toEqual([
    ['acme', [1, 2]],
    ['globex', [3, 4]],
  ]);
  await worker.stop();
});

test('one that is killed while it waits ends at once, and the others go on waiting', async () => {
  const ids = await enqueue('late.one', [1, 2, 3]);
  const worker = await stage.startWorker({ queues: ['late'] });
  for (const id of ids) await stage.until(id, 'running');
  await stage.cluster.tasks.kill(ids[0] ?? '', {});
  expect(await stage.ended(ids[0] ?? '')).toMatchObject({ state: 'cancelled', outcome: 'cancelled' });
  expect(await stage.get(ids[1] ?? '')).toMatchObject({ state: 'running' });
  expect(calls).toEqual([]);
  // It ends: no more can come.
  await worker.stop(5_000);
  expect(await outcomes(ids.slice(1))).toEqual(['merged', 'merged']);
});

test('one that is killed in the middle of the call ends, and the call goes on for the others', async () => {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const ids = await enqueue('late.one', [1, 2, 3, 4]);
  const worker = await stage.startWorker({ queues: ['late'], concurrency: 4 });
  await eventually(() => expect(calls).toHaveLength(1));
  await stage.cluster.tasks.kill(ids[3] ?? '', {});
  expect(await stage.ended(ids[3] ?? '')).toMatchObject({ state: 'cancelled' });
  open();
  expect(await outcomes(ids.slice(0, 3))).toEqual(['merged', 'merged', 'merged']);
  await worker.stop();
});

test('a worker that stops in the middle of the call hands back what is not done', async () => {
  gate = new Promise(() => {});
  const ids = await enqueue('late.one', [1, 2, 3, 4]);
  const first = await stage.startWorker({ queues: ['late'], concurrency: 4 });
  await eventually(() => expect(calls).toHaveLength(1));
  await first.stop(0);
  gate = sleep(0).then(() => undefined);
  const second = await stage.startWorker({ queues: ['late'], concurrency: 4 });
  for (const id of ids) expect(await stage.ended(id)).toMatchObject({ state: 'done', retryCount: 0 });
  await second.stop();
});
