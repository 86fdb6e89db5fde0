import { randomBytes } from 'node:crypto';
import { type Actor, ClusterError, type JobRequest, limits } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';

/** A job as Redis keeps it. */
export type JobDefinition = {
  v: 1;
  id: string;
  request: JobRequest;
  company?: string | undefined;
  createdAt: number;
  updatedAt: number;
  updatedBy?: Actor | undefined;
  /** Counts the edits. */
  version: number;
};

export type JobRecord = {
  id: string;
  /** How often it was written, as it stands in Redis. */
  v: string;
  definition: JobDefinition;
  /** Its newest run, a flow. */
  lastRun: string | undefined;
};

export function newJobId(): string {
  return `job_${randomBytes(10).toString('hex')}`;
}

type Written = 'written' | 'gone' | 'changed' | { id: string };

export type JobStore = ReturnType<typeof jobStore>;

/** Reads and writes jobs. */
export function jobStore({ redis, keys, run }: { redis: Redis; keys: Keys; run: RunScript }) {
  return {
    async read(id: string): Promise<JobRecord | undefined> {
      return decode(id, await reach(redis.hmget(keys.job(id), 'v', 'd', 'lr')));
    },

    async readMany(ids: string[]): Promise<(JobRecord | undefined)[]> {
      if (ids.length === 0) return [];
      const pipeline = redis.pipeline();
      for (const id of ids) pipeline.hmget(keys.job(id), 'v', 'd', 'lr');
      const replies = (await reach(pipeline.exec())) ?? [];
      return replies.map(([error, values], index) => {
        if (error !== null) throw error;
        return decode(ids[index] ?? '', values as (string | null)[]);
      });
    },

    /** Names as `job.lua` sorts them, after `cursor`. */
    async members(company: string | undefined, cursor: string | undefined, count: number): Promise<string[]> {
      const from = cursor === undefined ? '-' : `(${cursor}`;
      return reach(redis.zrange(keys.jobs(company), from, '+', 'BYLEX', 'LIMIT', 0, count));
    },

    async idOfName(company: string | undefined, name: string): Promise<string | undefined> {
      return (await reach(redis.hget(keys.jobNames, `${company ?? ''}\0${name}`))) ?? undefined;
    },

    /** What stands under an idempotency key: `fingerprint id`. */
    async idempotent(key: string): Promise<string | undefined> {
      return (await reach(redis.get(key))) ?? undefined;
    },

    /** Without `record` it creates, without `definition` it removes. */
    async write(
      record: JobRecord | undefined,
      definition: JobDefinition | undefined,
      idempotency?: { key: string; fingerprint: string } | undefined,
    ): Promise<Written> {
      const old = record?.definition;
      const args: (string | number)[] = [keys.prefix, definition?.id ?? record?.id ?? '', record?.v ?? ''];
      args.push(
        definition === undefined ? '' : JSON.stringify(definition),
        old?.company ?? '',
        old?.request.name ?? '',
      );
      args.push(definition?.company ?? '', definition?.request.name ?? '', limits.jobs);
      if (idempotency === undefined) args.push('', '', 0);
      else args.push(idempotency.key, `${idempotency.fingerprint} ${definition?.id}`, limits.idempotencyMs);
      const answer = await reach(run('job', keys.queues, args));
      if (typeof answer === 'string') return replayedJob(answer, idempotency?.fingerprint);
      if (answer === 3) throw new ClusterError('job_limit', `there may be ${limits.jobs} jobs`);
      if (answer === 4) throw nameTaken(definition?.request.name ?? '');
      return answer === 1 ? 'written' : answer === 2 ? 'changed' : 'gone';
    },
  };
}

/** What is not somebody's own is unknown to him. @throws ClusterError job_unknown */
export async function visibleJob(store: JobStore, id: string, access: Access): Promise<JobRecord> {
  const record = await store.read(id);
  if (record === undefined || (access.company !== undefined && record.definition.company !== access.company)) {
    throw new ClusterError('job_unknown', `there is no job "${id.slice(0, 100)}"`);
  }
  return record;
}

/** The id that an earlier call made. @throws ClusterError idempotency_key_reused */
export function replayedJob(value: string, fingerprint: string | undefined): { id: string } {
  const [known, id = ''] = value.split(' ');
  if (known === fingerprint) return { id };
  throw new ClusterError('idempotency_key_reused', 'this Idempotency-Key came with another request before');
}

function decode(id: string, [v, d, lastRun]: (string | null | undefined)[]): JobRecord | undefined {
  if (v == null || d == null) return undefined;
  return { id, v, definition: JSON.parse(d) as JobDefinition, lastRun: lastRun ?? undefined };
}

function nameTaken(name: string): ClusterError {
  const message = `there is a job "${name}" already`;
  return new ClusterError('job_conflict', message, { faults: [{ pointer: '/name', message }] });
}
