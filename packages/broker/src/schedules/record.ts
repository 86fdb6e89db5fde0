import { randomBytes } from 'node:crypto';
import type { Actor, Fire, Rule, Schedule, ScheduleOwner, ScheduleRequest, ScheduleState } from '@drover/core';
import { checkRule, limits } from '@drover/core';
import { canonical } from './canonical.ts';

/**
 * A schedule as Redis keeps it, in two parts: what people and code say of it, and what became of it so far. Both are
 * written under one counter, `v`, by which every writer knows that nobody else wrote meanwhile.
 */
export type Definition = {
  v: 1;
  id: string;
  request: ScheduleRequest;
  company?: string | undefined;
  owner: ScheduleOwner;
  /** What intervals are counted from where `startAt` is not given: when it was made, or rescheduled. Unix ms. */
  anchorAt: number;
  /** What the code says, where code declares it. */
  declared?: ScheduleRequest | undefined;
  /** The drift from what the code says is meant to be. */
  isAdopted?: boolean | undefined;
  createdAt: number;
  updatedAt: number;
  updatedBy?: Actor | undefined;
  /** Counts the edits. */
  version: number;
};

export type Situation = {
  v: 1;
  state: ScheduleState;
  pause?: { note?: string | undefined; until?: number | undefined; at: number; by?: Actor | undefined } | undefined;
  /** Slots up to here are done with. Unix ms. */
  last: number;
  /** The next slot. */
  next?: number | undefined;
  /** Fires whose task comes when an earlier one has ended, oldest first: slot, and number of its line. */
  queued: { at: number; line: number }[];
  counts: Schedule['counts'];
  failuresInARow: number;
  /** The newest line of the fire log. */
  newest?: Fire | undefined;
};

/** Tasks that it made and that had not ended when it was looked at last, oldest first: see `encodeLive`. */
export type Live = string[];

const againMark = '!';

/** A live task as it is kept: its id, marked where it was counted before and somebody retried it (`retry.lua`). */
export function encodeLive({ id, isAgain }: { id: string; isAgain?: boolean }): string {
  return isAgain ? `${id}${againMark}` : id;
}

export function decodeLive(live: string): { id: string; isAgain?: boolean } {
  return live.endsWith(againMark) ? { id: live.slice(0, -againMark.length), isAgain: true } : { id: live };
}

export type ScheduleRecord = {
  id: string;
  /** The counter of writes, as it stands in Redis. */
  v: string;
  definition: Definition;
  situation: Situation;
  live: Live;
};

export function newScheduleId(): string {
  return `sch_${randomBytes(10).toString('hex')}`;
}

export function newSituation(nowMs: number): Situation {
  return {
    v: 1,
    state: 'active',
    last: nowMs,
    queued: [],
    counts: { tasks: 0, manual: 0, skipped: 0, missed: 0, failed: 0, done: 0, error: 0 },
    failuresInARow: 0,
  };
}

export function decodeRecord(id: string, [v, d, s, live]: (string | null | undefined)[]): ScheduleRecord | undefined {
  if (v == null || d == null || s == null) return undefined;
  return {
    id,
    v,
    definition: JSON.parse(d) as Definition,
    situation: JSON.parse(s) as Situation,
    live: live == null || live === '' ? [] : live.split(' '),
  };
}

const rules = new Map<string, Rule>();
/** As many as there may be schedules, and some that are asked about. */
const rulesMax = limits.schedules + 1_000;

/**
 * Its rule, checked and at hand: a schedule is looked at again and again. What it is remembered under is the rule itself:
 * a version may be one that was never written, or that somebody else wrote otherwise.
 */
export function ruleOf({ anchorAt, request }: Pick<Definition, 'anchorAt' | 'request'>): Rule {
  const key = `${anchorAt} ${JSON.stringify(ruleInput(request))}`;
  const known = rules.get(key);
  if (known !== undefined) return known;
  const rule = checkRule(ruleInput(request), anchorAt);
  if (rules.size >= rulesMax) rules.clear();
  rules.set(key, rule);
  return rule;
}

/** The fields of a schedule that are its rule. */
export function ruleInput(request: ScheduleRequest) {
  const { timing, startAt, endAt, finishAt, frequency, timeZone, maxFires, jitterSeconds } = request;
  return { timing, startAt, endAt, finishAt, frequency, timeZone, maxFires, jitterSeconds };
}

/** Whether two differ in when they fire. */
export function isOtherRule(one: ScheduleRequest, other: ScheduleRequest): boolean {
  return canonical(ruleInput(one)) !== canonical(ruleInput(other));
}
