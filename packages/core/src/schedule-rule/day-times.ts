import { dayMs, splitWall } from './day.ts';
import type { WallTimes } from './slots.ts';

/** Days that a rule names, as `day.ts` counts them. */
export type Days = {
  /** The first at or after a day. */
  from(day: number): number | undefined;
  /** The last at or before a day. */
  upTo(day: number): number | undefined;
};

/** Times of day, in ms since midnight on the wall. The bounds themselves are times. */
export type TimesOfDay = {
  first: number;
  last: number;
  from(timeOfDay: number): number | undefined;
  upTo(timeOfDay: number): number | undefined;
};

export function oneTimeOfDay(ms: number): TimesOfDay {
  return {
    first: ms,
    last: ms,
    from: (timeOfDay) => (timeOfDay <= ms ? ms : undefined),
    upTo: (timeOfDay) => (timeOfDay >= ms ? ms : undefined),
  };
}

/** All of the times on each of the days. */
export function timesOnDays(days: Days, times: TimesOfDay): WallTimes {
  return {
    from(wall) {
      const { day, timeOfDay } = splitWall(wall);
      const here = days.from(day) === day ? times.from(timeOfDay) : undefined;
      if (here !== undefined) return day * dayMs + here;
      const later = days.from(day + 1);
      return later === undefined ? undefined : later * dayMs + times.first;
    },
    upTo(wall) {
      const { day, timeOfDay } = splitWall(wall);
      const here = days.upTo(day) === day ? times.upTo(timeOfDay) : undefined;
      if (here !== undefined) return day * dayMs + here;
      const earlier = days.upTo(day - 1);
      return earlier === undefined ? undefined : earlier * dayMs + times.last;
    },
  };
}
