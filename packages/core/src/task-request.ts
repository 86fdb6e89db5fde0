import { z } from 'zod';
import { Json } from './json.ts';
import { limits } from './limits.ts';
import { Identity, Instant, MethodName, ModelName, QueueName, Tag, TaskId } from './names.ts';
import { RetryPolicy } from './retry-policy.ts';

export const defaultQueue = 'default';
/** Lower runs first. Examples: backup 10, e-mail 50, report 200, clean-up 300. */
export const defaultPriority = 100;
export const defaultTimeoutSeconds = 3_600;

/** What people say beside a change; it is kept with the task. */
export const Comment = z
  .string()
  .max(limits.commentLength)
  .regex(/^[^\p{Cs}]*$/u, 'must be text')
  .optional();

/** A task that another one waits for. */
export const TaskDependency = z
  .union([
    TaskId,
    z.strictObject({
      task: TaskId,
      as: z
        .string()
        .max(limits.flowKeyLength)
        .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be a word')
        .optional()
        .describe('The key of its result in `task.dependencies`. Default: its id.'),
      onFailure: z.enum(['cancel', 'continue']).default('cancel'),
    }),
  ])
  .meta({ id: 'TaskDependency' });
export type TaskDependency = z.infer<typeof TaskDependency>;

/** One task twice could have two policies, one key twice two results. */
function requireEachOnce(dependencies: TaskDependency[], context: z.RefinementCtx): void {
  const ids = new Set<string>();
  const keys = new Set<string>();
  for (const [index, dependency] of dependencies.entries()) {
    const { task, as } = typeof dependency === 'string' ? { task: dependency, as: undefined } : dependency;
    const key = as ?? task;
    const message = ids.has(task) ? 'names a task twice' : keys.has(key) ? `"${key}" is there twice` : undefined;
    if (message !== undefined) context.addIssue({ code: 'custom', path: [index], message });
    ids.add(task);
    keys.add(key);
  }
}

/** What may be said of a task beside what it runs. */
export const TaskOptions = {
  name: z
    .string()
    .min(1)
    .max(limits.nameLength)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters')
    .optional()
    .describe('How the task is shown. Default: the full method name.'),
  queue: QueueName.optional().describe("Where the task waits. Default: the method's queue, else `default`."),
  priority: z
    .int()
    .min(limits.priorityMin)
    .max(limits.priorityMax)
    .optional()
    .describe("Lower runs first. Default: the method's, else 100."),
  runAt: Instant.optional().describe('Not before this instant. Default: now. Not together with `delaySeconds`.'),
  delaySeconds: z
    .number()
    .min(0)
    .max(limits.delayMs / 1_000)
    .optional()
    .describe('Not before so many seconds from now. Not together with `runAt`.'),
  expiresAt: Instant.optional().describe('Not started by this instant: the task ends as `expired`.'),
  maxRetries: z
    .int()
    .min(0)
    .max(limits.maxRetries)
    .optional()
    .describe("Tries after the first one. Default: the method's, else 3."),
  timeoutSeconds: z
    .number()
    .positive()
    .max(limits.timeoutSeconds)
    .optional()
    .describe("A bound on one execution. Default: the method's, else 3600."),
  retry: z
    .union([z.literal('resilient'), RetryPolicy.omit({ maxRetries: true }).partial()])
    .optional()
    .describe('The pauses between tries; `resilient` is five retries, and `notifyOnFailure`.'),
  tags: z.array(Tag).max(limits.tags).optional(),
  user: Identity.optional().describe('On whose behalf.'),
  company: Identity.optional().describe('Whose task it is. A key bound to a company sets it.'),
  concurrencyKey: z
    .string()
    .min(1)
    .max(limits.concurrencyKeyLength)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters')
    .optional()
    .describe(
      'Tasks of one key share what `keyConcurrency` of their queue allows, and take turns with those of others. Default: the company.',
    ),
  dependsOn: z
    .array(TaskDependency)
    .max(limits.dependsOn)
    .superRefine(requireEachOnce)
    .optional()
    .describe('Tasks that must have ended before. `delaySeconds` counts from then.'),
  notifyOnFailure: z
    .boolean()
    .optional()
    .describe('Whether people are to be told when the last retry failed. Recorded; nobody is told yet.'),
};

/** A request to run a method: the body of `POST /v1/tasks`. */
export const TaskRequest = z
  .strictObject({
    model: ModelName,
    method: MethodName,
    args: z.array(Json).default([]).describe('Positional arguments.'),
    kwargs: z.record(z.string(), Json).default({}).describe('Named arguments.'),
    ...TaskOptions,
  })
  .refine((request) => request.runAt === undefined || request.delaySeconds === undefined, {
    message: 'give runAt or delaySeconds, not both',
    path: ['delaySeconds'],
  })
  .meta({ id: 'TaskRequest', description: 'A request to run a method' });
export type TaskRequest = z.infer<typeof TaskRequest>;
/** What a caller writes: everything that has a default may be left out. */
export type TaskRequestInput = z.input<typeof TaskRequest>;

/** What may be changed of a task that has not ended: the body of `PATCH /v1/tasks/{id}`. */
export const TaskPatch = z
  .strictObject({
    priority: z.int().min(limits.priorityMin).max(limits.priorityMax).optional().describe('While it waits.'),
    runAt: Instant.optional().describe('While it waits for its time.'),
    args: z.array(Json).optional().describe('While it needs attention.'),
    kwargs: z.record(z.string(), Json).optional().describe('While it needs attention.'),
    comment: Comment.describe('Why; it is kept with the task.'),
  })
  .refine((patch) => Object.keys(patch).some((field) => field !== 'comment'), {
    message: 'name at least one of priority, runAt, args, kwargs',
  })
  .meta({ id: 'TaskPatch' });
export type TaskPatch = z.infer<typeof TaskPatch>;
