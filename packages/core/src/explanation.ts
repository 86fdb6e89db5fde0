import { z } from 'zod';
import { Json } from './json.ts';
import { Outcome, TaskState } from './state.ts';

const Time = z.iso.datetime();

/** One thing that keeps a task from running, or that happened to it: in words, and as data. */
export const Reason = z
  .object({
    code: z.enum([
      'queue_paused',
      'no_worker',
      'no_queue_worker',
      'not_due',
      'waits_for_retry',
      'put_off',
      'memory_pressure',
      'slots_busy',
      'tasks_ahead',
      'worker_draining',
      'concurrency_limit',
      'rate_limit',
      'next_in_line',
      'depends',
      'requires_attention',
      'running',
      'worker_lost',
      'overdue',
      'crash_loop',
      'ended',
    ]),
    message: z.string().describe('One sentence.'),
    data: z.record(z.string(), Json).describe('The same as data; the fields depend on the code.'),
  })
  .meta({ id: 'Reason' });
export type Reason = z.infer<typeof Reason>;

/** Why a task does not run, or what happened to it. */
export const Explanation = z
  .object({
    taskId: z.string(),
    state: TaskState,
    summary: z.string().describe('The weightiest reason, in one sentence.'),
    reasons: z.array(Reason).describe('The weightiest first.'),
    attempts: z
      .array(
        z.object({
          attempt: z.int(),
          sentence: z.string().describe('What happened, for people.'),
          worker: z.string(),
          startedAt: Time,
          endedAt: Time.optional(),
          outcome: Outcome.optional(),
          waitedSeconds: z.number().optional().describe('How long it was due before it began, where that is known.'),
        }),
      )
      .describe('What happened so far, oldest first.'),
  })
  .meta({ id: 'Explanation' });
export type Explanation = z.infer<typeof Explanation>;
