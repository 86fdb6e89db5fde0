import { z } from 'zod';
import { limits } from './limits.ts';
import { Identity, Instant, ModelName, QueueName, Tag } from './names.ts';
import { Outcome, TaskState } from './state.ts';
import { Execution, Task } from './task.ts';
import { Comment } from './task-request.ts';

/** An id, or part of one, that Drover gave out. */
const Id = z
  .string()
  .min(1)
  .max(limits.identityLength)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

const filterFields = {
  state: TaskState.optional().describe('Where the task is.'),
  outcome: Outcome.optional().describe('How it ended. Of executions: how the execution ended.'),
  model: ModelName.optional().describe('Its model.'),
  method: z
    .string()
    .min(1)
    .max(limits.methodLength)
    .regex(/^[a-z][A-Za-z0-9_]*(\.[a-z][A-Za-z0-9_]*)*$/, 'is a method, or a full method name')
    .optional()
    .describe('Its method: `process_batch`, or in full `account.invoice.process_batch`.'),
  queue: QueueName.optional().describe('Where it waits, or waited.'),
  company: Identity.optional().describe('Whose task it is. A key bound to a company sees that company only.'),
  user: Identity.optional().describe('On whose behalf.'),
  tag: Tag.optional().describe('One of its tags.'),
  schedule: Id.optional().describe('The schedule that made it.'),
  flow: Id.optional().describe('The flow that it belongs to.'),
  job: Id.optional().describe('The job that it is a line of.'),
  worker: Id.optional().describe('The worker that ran it last. Of executions: the worker that ran it.'),
  failure: Id.optional().describe('The group of failures that it failed with: an `id` of `GET /v1/failures`.'),
  from: Instant.optional().describe('Created at or after this instant. Of executions: started.'),
  to: Instant.optional().describe('Created before this instant. Of executions: started.'),
  q: z
    .string()
    .min(1)
    .max(limits.searchLength)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters')
    .optional()
    .describe(
      'Words that all stand in its name, method, error or message, or arguments, in any order and case. Looks through a bounded number of tasks: see `searched` and `more`.',
    ),
};

/** Which tasks, or executions: all of the named fields must fit. */
export const TaskFilter = z.strictObject(filterFields).meta({ id: 'TaskFilter' });
export type TaskFilter = z.infer<typeof TaskFilter>;

const searchedFields = {
  searched: z.int().optional().describe('With `q`: so many tasks were looked through for this page.'),
  more: z.boolean().optional().describe('With `q`: whether older tasks are left to look through, by `nextCursor`.'),
};

function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Asks for the next page; null on the last one.'),
    ...searchedFields,
  });
}

/** Newest first. A page may be short, with `q` even empty, and still have a next one. */
export const TaskPage = pageOf(Task).meta({ id: 'TaskPage' });
export type TaskPage = z.infer<typeof TaskPage>;

/** An execution with what one wants to know of its task. */
export const ExecutionEntry = Execution.extend({
  name: z.string().describe("The task's name."),
  model: z.string(),
  method: z.string(),
  queue: z.string(),
  company: z.string().optional(),
  user: z.string().optional(),
  taskState: TaskState.describe('Where the task is now.'),
}).meta({ id: 'ExecutionEntry' });
export type ExecutionEntry = z.infer<typeof ExecutionEntry>;

/** By start, newest first. */
export const ExecutionPage = pageOf(ExecutionEntry).meta({ id: 'ExecutionPage' });
export type ExecutionPage = z.infer<typeof ExecutionPage>;

/** What is done to all tasks that match. */
export const BulkAction = z.enum(['cancel', 'retry', 'kill']);
export type BulkAction = z.infer<typeof BulkAction>;

/** The body of `POST /v1/tasks/actions`. */
export const TaskActionRequest = z
  .strictObject({
    action: BulkAction.describe(
      '`cancel` what has not begun, `retry` what ended badly or needs attention, `kill` what runs.',
    ),
    filter: TaskFilter.describe('The same fields as of the search. At least one.'),
    ids: z
      .array(Id)
      .min(1)
      .max(limits.actionIds)
      .optional()
      .describe('These tasks only, of those that match the filter; with ids the filter may be empty.'),
    dryRun: z.boolean().default(false).describe('Counts and shows samples; changes nothing.'),
    reason: Comment.describe('Why; it is kept with each task.'),
  })
  .refine(({ filter, ids }) => ids !== undefined || Object.values(filter).some((value) => value !== undefined), {
    message: 'must name at least one field: an action on everything is asked for by from and to',
    path: ['filter'],
  })
  .meta({ id: 'TaskActionRequest' });
export type TaskActionRequest = z.infer<typeof TaskActionRequest>;

/** What an action would do. */
export const TaskActionPreview = z
  .object({
    action: BulkAction,
    count: z.int().describe('Tasks that match now and are in a state that allows the action.'),
    more: z.boolean().describe('With `q`: there may be more, since not all tasks were looked through.'),
    samples: z.array(Task).describe('The newest ten of them.'),
  })
  .meta({ id: 'TaskActionPreview' });
export type TaskActionPreview = z.infer<typeof TaskActionPreview>;
