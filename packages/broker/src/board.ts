import type { Queue } from 'bullmq';
import { keysOf } from './keys.ts';
import { openQueue } from './queues.ts';
import { connect, reach } from './redis.ts';

/** BullMQ's own queues, for Bull Board and nothing else: to look at, never to change. */
export type BoardQueues = {
  /**
   * Every queue of the cluster, asked anew each time: always the same object for the same queue.
   * @throws ClusterError redis_unavailable
   */
  list(): Promise<Queue[]>;
  stop(): Promise<void>;
};

export type BoardQueuesOptions = {
  redisUrl: string;
  /** Default `drover`. */
  keyPrefix?: string;
  /** Told of connection errors. */
  onError?: (error: Error) => void;
};

/** Answers at once, also while Redis is away: asking the queues fails fast then. */
export function createBoardQueues({ redisUrl, keyPrefix = 'drover', onError }: BoardQueuesOptions): BoardQueues {
  const keys = keysOf(keyPrefix);
  const redis = connect(redisUrl, 'producer', { onError });
  const queues = new Map<string, Queue>();
  return {
    async list() {
      for (const name of await reach(redis.smembers(keys.queues))) {
        if (!queues.has(name)) queues.set(name, openQueue(redis, keys, name));
      }
      return [...queues.values()];
    },
    async stop() {
      for (const queue of queues.values()) await queue.close();
      redis.disconnect();
    },
  };
}
