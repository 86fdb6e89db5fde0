import { z } from 'zod';
import { Outcome, TaskState } from './state.ts';
import { LogLine, Progress } from './task.ts';

/** What `GET /v1/events` and `GET /v1/tasks/{id}/events` send: the name of the event is its `type`. */
const taskFields = {
  taskId: z.string(),
  model: z.string(),
  method: z.string(),
  queue: z.string(),
  company: z.string().optional(),
};

export const StateEvent = z
  .object({
    type: z.literal('state'),
    ...taskFields,
    state: TaskState,
    outcome: Outcome.optional().describe('Of the task when it has ended; of the execution when it is tried again.'),
    at: z.iso.datetime(),
  })
  .meta({ id: 'StateEvent' });

export const ProgressEvent = z
  .object({ type: z.literal('progress'), ...taskFields, progress: Progress, at: z.iso.datetime() })
  .meta({ id: 'ProgressEvent' });

export const LogEvent = z
  .object({ type: z.literal('log'), taskId: z.string(), line: LogLine })
  .meta({ id: 'LogEvent' });

/** The reader was away for longer than events are kept, or was told at the start: look again, what is shown may be old. */
export const ResetEvent = z.object({ type: z.literal('reset') }).meta({ id: 'ResetEvent' });

export const TaskEvent = z.union([StateEvent, ProgressEvent, LogEvent, ResetEvent]).meta({ id: 'TaskEvent' });
export type TaskEvent = z.infer<typeof TaskEvent>;
export type StateEvent = z.infer<typeof StateEvent>;
export type ProgressEvent = z.infer<typeof ProgressEvent>;
export type LogEvent = z.infer<typeof LogEvent>;
