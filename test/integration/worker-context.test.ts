import { setTimeout as sleep } from 'node:timers/promises';
import { defineModel, limits, type Task } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const context = defineModel('context', {
  about: {
    description: 'Tells what a method knows of its task',
    run: (_, task) => ({
      id: task.id,
      attempt: task.attempt,
      user: task.user ?? null,
      company: task.company ?? null,
      tags: [...task.tags],
      dependencies: task.dependencies,
      lastCheckpoint: task.lastCheckpoint ?? null,
      dataDir: task.dataDir,
    }),
  },
  log: {
    description: 'Logs one line of a given length and kind',
    kwargs: z.strictObject({ length: z.int(), fields: z.enum(['none', 'large', 'loop', 'some', 'list']) }),
    run({ kwargs: { length, fields } }, task) {
      const loop: Record<string, unknown> = {};
      loop.self = loop;
      const list = [1, 2] as unknown as Record<string, unknown>;
      const chosen = { none: undefined, some: { a: 1 }, large: { text: 'f'.repeat(5_000) }, loop, list };
      task.log.warn('ä'.repeat(length), chosen[fields]);
    },
  },
  steps: {
    description: 'Works in steps and remembers them, failing once after each',
    kwargs: z.strictObject({ steps: z.int() }),
    async run({ kwargs: { steps } }, task) {
      const done = (task.lastCheckpoint as { done: number[] } | undefined)?.done ?? [];
      if (done.length === steps) return done;
      await task.checkpoint({ done: [...done, task.attempt] });
      throw new Error(`failed after step ${done.length + 1}`);
    },
  },
  oversized: {
    description: 'Takes too large a checkpoint',
    run: (_, task) => task.checkpoint('x'.repeat(limits.checkpointBytes)),
  },
  noisy: {
    description: 'Tells progress far too often, and its last one at the very end',
    kwargs: z.strictObject({ ms: z.int() }),
    async run({ kwargs: { ms } }, task) {
      const until = Date.now() + ms;
      let told = 0;
      while (Date.now() < until) {
        told += 1;
        task.progress(Math.min(told / 100, 90), `told ${told} times`);
        await sleep(1);
      }
      task.progress(97.5, 'the last word');
      throw new Error('ended badly, so that the progress stays as it was');
    },
  },
  children: {
    description: 'Enqueues other tasks',
    kwargs: z.strictObject({ user: z.string().optional() }),
    async run({ kwargs }, task) {
      const plain = await task.enqueue({ model: 'context', method: 'about' });
      const other = await task.enqueue({ model: 'context', method: 'about', user: kwargs.user ?? 'bob' });
      return { plain, other };
    },
  },
  strangers: {
    description: 'Tries to enqueue for another company',
    run: (_, task) => task.enqueue({ model: 'context', method: 'about', company: 'other' }),
  },
});

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage({ models: [context] });
  await stage.startWorker();
});

afterAll(() => stage.stop());

type Run = Parameters<WorkerStage['enqueue']>;
const run = async (...asked: Run): Promise<Task> => stage.ended((await stage.enqueue(...asked)).id);
const logOf = (id: string) => stage.cluster.tasks.log(id, {});

