import { z } from 'zod';
import { Json } from './json.ts';
import { Identity } from './names.ts';
import { QueueInfo } from './queue.ts';
import { MonitorFigures } from './statistics.ts';
import { WorkerInfo } from './worker.ts';

/** What the API answers about the cluster: its methods, keys and figures. */

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
    isFilter: z.boolean().optional().describe('A template for filters of jobs.'),
    isolated: z
      .object({ memoryMb: z.int().optional() })
      .optional()
      .describe('It runs in a process of its own, which can be killed for certain; with a bound of its memory.'),
    batch: z
      .object({ into: z.string(), maxItems: z.int(), maxWaitSeconds: z.number(), minItems: z.int() })
      .optional()
      .describe('Single tasks that wait are done by one call of another method of the model.'),
    needsDisk: z.boolean().optional().describe('It is not begun while the disk is nearly full.'),
    isCleanUp: z.boolean().optional().describe('It frees disk, and runs where that is nearly full.'),
    version: z.string().describe('Tells two versions apart: a digest of the schemas and defaults.'),
    workers: z.array(z.string()).describe('The workers that announce this version.'),
  })
  .meta({ id: 'MethodInfo' });
export type MethodInfo = z.infer<typeof MethodInfo>;

export const ModelInfo = z.object({ model: z.string(), methods: z.array(MethodInfo) }).meta({ id: 'ModelInfo' });
export type ModelInfo = z.infer<typeof ModelInfo>;

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

/**
 * A running task with which something is wrong.
 *
 * overdue      its timeout and the grace after it are over, and it goes on.
 * worker_lost  its worker is not heard of any more; it is taken over when its lock has run out.
 * crash_loop   workers died with it; with the next one it is given up.
 */
export const StuckTask = z
  .object({
    taskId: z.string(),
    name: z.string(),
    reason: z.enum(['overdue', 'worker_lost', 'crash_loop']),
    since: Time.describe(
      '`overdue`: when its time and grace were over. `worker_lost`: the last heartbeat. `crash_loop`: when it began last.',
    ),
  })
  .meta({ id: 'StuckTask' });
export type StuckTask = z.infer<typeof StuckTask>;

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
    stuck: z
      .array(StuckTask)
      .optional()
      .describe('Running tasks with which something is wrong, longest first; missing while there is none.'),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof Overview>;
