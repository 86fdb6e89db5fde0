import { limits, type MethodInfo, type StuckTask } from '@drover/core';

/** What is known of a task that runs. Instants are Unix ms by the clock of Redis. */
export type Run = {
  startedAt: number;
  timeoutSeconds: number;
  /** How long it may wait in its worker before its time begins. */
  patienceMs: number;
  /** How often a worker died with it. */
  lostWorkers: number;
  /** Its worker has not beaten since then, and counts as lost. */
  silentSince: number | undefined;
};

/** What an end takes on its way from the method to the ledger, on a busy machine. */
const marginMs = 5_000;

/**
 * Whether something is wrong with a running task, by what its worker would have done if all were well: it ends a task
 * when its time and its grace are over.
 *
 * A lost worker's task is taken over when its lock has run out; one that kills its workers is given up when it has killed
 * `limits.lostWorkers`. For one that is overdue nothing is done by itself: whoever has it may still be at work.
 */
export function stuckOf(run: Run, nowMs: number): (Pick<StuckTask, 'reason'> & { sinceMs: number }) | undefined {
  if (run.silentSince !== undefined) return { reason: 'worker_lost', sinceMs: run.silentSince };
  const overdueAt = run.startedAt + run.patienceMs + run.timeoutSeconds * 1_000 + limits.killGraceMs + marginMs;
  if (nowMs > overdueAt) return { reason: 'overdue', sinceMs: overdueAt };
  // The next death is its last: it is seen before it is given up.
  if (run.lostWorkers >= limits.lostWorkers - 1) return { reason: 'crash_loop', sinceMs: run.startedAt };
  return undefined;
}

/**
 * How long tasks of a method may wait in their worker before their time begins, ms: for others, to be done together; for
 * a process of their own as long as it takes, and in that one they are ended for certain.
 */
export function patienceMs({ isolated, batch }: Pick<MethodInfo, 'isolated' | 'batch'>): number {
  return isolated === undefined ? (batch?.maxWaitSeconds ?? 0) * 1_000 : Number.POSITIVE_INFINITY;
}