test('a method knows its task', async () => {
  const { id, result } = await run('context.about', { user: 'ann', company: 'acme', tags: ['x', 'y'] });
  expect(result).toEqual({
    id,
    attempt: 1,
    user: 'ann',
    company: 'acme',
    tags: ['x', 'y'],
    dependencies: {},
    lastCheckpoint: null,
    dataDir: expect.stringMatching(/^\//),
  });
});

describe('the log', () => {
  test('is complete when the task is seen to have ended', async () => {
    for (const lines of [1, 10, 250, 999]) {
      const { id } = await run('probe.log', { kwargs: { lines } });
      const { items, dropped } = await logOf(id);
      expect(items.map(({ message }) => message)).toEqual(
        Array.from({ length: lines }, (_, index) => `line ${index + 1}`),
      );
      expect(dropped).toBe(0);
    }
  });

  test('keeps the newest lines, and says how many went', async () => {
    const { id } = await run('probe.log', { kwargs: { lines: 2_600 } });
    const { items, dropped } = await logOf(id);
    expect(items).toHaveLength(limits.logLines);
    expect(dropped).toBe(2_600 - limits.logLines);
    expect([items[0]?.message, items.at(-1)?.message]).toEqual(['line 1601', 'line 2600']);
  });

  test('has level, time, attempt and fields of each line, over all attempts', async () => {
    const { id } = await stage.enqueue('context.steps', { kwargs: { steps: 0 } });
    await stage.ended(id);
    expect((await logOf(id)).items).toEqual([]);
    const logged = await run('probe.log', { kwargs: { lines: 1, level: 'error', message: 'no paper' } });
    expect((await logOf(logged.id)).items).toEqual([
      {
        at: expect.stringMatching(/^20.*Z$/),
        level: 'error',
        attempt: 1,
        message: 'no paper 1',
        fields: { n: 1 },
      },
    ]);
  });

  test('can be read while the task runs', async () => {
    const { id } = await stage.enqueue('probe.items', { kwargs: { ok: 1, failed: 0, ms: 60_000 } });
    await stage.until(id, 'running');
    expect(await logOf(id)).toEqual({ items: [], dropped: 0 });
  });

  test.each([
    ['a long line is cut, and shows it', 3_000, 'none', undefined],
    ['a long line leaves no room for fields', 3_000, 'some', undefined],
    ['large fields are cut, and show it', 10, 'large', { cut: expect.stringMatching(/… \(cut\)$/) }],
    ['a list is kept as a field', 10, 'list', { value: [1, 2] }],
    ['fields that are no JSON are named', 10, 'loop', { unreadable: expect.any(String) }],
  ])('%s', async (_, length, fields, expected) => {
    const { id } = await run('context.log', { kwargs: { length, fields } });
    const [line] = (await logOf(id)).items;
    const bytes = Buffer.byteLength(line?.message ?? '') + Buffer.byteLength(JSON.stringify(line?.fields ?? ''));
    expect(bytes).toBeLessThanOrEqual(limits.logLineBytes + 20);
    expect(line?.fields).toEqual(expected);
    if (length > limits.logLineBytes / 2) expect(line?.message).toMatch(/^ä+… \(cut\)$/);
  });
});

describe('progress', () => {
  test('is written four times a second at most, and the last word always arrives', async () => {
    const seconds = 4;
    const { id } = await stage.enqueue('context.noisy', { kwargs: { ms: 1_000 * seconds }, maxRetries: 0 });
    const seen = new Set<string>();
    await eventually(async () => {
      const task = await stage.get(id);
      if (task.progress.message !== undefined) seen.add(task.progress.message);
      expect(task.state).toBe('error');
    }, 20_000);
    expect(seen.size).toBeGreaterThanOrEqual(4);
    // The first and the last word beside them.
    expect(seen.size).toBeLessThanOrEqual(4 * seconds + 2);
    expect((await stage.get(id)).progress).toEqual({ percent: 97.5, message: 'the last word' });
  });

  test('of items is told by itself', async () => {
    const { id } = await stage.enqueue('probe.items', { kwargs: { ok: 20, failed: 0, ms: 200 } });
    await eventually(async () => expect((await stage.get(id)).progress.percent).toBeGreaterThan(20));
    expect((await stage.get(id)).progress.percent).toBeLessThan(100);
    expect((await stage.ended(id)).progress.percent).toBe(100);
  });
});

describe('a checkpoint', () => {
  test('is there for the next attempt, and for the one after a manual retry', async () => {
    const { id } = await stage.enqueue('context.steps', {
      kwargs: { steps: 3 },
      maxRetries: 1,
      retry: { delaySeconds: 0 },
    });
    expect(await stage.ended(id)).toMatchObject({ state: 'error', error: { message: 'failed after step 2' } });
    await stage.cluster.tasks.retry(id, {});
    expect(await stage.ended(id)).toMatchObject({ state: 'done', result: [1, 2, 3], retryCount: 1 });
  });

  test('is there also when BullMQ has dropped the job in between', async () => {
    const { id } = await run('context.steps', { kwargs: { steps: 1 }, maxRetries: 0 });
    await stage.bull('default').remove(id);
    await stage.cluster.tasks.retry(id, {});
    expect(await stage.ended(id)).toMatchObject({ state: 'done', result: [1] });
  });

  test('is there also when the task was cancelled in between', async () => {
    const { id } = await stage.enqueue('context.steps', { kwargs: { steps: 1 } });
    await stage.until(id, 'scheduled');
    await stage.cluster.tasks.cancel(id, {});
    await stage.bull('default').remove(id);
    await stage.cluster.tasks.retry(id, {});
    expect(await stage.ended(id)).toMatchObject({ state: 'done', result: [1] });
  });

  test('is the newest one, not that of an earlier end', async () => {
    const { id } = await stage.enqueue('context.steps', { kwargs: { steps: 3 }, maxRetries: 1 });
    await stage.until(id, 'scheduled');
    await stage.cluster.tasks.runNow(id, {});
    await stage.until(id, 'error');
    await stage.cluster.tasks.retry(id, {});
    await stage.until(id, 'scheduled');
    await stage.cluster.tasks.cancel(id, {});
    await stage.cluster.tasks.retry(id, {});
    expect(await stage.ended(id)).toMatchObject({ state: 'done', result: [1, 2, 3] });
  });

  test('that is too large is an error that says so', async () => {
    const task = await run('context.oversized', { maxRetries: 0 });
    expect(task).toMatchObject({ state: 'error', error: { message: expect.stringContaining('at most 65536') } });
  });
});

describe('a task that enqueues another', () => {
  test('does so for the same user and company, unless it names another user', async () => {
    const { result } = await run('context.children', { user: 'ann', company: 'acme' });
    const { plain, other } = result as { plain: string; other: string };
    expect(await stage.ended(plain)).toMatchObject({ user: 'ann', company: 'acme' });
    expect(await stage.ended(other)).toMatchObject({ user: 'bob', company: 'acme' });
  });

  test('does so for nobody when it is nobodys', async () => {
    const { result } = await run('context.children');
    const task = await stage.ended((result as { plain: string }).plain);
    expect([task.user, task.company]).toEqual([undefined, undefined]);
  });

  test('cannot do so for another company', async () => {
    const task = await run('context.strangers', { company: 'acme', maxRetries: 0 });
    expect(task).toMatchObject({ state: 'error', error: { message: expect.stringContaining('"acme" only') } });
  });
});
