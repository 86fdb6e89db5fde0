import { limits } from '../limits.ts';
import type { Rule } from './rule.ts';
import { slotsOf } from './rule-slots.ts';
import { firstInstant, lastInstant, type Slots } from './slots.ts';

export type MissedFires = {
  /** The newest of them, ascending. Unix ms. */
  at: number[];
  /** All of them, counted up to `limits.missedCount`. */
  count: number;
  /** There are more than were counted. */
  isAtLeast: boolean;
};

/**
 * The slots of a rule strictly after an instant, ascending; at most `n`, and at most its `maxFires`. Unix ms.
 *
 * A rule has slots from its start, else from its anchor, until its finish, both included, and none after the year 9999.
 */
export function nextFires(rule: Rule, after: number, n: number): number[] {
  return ascending(
    slotsOf(rule),
    Math.max(after, firstSlotAt(rule) - 1),
    lastSlotAt(rule),
    Math.min(n, rule.maxFires ?? n),
  );
}

/** The slots after `from`, up to and including `to`: the newest `max`, and how many there are. `maxFires` plays no part. */
export function missedFires(rule: Rule, from: number, to: number, max: number): MissedFires {
  const slots = slotsOf(rule);
  const newest: number[] = [];
  const earliest = firstSlotAt(rule);
  let count = 0;
  let at = slots.previous(Math.min(to, lastSlotAt(rule)));
  while (at !== undefined && at > from && at >= earliest) {
    if (count === limits.missedCount) return { at: newest.reverse(), count, isAtLeast: true };
    if (newest.length < max) newest.push(at);
    count += 1;
    at = slots.previous(at - 1);
  }
  return { at: newest.reverse(), count, isAtLeast: false };
}

/**
 * The slots from `from` on, before `to`: the first `max`, ascending. `maxFires` plays no part.
 *
 * With `ignoresStart` a rule without a start of its own has slots before its anchor too: as if it had always been there.
 */
export function firesBetween(
  rule: Rule,
  from: number,
  to: number,
  max: number,
  { ignoresStart = false }: { ignoresStart?: boolean } = {},
): number[] {
  const isOpen = ignoresStart && rule.timing === 'schedule' && rule.startAt === undefined;
  const earliest = isOpen ? firstInstant : firstSlotAt(rule);
  return ascending(
    slotsOf(rule),
    Math.ceil(Math.max(from, earliest)) - 1,
    Math.min(Math.ceil(to) - 1, lastSlotAt(rule)),
    max,
  );
}

function ascending(slots: Slots, after: number, last: number, max: number): number[] {
  const found: number[] = [];
  let at = after;
  while (found.length < max) {
    const next = slots.next(at);
    if (next === undefined || next > last) break;
    found.push(next);
    at = next;
  }
  return found;
}

function firstSlotAt(rule: Rule): number {
  return rule.startAt ?? rule.anchorAt;
}

function lastSlotAt(rule: Rule): number {
  return Math.min(rule.finishAt ?? lastInstant, lastInstant);
}
