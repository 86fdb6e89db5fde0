import type { Json } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access, Tasks } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import { Queues } from '../queues.ts';
import type { RunScript } from '../scripts.ts';
import type { RowReader } from '../search/rows.ts';
import { Segments } from '../search/segments.ts';
import { type ChangeParts, taskChanges } from '../task-changes.ts';
import { type ActRequest, type ActResult, act } from './act.ts';
import { type PruneResult, prune, type RetentionRule } from './prune.ts';
import { type VerifyResult, verify } from './verify.ts';

/** How long work tells how far it is, remembers it, and learns that it should end: what a task's context has. */
export type Report = {
  /** The task that does the work. */
  id: string;
  signal: AbortSignal;
  progress(percent: number, message?: string): void;
  checkpoint(value: Json): Promise<void>;
  lastCheckpoint: Json | undefined;
};

/** What the work below has at hand. */
export type Workshop = {
  redis: Redis;
  keys: Keys;
  run: RunScript;
  segments: Segments;
  tasks: Pick<Tasks, 'get' | 'cancel' | 'retry' | 'kill'>;
  queueNames: () => Promise<string[]>;
  rows: () => Promise<RowReader>;
  now: () => number;
};

/** A worker's own connection serves: a call waits while Redis is away, and the work goes on then. */
export function workshopOf(parts: ChangeParts, now: () => number = Date.now): Workshop {
  const { redis, keys, run, registry, find } = parts;
  const queues = new Queues(redis, keys, registry, run);
  const segments = new Segments(redis, keys);
  return {
    redis,
    keys,
    run,
    segments,
    tasks: { ...taskChanges(parts), get: async (id, access) => (await find(id, access)).task },
    queueNames: () => queues.names(),
    rows: async () => ({ redis, keys, run, segments, queueNames: await queues.names() }),
    now,
  };
}

/** What Drover does for itself, in bounded steps. It is offered as the models `system.…`. */
export type Maintenance = {
  /** Changes every task that matches. */
  act(request: ActRequest, access: Access, report: Report): Promise<ActResult>;
  /** Forgets what is old, or too much. */
  prune(rule: RetentionRule, report: Report): Promise<PruneResult>;
  /** Compares ledger, index and queues, and mends what it can. */
  verify(report: Report): Promise<VerifyResult>;
};

export function createMaintenance(workshop: Workshop): Maintenance {
  return {
    act: (request, access, report) => act(workshop, request, access, report),
    prune: (rule, report) => prune(workshop, rule, report),
    verify: (report) => verify(workshop, report),
  };
}
