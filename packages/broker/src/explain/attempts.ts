import type { Execution, Explanation, Task } from '@drover/core';
import type { Facts } from './facts.ts';
import { cut, duration, errorWords, instant, sentence } from './words.ts';

/** What happened so far, attempt by attempt, oldest first. */
export function attemptsOf(facts: Facts): Explanation['attempts'] {
  const { task, lostAttempt } = facts;
  const told: Explanation['attempts'] = task.executions.map((execution, index) => {
    const { attempt, worker, startedAt, endedAt, outcome } = execution;
    const dueMs = dueBefore(task, index);
    return {
      attempt,
      sentence: sentence(wordsOf(execution, followUp(task, index), facts.nowMs)),
      worker,
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(dueMs === undefined ? {} : { waitedSeconds: Math.max(0, Date.parse(startedAt) - dueMs) / 1_000 }),
    };
  });
  if (lostAttempt === undefined) return told;
  const { attempt, worker, host } = lostAttempt;
  const startedAt = instant(lostAttempt.startedAtMs);
  const words = `Attempt ${attempt} on ${host} began at ${startedAt}, and its worker was lost.`;
  return [...told, { attempt, sentence: words, worker, startedAt, outcome: 'lost' }];
}

/** When an attempt could have begun, Unix ms, where that is known. */
function dueBefore(task: Task, index: number): number | undefined {
  const before = task.executions[index - 1];
  const startedAt = task.executions[index]?.startedAt ?? '';
  // The task knows when it was due last: of later attempts than this one it says nothing about this one.
  const runAt = index === task.executions.length - 1 && task.runAt <= startedAt ? Date.parse(task.runAt) : undefined;
  if (before === undefined) return runAt;
  if (before.retryAt !== undefined) return Date.parse(before.retryAt);
  const wasGivenBack = before.outcome === 'lost' || before.outcome === 'cancelled';
  return wasGivenBack && before.endedAt !== undefined ? Date.parse(before.endedAt) : runAt;
}

function wordsOf(execution: Execution, then: string, nowMs: number): string {
  const { attempt, host, startedAt, durationSeconds = 0, outcome, error, message } = execution;
  const who = `Attempt ${attempt} on ${host}`;
  const ran = `${who} ran ${duration(durationSeconds * 1_000)}`;
  const said = message === undefined || message === '' ? '' : `: ${cut(message)}`;
  const failure = error === undefined ? said : `: ${errorWords(error)}`;
  switch (outcome) {
    case undefined:
      return `${who} runs since ${startedAt}, for ${duration(nowMs - Date.parse(startedAt))}`;
    case 'success':
      return `${ran} and succeeded`;
    case 'warning':
      return `${ran} and ended with a warning${said}`;
    case 'info':
      return `${ran} and had nothing to do${said}`;
    case 'skipped':
      return `${ran} and skipped the task${said}`;
    case 'merged':
      return `${ran} and was done together with others${said}`;
    case 'error':
      return `${ran} and failed${failure}${then}`;
    case 'timeout':
      return `${ran}, and its time was up${failure}${then}`;
    case 'expired':
      return `${who} was not begun in time${said}`;
    case 'cancelled':
      return said.startsWith(': handed back') ? `${ran} and was ${said.slice(2)}` : `${ran} and was cancelled${said}`;
    case 'lost':
      return `${who} began at ${startedAt}, and its worker was lost${then}`;
    default:
      return outcome satisfies never;
  }
}

/** What came after a failure. */
function followUp(task: Task, index: number): string {
  const execution = task.executions[index];
  if (execution?.retryAt !== undefined) return `; tried again at ${execution.retryAt}`;
  if (index < task.executions.length - 1) return '';
  if (task.state === 'requires_attention') return '; a person must decide';
  return task.state === 'error' && execution?.outcome !== 'lost' ? '; not tried again' : '';
}
