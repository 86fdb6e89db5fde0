import type { Queue } from 'bullmq';

/** BullMQ's own queues, for Bull Board and nothing else: reading what it shows, never changing it. */
export type BoardQueues = {
  /**
   * Every queue of the cluster that is known by now, always the same object for the same queue.
   * @throws ClusterError redis_unavailable
   */
  list(): Promise<Queue[]>;
  /** Calls back when a queue has been added; answers what ends that. */
  onChange(callback: () => void): () => void;
  stop(): Promise<void>;
};

export type BoardQueuesOptions = { redisUrl: string; keyPrefix: string };
