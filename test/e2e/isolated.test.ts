import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import type { TestProcess } from '../processes.ts';
import { isAlive } from '../start-stage.ts';

/** Isolated methods, on real processes: what they do costs their own process only. */
let stage: FaultStage;
let worker: TestProcess;
const hostileModel = fileURLToPath(new URL('./hostile-model.mjs', import.meta.url));
const MODULES = `@drover/models/probe,${hostileModel}`;

beforeAll(async () => {
  stage = await startFaultStage();
  worker = await stage.startWorker({ MODULES });
});
afterAll(() => stage.stop());

/** Enqueues `probe.isolated.<method>`, or a method of another model, to be tried once. */
function begin(fullName: string, kwargs: object = {}, asked: { timeoutSeconds?: number; maxRetries?: number } = {}) {
  const [method = '', model = 'probe.isolated'] = fullName.split('.').reverse();
  const request = { model, method, kwargs: kwargs as Record<string, never>, maxRetries: 0, ...asked };
  return eventually(() => stage.client.tasks.enqueue(request), 30_000);
}

async function ended(method: string, kwargs: object = {}, asked: Parameters<typeof begin>[2] = {}) {
  const { id } = await begin(method, kwargs, asked);
  return stage.client.tasks.waitFor(id, { timeoutMs: 60_000 });
}

/** Of the process that runs a method: the method writes it down. */
async function pidOf(id: string): Promise<number> {
  return eventually(async () => {
    const { items } = await stage.client.tasks.log(id);
    const pid = items[0]?.fields?.pid;
    expect(pid).toBeTypeOf('number');
    return pid as number;
  }, 30_000);
}

test('an isolated method runs in a process of its own, which the next one uses too', async () => {
  const first = await ended('succeed');
  const second = await ended('succeed');
  expect(first).toMatchObject({ state: 'done', outcome: 'success' });
  expect(first.result).not.toEqual({ pid: worker.pid });
  expect(second.result).toEqual(first.result);
});

test('log, progress, checkpoint, enqueued tasks and items are the same as of any other method', async () => {
  const told = await ended('tell', {}, { maxRetries: 1 });
  const child = (told.result as { remembered: { child: string } }).remembered.child;
  expect(told).toMatchObject({ state: 'done', outcome: 'success', retryCount: 1 });
  expect(told.executions[0]).toMatchObject({ outcome: 'error', error: { class: 'temporary', message: 'once more' } });
  expect((await stage.client.tasks.log(told.id)).items).toMatchObject([
    { level: 'warn', message: 'telling', attempt: 1, fields: { attempt: 1 } },
  ]);
  expect(await stage.until(child, 'done')).toMatchObject({ result: ['from an isolated method'] });

  expect(await ended('items')).toMatchObject({
    outcome: 'warning',
    result: { processed: 3, errorCount: 1 },
  });
});

test.each([
  ['skipped', { state: 'done', outcome: 'skipped' }, { message: 'not today' }],
  ['info', { state: 'done', outcome: 'info' }, { message: 'nothing to do' }],
  ['error', { state: 'error', outcome: 'error' }, { error: { name: 'RangeError', message: 'out of range' } }],
])('one that ends as %s says so, as any other', async (as, task, execution) => {
  const done = await ended('end', { as });
  expect(done).toMatchObject({ ...task, executions: [execution] });
  if (as === 'error') expect(done.executions[0]?.error?.traceback).toContain('probe-isolated');
});

test('one whose data is wrong waits for a person', async () => {
  const { id } = await begin('end', { as: 'data_error' });
  const task = await stage.until(id, 'requires_attention');
  expect(task.executions[0]?.error).toMatchObject({ class: 'data', name: 'DataError', message: 'the data is wrong' });
});

test('an endless loop is killed within two seconds, and says what it remembered last', async () => {
  const took: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const { id } = await begin('spin');
    const pid = await pidOf(id);
    const since = performance.now();
    const answer = await stage.client.tasks.kill(id, { reason: 'it turns in circles' });
    took.push(performance.now() - since);
    expect(answer).toMatchObject({ result: 'killed', checkpoint: { pid }, task: { state: 'cancelled' } });
    expect(isAlive(pid)).toBe(false);
  }
  // Of three times at least one keeps the promise, also on a machine that does other things too.
  expect(Math.min(...took)).toBeLessThan(2_000);
});

