import { z } from 'zod';
import { Actor } from './audit.ts';
import { Json } from './json.ts';
import { limits } from './limits.ts';
import { Instant, MethodName, ModelName } from './names.ts';
import { Frequency, ruleFields } from './schedule-rule/rule.ts';
import { Outcome, TaskState } from './state.ts';
import { TaskOptions } from './task-request.ts';

const Time = z.iso.datetime();

export const ScheduleName = z
  .string()
  .min(1)
  .max(limits.nameLength)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters')
  .describe('What it is called: once in a company.');

const { runAt: _, expiresAt: __, dependsOn: ___, ...templateOptions } = TaskOptions;

/** The task that a schedule makes at every fire. */
export const TaskTemplate = z
  .strictObject({
    model: ModelName,
    method: MethodName,
    args: z.array(Json).default([]).describe('Positional arguments. May hold expressions, such as `${fire.date}`.'),
    kwargs: z.record(z.string(), Json).default({}).describe('Named arguments. May hold expressions.'),
    ...templateOptions,
    expiresAfterSeconds: z
      .number()
      .positive()
      .max(limits.delayMs / 1_000)
      .optional()
      .describe('Not started so long after its fire: the task ends as `expired`.'),
  })
  .meta({
    id: 'TaskTemplate',
    description:
      'A task without its time. In texts of `args` and `kwargs`, `${fire.at}`, `${fire.date}`, `${fire.local}`, `${schedule.id}`, `${schedule.name}`, `${now}`, `${today}`, `${user}`, `${company}` and date arithmetic such as `${today - 30d}` stand for their values at the fire.',
  });
export type TaskTemplate = z.infer<typeof TaskTemplate>;

/** What happens to slots that went by while nothing could fire. */
export const MissedPolicy = z.enum(['once', 'skip', 'all']);
export type MissedPolicy = z.infer<typeof MissedPolicy>;

/** What happens at a fire while the task of the one before has not ended. */
export const OverlapPolicy = z.enum(['skip', 'queue', 'allow', 'replace']);
export type OverlapPolicy = z.infer<typeof OverlapPolicy>;

const policyFields = {
  missed: MissedPolicy.default('once').describe(
    `What went by while nothing could fire: one task for all of it, none, or one for each of the newest ${limits.missedFires}.`,
  ),
  overlap: OverlapPolicy.default('skip').describe(
    'While the task of an earlier fire has not ended: no task, one after the other, one beside the other, or the earlier one is cancelled or killed and the new one follows.',
  ),
  pauseAfterFailures: z
    .int()
    .min(1)
    .max(limits.scheduleFailures)
    .optional()
    .describe('Pauses itself when so many of its tasks in a row ended badly. Default: never.'),
};

const description = z
  .string()
  .max(limits.commentLength)
  .regex(/^[^\p{Cs}]*$/u, 'must be text')
  .optional()
  .describe('What it is for.');

const job = z
  .string()
  .max(limits.identityLength)
  .regex(/^job_[0-9a-f]+$/, 'is not the id of a job')
  .optional()
  .describe('The job that every fire runs, in place of `task`.');

/** What stands in place of a task where a schedule runs a job. */
const jobTask = { model: 'system.jobs', method: 'run' };

const scheduleFields = { name: ScheduleName, description, ...ruleFields, ...policyFields, task: TaskTemplate, job };

/** The body of `POST /v1/schedules` and `PUT /v1/schedules/{id}`: with a `task`, or with a `job`. */
export const ScheduleRequest = z
  .preprocess(
    withJobTask,
    z.strictObject(scheduleFields).refine((request) => isOfJob(request), {
      message: 'give a task or a job, not both',
      path: ['job'],
    }),
  )
  .meta({ id: 'ScheduleRequest' });
export type ScheduleRequest = z.infer<typeof ScheduleRequest>;
/** What a caller writes, with a task. */
export type TaskScheduleInput = z.input<z.ZodObject<typeof scheduleFields>>;
export type ScheduleRequestInput = Omit<TaskScheduleInput, 'task'> & {
  task?: TaskScheduleInput['task'] | undefined;
};

