import { DataError, defineModel, limits, TemporaryError } from '@drover/core';
import { z } from 'zod';
import { pause } from './pause.ts';

const Ms = z.int().min(0).max(86_400_000);
const leakMb = 64;

/** `probe.isolated`: what would cost a worker, and costs a process of its own only. For trying out, and for tests. */
export const probeIsolated = defineModel('probe.isolated', {
  succeed: {
    description: 'Succeeds, in a process of its own',
    isolated: true,
    run: () => ({ pid: process.pid }),
  },
  slow: {
    description: 'Takes its time, and stops when told to; cleans up when it is killed',
    isolated: true,
    kwargs: z.strictObject({ ms: Ms.default(1_000) }),
    async run({ kwargs }, task) {
      task.log.info('waiting', { pid: process.pid });
      await pause(kwargs.ms, task.signal);
      return { pid: process.pid };
    },
    onCancel({ kwargs }, task) {
      task.log.info('cleaned up', { ms: kwargs.ms });
    },
  },
  spin: {
    description: 'An endless loop, unless it is given an end',
    isolated: true,
    kwargs: z.strictObject({ ms: Ms.default(86_400_000) }),
    async run({ kwargs }, task) {
      task.log.info('spinning', { pid: process.pid });
      await task.checkpoint({ pid: process.pid });
      const until = performance.now() + kwargs.ms;
      while (performance.now() < until);
      return { pid: process.pid };
    },
  },
  leak: {
    description: `Fills its memory, of which it may have ${leakMb} MB`,
    isolated: { memoryMb: leakMb },
    kwargs: z.strictObject({ of: z.enum(['objects', 'buffers']).default('objects') }),
    async run({ kwargs }, task): Promise<never> {
      const kept: unknown[] = [];
      for (;;) {
        for (let n = 0; n < 64; n += 1)
          kept.push(kwargs.of === 'objects' ? new Array(1_024).fill(n) : Buffer.alloc(65_536, 1));
        await pause(1, task.signal);
      }
    },
  },
  exit: {
    description: 'Ends its process',
    isolated: true,
    kwargs: z.strictObject({ code: z.int().min(0).max(255).default(3) }),
    run: ({ kwargs }): never => process.exit(kwargs.code),
  },
  crash: {
    description: 'Ends its process by a signal, as a fault in native code would',
    isolated: true,
    kwargs: z.strictObject({ signal: z.enum(['SIGSEGV', 'SIGABRT', 'SIGKILL']).default('SIGSEGV') }),
    async run({ kwargs }): Promise<never> {
      process.kill(process.pid, kwargs.signal);
      return await new Promise<never>(() => {});
    },
  },
  tell: {
    description:
      'Writes to its log, tells its progress, remembers, and enqueues; its second attempt tells what it was told',
    isolated: true,
    async run(_, task) {
      if (task.lastCheckpoint !== undefined) return { remembered: task.lastCheckpoint, user: task.user ?? null };
      task.log.warn('telling', { attempt: task.attempt });
      task.progress(40, 'two of five');
      const child = await task.enqueue({ model: 'probe', method: 'echo', args: ['from an isolated method'] });
      await task.checkpoint({ child });
      throw new TemporaryError('once more', { delaySeconds: 0 });
    },
  },
  items: {
    description: 'Works through items, of which the last one fails; or waits at the last one',
    isolated: true,
    kwargs: z.strictObject({
      count: z.int().min(1).max(limits.batchIds).default(3),
      waits: z.boolean().default(false),
    }),
    run({ kwargs: { count, waits } }, task) {
      const ids = Array.from({ length: count }, (_, index) => index + 1);
      return task.each(ids, async (id) => {
        if (id < count) return { item: id };
        if (waits) await pause(86_400_000, task.signal);
        throw new Error(`item ${id} was asked to fail`);
      });
    },
  },
  end: {
    description: 'Ends in the way that it is asked to',
    isolated: true,
    kwargs: z.strictObject({ as: z.enum(['skipped', 'info', 'data_error', 'error']) }),
    run({ kwargs }, task): never {
      if (kwargs.as === 'skipped') task.skip('not today');
      if (kwargs.as === 'info') task.info('nothing to do');
      if (kwargs.as === 'data_error') throw new DataError('the data is wrong');
      throw new RangeError('out of range');
    },
  },
});