test('one that listens ends when it is asked to, cleans up, and its process goes on', async () => {
  const { id } = await begin('slow', { ms: 600_000 });
  const pid = await pidOf(id);
  const answer = await stage.client.tasks.kill(id);
  expect(answer).toMatchObject({ result: 'ended', task: { state: 'cancelled', outcome: 'cancelled' } });
  await eventually(async () => {
    const { items } = await stage.client.tasks.log(id);
    expect(items).toMatchObject([{ message: 'waiting' }, { message: 'cleaned up', fields: { ms: 600_000 } }]);
  });
  expect((await ended('succeed')).result).toEqual({ pid });
});

test('what is known of the items of a killed task is kept', async () => {
  const { id } = await begin('items', { count: 3, waits: true });
  await eventually(async () => expect((await stage.client.tasks.get(id)).progress.percent).toBeGreaterThan(60), 30_000);
  await stage.client.tasks.kill(id);
  expect(await stage.until(id, 'cancelled')).toMatchObject({ result: { processed: 2, successCount: 2 } });
});

describe.concurrent('what a method does to its process', () => {
  test('a loop that takes too long ends as timeout, and its process is gone', async () => {
    const { id } = await begin('spin', {}, { timeoutSeconds: 1 });
    const pid = await pidOf(id);
    const task = await stage.client.tasks.waitFor(id, { timeoutMs: 60_000 });
    expect(task).toMatchObject({ state: 'error', outcome: 'timeout' });
    expect(isAlive(pid)).toBe(false);
  });

  test.each(['objects', 'buffers'])('one that fills its memory with %s fails, and says that it did', async (of) => {
    const task = await ended('leak', { of });
    expect(task).toMatchObject({ state: 'error', outcome: 'error' });
    expect(task.executions[0]?.error).toMatchObject({
      class: 'unclassified',
      name: 'OutOfMemory',
      message: 'the method used more memory than 64 MB; only its own process was ended',
    });
  });

  test.each([
    ['exit', { code: 3 }, /ended itself with exit code 3$/],
    ['exit', { code: 0 }, /ended itself with exit code 0$/],
    ['crash', { signal: 'SIGSEGV' }, /was ended by SIGSEGV$/],
    ['crash', { signal: 'SIGKILL' }, /was ended by SIGKILL: somebody killed it/],
  ])('%s %j costs the process of the method only', async (method, kwargs, message) => {
    const task = await ended(method, kwargs);
    expect(task).toMatchObject({ state: 'error', executions: [{ outcome: 'error', worker: expect.any(String) }] });
    expect(task.executions[0]?.error).toMatchObject({ name: 'ProcessEnded', message: expect.stringMatching(message) });
    expect(worker.isAlive).toBe(true);
  });
});

test('a method that spoils the channel to its worker costs its own process only', async () => {
  const task = await ended('hostile.garble');
  expect(task.executions[0]?.error).toMatchObject({ name: 'BadMessage', message: expect.stringContaining('not JSON') });
  expect(worker.isAlive).toBe(true);
  expect((await ended('hostile.look')).result).toEqual({
    send: 'undefined',
    redis: null,
    refused: 'ZodError',
  });
});

test('a worker that is killed takes an endless loop with it', async () => {
  const { id } = await begin('spin');
  const pid = await pidOf(id);
  await worker.kill();
  await eventually(() => expect(isAlive(pid)).toBe(false), 15_000);
});

test('one whose modules hang in the process goes with its worker, too', async () => {
  const file = join(stage.folder, 'hangs');
  const next = await stage.startWorker({ MODULES, HANGS_APART: file });
  await begin('succeed');
  const pid = await eventually(async () => {
    const read = Number(await readFile(file, 'utf8'));
    expect(read).toBeGreaterThan(0);
    return read;
  }, 30_000);
  await next.kill();
  await eventually(() => expect(isAlive(pid)).toBe(false), 15_000);
});
