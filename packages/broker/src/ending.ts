import { finalStateOf, type Json, limits, type Outcome, type TaskErrorRecord, type TaskState } from '@drover/core';
import type { Envelope } from './envelope.ts';
import { encodeExecution } from './execution-record.ts';
import { failureGroupOf } from './failures.ts';

/** A task that this worker has taken. */
export type TakenTask = {
  id: string;
  queue: string;
  fullName: string;
  envelope: Envelope;
  /** Counted from 1, over everything. */
  attempt: number;
  /** Retries begun before this attempt. */
  retriesUsed: number;
  /** How often a worker died with it. */
  lostWorkers: number;
  lastCheckpoint: Json | undefined;
  /** Unix ms, `startedAt` by the clock of Redis. */
  createdAt: number;
  startedAt: number;
};

/**
 * What becomes of a taken task.
 *
 * end        it has its outcome.
 * retry      it failed, and runs again after `delayMs`.
 * attention  it failed, and a person must decide.
 * postpone   it was not tried, and is looked at again after `delayMs`: this worker does not offer its method, or must not
 *            begin it now, as `message` says.
 * return     it goes back to the front of its queue, with no retry spent: this worker stops.
 */
export type Ending =
  | {
      kind: 'end';
      outcome: Outcome;
      /** JSON. */
      result?: string | undefined;
      message?: string | undefined;
      error?: TaskErrorRecord | undefined;
      /** The method was never called: there is no execution to record. */
      isUntried?: boolean;
      /** It was to be killed. `ended`: the method ended when asked; `killed`: it was given up, or its process was killed. */
      killed?: 'ended' | 'killed';
    }
  | { kind: 'retry'; outcome: 'error' | 'timeout'; error: TaskErrorRecord; delayMs: number }
  | { kind: 'attention'; error: TaskErrorRecord }
  | { kind: 'postpone'; delayMs: number; message?: string | undefined }
  | { kind: 'return'; message: string };

export type Finish = { task: TakenTask; ending: Ending; endedAt: number };

/** The fifteen arguments that `finish.lua` takes for one execution. */
export function finishArguments({ task, ending, endedAt }: Finish, who: string, memoryMb: number): (string | number)[] {
  const outcome = outcomeOf(ending);
  const isUntried = ending.kind === 'postpone' || (ending.kind === 'end' && ending.isUntried === true);
  const error =
    ending.kind === 'end' || ending.kind === 'retry' || ending.kind === 'attention' ? ending.error : undefined;
  const message = 'message' in ending ? ending.message : undefined;
  const execution = isUntried
    ? ''
    : encodeExecution({
        worker: who,
        startedAt: task.startedAt,
        endedAt,
        outcome,
        memoryMb,
        message,
        error,
        retryAt: ending.kind === 'retry' ? endedAt + ending.delayMs : undefined,
      });
  const state: TaskState | '' = ending.kind === 'end' ? finalStateOf(ending.outcome) : '';
  const isFailure = state === 'error' || ending.kind === 'attention';
  return [
    task.queue,
    task.id,
    task.attempt,
    ending.kind,
    execution,
    state,
    outcome,
    ending.kind === 'end' ? (ending.result ?? '') : '',
    error === undefined ? '' : JSON.stringify(error),
    message ?? error?.message ?? '',
    ending.kind === 'retry' || ending.kind === 'postpone' ? endedAt + ending.delayMs : 0,
    isFailure ? failureEntry(task, outcome, message ?? error?.message ?? '', endedAt) : '',
    Math.max(0, endedAt - task.startedAt),
    ...(isFailure ? failureGroupOf(task, outcome, message, error) : ['', '']),
  ];
}

/** A task that this version cannot read: a person must look. */
export function unreadableEnding(cause: Error): Ending {
  return failed('EnvelopeError', `this version cannot read the task: ${cause.message}`);
}

/** Who executes broke a promise, and threw. */
export function brokenEnding(cause: Error): Ending {
  return failed('ExecuteError', `the worker could not tell how it ended: ${cause.message}`);
}

function failed(name: string, text: string): Ending {
  const message = text.slice(0, limits.errorMessageBytes);
  return { kind: 'end', outcome: 'error', error: { class: 'permanent', name, message } };
}

function outcomeOf(ending: Ending): Outcome {
  switch (ending.kind) {
    case 'end':
    case 'retry':
      return ending.outcome;
    case 'attention':
      return 'error';
    case 'return':
    case 'postpone':
      return 'cancelled';
    default:
      return ending satisfies never;
  }
}

function failureEntry(task: TakenTask, outcome: Outcome, message: string, endedAt: number): string {
  return JSON.stringify({
    taskId: task.id,
    name: task.envelope.name ?? task.fullName,
    at: new Date(endedAt).toISOString(),
    outcome,
    message: message.slice(0, limits.nameLength),
    company: task.envelope.company,
  });
}
