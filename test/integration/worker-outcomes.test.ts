import { defineModel, type ItemResults, limits, type Outcome, type Task } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const hostile = {
  symbol: Symbol('thrown'),
  nothing: undefined,
  text: 'only text',
  plain: { code: 7 },
  bare: Object.create(null),
  loop: loopOf(),
  unreadable: Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('the message cannot be read');
    },
  }),
  trap: new Proxy(
    {},
    {
      get() {
        throw null;
      },
    },
  ),
  oddName: Object.assign(new Error('odd name'), { name: Object.create(null) }),
};

function loopOf(): object {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  return loop;
}

const outcomes = defineModel('outcomes', {
  returns: {
    description: 'Returns what JSON has no word for, or hardly one',
    kwargs: z.strictObject({ what: z.string() }),
    run: ({ kwargs: { what } }): unknown =>
      new Map<string, unknown>([
        ['zero', 0],
        ['false', false],
        ['empty text', ''],
        ['nothing', undefined],
        ['null', null],
        ['date', new Date(0)],
        ['bigint', 1n],
        ['loop', loopOf()],
      ]).get(what),
  },
  builds: {
    description: 'Returns what begins its work when it is awaited, as query builders do',
    // biome-ignore lint/suspicious/noThenProperty: this is what they look like.
    run: (): unknown => ({ then: (resolve: (rows: unknown) => void) => setTimeout(() => resolve({ rows: 3 }), 20) }),
  },
  ends: {
    description: 'Ends by saying so',
    kwargs: z.strictObject({ how: z.enum(['skip', 'info']), text: z.string() }),
    run: ({ kwargs: { how, text } }, task): never => (how === 'skip' ? task.skip(text) : task.info(text)),
  },
  throws: {
    description: 'Throws all kinds of things',
    kwargs: z.strictObject({ what: z.string() }),
    run({ kwargs: { what } }): never {
      throw hostile[what as keyof typeof hostile];
    },
  },
  deep: {
    description: 'Fails with a long story',
    run(): never {
      const error = new Error('m'.repeat(100_000), { cause: new Error('the cause') });
      error.stack = `Error: long\n${'    at somewhere (file.js:1:1)\n'.repeat(5_000)}`;
      throw error;
    },
  },
  caused: {
    description: 'Fails because of something else',
    run(): never {
      throw new TypeError('the invoice has no lines', { cause: new RangeError('page 7 is missing') });
    },
  },
});

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage({ models: [outcomes] });
  await stage.startWorker();
});

afterAll(() => stage.stop());

const run = async (fullName: string, kwargs: Record<string, unknown> = {}): Promise<Task> =>
  stage.ended((await stage.enqueue(fullName, { kwargs: kwargs as never, maxRetries: 0 })).id);

