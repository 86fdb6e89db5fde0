import type { Fire } from '@drover/core';
import { counted } from '../../count.ts';
import { wordsOf, zonedOf } from '../zoned-time.ts';

/** How many fires a line of the log stands for. */
export function fireCount({ count, isAtLeast }: Pick<Fire, 'count' | 'isAtLeast'>): string {
  return `${isAtLeast === true ? 'at least ' : ''}${counted(count, 'fire')}`;
}

/**
 * From when until when they were, in the zone of the schedule: `Thu 26 Nov 2026`, `10:00–10:46 +01:00`. Over several days,
 * or where the clock was changed meanwhile, both ends in full.
 */
export function rangeOf({ at, until }: Pick<Fire, 'at' | 'until'>, timeZone: string): [string, string] {
  const from = wordsOf(zonedOf(at, timeZone));
  const to = wordsOf(zonedOf(until ?? at, timeZone));
  if (from.day === to.day && from.offset === to.offset) return [from.day, `${from.time}–${to.time} ${from.offset}`];
  return [`${from.day} ${from.time} ${from.offset} –`, `${to.day} ${to.time} ${to.offset}`];
}
