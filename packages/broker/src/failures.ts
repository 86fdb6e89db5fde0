import {
  type FailureGroup,
  failurePattern,
  limits,
  type Outcome,
  splitMethodName,
  type TaskErrorRecord,
} from '@drover/core';
import type { Redis } from 'ioredis';
import { digestOf } from './arguments.ts';
import type { Access } from './cluster.ts';
import type { Keys } from './keys.ts';
import { reach } from './redis.ts';

/** What is the same in all failures of a group. */
type Same = Pick<FailureGroup, 'class' | 'name'> & { method: string; pattern: string; company?: string };

/** What a task failed with, as groups see it: some end badly without an error, and say why in their message. */
export function failureOf(outcome: Outcome, message: string | undefined, error: TaskErrorRecord | undefined) {
  if (error !== undefined) return error;
  return { class: 'permanent' as const, name: outcome, message: message ?? outcome };
}

/** Tells groups of failures apart: method, class, name, and the message without numbers and ids. */
export function fingerprintOf(fullName: string, error: Pick<TaskErrorRecord, 'class' | 'name' | 'message'>): string {
  return digestOf([fullName, error.class, error.name, failurePattern(error.message)].join('\n')).slice(0, 16);
}

type Failed = { fullName: string; envelope: { company?: string | undefined } };

/** The group, and what is the same in it as JSON: two arguments of `finish.lua`. A company's failures are a group apart. */
export function failureGroupOf(
  { fullName, envelope: { company } }: Failed,
  outcome: Outcome,
  message: string | undefined,
  error: TaskErrorRecord | undefined,
): [group: string, same: string] {
  const failure = failureOf(outcome, message, error);
  const same: Same = {
    method: fullName,
    class: failure.class,
    name: failure.name,
    pattern: failurePattern(failure.message),
    ...(company === undefined ? {} : { company }),
  };
  const fingerprint = fingerprintOf(fullName, failure);
  return [company === undefined ? fingerprint : `${fingerprint}.${digestOf(company)}`, JSON.stringify(same)];
}

/** All groups that somebody may see, the one seen last first. Those of several companies are one to him who sees all. */
export async function listFailures(redis: Redis, keys: Keys, access: Access): Promise<FailureGroup[]> {
  const ids = await reach(redis.zrange(keys.failureGroups, 0, `${limits.failureGroups}`, 'REV'));
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hgetall(keys.failureGroup(id));
  const replies = (await reach(pipeline.exec())) ?? [];
  const groups = new Map<string, FailureGroup>();
  for (const [index, [, reply]] of replies.entries()) {
    const stored = reply as Record<string, string> | null;
    if (stored?.i === undefined) continue;
    const same = JSON.parse(stored.i) as Same;
    if (access.company !== undefined && same.company !== access.company) continue;
    const [fingerprint = ''] = (ids[index] ?? '').split('.');
    const group = groupOf(fingerprint, same, stored);
    const known = groups.get(fingerprint);
    groups.set(fingerprint, known === undefined ? group : joined(known, group));
  }
  return [...groups.values()];
}

function groupOf(id: string, same: Same, stored: Record<string, string>): FailureGroup {
  return {
    id,
    ...splitMethodName(same.method),
    class: same.class,
    name: same.name,
    message: same.pattern,
    count: Number(stored.n),
    firstAt: new Date(Number(stored.a)).toISOString(),
    lastAt: new Date(Number(stored.z)).toISOString(),
    lastTaskId: stored.t ?? '',
    lastMessage: stored.m ?? '',
  };
}

/** Groups come newest first: what is the last of the one is the last of both. */
function joined(newer: FailureGroup, older: FailureGroup): FailureGroup {
  return {
    ...newer,
    count: newer.count + older.count,
    firstAt: [newer.firstAt, older.firstAt].sort()[0] ?? newer.firstAt,
  };
}
