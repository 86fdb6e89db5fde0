import { abortError, type Ending, type TakenTask, type TaskHands } from '@drover/broker';
import {
  type ClusterError,
  decideRetry,
  declaredClass,
  declaredDelaySeconds,
  type ErrorClass,
  isItemResults,
  isTaskEnd,
  limits,
  type Method,
  outcomeOfResult,
  PermanentError,
  parseArguments,
  type TaskContext,
} from '@drover/core';
import { errorRecord } from './error-record.ts';

/** One attempt at a task: a straight list of steps, from what was taken to what becomes of it. */
export type Execute = (task: TakenTask, hands: TaskHands) => Promise<Ending>;

export type ExecuteParts = {
  methods: ReadonlyMap<string, Method>;
  contextOf: (task: TakenTask, hands: TaskHands, signal: AbortSignal) => { context: TaskContext; close: () => void };
  /** How long a method may go on after its signal was aborted by a timeout, ms. */
  graceMs: number;
  now?: () => number;
};

const postponeMs = 5_000;
const postponeMaxMs = 60_000;

export function executor({ methods, contextOf, graceMs, now = Date.now }: ExecuteParts): Execute {
  return async (task, hands) => {
    const method = methods.get(task.fullName);
    if (method === undefined) return { kind: 'postpone', delayMs: postponeDelayMs(now() - task.createdAt) };
    if (isExpired(task, now())) return expired(task);
    if (task.lostWorkers >= limits.lostWorkers) return lost(task);

    let input: ReturnType<typeof parseArguments>;
    try {
      input = parseArguments(method, task.envelope.args, task.envelope.kwargs);
    } catch (error) {
      return { kind: 'attention', error: errorRecord(error as ClusterError, 'data') };
    }

    const timeout = new AbortController();
    const signal = AbortSignal.any([hands.signal, timeout.signal]);
    const { context, close } = contextOf(task, hands, signal);
    const timer = startTimer(task.envelope.timeoutSeconds * 1_000, () => timeout.abort(abortError('timeout')));
    try {
      const result = await withinGrace(method.run(input, context), timeout.signal, graceMs);
      if (timeout.signal.aborted) throw timeout.signal.reason;
      return endOf(task, result);
    } catch (error) {
      return endOfFailure(task, error, hands.signal, timeout.signal);
    } finally {
      timer.stop();
      close();
    }
  };
}

/** A worker that offers the method may come: look again soon while the task is young, then less and less often. */
function postponeDelayMs(ageMs: number): number {
  return Math.max(postponeMs, Math.min(ageMs / 4, postponeMaxMs));
}

/** Only what was never tried expires: a retry goes on with what began in time, and a person may run it all the same. */
function isExpired({ attempt, envelope: { expiresAt } }: TakenTask, nowMs: number): boolean {
  return attempt === 1 && expiresAt !== undefined && expiresAt <= nowMs;
}

function expired(task: TakenTask): Ending {
  const expiresAt = new Date(task.envelope.expiresAt ?? 0).toISOString();
  return { kind: 'end', outcome: 'expired', message: `not started before ${expiresAt}`, isUntried: true };
}

function lost(task: TakenTask): Ending {
  const message = `given up: ${task.lostWorkers} workers died while they ran it`;
  return { kind: 'end', outcome: 'lost', message, isUntried: true };
}

/** What a method returned decides the outcome; what cannot be kept as a result is an error that says so. */
function endOf(task: TakenTask, returned: unknown): Ending {
  const result = encodeResult(returned);
  const outcome = outcomeOfResult(returned);
  if (outcome !== 'error') return { kind: 'end', outcome, result };
  const count = isItemResults(returned) ? returned.processed : 0;
  const ending = afterFailure(task, new Error(`all ${count} items failed`), 'unclassified', 'error');
  return ending.kind === 'end' ? { ...ending, result } : ending;
}

function encodeResult(returned: unknown): string {
  let result: string;
  try {
    result = JSON.stringify(returned) ?? 'null';
  } catch (cause) {
    throw new PermanentError(`the result cannot be written as JSON: ${(cause as Error).message}`, { cause });
  }
  const bytes = Buffer.byteLength(result);
  if (bytes <= limits.resultBytes) return result;
  throw new PermanentError(
    `result_too_large: the result is ${bytes} bytes of JSON, at most ${limits.resultBytes} are kept; store it elsewhere and return where`,
  );
}

function endOfFailure(task: TakenTask, error: unknown, asked: AbortSignal, timeout: AbortSignal): Ending {
  if (isTaskEnd(error)) return { kind: 'end', outcome: error.outcome, message: error.message };
  if (asked.aborted) return { kind: 'return', message: `handed back: ${(asked.reason as Error).name}` };
  if (timeout.aborted) {
    const message = `took longer than ${task.envelope.timeoutSeconds} s`;
    return afterFailure(task, Object.assign(new Error(message), { name: 'TimeoutError' }), 'temporary', 'timeout');
  }
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

/** Waits for a method; once its time is up and the grace with it, it is no longer waited for. */
async function withinGrace<T>(running: T | Promise<T>, timeout: AbortSignal, graceMs: number): Promise<T> {
  if (!(running instanceof Promise)) return running;
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => setTimeout(() => reject(timeout.reason), graceMs).unref();
    timeout.addEventListener('abort', giveUp, { once: true });
    running.then(resolve, reject).finally(() => timeout.removeEventListener('abort', giveUp));
  });
}

/** A timer beyond 2^31 ms would fire at once. */
const timerMaxMs = 2 ** 31 - 1;

function startTimer(delayMs: number, fire: () => void): { stop: () => void } {
  const timer = setTimeout(fire, Math.min(delayMs, timerMaxMs));
  return { stop: () => clearTimeout(timer) };
}
