import { type BatchDefinition, DataError, defineModel, type TaskContext } from '@drover/core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startProxy } from '../proxy.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

/** What may go wrong in one call for many tasks costs only the task whose fault it is. */
const calls: { by: 'one' | 'many'; items: number[] }[] = [];
/** What was done, and for how long the one that hangs did. */
const done: number[] = [];
let isAborted = false;
/** What every item waits for. */
let gate: Promise<void> = Promise.resolve();
let open = () => {};

const Item = z.strictObject({ n: z.int() });
type Item = z.infer<typeof Item>;

/** Each of these is wrong in its own way. */
const skipped = 13;
const noItem = 14;
const spoiler = 15;
const hangs = 16;

async function doIt({ n }: Item, task: TaskContext): Promise<number> {
  await gate;
  if (n === skipped) task.skip('it was done before');
  if (n === hangs) {
    await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
    isAborted = true;
  }
  done.push(n);
  return 2 * n;
}

const many = (run: (items: Item[], task: TaskContext) => unknown, list: z.ZodType<Item[]> = z.array(Item)) => ({
  description: 'Does many',
  args: z.tuple([list]),
  run({ args: [items] }: { args: readonly unknown[] }, task: TaskContext) {
    calls.push({ by: 'many' as const, items: (items as Item[]).map(({ n }) => n) });
    return run(items as Item[], task);
  },
});

/** All of them are there before a worker is: it waits for more only where fewer than five come. */
const batch = { maxItems: 5, minItems: 3, maxWaitSeconds: 2 };
const one = (into: string, item?: BatchDefinition['item']) => ({
  description: `Does one; many are done by ${into}`,
  queue: 'merged',
  kwargs: Item,
  batch: { into, ...batch, ...(item === undefined ? {} : { item }) },
  run({ kwargs }: { kwargs: unknown }, task: TaskContext) {
    const { n } = kwargs as Item;
    calls.push({ by: 'one', items: [n] });
    if (n === spoiler) throw new DataError('fifteen is wrong');
    return doIt({ n }, task);
  },
});

const model = defineModel('merged', {
  plain: one('each'),
  each: many((items, task) => task.each(items, (item) => doIt(item, task))),
  made: one('each', ({ kwargs }) => {
    if (kwargs.n === noItem) throw new DataError('fourteen cannot be an item');
    return kwargs;
  }),
  together: one('at_once'),
  at_once: many((items, task) => task.each(items, (item) => doIt(item, task), { concurrency: 10 })),
  picky: one('whole'),
  whole: many((items, task) => {
    if (items.some(({ n }) => n === spoiler)) throw new DataError('one of them is wrong');
    return task.each(items, (item) => doIt(item, task));
  }),
  copied: one('copies'),
  copies: many((items, task) =>
    task.each(
      items.slice(1).map((item) => ({ ...item })),
      (item) => doIt(item, task),
    ),
  ),
  shortened: one('short'),
  short: many(
    (items, task) => task.each(items, (item) => doIt(item, task)),
    z.array(Item).transform((items) => items.slice(1)),
  ),
});

let stage: WorkerStage;

beforeEach(async () => {
  calls.length = 0;
  done.length = 0;
  isAborted = false;
  gate = Promise.resolve();
  stage = await startWorkerStage({ models: [model] });
  // Offers the methods, and takes nothing.
  await stage.startWorker({ queues: ['idle'] });
});
afterEach(async () => {
  open();
  await stage.stop();
});

function shut(): void {
  gate = new Promise((resolve) => {
    open = resolve;
  });
}

/** Ids by number. All of them are there when a worker comes. */
async function enqueue(method: string, numbers: number[]): Promise<(n: number) => string> {
  const ids = new Map<number, string>();
  for (const n of numbers) ids.set(n, (await stage.enqueue(`merged.${method}`, { kwargs: { n } })).id);
  return (n) => ids.get(n) ?? '';
}

const outcomes = (id: (n: number) => string, numbers: number[]) =>
  Promise.all(numbers.map(async (n) => (await stage.ended(id(n))).outcome));

test('one that is skipped ends so by itself, and the others are done', async () => {
  const id = await enqueue('plain', [1, skipped, 2, 3, 4]);
  await stage.startWorker({ queues: ['merged'] });
  expect(await outcomes(id, [1, skipped, 2, 3, 4])).toEqual(['merged', 'skipped', 'merged', 'merged', 'merged']);
  expect(await stage.get(id(skipped))).toMatchObject({ message: 'it was done before' });
  expect(done.sort()).toEqual([1, 2, 3, 4]);
});

test('one of which no item can be made fails by itself, and the others are done', async () => {
  const id = await enqueue('made', [1, noItem, 2, 3, 4]);
  await stage.startWorker({ queues: ['merged'] });
  const failed = await stage.until(id(noItem), 'requires_attention');
  expect(failed.executions[0]?.error).toMatchObject({ class: 'data', message: 'fourteen cannot be an item' });
  expect(await outcomes(id, [1, 2, 3, 4])).toEqual(Array(4).fill('merged'));
});

