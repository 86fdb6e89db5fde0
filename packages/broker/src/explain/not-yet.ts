import { fullMethodName, type Reason } from '@drover/core';
import { type Facts, isDue } from './facts.ts';
import { cut, duration, errorWords, instant, sentence } from './words.ts';

/** What keeps a task from standing in line: its time, a failure, other tasks, a person. */

type Told = Reason | undefined;

export function notDue(facts: Facts): Told {
  const { task, nowMs } = facts;
  if (task.state !== 'scheduled' || facts.isPutOff || retryOf(facts) !== undefined || isDue(facts)) return undefined;
  const leftMs = Date.parse(task.runAt) - nowMs;
  return {
    code: 'not_due',
    message: `It is not due until ${task.runAt}, in ${duration(leftMs)}.`,
    data: { runAt: task.runAt, inSeconds: leftMs / 1_000 },
  };
}

export function waitsForRetry(facts: Facts): Told {
  const { task, nowMs } = facts;
  const failed = retryOf(facts);
  if (failed === undefined || isDue(facts)) return undefined;
  const { attempt, error, outcome } = failed;
  const what = error === undefined ? (outcome ?? 'error') : errorWords(error);
  const inMs = Date.parse(task.runAt) - nowMs;
  const count = `retry ${task.retryCount} of at most ${task.maxRetries}`;
  return {
    code: 'waits_for_retry',
    message: `${sentence(`Attempt ${attempt} failed with ${what}`)} It is tried again at ${task.runAt}, in ${duration(inMs)}: ${count}.`,
    data: {
      attempt,
      ...(error === undefined ? {} : { error: { class: error.class, name: error.name, message: cut(error.message) } }),
      retryAt: task.runAt,
      inSeconds: inMs / 1_000,
      retry: task.retryCount,
      maxRetries: task.maxRetries,
    },
  };
}

/** The attempt whose failure it waits after. */
function retryOf({ task, isPutOff }: Facts) {
  const last = task.executions.at(-1);
  return task.state === 'scheduled' && !isPutOff && last?.retryAt !== undefined ? last : undefined;
}

export function putOff({ task, isPutOff, putOffWhy, nowMs }: Facts): Told {
  if (task.state !== 'scheduled' || !isPutOff) return undefined;
  const method = fullMethodName(task.model, task.method);
  const againAt = instant(Math.max(nowMs, Date.parse(task.runAt)));
  return {
    code: 'put_off',
    message: `${putOffWhy ?? `A worker that does not offer ${method} took it and put it off`}: it is looked at again at ${againAt}.`,
    data: { method, againAt, ...(putOffWhy === undefined ? {} : { why: putOffWhy }) },
  };
}

export function depends({ task, dependsOn: { count, ids } }: Facts): Told {
  if (task.state !== 'depends') return undefined;
  const what =
    count === 1 ? 'another task that has' : count === 0 ? 'other tasks that have' : `${count} tasks that have`;
  return {
    code: 'depends',
    message: `It depends on ${what} not ended yet.`,
    data: { count, tasks: ids.map((id) => ({ id })) },
  };
}

export function requiresAttention({ task }: Facts): Told {
  if (task.state !== 'requires_attention') return undefined;
  const { error } = task;
  const attempt = task.executions.at(-1)?.attempt;
  const what =
    error === undefined
      ? 'It needs a person.'
      : sentence(`${attempt === undefined ? 'It' : `Attempt ${attempt}`} failed with ${errorWords(error)}`);
  return {
    code: 'requires_attention',
    message: `${what} Trying the same again would fail again: correct its arguments and retry it, or skip or cancel it.`,
    data: {
      ...(attempt === undefined ? {} : { attempt }),
      ...(error === undefined ? {} : { error: { class: error.class, name: error.name, message: cut(error.message) } }),
      actions: ['patch', 'retry', 'skip', 'cancel'],
    },
  };
}
