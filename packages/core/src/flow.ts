import { z } from 'zod';
import { Json } from './json.ts';
import { limits } from './limits.ts';
import { Identity, MethodName, ModelName } from './names.ts';
import { Outcome, TaskState } from './state.ts';
import { Progress } from './task.ts';
import { TaskOptions } from './task-request.ts';

const Time = z.iso.datetime();

/**
 * What becomes of a task when one that it waits for does not end well: in error, cancelled, lost, or passed over because
 * its `when` was false.
 *
 * cancel    it is cancelled too, and so are those that wait for it.
 * continue  it runs all the same, and can read the failure.
 */
export const OnFailure = z.enum(['cancel', 'continue']);
export type OnFailure = z.infer<typeof OnFailure>;

/** Words that mean something else in expressions. */
const reserved = [
  'in',
  'not',
  'and',
  'or',
  'true',
  'false',
  'null',
  'now',
  'today',
  'user',
  'company',
  'flow',
  'run',
  'line',
  'filter',
  'failures',
];

/** What a task is called within its flow; in expressions and in `task.dependencies` its result stands under it. */
export const FlowKey = z
  .string()
  .max(limits.flowKeyLength)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'a key is a word of letters, digits and "_", and begins with a letter')
  .refine((key) => !reserved.includes(key), { message: `must not be one of ${reserved.join(', ')}` });

export const FlowEdge = z
  .union([FlowKey, z.strictObject({ key: FlowKey, onFailure: OnFailure.default('cancel') })])
  .transform((edge) => (typeof edge === 'string' ? { key: edge, onFailure: 'cancel' as const } : edge));
export type FlowEdge = z.infer<typeof FlowEdge>;

const when = z
  .string()
  .max(limits.expressionLength)
  .optional()
  .describe('An expression over results that it waits for: `extract.count > 0`. False: the task ends as `skipped`.');

const { runAt, expiresAt, user: _, company: __, dependsOn: ___, ...ownOptions } = TaskOptions;

const stepFields = {
  model: ModelName,
  method: MethodName,
  args: z
    .array(Json)
    .default([])
    .describe('Positional arguments. May hold expressions over results: `${extract.file}`.'),
  kwargs: z.record(z.string(), Json).default({}).describe('Named arguments. May hold expressions.'),
  ...ownOptions,
  runAt,
  expiresAt,
  when,
  background: z
    .boolean()
    .default(false)
    .describe('Who waits for the flow (`Prefer: wait`) does not wait for it; nor for a task with `delaySeconds`.'),
};

function hasOneTime(task: { runAt?: string | undefined; delaySeconds?: number | undefined }): boolean {
  return task.runAt === undefined || task.delaySeconds === undefined;
}
const oneTime = { message: 'give runAt or delaySeconds, not both', path: ['delaySeconds'] };

export const FlowTask = z
  .strictObject({
    key: FlowKey,
    ...stepFields,
    dependsOn: z
      .array(FlowEdge)
      .max(limits.flowTasks)
      .default([])
      .describe('Keys of tasks that must have ended before.'),
  })
  .refine(hasOneTime, oneTime)
  .meta({
    id: 'FlowTask',
    description: 'A task of a flow. `delaySeconds` counts from when all that it waits for has ended.',
  });
export type FlowTask = z.infer<typeof FlowTask>;

const flowName = TaskOptions.name.describe('How the flow is shown. Default: the names of its first tasks.');
const whose = {
  user: Identity.optional().describe('On whose behalf.'),
  company: Identity.optional().describe('Whose tasks they are. A key bound to a company sets it.'),
};

/** The body of `POST /v1/flows`. */
export const FlowRequest = z
  .strictObject({ name: flowName, ...whose, tasks: z.array(FlowTask).min(1).max(limits.flowTasks) })
  .meta({ id: 'FlowRequest' });
export type FlowRequest = z.infer<typeof FlowRequest>;
export type FlowRequestInput = z.input<typeof FlowRequest>;

/** The body of `POST /v1/chains`: each step waits for the one before. */
export const ChainRequest = z
  .strictObject({
    name: flowName,
    ...whose,
    steps: z
      .array(
        z
          .strictObject({
            key: FlowKey.optional().describe('Default: `step1`, `step2` …'),
            onFailure: OnFailure.default('cancel').describe('When the step before does not end well.'),
            ...stepFields,
          })
          .refine(hasOneTime, oneTime),
      )
      .min(1)
      .max(limits.flowTasks),
  })
  .meta({ id: 'ChainRequest' });
