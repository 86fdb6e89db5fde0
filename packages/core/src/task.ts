import { z } from 'zod';
import { Json } from './json.ts';
import { RetryPolicy } from './retry-policy.ts';
import { Outcome, TaskState } from './state.ts';

const Time = z.iso.datetime();

export const TaskErrorRecord = z
  .object({
    /** temporary, resource, data, permanent or unclassified. */
    class: z.enum(['temporary', 'resource', 'data', 'permanent', 'unclassified']),
    /** The error's own name, for example `TypeError`. */
    name: z.string(),
    message: z.string(),
    traceback: z.string().optional(),
  })
  .meta({ id: 'TaskError' });
export type TaskErrorRecord = z.infer<typeof TaskErrorRecord>;

export const Progress = z
  .object({
    /** 0 to 100. */
    percent: z.number().min(0).max(100),
    message: z.string().optional(),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof Progress>;

/** One try at a task. */
export const Execution = z
  .object({
    /** `{task id}.{attempt}`. */
    id: z.string(),
    taskId: z.string(),
    /** Counted from 1, over retries, lost workers and manual retries. */
    attempt: z.int().min(1),
    worker: z.string(),
    host: z.string(),
    pid: z.int(),
    startedAt: Time,
    /** Missing while it runs. */
    endedAt: Time.optional(),
    durationSeconds: z.number().optional(),
    /** Missing while it runs. */
    outcome: Outcome.optional(),
    /** Why a task was skipped, or what an `info` says. */
    message: z.string().optional(),
    error: TaskErrorRecord.optional(),
    /** When the next try is due, if there is one. */
    retryAt: Time.optional(),
    /** Resident memory of the worker at the end, MB. */
    memoryMb: z.number().optional(),
  })
  .meta({ id: 'Execution' });
export type Execution = z.infer<typeof Execution>;

/** A task as the API answers it. */
export const Task = z
  .object({
    id: z.string(),
    name: z.string(),
    model: z.string(),
    method: z.string(),
    args: z.array(Json),
    kwargs: z.record(z.string(), Json),
    queue: z.string(),
    priority: z.int(),
    maxRetries: z.int(),
    timeoutSeconds: z.number(),
    retry: RetryPolicy.omit({ maxRetries: true }),
    tags: z.array(z.string()),
    user: z.string().optional(),
    company: z.string().optional(),
    notifyOnFailure: z.boolean(),
    state: TaskState,
    /** How it ended; missing until then. */
    outcome: Outcome.optional(),
    /** Why it was skipped or cancelled, or what its `info` says. */
    message: z.string().optional(),
    progress: Progress,
    /** What the method returned; null until then. */
    result: Json,
    /** The last failure, while it is not overcome. */
    error: TaskErrorRecord.optional(),
    /** Retries begun so far. */
    retryCount: z.int(),
    createdAt: Time,
    /** Not before this instant: the asked time, or that of the next retry. */
    runAt: Time,
    expiresAt: Time.optional(),
    /** Start of the newest execution. */
    startedAt: Time.optional(),
    finishedAt: Time.optional(),
    executions: z.array(Execution),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof Task>;

export const LogLevel = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

/** A line that a method logged. */
export const LogLine = z
  .object({
    at: Time,
    level: LogLevel,
    attempt: z.int(),
    message: z.string(),
    fields: z.record(z.string(), Json).optional(),
  })
  .meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;

export const TaskLog = z
  .object({
    items: z.array(LogLine),
    /** Lines that went because there were too many: the oldest. */
    dropped: z.int(),
  })
  .meta({ id: 'TaskLog' });
export type TaskLog = z.infer<typeof TaskLog>;

/** What `task.each` returns, and the result of a method that ends with it. */
export const ItemResults = z
  .object({
    processed: z.int(),
    successCount: z.int(),
    errorCount: z.int(),
    results: z.array(
      z.object({
        id: Json,
        status: z.enum(['success', 'error']),
        result: Json.optional(),
        error: z.string().optional(),
      }),
    ),
    /** Results that are counted but not listed, because the list would grow too large. */
    omitted: z.int().optional(),
  })
  .meta({ id: 'ItemResults' });
export type ItemResults = z.infer<typeof ItemResults>;
