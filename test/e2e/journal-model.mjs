import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineModel } from '@drover/core';
import { z } from 'zod';

/**
 * A user's own module, as MODULES names it. Its methods write down outside of Drover that they ran: one file a worker,
 * in JOURNAL_DIR, a line an execution. What was written stays when the process or Redis is killed a moment later.
 */
const folder = process.env.JOURNAL_DIR ?? '.';
mkdirSync(folder, { recursive: true });
const file = openSync(join(folder, `${process.pid}.ndjson`), 'a');
process.on('exit', () => closeSync(file));

const kept = [];

function write(entry) {
  writeSync(file, `${JSON.stringify({ ...entry, pid: process.pid, at: Date.now() })}\n`);
}

export const journal = defineModel('journal', {
  mark: {
    description: 'Writes down that it ran, and takes its time',
    kwargs: z.strictObject({ n: z.int(), ms: z.int().default(0) }),
    async run({ kwargs: { n, ms } }, task) {
      write({ n, id: task.id, attempt: task.attempt });
      await sleep(ms);
      return n;
    },
  },
  polite: {
    description: 'Works until it is told to stop, and stops',
    run: (_, task) =>
      new Promise((_resolve, reject) => {
        write({ n: 0, id: task.id, attempt: task.attempt });
        task.signal.addEventListener('abort', () => reject(task.signal.reason), { once: true });
      }),
  },
  block: {
    description: 'Blocks its event loop on the first attempt',
    kwargs: z.strictObject({ ms: z.int() }),
    run({ kwargs: { ms } }, task) {
      write({ n: task.attempt, id: task.id, attempt: task.attempt });
      if (task.attempt > 1) return 'quick';
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      return 'late';
    },
  },
  exit: {
    description: 'Ends its worker on the first attempt',
    run: (_, task) => (task.attempt > 1 ? 'stayed' : process.exit(3)),
  },
  leak: {
    description: 'Keeps memory when it has ended',
    kwargs: z.strictObject({ mb: z.int() }),
    async run({ kwargs: { mb } }) {
      // In pieces: it is not to block its worker.
      for (let n = 0; n < mb; n += 10) {
        kept.push(Buffer.alloc(10 * 1_048_576, 1));
        await sleep(5);
      }
    },
  },
  forget: {
    description: 'Begins something that fails, and does not wait for it',
    run() {
      sleep(10).then(() => {
        throw new Error('nobody waits for this');
      });
    },
  },
  remember: {
    description: 'Takes a checkpoint on its first attempt and then hangs; a later one answers what was remembered',
    async run(_, task) {
      if (task.lastCheckpoint !== undefined) return task.lastCheckpoint;
      await task.checkpoint({ attempt: task.attempt });
      task.log.info('remembered');
      return new Promise(() => {});
    },
  },
});
