import { z } from 'zod';
import { Actor } from './audit.ts';
import { Json } from './json.ts';
import { limits } from './limits.ts';
import { Identity, MethodName, ModelName, QueueName } from './names.ts';
import { TaskState } from './state.ts';

/**
 * A job is a stored, named list of lines. They run one after the other; a filter's result is what the lines after it get.
 * A run is a flow, its tasks are the lines.
 */
const Time = z.iso.datetime();

const text = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[^\p{Cs}]*$/u, 'must be text');

const label = z
  .string()
  .min(1)
  .max(limits.nameLength)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters');

/** What groups jobs for export and import, such as an ERP module: `stock`. */
export const ModuleName = z
  .string()
  .min(1)
  .max(limits.identityLength)
  .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'a module is letters, digits, ".", "-" and "_", and begins with a letter');

const method = { model: ModelName, method: MethodName };

export const JobLine = z
  .strictObject({
    number: z.int().min(1).max(limits.jobLineNumber).describe('Its place: lines run in order of their numbers.'),
    active: z.boolean().default(true).describe('One that is not is passed over.'),
    kind: z.enum(['action', 'filter']),
    name: label.optional().describe('Default: the full method name.'),
    ...method,
    args: z.array(Json).default([]).describe('An action: positional arguments. May hold expressions: `${filter.ids}`.'),
    kwargs: z.record(z.string(), Json).default({}).describe('An action: named arguments. May hold expressions.'),
    definition: z
      .record(z.string(), Json)
      .default({})
      .describe('A filter: what it looks for, the named arguments of its method. May hold expressions.'),
    takesIds: z
      .boolean()
      .default(false)
      .describe('An action: the ids that the nearest filter before it left are its first argument.'),
    module: ModuleName.optional(),
    queue: QueueName.optional(),
    priority: z.int().min(limits.priorityMin).max(limits.priorityMax).optional(),
    maxRetries: z.int().min(0).max(limits.maxRetries).optional(),
    timeoutSeconds: z.number().positive().max(limits.timeoutSeconds).optional(),
  })
  .meta({
    id: 'JobLine',
    description:
      'In texts of its parameters `${today}`, `${now}`, `${user}`, `${company}`, `${run.id}`, `${filter.ids}`, `${filter.records}`, `${line.10.result.x}` and arithmetic such as `${today - 30d}` stand for their values when the line starts.',
  });
export type JobLine = z.infer<typeof JobLine>;

/** The body of `POST /v1/jobs` and `PUT /v1/jobs/{id}`. */
export const JobRequest = z
  .strictObject({
    name: label.describe('Once in a company.'),
    description: text(limits.commentLength).optional(),
    company: Identity.optional().describe(
      'Whose job it is; without one it is global, and seen by keys bound to no company.',
    ),
    active: z.boolean().default(true).describe('One that is not runs neither by hand nor by schedule.'),
    stopsOnError: z
      .boolean()
      .default(true)
      .describe('A line that fails stops the run. Else the next ones run all the same, and the result is `warning`.'),
    module: ModuleName.optional(),
    timeZone: z.string().max(limits.timeZoneLength).optional().describe('Of `${today}`. Default `UTC`.'),
    condition: z
      .strictObject({ ...method, args: z.array(Json).default([]), kwargs: z.record(z.string(), Json).default({}) })
      .optional()
      .describe('A method that decides, when a schedule runs the job, whether its lines run: it must return true.'),
    lines: z.array(JobLine).min(1).max(limits.jobLines),
  })
  .meta({ id: 'JobRequest' });
export type JobRequest = z.infer<typeof JobRequest>;
export type JobRequestInput = z.input<typeof JobRequest>;

/**
 * pending    nothing of it has begun.
 * running    some lines have not ended.
 * success    all ended well.
 * info       there was nothing to do: a filter left nothing, or the condition did not hold.
 * warning    some failed, or ended with a warning, and other actions went on.
 * error      a line failed and stopped the run, or no action ended well.
 * cancelled  killed, or cancelled, by a person.
 */
