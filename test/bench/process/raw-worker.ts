import { Worker } from 'bullmq';
import { answering } from './answering.ts';

/** A BullMQ worker with nothing around it. */
export type RawWork = {
  redisUrl: string;
  prefix: string;
  queue: string;
  concurrency: number;
  /** How many completed jobs it keeps; undefined: all. */
  keep: number | undefined;
};

answering<RawWork, 'ready'>(async ({ redisUrl, prefix, queue, concurrency, keep }) => {
  const run = async (job: { name: string }) => (job.name === 'bench.stamp' ? String(process.hrtime.bigint()) : null);
  const worker = new Worker(queue, run, {
    connection: { url: redisUrl },
    prefix,
    concurrency,
    ...(keep === undefined ? {} : { removeOnComplete: { count: keep } }),
  });
  worker.on('error', (error) => console.error(error));
  await worker.waitUntilReady();
  return 'ready';
});
