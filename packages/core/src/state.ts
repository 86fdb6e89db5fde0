import { z } from 'zod';

/**
 * Where a task is.
 *
 * scheduled           its time has not come, or it waits for a retry.   The clock moves it on.
 * depends             waits for other tasks.                            The last of them to finish.
 * waiting             ready.                                            A worker.
 * running             a worker has it.                                  That worker; if it dies, any other.
 * done                ended well.                                       –
 * error               retries spent, or a permanent error.              A person: retry.
 * cancelled           cancelled, killed, or a dependency failed.        A person: retry.
 * requires_attention  a data error: a person must decide.               A person: fix, retry, skip, cancel.
 */
export const TaskState = z.enum([
  'scheduled',
  'depends',
  'waiting',
  'running',
  'done',
  'error',
  'cancelled',
  'requires_attention',
]);
export type TaskState = z.infer<typeof TaskState>;

/** How an execution, or a task, ended. */
export const Outcome = z.enum([
  'success',
  'warning',
  'info',
  'skipped',
  'error',
  'timeout',
  'cancelled',
  'expired',
  'lost',
  'merged',
]);
export type Outcome = z.infer<typeof Outcome>;

/** Whether a task in this state has ended: nothing but a person's retry changes it. */
export function isFinished(state: TaskState): boolean {
  switch (state) {
    case 'done':
    case 'error':
    case 'cancelled':
      return true;
    case 'scheduled':
    case 'waiting':
    case 'depends':
    case 'running':
    case 'requires_attention':
      return false;
    default:
      return state satisfies never;
  }
}

/** The state of a task that ended for good with this outcome. */
export function finalStateOf(outcome: Outcome): 'done' | 'error' | 'cancelled' {
  switch (outcome) {
    case 'success':
    case 'warning':
    case 'info':
    case 'skipped':
    case 'merged':
      return 'done';
    case 'error':
    case 'timeout':
    case 'expired':
    case 'lost':
      return 'error';
    case 'cancelled':
      return 'cancelled';
    default:
      return outcome satisfies never;
  }
}
