import type { Execution, Outcome, TaskErrorRecord } from '@drover/core';

/**
 * How an execution stands in the ledger: `["worker|host|pid", startedAt, endedAt, outcome, memoryMb, message, error,
 * retryAt]`, instants in Unix ms, what is missing at the end left out.
 */
export type ExecutionRecord = {
  /** `worker|host|pid`. */
  worker: string;
  startedAt: number;
  endedAt: number;
  outcome: Outcome;
  memoryMb?: number | undefined;
  message?: string | undefined;
  error?: TaskErrorRecord | undefined;
  retryAt?: number | undefined;
};

type Row = [string, number, number, Outcome, number?, string?, TaskErrorRecord?, number?];

export function encodeExecution(record: ExecutionRecord): string {
  const { worker, startedAt, endedAt, outcome, memoryMb, message, error, retryAt } = record;
  const row: unknown[] = [worker, startedAt, endedAt, outcome, memoryMb, message, error, retryAt];
  while (row.at(-1) === undefined) row.pop();
  return JSON.stringify(row);
}

export function viewExecution(taskId: string, attempt: number, encoded: string): Execution {
  const [who, startedAt, endedAt, outcome, memoryMb, message, error, retryAt] = JSON.parse(encoded) as Row;
  return {
    ...runningExecution(taskId, attempt, who, startedAt),
    endedAt: new Date(endedAt).toISOString(),
    durationSeconds: Math.max(0, endedAt - startedAt) / 1_000,
    outcome,
    ...(memoryMb == null ? {} : { memoryMb }),
    ...(message == null ? {} : { message }),
    ...(error == null ? {} : { error }),
    ...(retryAt == null ? {} : { retryAt: new Date(retryAt).toISOString() }),
  };
}

/** An execution that has not ended yet. */
export function runningExecution(taskId: string, attempt: number, who: string, startedAt: number): Execution {
  const [worker = '?', host = '?', pid = '0'] = who.split('|');
  return {
    id: `${taskId}.${attempt}`,
    taskId,
    attempt,
    worker,
    host,
    pid: Number(pid),
    startedAt: new Date(startedAt).toISOString(),
  };
}
