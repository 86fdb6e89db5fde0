import type { Ending, EndRequest, TakenTask, TaskHands } from '@drover/broker';
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
  contextOf: (task: TakenTask, hands: TaskHands) => { context: TaskContext; close: () => void };
  /** How long a method may go on after its signal was aborted by a timeout, ms. */
  graceMs: number;
  now?: () => number;
};

const postponeMs = 5_000;
const postponeMaxMs = 60_000;

export function executor({ methods, contextOf, graceMs, now = Date.now }: ExecuteParts): Execute {
  return async (task, hands) => {
    if (isExpired(task, now())) return expired(task);
    const method = methods.get(task.fullName);
    if (method === undefined) return { kind: 'postpone', delayMs: postponeDelayMs(now() - task.createdAt) };
    if (task.lostWorkers >= limits.lostWorkers) return lost(task);

    let input: ReturnType<typeof parseArguments>;
    try {
      input = parseArguments(method, task.envelope.args, task.envelope.kwargs);
    } catch (error) {
      return { kind: 'attention', error: errorRecord(error as ClusterError, 'data') };
    }

    const { context, close } = contextOf(task, hands);
    const timeoutMs = task.envelope.timeoutSeconds * 1_000;
    try {
      const since = performance.now();
      const running = method.run(input, context);
      const leftMs = timeoutMs - (performance.now() - since);
      if (!isThenable(running)) return endOf(task, running);
      return endOf(task, await withinTime(Promise.resolve(running), hands.asked, leftMs, graceMs));
    } catch (error) {
      return endOfThrown(task, error, hands.asked.reason);
    } finally {
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

/** Query builders and the like begin their work when they are awaited, and are no promises. */
function isThenable(returned: unknown): returned is PromiseLike<unknown> {
  return typeof (returned as { then?: unknown } | null | undefined)?.then === 'function';
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
  if (isTaskEnd(error)) return { kind: 'end', outcome: error.outcome, message: error.message };
  if (asked?.name === 'timeout') {
    const message = `took longer than ${task.envelope.timeoutSeconds} s`;
    return afterFailure(task, Object.assign(new Error(message), { name: 'TimeoutError' }), 'temporary', 'timeout');
  }
  if (asked?.name === 'kill') return { kind: 'end', outcome: 'cancelled', message: asked.message };
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

/**
 * Waits for a method. When its time is up, or it is to be killed, it is asked to end, and what it then returns counts no
 * more; once the grace is over too, it is no longer waited for.
 */
async function withinTime<T>(running: Promise<T>, asked: EndRequest, leftMs: number, graceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const giveUpLater = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(asked.reason), graceMs).unref();
    };
    const endOfTime = () => {
      asked.ask('timeout');
      giveUpLater();
    };
    timer = setTimeout(endOfTime, Math.min(leftMs, timerMaxMs));
    asked.onAsk((reason) => reason.name === 'kill' && giveUpLater());
  });
  try {
    const result = await Promise.race([running, givenUp]);
    if (asked.reason !== undefined && isForGood(asked.reason)) throw asked.reason;
    return result;
  } finally {
    clearTimeout(timer);
    asked.onAsk(undefined);
  }
}

/** Who is asked to hand its task back may as well finish it. */
function isForGood({ name }: Error): boolean {
  return name === 'timeout' || name === 'kill';
}

/** A timer beyond 2^31 ms would fire at once. */
const timerMaxMs = 2 ** 31 - 1;
