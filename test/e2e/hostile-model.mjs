import { writeFileSync, writeSync } from 'node:fs';
import { defineModel } from '@drover/core';

/** A user's own module that does to its process what it should not. With HANGS_APART it is never loaded there, and says where. */
const { HANGS_APART: file } = process.env;
if (file !== undefined && process.argv[1].endsWith('child.js')) {
  writeFileSync(file, String(process.pid));
  for (;;);
}

export const hostile = defineModel('hostile', {
  garble: {
    description: 'Writes into the channel to the worker what nobody can read',
    isolated: true,
    run: () => writeSync(3, 'garbage\n'),
  },
  look: {
    description: 'Tells what it finds of Drover in its process, and uses it as it should not',
    isolated: true,
    async run(_, task) {
      task.log.info('not fields, but', ['a list']);
      await task.checkpoint(undefined);
      const refused = await task.enqueue(null).catch(({ name }) => name);
      return { send: typeof process.send, redis: process.env.REDIS_URL ?? null, refused };
    },
  },
});
