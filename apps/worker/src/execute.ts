import type { Ending, TakenTask, TaskHands } from '@drover/broker';
import {
  type ClusterError,
  decideRetry,
  declaredClass,
  declaredDelaySeconds,
  type ErrorClass,
  isTaskEnd,
  limits,
  type Method,
  parseArguments,
} from '@drover/core';
import { cleanUp } from './clean-up.ts';
import { nothing, settle, type Waited } from './dependencies.ts';
import { errorRecord } from './error-record.ts';
import { GivenUp } from './given-up.ts';
import type { Held } from './guards/held-back.ts';
import { NoProcess } from './isolated/no-process.ts';
import { Merging, type MergingParts } from './merging/merging.ts';
import type { Returned } from './returned.ts';
import { hereWith, isIsolated, type Place } from './running.ts';
import type { RunContext } from './task-context.ts';

/** One attempt at a task: a straight list of steps, from what was taken to what becomes of it. */
export type Execute = (task: TakenTask, hands: TaskHands) => Promise<Ending>;

export type ExecuteParts = {
  methods: ReadonlyMap<string, Method>;
  contextOf: (task: TakenTask, hands: TaskHands, waited?: Waited) => RunContext;
  /** How long a method may go on after its signal was aborted by a timeout, ms. */
  graceMs: number;
  /** Where isolated methods run. Default: here, as the others. */
  isolation?: Place;
  /** What must not begin on this machine now. Default: nothing. */
  heldBack?: (task: TakenTask, method: Method) => Held | undefined;
  /** For single tasks that are done together. Default: each is done on its own. */
  gathering?: Pick<MergingParts, 'isFull' | 'running' | 'closing'>;
  /** A method goes on in this process though it was given up: the process should be replaced. */
  onGivenUp?: (task: TakenTask) => void;
  now?: () => number;
};

const postponeMs = 5_000;
const postponeMaxMs = 60_000;

export function executor(options: ExecuteParts): Execute {
  const { methods, isolation, heldBack, gathering, now = Date.now, ...parts } = options;
  const here = hereWith(parts);
  const placeOf = (method: Method) => (isolation !== undefined && isIsolated(method) ? isolation : here);
  const merging = gathering && new Merging({ ...gathering, methods, placeOf, graceMs: parts.graceMs });
  return async (task, hands) => {
    if (isExpired(task)) return expired(task);
    const waited =
      task.envelope.flow === undefined && task.envelope.dependsOn === undefined
        ? nothing
        : await settle(task, hands, now);
    if ('ending' in waited) return waited.ending;
    const method = methods.get(task.fullName);
    if (method === undefined) return putOff(task);
    if (task.lostWorkers >= limits.lostWorkers) return lost(task);
    const held = heldBack?.(task, method);
    if (held !== undefined) return putOff(task, held);

    let input: ReturnType<typeof parseArguments>;
    try {
      const { args, kwargs } = waited.input ?? task.envelope;
      input = parseArguments(method, args, kwargs);
    } catch (error) {
      return { kind: 'attention', error: errorRecord(error as ClusterError, 'data') };
    }

    const call = { method, task, hands, waited, input };
    const place = merging?.takes(call) ? merging : placeOf(method);
    const running = place.begin(call);
    try {
      return endOf(task, await running.done);
    } catch (error) {
      if (error instanceof NoProcess && hands.asked.reason === undefined) return putOff(task, error);
      const ending = endOfThrown(task, error, hands.asked.reason);
      if (!isKilled(ending)) return ending;
      if (running.hasBegun()) await cleanUp(place, call);
      return { ...ending, result: encodeItems(running.itemsSoFar()) };
    } finally {
      running.close();
    }
  };
}

/**
 * A worker that offers the method may come, or the disk be free again: look again soon while the task is young, then less
 * and less often.
 */
function putOff({ startedAt, createdAt }: TakenTask, { message, delayMs }: Partial<Held> = {}): Ending {
  const growingMs = Math.max(postponeMs, Math.min((startedAt - createdAt) / 4, postponeMaxMs));
  return { kind: 'postpone', delayMs: delayMs ?? growingMs, message };
}

/** Only what was never tried expires: a retry goes on with what began in time, and a person may run it all the same. */
function isExpired({ attempt, startedAt, envelope: { expiresAt } }: TakenTask): boolean {
  return attempt === 1 && expiresAt !== undefined && expiresAt <= startedAt;
}

function expired(task: TakenTask): Ending {
  const expiresAt = new Date(task.envelope.expiresAt ?? 0).toISOString();
  return { kind: 'end', outcome: 'expired', message: `not started before ${expiresAt}`, isUntried: true };
}

function lost(task: TakenTask): Ending {
  const message = `given up: ${task.lostWorkers} workers died while they ran it`;
  return { kind: 'end', outcome: 'lost', message, isUntried: true };
}

/** What a method returned decides the outcome. */
function endOf(task: TakenTask, { result, outcome, processed, message }: Returned): Ending {
  if (outcome !== 'error') return { kind: 'end', outcome, result, message };
  const ending = afterFailure(task, new Error(`all ${processed} items failed`), 'unclassified', 'error');
  return ending.kind === 'end' ? { ...ending, result } : ending;
}

/** What is known of a killed task's items is kept; it fits, as every result of `each` does. */
function encodeItems(items: ReturnType<RunContext['itemsSoFar']>): string | undefined {
  return items === undefined ? undefined : JSON.stringify(items);
}

function isKilled(ending: Ending): ending is Ending & { kind: 'end' } {
  return ending.kind === 'end' && ending.killed !== undefined;
}

/** Even to look at what was thrown may fail: a proxy, a getter. */
function endOfThrown(task: TakenTask, thrown: unknown, asked: Error | undefined): Ending {
  try {
    return endOfFailure(task, thrown, asked);
  } catch {
    return endOfFailure(task, new Error('something was thrown that cannot be read'), asked);
  }
}

function endOfFailure(task: TakenTask, error: unknown, asked: Error | undefined): Ending {
  if (asked?.name === 'kill') {
    const killed = error instanceof GivenUp ? 'killed' : 'ended';
    return { kind: 'end', outcome: 'cancelled', message: asked.message, killed };
  }
  if (isTaskEnd(error)) return { kind: 'end', outcome: error.outcome, message: error.message };
  if (asked?.name === 'timeout') {
    const message = `took longer than ${task.envelope.timeoutSeconds} s`;
    return afterFailure(task, Object.assign(new Error(message), { name: 'TimeoutError' }), 'temporary', 'timeout');
  }
  if (asked !== undefined) return { kind: 'return', message: `handed back: ${asked.name}` };
  return afterFailure(task, error, declaredClass(error) ?? 'unclassified', 'error');
}

function afterFailure(task: TakenTask, thrown: unknown, errorClass: ErrorClass, outcome: 'error' | 'timeout'): Ending {
  const error = errorRecord(thrown, errorClass);
  const { retry } = task.envelope;
  const decision = decideRetry(errorClass, task.retriesUsed, retry, declaredDelaySeconds(thrown));
  switch (decision.action) {
    case 'retry':
      return { kind: 'retry', outcome, error, delayMs: decision.delayMs };
    case 'attention':
      return { kind: 'attention', error };
    case 'end':
      return { kind: 'end', outcome, error };
    default:
      return decision satisfies never;
  }
}