function withJobTask(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('job' in value) || 'task' in value) return value;
  return typeof value.job === 'string' ? { ...value, task: { ...jobTask, kwargs: { job: value.job } } } : value;
}

/** Whether the task is the one that stands for the job; without one, whether it stands for none. */
function isOfJob({ task, job: id }: { task: TaskTemplate; job?: string | undefined }): boolean {
  const isJobTask = task.model === jobTask.model && task.method === jobTask.method;
  return id === undefined ? !isJobTask : isJobTask && task.kwargs.job === id;
}

/** The body of `PATCH /v1/schedules/{id}`: what is left out stays, null takes a field away. */
export const SchedulePatch = z
  .strictObject({
    name: ScheduleName.optional(),
    description: description.nullable(),
    timing: ruleFields.timing.optional(),
    startAt: ruleFields.startAt.nullable(),
    endAt: ruleFields.endAt.nullable(),
    finishAt: ruleFields.finishAt.nullable(),
    frequency: ruleFields.frequency.nullable(),
    timeZone: ruleFields.timeZone.nullable(),
    maxFires: ruleFields.maxFires.nullable(),
    jitterSeconds: ruleFields.jitterSeconds.nullable(),
    missed: MissedPolicy.optional(),
    overlap: OverlapPolicy.optional(),
    pauseAfterFailures: policyFields.pauseAfterFailures.nullable(),
    task: TaskTemplate.optional(),
    job,
  })
  .refine((patch) => Object.keys(patch).length > 0, { message: 'name at least one field' })
  .meta({ id: 'SchedulePatch' });
export type SchedulePatch = z.infer<typeof SchedulePatch>;

/**
 * active       fires at its times.
 * paused       its times go by, each written down; until a person or `until` ends that. Entered by a person, or by itself
 *              after `pauseAfterFailures`.
 * unscheduled  a person stopped it. Nothing is written down.
 * finished     there are no further times.
 */
export const ScheduleState = z.enum(['active', 'paused', 'unscheduled', 'finished']);
export type ScheduleState = z.infer<typeof ScheduleState>;

/**
 * task     it made a task.
 * queued   its task comes when the earlier one has ended.
 * skipped  the earlier one had not ended, or its time was over.
 * missed   nothing could fire at that time, and the policy `missed` lets it go.
 * paused   the schedule was paused.
 * failed   no task could be made: `reason` says why.
 */
export const FireResult = z.enum(['task', 'queued', 'skipped', 'missed', 'paused', 'failed']);
export type FireResult = z.infer<typeof FireResult>;

/** A line of the fire log. Neighbours without a task and with the same reason are one line. */
export const Fire = z
  .object({
    number: z.int().describe('Counts up, line by line.'),
    kind: z.enum(['time', 'manual', 'backfill']).describe('What made it fire: its rule, or a person.'),
    at: Time.describe('The nominal time: the first one, when the line stands for several.'),
    until: Time.optional().describe('The last nominal time, when the line stands for several.'),
    count: z.int().describe('How many fires the line stands for.'),
    isAtLeast: z.boolean().optional().describe('There were more than could be counted.'),
    result: FireResult,
    reason: z.string().optional().describe('Why it made no task, or made it late.'),
    firedAt: Time.describe('When it was decided.'),
    lateSeconds: z.number().optional().describe('So long after its time, jitter included.'),
    by: Actor.optional().describe('Who asked for it.'),
    run: z
      .object({ id: z.string(), status: z.string().optional() })
      .optional()
      .describe('The run of a job that it made, a job result.'),
    task: z
      .object({ id: z.string(), state: TaskState.optional(), outcome: Outcome.optional() })
      .optional()
      .describe('The task that it made. Without a state it is not known any more.'),
  })
  .meta({ id: 'Fire' });
export type Fire = z.infer<typeof Fire>;