export const JobStatus = z.enum(['pending', 'running', 'success', 'info', 'warning', 'error', 'cancelled']);
export type JobStatus = z.infer<typeof JobStatus>;

export const LineStatus = z.enum([...JobStatus.options, 'skipped']);
export type LineStatus = z.infer<typeof LineStatus>;

/** What is answered has its defaults in place: the document has a name of its own for it. */
const answeredLine = z.object(JobLine.shape).meta({ id: 'JobLineDefinition', description: 'A line as it is kept.' });

export const Job = z
  .object({
    id: z.string(),
    ...JobRequest.shape,
    lines: z.array(answeredLine),
    lastRun: z.object({ id: z.string(), status: JobStatus, startedAt: Time, finishedAt: Time.optional() }).optional(),
    createdAt: Time,
    updatedAt: Time,
    updatedBy: Actor.optional(),
    version: z.int().describe('Counts the edits. It is the ETag.'),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof Job>;

export const JobFilter = z.strictObject({
  active: z.enum(['true', 'false']).optional(),
  module: z.string().max(limits.identityLength).optional(),
  company: z.string().max(limits.identityLength).optional(),
  q: z.string().max(limits.searchLength).optional().describe('Words in name, description or the methods of its lines.'),
});
export type JobFilter = z.infer<typeof JobFilter>;

/** The body of `POST /v1/jobs/{id}/run`. */
export const JobRun = z
  .strictObject({
    user: Identity.optional().describe('On whose behalf.'),
    lines: z
      .record(
        z.string().regex(/^[1-9]\d{0,6}$/, 'must be the number of a line'),
        z.strictObject({
          active: z.boolean().optional(),
          args: z.array(Json).optional(),
          kwargs: z.record(z.string(), Json).optional(),
          definition: z.record(z.string(), Json).optional(),
        }),
      )
      .optional()
      .describe('By number, what differs in this run only.'),
  })
  .meta({ id: 'JobRun' });
export type JobRun = z.infer<typeof JobRun>;

export const JobResultLine = z
  .object({
    number: z.int(),
    kind: z.enum(['action', 'filter']),
    name: z.string(),
    model: z.string(),
    method: z.string(),
    status: LineStatus,
    message: z.string().optional(),
    taskId: z.string(),
    taskState: TaskState.optional(),
    left: z.int().optional().describe('A filter: how many it left.'),
    startedAt: Time.optional(),
    finishedAt: Time.optional(),
  })
  .meta({ id: 'JobResultLine' });
export type JobResultLine = z.infer<typeof JobResultLine>;

/** The body of `POST /v1/job-results/{id}/kill`. */
export const JobKill = z.strictObject({ reason: text(limits.commentLength).optional() }).meta({ id: 'JobKill' });
export type JobKill = z.infer<typeof JobKill>;

const resultFields = {
  id: z.string().describe('Its flow has the same id.'),
  job: z.string(),
  jobName: z.string().describe('As it was called then.'),
  status: JobStatus,
  message: z.string().optional().describe('What made it so: the first failure, or why there was nothing to do.'),
  by: z.enum(['hand', 'schedule']),
  schedule: z.string().optional(),
  user: z.string().optional(),
  company: z.string().optional(),
  startedAt: Time,
  finishedAt: Time.optional(),
};

export const JobResultSummary = z.object(resultFields).meta({ id: 'JobResultSummary' });
export type JobResultSummary = z.infer<typeof JobResultSummary>;

export const JobResult = z
  .object({
    ...resultFields,
    attention: z.int().describe('Lines that need a person; those after them wait.'),
    lines: z.array(JobResultLine),
    warning: z.string().optional().describe('With an answer to `kill`: that part of the work may remain.'),
  })
  .meta({ id: 'JobResult' });
export type JobResult = z.infer<typeof JobResult>;

export const JobResultFilter = z.strictObject({
  job: z.string().max(limits.identityLength).optional(),
  status: JobStatus.optional(),
  company: z.string().max(limits.identityLength).optional(),
  schedule: z.string().max(limits.identityLength).optional(),
});
export type JobResultFilter = z.infer<typeof JobResultFilter>;
