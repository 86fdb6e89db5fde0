import { nextFires, type Rule } from '@drover/core';
import { dueAt } from './due-slots.ts';
import type { Definition, Situation } from './record.ts';

export type AimParts = {
  definition: Definition;
  rule: Rule;
  situation: Situation;
  /** Unix ms. */
  now: number;
  /** Its tasks that go on. */
  busy: unknown[];
};

/** A queued fire is looked at so often even if nobody tells that the earlier task has ended. */
const lookAgainMs = 30_000;

/** When to look at it again, after an edit too. Sets the next slot, and the state when there is none. */
export function aim({ situation, rule, definition, now, busy }: AimParts): number | undefined {
  if (situation.state !== 'active' && situation.state !== 'paused') {
    situation.next = undefined;
    return undefined;
  }
  const most = rule.maxFires ?? Number.POSITIVE_INFINITY;
  const isSpent = situation.counts.tasks + situation.queued.length >= most;
  situation.next = isSpent ? undefined : nextFires(rule, situation.last, 1)[0];
  if (situation.next === undefined && situation.queued.length === 0) {
    situation.state = 'finished';
    situation.pause = undefined;
    return undefined;
  }
  const times: number[] = [];
  if (situation.next !== undefined) times.push(dueAt(rule, definition.id, situation.next));
  if (situation.pause?.until !== undefined) times.push(situation.pause.until);
  // Whoever ends tells it; this is for the case that he could not.
  if (situation.queued.length > 0 && situation.state === 'active')
    times.push(now + (busy.length > 0 && definition.request.overlap !== 'allow' ? lookAgainMs : 0));
  return Math.min(...times);
}
