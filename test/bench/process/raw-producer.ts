import { Queue } from 'bullmq';
import { bulkTasks, jobData } from '../payload.ts';
import { answering } from './answering.ts';

/** Adds jobs with BullMQ alone, so many calls at a time. */
export type RawAdds = {
  redisUrl: string;
  prefix: string;
  queue: string;
  kind: 'add' | 'addBulk';
  jobs: number;
  parallel: number;
};

const open = new Map<string, Queue>();

answering<RawAdds, { ms: number }>(async ({ redisUrl, prefix, queue: name, kind, jobs, parallel }) => {
  const queue = open.get(name) ?? new Queue(name, { connection: { url: redisUrl }, prefix });
  open.set(name, queue);
  await queue.waitUntilReady();
  const many = Array.from({ length: bulkTasks }, () => ({ name: 'bench.noop', data: jobData }));
  const add = () => (kind === 'add' ? queue.add('bench.noop', jobData) : queue.addBulk(many));
  let left = kind === 'add' ? jobs : jobs / bulkTasks;
  const since = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left > 0) {
        left -= 1;
        await add();
      }
    }),
  );
  return { ms: performance.now() - since };
});
