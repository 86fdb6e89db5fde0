import { z } from 'zod';
import { Json } from './json.ts';
import { RetryPolicy } from './retry-policy.ts';
import { Outcome, TaskState } from './state.ts';

const Time = z.iso.datetime();

export const TaskErrorRecord = z
  .object({
    class: z.enum(['temporary', 'resource', 'data', 'permanent', 'unclassified']),
    name: z.string().describe("The error's own name, for example `TypeError`."),
    message: z.string(),
    traceback: z.string().optional(),
  })
  .meta({ id: 'TaskError' });
export type TaskErrorRecord = z.infer<typeof TaskErrorRecord>;

export const Progress = z
  .object({
    percent: z.number().min(0).max(100).describe('0 to 100.'),
    message: z.string().optional(),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof Progress>;

/** One try at a task. */
export const Execution = z
  .object({
    id: z.string().describe('`{task id}.{attempt}`.'),
    taskId: z.string(),
    attempt: z.int().min(1).describe('Counted from 1, over retries, lost workers and manual retries.'),
    worker: z.string(),
    host: z.string(),
    pid: z.int(),
    startedAt: Time,
    endedAt: Time.optional().describe('Missing while it runs.'),
    durationSeconds: z.number().optional(),
    outcome: Outcome.optional().describe('Missing while it runs.'),
    message: z.string().optional().describe('Why a task was skipped, or what an `info` says.'),
    error: TaskErrorRecord.optional(),
    retryAt: Time.optional().describe('When the next try is due, if there is one.'),
    memoryMb: z.number().optional().describe('Resident memory of the worker at the end, MB.'),
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
    concurrencyKey: z.string().optional().describe('With which tasks it shares the limits of its queue.'),
    notifyOnFailure: z.boolean(),
    schedule: z.string().optional().describe('The schedule that made it.'),
    fireAt: z.iso.datetime().optional().describe('The nominal time of the fire that made it.'),
    flow: z.string().optional().describe('The flow that it belongs to.'),
    key: z.string().optional().describe('What it is called in its flow.'),
    dependsOn: z
      .array(z.object({ id: z.string(), key: z.string(), onFailure: z.enum(['cancel', 'continue']) }))
      .optional()
      .describe('Tasks that must have ended before it begins.'),
    when: z.string().optional().describe('The condition under which it runs.'),
    resolved: z
      .object({ args: z.array(Json), kwargs: z.record(z.string(), Json) })
      .optional()
      .describe('The arguments as it began with them, where they hold expressions.'),
    job: z.string().optional().describe('The job that it is a line of.'),
    state: TaskState,
    outcome: Outcome.optional().describe('How it ended; missing until then.'),
    message: z
      .string()
      .optional()
      .describe('Why it was skipped or cancelled, what its `info` says, or why it was put off.'),
    progress: Progress,
    result: Json.describe('What the method returned; null until then.'),
    /** The last failure, while it is not overcome. */
    error: TaskErrorRecord.optional(),
    retryCount: z.int().describe('Retries begun so far.'),
    createdAt: Time,
    runAt: Time.describe('Not before this instant: the asked time, or that of the next retry.'),
    expiresAt: Time.optional(),
    startedAt: Time.optional().describe('Start of the newest execution.'),
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
    dropped: z.int().describe('Lines that went because there were too many: the oldest.'),
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
    omitted: z
      .int()
      .optional()
      .describe('Results that are counted but not listed, because the list would grow too large.'),
  })
  .meta({ id: 'ItemResults' });
export type ItemResults = z.infer<typeof ItemResults>;