export type ChainRequest = z.infer<typeof ChainRequest>;
export type ChainRequestInput = z.input<typeof ChainRequest>;

/**
 * running    some of its tasks have not ended.
 * done       all have ended, well.
 * error      all have ended, one of them at least in error.
 * cancelled  all have ended, none in error, one at least cancelled.
 */
export const FlowState = z.enum(['running', 'done', 'error', 'cancelled']);
export type FlowState = z.infer<typeof FlowState>;

const summaryFields = {
  id: z.string(),
  name: z.string(),
  state: FlowState,
  progress: z.object({ ended: z.int(), total: z.int(), percent: z.number() }),
  counts: z.object({ done: z.int(), error: z.int(), cancelled: z.int() }).describe('Of its tasks that have ended.'),
  user: z.string().optional(),
  company: z.string().optional(),
  job: z.string().optional().describe('The job of which it is a run.'),
  schedule: z.string().optional().describe('The schedule that made it.'),
  createdAt: Time,
  finishedAt: Time.optional(),
};

export const FlowSummary = z.object(summaryFields).meta({ id: 'FlowSummary' });
export type FlowSummary = z.infer<typeof FlowSummary>;

/** A task of a flow as the flow shows it. */
export const FlowNode = z
  .object({
    key: z.string(),
    id: z.string(),
    name: z.string(),
    model: z.string(),
    method: z.string(),
    state: TaskState.optional().describe('Missing: the ledger has forgotten it.'),
    outcome: Outcome.optional(),
    message: z.string().optional(),
    progress: Progress.optional(),
    dependsOn: z.array(z.object({ key: z.string(), onFailure: OnFailure })),
    when: z.string().optional(),
    background: z.boolean(),
    startedAt: Time.optional(),
    finishedAt: Time.optional(),
  })
  .meta({ id: 'FlowNode' });
export type FlowNode = z.infer<typeof FlowNode>;

export const Flow = z
  .object({
    ...summaryFields,
    attention: z.int().describe('Tasks that need a person; those that wait for them go on waiting.'),
    tasks: z.array(FlowNode).describe('In an order in which each comes after what it waits for.'),
    results: z
      .record(z.string(), Json)
      .describe(
        'By key, the results of tasks for which no other waits, as far as they have ended well. An answer that was held with `wait` has those of all tasks in the foreground.',
      ),
    resultsLeftOut: z
      .array(z.string())
      .optional()
      .describe('Keys of tasks whose results are too large for this answer: look at the task.'),
    links: z
      .record(z.string(), z.string())
      .optional()
      .describe('By key, where the tasks are that have not ended: paths of this API.'),
  })
  .meta({ id: 'Flow' });
export type Flow = z.infer<typeof Flow>;

/** Which flows: all of the named fields must fit. */
export const FlowFilter = z.strictObject({
  state: FlowState.optional(),
  company: z.string().max(limits.identityLength).optional(),
  job: z.string().max(limits.identityLength).optional(),
  schedule: z.string().max(limits.identityLength).optional(),
  q: z.string().max(limits.searchLength).optional().describe('Words in its name.'),
});
export type FlowFilter = z.infer<typeof FlowFilter>;

/** The body of `POST /v1/flows/{id}/cancel`. */
export const FlowCancel = z
  .strictObject({
    reason: z
      .string()
      .max(limits.commentLength)
      .regex(/^[^\p{Cs}]*$/u, 'must be text')
      .optional(),
    running: z.enum(['leave', 'kill']).default('leave').describe('What becomes of those that run.'),
  })
  .meta({ id: 'FlowCancel' });
export type FlowCancel = z.infer<typeof FlowCancel>;

/** The body of `POST /v1/flows/{id}/resume`: what failed or was cancelled runs again under the same ids. */
export const FlowResume = z.strictObject({ dryRun: z.boolean().default(false) }).meta({ id: 'FlowResume' });
export type FlowResume = z.infer<typeof FlowResume>;

export const FlowResumed = z
  .object({
    dryRun: z.boolean(),
    again: z
      .array(z.object({ key: z.string(), id: z.string(), state: TaskState.optional() }))
      .describe('Those that run again, with the state in which they were.'),
    kept: z.int().describe('Tasks that have ended well and stay so.'),
    flow: FlowSummary,
  })
  .meta({ id: 'FlowResumed' });
export type FlowResumed = z.infer<typeof FlowResumed>;

/** What a failed task that one waits for has to say: `task.failures[key]`, and `failures.<key>.message` in expressions. */
export type DependencyFailure = {
  id: string;
  state: TaskState | 'unknown';
  outcome?: Outcome | undefined;
  message: string;
};
