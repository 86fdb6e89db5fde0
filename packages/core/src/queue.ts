import { z } from 'zod';
import { limits } from './limits.ts';

/** Queues: what is set for one, and what is in it. */

/** How long finished tasks are remembered. What is left out follows the cluster's settings. */
export const Retention = z
  .strictObject({
    doneDays: z.number().min(0).max(3_650).optional().describe('Those that ended well. Default: 30 days.'),
    otherDays: z
      .number()
      .min(0)
      .max(3_650)
      .optional()
      .describe('Those in error, cancelled, or waiting for a person. Default: 90 days.'),
  })
  .meta({ id: 'Retention' });
export type Retention = z.infer<typeof Retention>;

/** So many tasks begin in so many seconds, evenly; `burst` at once after a rest. */
export const Rate = z
  .strictObject({
    tasks: z.int().min(1).max(limits.rateTasks),
    seconds: z.number().min(0.001).max(limits.rateSeconds).default(1),
    burst: z.int().min(1).max(limits.rateTasks).default(1),
  })
  .meta({ id: 'Rate' });
export type Rate = z.infer<typeof Rate>;

/** What bounds the tasks of a queue. Null: nothing. */
const queueLimits = {
  concurrency: z
    .int()
    .min(1)
    .max(limits.queueConcurrency)
    .nullable()
    .optional()
    .describe('Tasks of the queue that run at a time, on all workers together.'),
  rate: Rate.nullable().optional().describe('How fast tasks begin, on all workers together.'),
  keyConcurrency: z
    .int()
    .min(1)
    .max(limits.queueConcurrency)
    .nullable()
    .optional()
    .describe(
      'Tasks of one key that run at a time. The key is the `concurrencyKey` of a task, else its company; tasks without one are not bound. With it, keys take turns: among tasks of the same priority each key has one in a round.',
    ),
};

/** The body of `PATCH /v1/queues/{name}`. What is left out stays as it is. */
export const QueuePatch = z
  .strictObject({
    retention: Retention.nullable().optional().describe('Null: the cluster decides again.'),
    ...queueLimits,
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
    message: 'name at least one of retention, concurrency, rate, keyConcurrency',
  })
  .meta({ id: 'QueuePatch' });
export type QueuePatch = z.infer<typeof QueuePatch>;

export const QueueInfo = z
  .object({
    name: z.string(),
    paused: z.boolean(),
    counts: z.object({
      waiting: z.int(),
      scheduled: z.int(),
      depends: z.int(),
      running: z.int(),
      requires_attention: z.int(),
      done: z.int().describe('Since the cluster began.'),
      error: z.int(),
      cancelled: z.int(),
    }),
    held: z.int().optional().describe('Of those that wait: tasks whose key has as many running as it may.'),
    oldestWaitingSeconds: z
      .number()
      .nullable()
      .describe('How long the first in line has waited, seconds; null when nothing waits.'),
    workers: z.int().describe('Live workers that take from this queue.'),
    // Answers may gain fields, a request may not: the same shapes, open.
    retention: z
      .object(Retention.shape)
      .optional()
      .describe('How long its tasks are remembered, where that differs from the cluster.'),
    limits: z
      .object({
        concurrency: z.int().optional(),
        rate: z.object({ tasks: z.int(), seconds: z.number(), burst: z.int() }).optional(),
        keyConcurrency: z.int().optional(),
      })
      .optional()
      .describe('What bounds its tasks; missing where nothing does.'),
  })
  .meta({ id: 'QueueInfo' });
export type QueueInfo = z.infer<typeof QueueInfo>;
