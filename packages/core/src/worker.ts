import { z } from 'zod';
import { Json } from './json.ts';
import { limits } from './limits.ts';
import { Task } from './task.ts';
import { Comment } from './task-request.ts';

/** Worker processes: what each tells of itself, what may be asked of it, and how many there should be. */

const Time = z.iso.datetime();

/**
 * Why a worker holds something back, to be careful with its machine.
 *
 * memory  tasks of low priority (above 100) wait.
 * cpu     fewer tasks at a time: half as many, step by step.
 * disk    clean-up methods run; then nothing is taken that declares that it needs disk.
 */
export const Pressure = z
  .object({
    kind: z.enum(['memory', 'cpu', 'disk']),
    percent: z.number().describe('How much of it is used, of the limit that counts.'),
    since: Time,
    message: z.string().describe('One sentence: what is measured, and what is held back.'),
  })
  .meta({ id: 'Pressure' });
export type Pressure = z.infer<typeof Pressure>;

export const WorkerState = z.enum(['running', 'quiet', 'stopping', 'stopped', 'lost']);
export type WorkerState = z.infer<typeof WorkerState>;

export const WorkerInfo = z
  .object({
    id: z.string(),
    host: z.string(),
    pid: z.int(),
    startedAt: Time,
    lastHeartbeatAt: Time,
    state: WorkerState.describe(
      '`quiet` takes nothing new; `stopping` gives back what runs; `lost` has not beaten for 30 s.',
    ),
    isSuspect: z.literal(true).optional().describe('It has not beaten for 15 s, and is not given up yet.'),
    version: z.string(),
    supervisor: z.string().optional().describe('The supervisor that keeps it; missing where it runs alone.'),
    queues: z.array(z.string()),
    allQueues: z.boolean().optional().describe('It serves every queue of the cluster, also those that come.'),
    concurrency: z.int().describe('Tasks at a time, as it is set.'),
    concurrencyNow: z
      .int()
      .optional()
      .describe('Tasks at a time while the CPU is under pressure, where that is fewer.'),
    running: z.int().describe('Tasks that it runs now.'),
    methods: z.int().optional().describe('How many methods it offers.'),
    memoryMb: z.number(),
    memoryLimitMb: z.number().optional().describe('What its machine or its container has: the limit that counts.'),
    cpuPercent: z.number().optional().describe('Of one core, since the last heartbeat.'),
    eventLoopLagMs: z.number(),
    pressure: z.array(Pressure).optional().describe('What it holds back, and why; missing while nothing is.'),
    tainted: z
      .string()
      .optional()
      .describe('Why it takes nothing new and is replaced when its tasks are done: one went on after it was given up.'),
  })
  .meta({ id: 'WorkerInfo' });
export type WorkerInfo = z.infer<typeof WorkerInfo>;

/** A worker with everything that is known of it. */
export const WorkerDetails = WorkerInfo.extend({
  offers: z.array(z.string()).describe('The methods that it offers, in full.'),
  tasks: z
    .array(z.object({ id: z.string(), name: z.string(), method: z.string(), startedAt: Time.optional() }))
    .describe("Tasks that it runs now, the longest first, at most 200; a company's key sees its own."),
}).meta({ id: 'WorkerDetails' });
export type WorkerDetails = z.infer<typeof WorkerDetails>;

/** The body of `PATCH /v1/workers/{id}`. */
export const WorkerPatch = z
  .strictObject({
    concurrency: z.int().min(1).max(limits.concurrency).describe('Tasks at a time, until the worker ends.'),
  })
  .meta({ id: 'WorkerPatch' });
export type WorkerPatch = z.infer<typeof WorkerPatch>;

/** What became of something that was asked of a worker. */
export const WorkerAnswer = z
  .object({
    acknowledged: z
      .boolean()
      .describe('False: the worker did not answer in time. It does what was asked as soon as it hears of it.'),
    worker: WorkerInfo,
  })
  .meta({ id: 'WorkerAnswer' });
export type WorkerAnswer = z.infer<typeof WorkerAnswer>;

/** The body of `POST /v1/tasks/{id}/kill`. */
export const KillRequest = z
  .strictObject({ reason: Comment.describe('Why; it is kept with the task.') })
  .meta({ id: 'KillRequest' });
export type KillRequest = z.infer<typeof KillRequest>;

/**
 * What became of a task that was to be killed.
 *
 * ended      its method ended when it was asked to.
 * killed     it did not, within its grace: its process was killed, or it was given up.
 * no_answer  its worker did not say in time. It is still asked to, and the task is taken over when the worker is dead.
 */
export const KillAnswer = z
  .object({
    result: z.enum(['ended', 'killed', 'no_answer']),
    warning: z.string().describe('That part of the work may have been done.'),
    checkpoint: Json.optional().describe('What it remembered last.'),
    task: Task.describe('As it is now, with its last progress; its `result` has what is known of its items.'),
  })
  .meta({ id: 'KillAnswer' });
export type KillAnswer = z.infer<typeof KillAnswer>;

/** How many workers a queue, or the cluster, should have, and why. */
export const ScaleAdvice = z
  .object({
    wanted: z.int(),
    current: z.int().describe('Live workers that take from it.'),
    ready: z.int().describe('Tasks that could begin now.'),
    running: z.int(),
    rule: z.enum(['grow', 'shrink', 'stay', 'bound', 'cooldown']),
    reason: z.string().describe('One sentence.'),
  })
  .meta({ id: 'ScaleAdvice' });
export type ScaleAdvice = z.infer<typeof ScaleAdvice>;

/** The answer of `GET /v1/autoscale`. */
export const Autoscale = ScaleAdvice.extend({
  min: z.int(),
  max: z.int(),
  queues: z.array(ScaleAdvice.extend({ name: z.string() })),
  history: z
    .array(z.object({ at: Time, from: z.int(), to: z.int(), host: z.string(), reason: z.string() }))
    .describe('What supervisors did, newest first.'),
}).meta({ id: 'Autoscale' });
export type Autoscale = z.infer<typeof Autoscale>;
