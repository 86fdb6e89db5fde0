import { jitterOf, limits, missedFires, nextFires, type Rule } from '@drover/core';
import type { Definition } from './record.ts';

/**
 * When a slot fires: its jitter later, but no later than the slot after it, so that fires keep the order of their slots.
 * Unix ms.
 */
export function dueAt(rule: Rule, id: string, at: number): number {
  const jitterMs = jitterOf(rule, id, at);
  if (jitterMs === 0) return at;
  const [next] = nextFires(rule, at, 1);
  return next === undefined ? at + jitterMs : Math.min(at + jitterMs, next);
}

export type DueSlots = {
  /** The newest ones, ascending. */
  slots: number[];
  /** Of those before only how many there are, with the first and the last of them. */
  before: { first: number; last: number; count: number; isAtLeast: boolean } | undefined;
};

/** The slots after `last` that have come by `now`. */
export function dueSlots(rule: Rule, id: string, last: number, now: number): DueSlots {
  const { at, count, isAtLeast } = missedFires(rule, last, now, limits.missedFires + 1);
  const slots = at.slice(-limits.missedFires);
  const more = count - slots.length;
  const newest = slots.at(-1);
  // The others are due since the one after them has come.
  if (newest !== undefined && dueAt(rule, id, newest) > now) slots.pop();
  const [lastBefore] = at;
  if (lastBefore === undefined || more === 0) return { slots, before: undefined };
  const [first = lastBefore] = nextFires(rule, last, 1);
  return { slots, before: { first, last: lastBefore, count: more, isAtLeast } };
}

/** When the task of a slot must have begun, Unix ms. Undefined: whenever. */
export function startsBefore({ id, request }: Definition, rule: Rule, at: number): number | undefined {
  const { expiresAfterSeconds } = request.task;
  const ends: number[] = [];
  if (expiresAfterSeconds !== undefined) ends.push(dueAt(rule, id, at) + expiresAfterSeconds * 1_000);
  if (request.endAt !== undefined) ends.push(Date.parse(request.endAt));
  return ends.length === 0 ? undefined : Math.min(...ends);
}
