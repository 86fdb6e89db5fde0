import { expect, test } from 'vitest';
import { isItemResults, outcomeOfItems, outcomeOfResult, runEach } from './each.ts';
import { limits } from './limits.ts';
import { TaskEnd } from './task-end.ts';

test('an item that fails spoils only itself, and results keep the order of the items', async () => {
  const results = await runEach(
    ['a', 'b', 'c'],
    async (item, index) => {
      await new Promise((resolve) => setTimeout(resolve, (3 - index) * 5));
      if (item === 'b') throw new TypeError('no b');
      return { item };
    },
    { concurrency: 3 },
  );
  expect(results).toEqual({
    processed: 3,
    successCount: 2,
    errorCount: 1,
    results: [
      { id: 'a', status: 'success', result: { item: 'a' } },
      { id: 'b', status: 'error', error: 'no b' },
      { id: 'c', status: 'success', result: { item: 'c' } },
    ],
  });
});

test('an item is named by itself, by its id, or by its place', async () => {
  const { results } = await runEach<unknown>([7, 'x', { id: 'k1' }, { id: null }, null], () => undefined);
  expect(results.map(({ id }) => id)).toEqual([7, 'x', 'k1', 3, 4]);
});

test('no more items run at once than asked for, also from an async source', async () => {
  let running = 0;
  let most = 0;
  async function* source() {
    for (let n = 0; n < 20; n++) yield n;
  }
  const results = await runEach(
    source(),
    async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
    },
    { concurrency: 4 },
  );
  expect(most).toBe(4);
  expect(results.processed).toBe(20);
});

test('after an abort no item begins, the source is closed and the reason is thrown', async () => {
  const abort = new AbortController();
  const begun: number[] = [];
  let isClosed = false;
  function* source() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      isClosed = true;
    }
  }
  const run = runEach(
    source(),
    (n) => {
      begun.push(n);
      if (n === 3) abort.abort(new Error('shutdown'));
    },
    { signal: abort.signal },
  );
  await expect(run).rejects.toThrow('shutdown');
  expect(begun).toEqual([0, 1, 2, 3]);
  expect(isClosed).toBe(true);
});

test('a timer that aborts is heard between items that never wait', async () => {
  const signal = AbortSignal.timeout(20);
  function* endless() {
    while (true) yield 1;
  }
  await expect(runEach(endless(), () => undefined, { signal })).rejects.toThrow(/timeout/i);
});

test('a source that fails fails the whole, and skip and info pass through', async () => {
  function* broken() {
    yield 1;
    throw new Error('the file is broken');
  }
  await expect(runEach(broken(), () => undefined)).rejects.toThrow('the file is broken');
  const skip = runEach([1, 2], () => {
    throw new TaskEnd('skipped', 'not today');
  });
  await expect(skip).rejects.toThrow('not today');
});

test('a batch of any length has a result that fits, counts everything and lists the failures first of all', async () => {
  const count = 20_000;
  const items = Array.from({ length: count }, (_, id) => ({ id }));
  const results = await runEach(items, ({ id }) => {
    if (id === count - 1) throw new Error('the last one');
    return { number: `INV-${id}` };
  });
  expect(results).toMatchObject({ processed: count, successCount: count - 1, errorCount: 1 });
  expect(JSON.stringify(results).length).toBeLessThan(limits.resultBytes);
  expect(results.omitted).toBe(count - results.results.length);
  expect(results.results.at(-1)).toEqual({ id: count - 1, status: 'error', error: 'the last one' });
});

test('a long error of an item is cut, and shows it', async () => {
  const { results } = await runEach([1], () => {
    throw new Error('x'.repeat(10_000));
  });
  expect(results[0]?.error).toHaveLength(limits.itemErrorLength + 1);
});

test('what JSON cannot hold fails the item that returned it', async () => {
  const { results } = await runEach([1, 2], (item) => (item === 1 ? 10n : 'fine'));
  expect(results[0]).toMatchObject({ status: 'error', error: expect.stringContaining('BigInt') });
  expect(results[1]).toEqual({ id: 2, status: 'success', result: 'fine' });
});

test('progress is told after every item, with the total where it is known', async () => {
  const told: unknown[] = [];
  const onProgress = (done: number, total: number | undefined) => told.push([done, total]);
  await runEach(new Set([1, 2]), () => undefined, { onProgress });
  await runEach([1].values(), () => undefined, { onProgress });
  await runEach([1].values(), () => undefined, { onProgress, total: 9 });
  expect(told).toEqual([
    [1, 2],
    [2, 2],
    [1, undefined],
    [1, 9],
  ]);
});

test.each([
  [0, 0, 'info'],
  [3, 0, 'success'],
  [3, 1, 'warning'],
  [3, 3, 'error'],
])('%i items of which %i failed make the outcome %s', (processed, errorCount, outcome) => {
  expect(outcomeOfItems({ processed, errorCount })).toBe(outcome);
});

test('a result that extends item results decides the outcome, any other is a success', () => {
  const items = { processed: 2, successCount: 1, errorCount: 1, results: [] };
  expect(outcomeOfResult({ ...items, file: 'x.json' })).toBe('warning');
  expect(outcomeOfResult({ processed: 2 })).toBe('success');
  expect(outcomeOfResult(undefined)).toBe('success');
  expect(isItemResults(null)).toBe(false);
});
