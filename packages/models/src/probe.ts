import { DataError, defineModel, Json, limits, PermanentError, ResourceError, TemporaryError } from '@drover/core';
import { z } from 'zod';
import { pause } from './pause.ts';

export { probeIsolated } from './probe-isolated.ts';

const Ms = z.int().min(0).max(86_400_000);
const Message = z.string().max(limits.errorMessageBytes);
const DelaySeconds = z
  .number()
  .min(0)
  .max(86_400)
  .optional()
  .describe("Pause before the retry. Default: the error class's own");

/** Options of the methods that only fail. */
const failure = (message: string) => z.strictObject({ message: Message.default(message), delaySeconds: DelaySeconds });

/** `exactOptionalPropertyTypes`: what is not given is left out. */
const delayOf = (delaySeconds: number | undefined) => (delaySeconds === undefined ? {} : { delaySeconds });

/**
 * `probe`: methods that behave on demand, for trying the cluster out and for its tests. Each does one thing that real
 * methods do: succeed, fail in every class, be slow, deaf, stuck, noisy or large.
 */
export const probe = defineModel('probe', {
  echo: {
    description: 'Returns its arguments',
    args: z.array(Json),
    kwargs: z.record(z.string(), Json),
    run: ({ args }) => args,
  },
  succeed: {
    description: 'Succeeds',
    kwargs: z.strictObject({ result: Json.default('ok') }),
    run: ({ kwargs }) => kwargs.result,
  },
  fail: {
    description: 'Fails with an error that no class is declared for',
    kwargs: z.strictObject({ message: Message.default('probe.fail was asked to fail') }),
    run({ kwargs }): never {
      throw new Error(kwargs.message);
    },
  },
  fail_times: {
    description: 'Fails on its first attempts, then succeeds',
    kwargs: z.strictObject({
      times: z.int().min(0).max(1_000).default(1),
      message: Message.default('probe.fail_times was asked to fail'),
      delaySeconds: DelaySeconds.describe("Pause before each retry. Default: the task's backoff"),
    }),
    run({ kwargs: { times, message, delaySeconds } }, task) {
      if (task.attempt > times) return { attempt: task.attempt };
      const text = `${message} (attempt ${task.attempt} of ${times} that fail)`;
      throw delaySeconds === undefined ? new Error(text) : new TemporaryError(text, { delaySeconds });
    },
  },
  slow: {
    description: 'Takes its time, and stops when told to',
    kwargs: z.strictObject({ ms: Ms.default(1_000) }),
    async run({ kwargs }, task) {
      await pause(kwargs.ms, task.signal);
      return { ms: kwargs.ms };
    },
  },
  hang: {
    description: 'Never ends, and does not listen when told to stop',
    run: () => new Promise<never>(() => {}),
  },
  spin: {
    description: 'Blocks the event loop of its worker',
    kwargs: z.strictObject({ ms: Ms.default(1_000) }),
    run({ kwargs }) {
      const endAt = performance.now() + kwargs.ms;
      while (performance.now() < endAt);
      return { ms: kwargs.ms };
    },
  },
  crash: {
    description: 'Ends the process of its worker, as the out-of-memory killer would',
    kwargs: z.strictObject({ attempts: z.int().min(1).max(1_000).default(1_000).describe('On so many attempts') }),
    async run({ kwargs }, task) {
      if (task.attempt > kwargs.attempts) return { attempt: task.attempt };
      process.kill(process.pid, 'SIGKILL');
      return await new Promise<never>(() => {});
    },
  },
  big: {
    description: 'Returns a result of a given size',
    kwargs: z.strictObject({
      bytes: z
        .int()
        .min(2)
        .max(64 * 1024 * 1024)
        .default(1_024)
        .describe('As JSON'),
    }),
    run: ({ kwargs }) => 'x'.repeat(kwargs.bytes - 2),
  },
  log: {
    description: 'Writes log lines',
    kwargs: z.strictObject({
      lines: z.int().min(0).max(1_000_000).default(10),
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      message: Message.default('line'),
    }),
    async run({ kwargs: { lines, level, message } }, task) {
      for (let n = 1; n <= lines; n++) {
        task.log[level](`${message} ${n}`, { n });
        if (n % 1_000 === 0) await pause(0, task.signal);
      }
      return { lines };
    },
  },
  progress: {
    description: 'Reports progress step by step',
    kwargs: z.strictObject({ steps: z.int().min(1).max(100_000).default(10), ms: Ms.default(100).describe('A step') }),
    async run({ kwargs: { steps, ms } }, task) {
      for (let step = 1; step <= steps; step++) {
        await pause(ms, task.signal);
        task.progress((100 * step) / steps, `step ${step} of ${steps}`);
      }
      return { steps };
    },
  },
  items: {
    description: 'Works through items of which some fail',
    kwargs: z.strictObject({
      ok: z.int().min(0).max(100_000).default(3),
      failed: z.int().min(0).max(100_000).default(1),
      ms: Ms.default(0).describe('An item'),
    }),
    run({ kwargs: { ok, failed, ms } }, task) {
      const ids = Array.from({ length: ok + failed }, (_, index) => index + 1);
      return task.each(ids, async (id) => {
        if (ms > 0) await pause(ms, task.signal);
        if (id > ok) throw new Error(`item ${id} was asked to fail`);
        return { item: id };
      });
    },
  },
  temporary_error: {
    description: 'Fails with a temporary error',
    kwargs: failure('a temporary error'),
    run({ kwargs }): never {
      throw new TemporaryError(kwargs.message, delayOf(kwargs.delaySeconds));
    },
  },
  resource_error: {
    description: 'Fails with a resource error',
    kwargs: failure('a resource error'),
    run({ kwargs }): never {
      throw new ResourceError(kwargs.message, delayOf(kwargs.delaySeconds));
    },
  },
  data_error: {
    description: 'Fails with a data error, so that a person must decide',
    kwargs: z.strictObject({
      message: Message.default('a data error'),
      fixed: z.boolean().default(false).describe('Set it by hand, retry, and the task succeeds'),
    }),
    run({ kwargs }) {
      if (kwargs.fixed) return { fixed: true };
      throw new DataError(kwargs.message);
    },
  },
  permanent_error: {
    description: 'Fails with a permanent error',
    kwargs: z.strictObject({ message: Message.default('a permanent error') }),
    run({ kwargs }): never {
      throw new PermanentError(kwargs.message);
    },
  },
});
