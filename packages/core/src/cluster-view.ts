import { z } from 'zod';
import { Json } from './json.ts';
import { Identity } from './names.ts';
import { MonitorFigures } from './statistics.ts';

/** What the API answers about the cluster: its methods, queues, workers and keys. */

const Time = z.iso.datetime();

/** One version of a method that live workers announce. */
export const MethodInfo = z
  .object({
    model: z.string(),
    method: z.string(),
    description: z.string(),
    argsSchema: z.record(z.string(), Json).describe('JSON Schema 2020-12 of `args`, a list.'),
    kwargsSchema: z.record(z.string(), Json).describe('JSON Schema 2020-12 of `kwargs`, an object.'),
    queue: z.string(),
    priority: z.int(),
    timeoutSeconds: z.number(),
    maxRetries: z.int(),
    tags: z.array(z.string()),
    version: z.string().describe('Tells two versions apart: a digest of the schemas and defaults.'),
    workers: z.array(z.string()).describe('The workers that announce this version.'),
  })
  .meta({ id: 'MethodInfo' });
export type MethodInfo = z.infer<typeof MethodInfo>;

export const ModelInfo = z.object({ model: z.string(), methods: z.array(MethodInfo) }).meta({ id: 'ModelInfo' });
export type ModelInfo = z.infer<typeof ModelInfo>;

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

/** The body of `PATCH /v1/queues/{name}`. */
export const QueuePatch = z
  .strictObject({ retention: Retention.nullable().describe('Null: the cluster decides again.') })
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
    oldestWaitingSeconds: z
      .number()
      .nullable()
      .describe('How long the first in line has waited, seconds; null when nothing waits.'),
    workers: z.int().describe('Live workers that take from this queue.'),
    // Answers may gain fields, a request may not: the same shape, open.
    retention: z
      .object(Retention.shape)
      .optional()
      .describe('How long its tasks are remembered, where that differs from the cluster.'),
  })
  .meta({ id: 'QueueInfo' });
export type QueueInfo = z.infer<typeof QueueInfo>;

export const WorkerInfo = z
  .object({
    id: z.string(),
    host: z.string(),
    pid: z.int(),
    startedAt: Time,
    lastHeartbeatAt: Time,
    state: z.enum(['running', 'quiet', 'stopping', 'stopped', 'lost']),
    version: z.string(),
    queues: z.array(z.string()),
    allQueues: z.boolean().optional().describe('It serves every queue of the cluster, also those that come.'),
    concurrency: z.int(),
    running: z.int().describe('Tasks that it runs now.'),
    memoryMb: z.number(),
    eventLoopLagMs: z.number(),
  })
  .meta({ id: 'WorkerInfo' });
export type WorkerInfo = z.infer<typeof WorkerInfo>;

/** What a key may do. Each includes nothing but itself; `admin` includes all. */
export const Scope = z.enum(['enqueue', 'read', 'operate', 'admin']);
export type Scope = z.infer<typeof Scope>;

export const KeyRequest = z
  .strictObject({
    name: Identity,
    scopes: z.array(Scope).min(1).max(4),
    company: Identity.optional().describe("The key sees and touches this company's tasks only."),
  })
  .meta({ id: 'KeyRequest' });
export type KeyRequest = z.infer<typeof KeyRequest>;

export const KeyInfo = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(Scope),
    company: z.string().optional(),
    createdAt: Time,
  })
  .meta({ id: 'KeyInfo' });
export type KeyInfo = z.infer<typeof KeyInfo>;

/** The answer to creating a key: the only time its token is shown. */
export const NewKey = KeyInfo.extend({ token: z.string() }).meta({ id: 'NewKey' });
export type NewKey = z.infer<typeof NewKey>;

/** RFC 9457. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** The dashboard's figures in one answer. */
export const Overview = z
  .object({
    figures: MonitorFigures,
    queues: z.array(QueueInfo),
    workers: z.array(WorkerInfo),
    throughput: z
      .array(z.object({ at: Time, done: z.int(), error: z.int() }))
      .describe('Executions ended a minute, oldest first, for the last 60 minutes; the running minute is the last.'),
    recentErrors: z
      .array(z.object({ taskId: z.string(), name: z.string(), at: Time, outcome: z.string(), message: z.string() }))
      .describe('The newest failures.'),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof Overview>;