export const ScheduleOwner = z
  .object({
    kind: z.enum(['code', 'system', 'key']).describe('Declared beside a model, by Drover itself, or made by a key.'),
    name: z.string().describe('The model, or the name of the key.'),
  })
  .meta({ id: 'ScheduleOwner' });
export type ScheduleOwner = z.infer<typeof ScheduleOwner>;

/** What is answered has its defaults in place, and may gain fields: the document has a name of its own for it. */
const answeredFields = {
  ...scheduleFields,
  frequency: z.object(Frequency.shape).meta({ id: 'ScheduleFrequency' }).optional().describe('With `schedule`.'),
  task: z.object(TaskTemplate.shape).meta({ id: 'ScheduleTask' }),
};

export const ScheduleDefinition = z
  .object(answeredFields)
  .meta({ id: 'ScheduleDefinition', description: 'What a schedule is, without what became of it.' });
export type ScheduleDefinition = z.infer<typeof ScheduleDefinition>;

export const Schedule = z
  .object({
    id: z.string(),
    ...answeredFields,
    timeZone: z.string(),
    state: ScheduleState,
    sentence: z.string().describe('The rule in plain English.'),
    company: z.string().optional().describe('Whose tasks it makes.'),
    owner: ScheduleOwner,
    nextFireAt: Time.nullable().describe('The nominal time of the next fire.'),
    lastFire: Fire.optional(),
    counts: z
      .object({
        tasks: z.int().describe('Tasks made by its rule: what `maxFires` counts.'),
        manual: z.int().describe('Tasks that people asked for: by hand, or by backfill.'),
        skipped: z.int(),
        missed: z.int(),
        failed: z.int().describe('Fires that could make no task.'),
        done: z.int().describe('Of its tasks: those that ended well,'),
        error: z.int().describe('and those that did not: in error, or cancelled.'),
      })
      .describe('Since it was created.'),
    failuresInARow: z.int().describe('Its newest tasks that ended badly, one after the other.'),
    queued: z.int().describe('Fires that wait for an earlier task to end.'),
    pause: z
      .object({
        note: z.string().optional(),
        until: Time.optional(),
        at: Time,
        by: Actor.optional().describe('Missing: it paused itself.'),
      })
      .optional(),
    drift: z
      .object({
        fields: z.array(z.string()).describe('Where they differ.'),
        declared: ScheduleDefinition,
        isAdopted: z.boolean().describe('A person said that it shall stay so; until the code changes.'),
      })
      .optional()
      .describe('Declared in code, and edited by a person since.'),
    isUndeclared: z.boolean().optional().describe('No live worker has the model that declared it.'),
    createdAt: Time,
    updatedAt: Time,
    updatedBy: Actor.optional(),
    version: z.int().describe('Counts the edits. It is the ETag.'),
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;

/** Which schedules: all of the named fields must fit. */
export const ScheduleFilter = z.strictObject({
  state: ScheduleState.optional(),
  owner: z.enum(['code', 'system', 'key']).optional(),
  model: z.string().max(limits.methodLength).optional().describe('Of its task.'),
  method: z.string().max(limits.methodLength).optional().describe('Of its task.'),
  company: z.string().max(limits.identityLength).optional(),
  drift: z.enum(['true', 'false']).optional().describe('`true`: those that were edited and not adopted.'),
  q: z.string().max(limits.searchLength).optional().describe('Words in name, description, method or sentence.'),
});
export type ScheduleFilter = z.infer<typeof ScheduleFilter>;

/** The body of `POST /v1/schedules/{id}/pause`. */
export const PauseRequest = z
  .strictObject({
    note: z
      .string()
      .max(limits.commentLength)
      .regex(/^[^\p{Cs}]*$/u, 'must be text')
      .optional()
      .describe('Why.'),
    until: Instant.optional().describe('It goes on by itself then. Default: until somebody reschedules it.'),
  })
  .meta({ id: 'PauseRequest' });
export type PauseRequest = z.infer<typeof PauseRequest>;
