import { randomBytes } from 'node:crypto';
import type { FlowState, FlowSummary, OnFailure } from '@drover/core';

/** A flow's definition as Redis keeps it: what does not change. What became of it stands in counters beside it. */
export type FlowRecord = {
  v: 1;
  id: string;
  name: string;
  company?: string | undefined;
  user?: string | undefined;
  /** The job of which it is a run, as it was then. */
  job?: { id: string; name: string; stopsOnError: boolean } | undefined;
  schedule?: string | undefined;
  createdAt: number;
  /** In an order in which each comes after what it waits for. */
  tasks: FlowRecordTask[];
};

export type FlowRecordTask = {
  key: string;
  id: string;
  /** Full name of its method. */
  method: string;
  name?: string | undefined;
  dependsOn: { key: string; onFailure: OnFailure }[];
  when?: string | undefined;
  background?: boolean | undefined;
  /** A line of a job. */
  isFilter?: boolean | undefined;
};

/** The counters: see `lua/includes/links.lua`. */
export type FlowCounts = {
  total: number;
  ended: number;
  foreground: number;
  foregroundEnded: number;
  done: number;
  error: number;
  cancelled: number;
  finishedAt: number | undefined;
};

export type StoredFlow = { record: FlowRecord; counts: FlowCounts };

export function newFlowId(): string {
  return `flw_${randomBytes(10).toString('hex')}`;
}

export const flowFields = ['d', 'n', 'e', 'm', 'k', 'done', 'error', 'cancelled', 'f'] as const;

export function decodeFlow(values: (string | null | undefined)[]): StoredFlow | undefined {
  const [d, ...rest] = values;
  if (d == null) return undefined;
  const [total = 0, ended = 0, foreground = 0, foregroundEnded = 0, done = 0, error = 0, cancelled = 0] =
    rest.map(Number);
  const finishedAt = rest[7] == null ? undefined : Number(rest[7]);
  const record = JSON.parse(d) as FlowRecord;
  return { record, counts: { total, ended, foreground, foregroundEnded, done, error, cancelled, finishedAt } };
}

/** The rule by which a flow's state follows from what became of its tasks. */
export function flowStateOf({ total, ended, error, cancelled }: FlowCounts): FlowState {
  if (ended < total) return 'running';
  if (error > 0) return 'error';
  return cancelled > 0 ? 'cancelled' : 'done';
}

export function summaryOf({ record, counts }: StoredFlow): FlowSummary {
  const { id, name, user, company, job, schedule, createdAt } = record;
  const { ended, total, done, error, cancelled, finishedAt } = counts;
  return {
    id,
    name,
    state: flowStateOf(counts),
    progress: { ended, total, percent: Math.floor((ended / Math.max(1, total)) * 1_000) / 10 },
    counts: { done, error, cancelled },
    ...(user === undefined ? {} : { user }),
    ...(company === undefined ? {} : { company }),
    ...(job === undefined ? {} : { job: job.id }),
    ...(schedule === undefined ? {} : { schedule }),
    createdAt: new Date(createdAt).toISOString(),
    ...(finishedAt === undefined ? {} : { finishedAt: new Date(finishedAt).toISOString() }),
  };
}
