import { limits } from '@drover/core';
import { Queue } from 'bullmq';
import { type AskedChild, forkAsked } from './child.ts';
import type { Ground } from './ground.ts';
import { bulkTasks, jobData } from './payload.ts';
import type { RawWork } from './process/raw-worker.ts';
import type { Side } from './side.ts';

/** BullMQ alone, as its documentation shows it: no API, no checks, no ledger, no logs. */
export type RawSide = Side & { prefix: string; stop(): Promise<void> };

const prefix = '{bench-raw}:raw';
const queueName = 'bench';

export function openRaw({ redisUrl, redis }: Ground): RawSide {
  const queue = new Queue(queueName, { connection: redis, prefix });
  return {
    name: 'BullMQ',
    prefix,
    queue,
    async startWorkers({ processes, concurrency, keepAll = false }) {
      const children = Array.from({ length: processes }, (): AskedChild<RawWork, 'ready'> => forkAsked('raw-worker'));
      const keep = keepAll ? undefined : limits.keepCompleted;
      const work: RawWork = { redisUrl, prefix, queue: queueName, concurrency, keep };
      await Promise.all(children.map((child) => child.ask(work)));
      const stop = async () => {
        await Promise.all(children.map((child) => child.stop()));
      };
      return { pids: children.map(({ pid }) => pid), stop };
    },
    async fill(tasks) {
      for (let added = 0; added < tasks; added += bulkTasks) {
        const length = Math.min(bulkTasks, tasks - added);
        await queue.addBulk(Array.from({ length }, () => ({ name: 'bench.noop', data: jobData })));
      }
    },
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    stop: () => queue.close(),
  };
}
