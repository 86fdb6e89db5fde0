import { declaredClass, declaredDelaySeconds, runDirectly } from '@drover/core';
import { expect, test } from 'vitest';
import { probe } from './probe.ts';

async function failure(method: string, kwargs: Record<string, unknown> = {}, attempt = 1) {
  const error = await runDirectly(probe, method, { kwargs }, { attempt }).then(
    () => expect.unreachable(`${method} should have failed`),
    (thrown: Error) => thrown,
  );
  return { class: declaredClass(error), delaySeconds: declaredDelaySeconds(error), message: error.message };
}

test('echo returns what it was given', async () => {
  const run = await runDirectly(probe, 'echo', { args: [1, [2]], kwargs: { a: null } });
  expect(run.result).toEqual([1, [2]]);
});

test('fail_times fails on its first attempts only', async () => {
  expect(await failure('fail_times', { times: 2 }, 1)).toMatchObject({ class: undefined });
  expect(await failure('fail_times', { times: 2, delaySeconds: 0.5 }, 2)).toMatchObject({
    class: 'temporary',
    delaySeconds: 0.5,
  });
  expect(await runDirectly(probe, 'fail_times', { kwargs: { times: 2 } }, { attempt: 3 })).toMatchObject({
    outcome: 'success',
    result: { attempt: 3 },
  });
});

test('slow stops when it is told to, with the reason', async () => {
  const signal = AbortSignal.abort(new Error('kill'));
  await expect(runDirectly(probe, 'slow', { kwargs: { ms: 60_000 } }, { signal })).rejects.toThrow('kill');
  const late = AbortSignal.timeout(10);
  await expect(runDirectly(probe, 'slow', { kwargs: { ms: 60_000 } }, { signal: late })).rejects.toThrow(/timeout/);
});

test('hang does not listen when it is told to stop', async () => {
  const abort = new AbortController();
  const run = runDirectly(probe, 'hang', {}, { signal: abort.signal });
  abort.abort();
  const pause = new Promise((resolve) => setTimeout(resolve, 50, 'still hanging'));
  expect(await Promise.race([run, pause])).toBe('still hanging');
});

test('spin blocks the event loop for as long as asked', async () => {
  const begunAt = performance.now();
  const run = runDirectly(probe, 'spin', { kwargs: { ms: 60 } });
  expect(performance.now() - begunAt).toBeGreaterThanOrEqual(60);
  await run;
});

test('big returns as many bytes as asked, log as many lines, progress as many steps', async () => {
  const big = await runDirectly(probe, 'big', { kwargs: { bytes: 5_000 } });
  expect(JSON.stringify(big.result)).toHaveLength(5_000);
  const log = await runDirectly(probe, 'log', { kwargs: { lines: 5, level: 'warn' } });
  expect(log.log.map(({ level, message }) => `${level} ${message}`).at(-1)).toBe('warn line 5');
  const progress = await runDirectly(probe, 'progress', { kwargs: { steps: 4, ms: 1 } });
  expect(progress.progress.map(({ percent }) => percent)).toEqual([25, 50, 75, 100]);
});

test.each([
  [{}, 'warning'],
  [{ ok: 2, failed: 0 }, 'success'],
  [{ ok: 0, failed: 2 }, 'error'],
  [{ ok: 0, failed: 0 }, 'info'],
])('items with %j end as %s', async (kwargs, outcome) => {
  expect(await runDirectly(probe, 'items', { kwargs })).toMatchObject({ outcome });
});

test.each([
  ['fail', undefined],
  ['temporary_error', 'temporary'],
  ['resource_error', 'resource'],
  ['data_error', 'data'],
  ['permanent_error', 'permanent'],
])('%s fails with the class %s and the message it was given', async (method, errorClass) => {
  expect(await failure(method, { message: 'mine' })).toMatchObject({ class: errorClass, message: 'mine' });
  expect((await failure(method)).message).not.toBe('');
});

test('options that a method does not know are refused', async () => {
  await expect(runDirectly(probe, 'slow', { kwargs: { s: 1 } })).rejects.toThrow(/Unrecognized key/);
});
