import type { Explanation, Reason } from '@drover/core';
import { attemptsOf } from './attempts.ts';
import { running, runsOnDraining, workerDied, workerLost } from './begun.ts';
import { ended } from './ended.ts';
import type { Facts } from './facts.ts';
import {
  allDraining,
  concurrencyLimit,
  keyLimit,
  nextInLine,
  noQueueWorker,
  noWorker,
  queuePaused,
  rateLimit,
  slotsBusy,
  someDraining,
  tasksAhead,
} from './in-line.ts';
import { depends, notDue, putOff, requiresAttention, waitsForRetry } from './not-yet.ts';
import { memoryPressure } from './pressure.ts';
import { stuck } from './stuck.ts';

/**
 * All that can be said of a task, the weightiest first. Each looks for itself whether it applies, and knows what was
 * found before it. A feature that can hold a task adds its reason here, its facts to `facts.ts` and their reading to
 * `read-facts.ts`.
 */
const tellings: ((facts: Facts, found: readonly Reason[]) => Reason | undefined)[] = [
  ended,
  requiresAttention,
  workerLost,
  stuck,
  running,
  runsOnDraining,
  depends,
  waitsForRetry,
  notDue,
  queuePaused,
  noWorker,
  noQueueWorker,
  allDraining,
  putOff,
  keyLimit,
  concurrencyLimit,
  rateLimit,
  memoryPressure,
  slotsBusy,
  tasksAhead,
  someDraining,
  nextInLine,
  workerDied,
];

export function explanationOf(facts: Facts): Explanation {
  const reasons: Reason[] = [];
  for (const tell of tellings) {
    const reason = tell(facts, reasons);
    if (reason !== undefined) reasons.push(reason);
  }
  return {
    taskId: facts.task.id,
    state: facts.task.state,
    summary: reasons[0]?.message ?? '',
    reasons,
    attempts: attemptsOf(facts),
  };
}