test('a task that ran well has its result, its times and the execution that made it', async () => {
  const asked = await stage.enqueue('probe.echo', { args: [1, 'two', { three: [null] }] });
  expect(asked).toMatchObject({ state: 'waiting', executions: [], progress: { percent: 0 } });

  const task = await stage.ended(asked.id);
  expect(task).toMatchObject({
    state: 'done',
    outcome: 'success',
    result: [1, 'two', { three: [null] }],
    progress: { percent: 100 },
    retryCount: 0,
    executions: [{ attempt: 1, outcome: 'success', pid: process.pid, id: `${asked.id}.1` }],
  });
  const [execution] = task.executions;
  expect(execution?.worker).toMatch(/^worker-/);
  expect(execution?.memoryMb).toBeGreaterThan(10);
  const times = [task.createdAt, execution?.startedAt, execution?.endedAt];
  expect(times).toEqual([...times].sort());
  expect(task.startedAt).toBe(execution?.startedAt);
  expect(Date.parse(task.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(execution?.endedAt ?? ''));
});

describe('a result is kept as JSON has it', () => {
  test.each([
    ['zero', 0],
    ['false', false],
    ['empty text', ''],
    ['nothing', null],
    ['null', null],
    ['date', '1970-01-01T00:00:00.000Z'],
  ])('%s', async (what, result) => {
    expect(await run('outcomes.returns', { what })).toMatchObject({ state: 'done', outcome: 'success', result });
  });

  test.each(['bigint', 'loop'])('%s cannot be kept, and is an error that says so', async (what) => {
    const task = await run('outcomes.returns', { what });
    expect(task).toMatchObject({ state: 'error', outcome: 'error', result: null, error: { class: 'permanent' } });
    expect(task.error?.message).toContain('the result cannot be written as JSON');
  });
});

test('what is no promise but can be awaited is awaited', async () => {
  expect(await run('outcomes.builds')).toMatchObject({ state: 'done', result: { rows: 3 } });
});

test('a result may be as large as allowed; one byte more is an error that says so, and costs no retry', async () => {
  const fits = await run('probe.big', { bytes: limits.resultBytes });
  expect(fits).toMatchObject({ state: 'done', outcome: 'success' });
  expect(JSON.stringify(fits.result)).toHaveLength(limits.resultBytes);

  const asked = await stage.enqueue('probe.big', { kwargs: { bytes: limits.resultBytes + 1 } });
  const tooLarge = await stage.ended(asked.id);
  expect(tooLarge).toMatchObject({ state: 'error', outcome: 'error', retryCount: 0, error: { class: 'permanent' } });
  expect(tooLarge.error?.message).toMatch(/^result_too_large: the result is 262145 bytes/);
});

test.each([
  ['skip', 'skipped', 'the shop is closed'],
  ['info', 'info', 'no new orders'],
] as const)('a method that calls task.%s ends well, as %s, with its reason', async (how, outcome, text) => {
  const task = await run('outcomes.ends', { how, text });
  expect(task).toMatchObject({ state: 'done', outcome, message: text });
  expect(task.executions).toMatchObject([{ attempt: 1, outcome, message: text }]);
  expect(task.error).toBeUndefined();
});

test.each([
  [3, 0, 'done', 'success'],
  [3, 1, 'done', 'warning'],
  [0, 2, 'error', 'error'],
  [0, 0, 'done', 'info'],
] as const)('%i items that go well and %i that fail end the task as %s/%s', async (ok, failed, state, outcome) => {
  const task = await run('probe.items', { ok, failed });
  expect(task).toMatchObject({ state, outcome });
  const result = task.result as ItemResults;
  expect(result).toMatchObject({ processed: ok + failed, successCount: ok, errorCount: failed });
  expect(result.results.map(({ status }) => status)).toEqual([
    ...Array(ok).fill('success'),
    ...Array(failed).fill('error'),
  ]);
});

describe('whatever a method throws, its task ends in error and says what it was', () => {
  test.each(Object.keys(hostile))('%s', async (what) => {
    const task = await run('outcomes.throws', { what });
    expect(task).toMatchObject({ state: 'error', outcome: 'error' satisfies Outcome });
    expect(task.error?.message).toEqual(expect.any(String));
    expect(task.executions).toMatchObject([{ outcome: 'error' }]);
  });
});

test('an error tells its name, its message, where it was thrown, and what caused it', async () => {
  const { error } = await run('outcomes.caused');
  expect(error).toMatchObject({ class: 'unclassified', name: 'TypeError', message: 'the invoice has no lines' });
  expect(error?.traceback).toMatch(/TypeError: the invoice has no lines\n.*worker-outcomes\.test\.ts/);
  expect(error?.traceback).toContain('Caused by: RangeError: page 7 is missing');
});

test('message and traceback of an error are bounded, and show that they were cut', async () => {
  const { error } = await run('outcomes.deep');
  expect(Buffer.byteLength(error?.traceback ?? '')).toBeLessThanOrEqual(limits.tracebackBytes);
  expect(Buffer.byteLength(error?.message ?? '')).toBeLessThanOrEqual(limits.errorMessageBytes);
  expect(error?.traceback).toMatch(/… \(cut\)$/);
  expect(error?.message).toMatch(/… \(cut\)$/);
});

test('a task that this version cannot read ends in error and says so, and hides no other', async () => {
  const [newer, other] = [
    await stage.enqueue('probe.succeed', { delaySeconds: 3_600 }),
    await stage.enqueue('probe.succeed', { delaySeconds: 3_600 }),
  ];
  await stage.redis.hset(stage.key(`q:default:${newer.id}`), 'data', '{"v":2,"arguments":[]}');
  const list = await stage.cluster.tasks.list({ state: 'scheduled', limit: 10 }, {});
  expect(list.items.map(({ id }) => id)).toEqual([other.id, newer.id]);
  await expect(stage.cluster.tasks.get(newer.id, { company: 'acme' })).rejects.toMatchObject({ code: 'task_unknown' });

  await stage.cluster.tasks.runNow(newer.id, {});
  const task = await stage.ended(newer.id);
  expect(task).toMatchObject({
    state: 'error',
    outcome: 'error',
    error: { class: 'permanent', name: 'EnvelopeError' },
  });
  expect(task.error?.message).toMatch(/^this version cannot read the task/);
  expect(await stage.ended((await stage.enqueue('probe.succeed')).id)).toMatchObject({ state: 'done' });
});
