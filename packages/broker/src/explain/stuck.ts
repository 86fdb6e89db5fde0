import type { Reason } from '@drover/core';
import { stuckOf } from '../stuck/rule.ts';
import type { Facts } from './facts.ts';
import { counted, duration } from './words.ts';

/** A running task with which something is wrong, though its worker lives. */
export function stuck({ task, nowMs, lostWorkers, patienceMs }: Facts): Reason | undefined {
  const execution = task.executions.at(-1);
  if (task.state !== 'running' || execution === undefined) return undefined;
  const startedAt = Date.parse(execution.startedAt);
  const { timeoutSeconds } = task;
  const found = stuckOf({ startedAt, timeoutSeconds, patienceMs, lostWorkers, silentSince: undefined }, nowMs);
  const data = { attempt: execution.attempt, worker: execution.worker, startedAt: execution.startedAt };
  switch (found?.reason) {
    case 'overdue': {
      const ran = duration(nowMs - startedAt);
      const message = `It runs for ${ran} though its timeout is ${duration(timeoutSeconds * 1_000)}: its worker should have ended it. It can be killed.`;
      return { code: 'overdue', message, data: { ...data, timeoutSeconds } };
    }
    case 'crash_loop': {
      const message = `${counted(lostWorkers, 'worker')} died with it so far; with the next one it is given up.`;
      return { code: 'crash_loop', message, data: { ...data, lostWorkers } };
    }
    default:
      return undefined;
  }
}