test('one that is killed before its turn is left out', async () => {
  shut();
  const id = await enqueue('plain', [1, 2, 3, 4, 5]);
  const worker = await stage.startWorker({ queues: ['merged'], graceMs: 20_000 });
  await eventually(() => expect(calls).toHaveLength(1));
  const killed = calls[0]?.items[4] ?? 0;
  await stage.cluster.tasks.kill(id(killed), {});
  // The worker has heard of it.
  await eventually(async () => expect(await stage.redis.llen(stage.key(`control:${worker.id}`))).toBe(0));
  open();
  expect(await stage.ended(id(killed))).toMatchObject({ outcome: 'cancelled' });
  const others = [1, 2, 3, 4, 5].filter((n) => n !== killed);
  expect(await outcomes(id, others)).toEqual(Array(4).fill('merged'));
  expect(done.sort()).toEqual(others);
});

test('a call that ends for the fault of one is no fault of the others: each runs alone', async () => {
  const id = await enqueue('picky', [1, 2, spoiler, 3, 4]);
  await stage.startWorker({ queues: ['merged'] });
  expect(await outcomes(id, [1, 2, 3, 4])).toEqual(Array(4).fill('success'));
  const failed = await stage.until(id(spoiler), 'requires_attention');
  expect(failed.executions).toMatchObject([{ attempt: 1, error: { message: 'fifteen is wrong' } }]);
  const { items } = await stage.cluster.tasks.log(id(1), {});
  expect(items).toMatchObject([
    { level: 'warn', message: 'merged.whole failed, so it runs alone: one of them is wrong' },
  ]);
});

test('a call that goes on for nobody but a killed one is asked to end', async () => {
  shut();
  const id = await enqueue('together', [1, hangs, 2]);
  await stage.startWorker({ queues: ['merged'] });
  await eventually(() => expect(calls).toHaveLength(1));
  await stage.cluster.tasks.kill(id(hangs), {});
  expect(await stage.ended(id(hangs))).toMatchObject({ outcome: 'cancelled' });
  open();
  expect(await outcomes(id, [1, 2])).toEqual(['merged', 'merged']);
  await eventually(() => expect(isAborted).toBe(true));
});

test('what a call tells of other things than its items is nobody’s result', async () => {
  const id = await enqueue('copied', [1, 2, 3, 4, 5]);
  await stage.startWorker({ queues: ['merged'] });
  for (const n of [1, 2, 3, 4, 5]) {
    const { executions } = await stage.until(id(n), 'scheduled');
    expect(executions[0]?.error?.message).toBe('merged.copies did not say what became of it');
  }
});

test('where the method that does many makes fewer of them, each runs alone', async () => {
  const id = await enqueue('shortened', [1, 2, 3, 4, 5]);
  await stage.startWorker({ queues: ['merged'] });
  expect(await outcomes(id, [1, 2, 3, 4, 5])).toEqual(Array(5).fill('success'));
  expect(calls.map(({ by }) => by)).toEqual(Array(5).fill('one'));
});

test('more than fit into one call are done by several', async () => {
  const numbers = Array.from({ length: 13 }, (_, n) => n);
  const id = await enqueue('plain', numbers);
  await stage.startWorker({ queues: ['merged'], concurrency: 20 });
  expect((await outcomes(id, numbers)).sort()).toEqual(Array(13).fill('merged'));
  expect(calls.map(({ items }) => items.length).sort()).toEqual([3, 5, 5]);
  expect(done.sort((a, b) => a - b)).toEqual(numbers);
});

test('a worker that loses its locks in the middle of a call: none is lost, and each ends once', async () => {
  const proxy = await startProxy(inject('redisUrl'));
  try {
    shut();
    const numbers = [1, 2, 3, 4, 5];
    const id = await enqueue('plain', numbers);
    const first = await stage.startWorker({ queues: ['merged'], redisUrl: proxy.url, lockMs: 3_000 });
    await eventually(() => expect(calls).toHaveLength(1));
    proxy.close();
    const second = await stage.startWorker({ queues: ['merged'], lockMs: 3_000 });
    // It has them all before it may begin one.
    await eventually(() => expect(calls).toHaveLength(6), 20_000);
    proxy.open();
    open();
    for (const n of numbers) {
      const task = await stage.ended(id(n));
      expect(task).toMatchObject({ state: 'done', outcome: 'success', result: 2 * n, retryCount: 0 });
      expect(task.executions).toMatchObject([
        { outcome: 'lost', worker: first.id },
        { outcome: 'success', worker: second.id },
      ]);
    }
    const { counts } = await stage.cluster.queues.get('merged', {});
    expect(counts).toMatchObject({ done: 5, running: 0, waiting: 0 });
  } finally {
    await proxy.stop();
  }
});
