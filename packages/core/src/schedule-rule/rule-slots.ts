import { limits } from '../limits.ts';
import { dailyDays, monthDayOf, monthlyDays, weekdaysOf, weeklyDays } from './calendar-days.ts';
import { type Cron, parseCron } from './cron.ts';
import { cronDays } from './cron-days.ts';
import { cronTimes } from './cron-times.ts';
import { splitWall } from './day.ts';
import { type Days, oneTimeOfDay, timesOnDays } from './day-times.ts';
import { Remembered } from './remembered.ts';
import type { Frequency, Rule } from './rule.ts';
import { elapsedSlots, type Slots, singleSlot, type WallTimes } from './slots.ts';
import { type ClockChange, wallSlots } from './wall-slots.ts';
import { wallOf, zoneOf } from './zone.ts';

/** All slots of a rule, without regard to its start and finish. */
export function slotsOf(rule: Rule): Slots {
  const intervalMs = elapsedIntervalMs(rule.frequency);
  if (intervalMs !== undefined) return elapsedSlots(rule.anchorAt, intervalMs);
  const named = wallTimesOf(rule);
  return named ? wallSlots(named.walls, zoneOf(rule.timeZone), named.clockChange) : singleSlot(rule.anchorAt);
}

/** What a rule counts in elapsed time, ms. Undefined for one that names times on the wall, or fires once. */
export function elapsedIntervalMs(frequency: Frequency | undefined): number | undefined {
  if (frequency === undefined) return undefined;
  const { every, interval = 1 } = frequency;
  switch (every) {
    case 'seconds':
      return interval * 1_000;
    case 'minutes':
      return interval * 60_000;
    case 'hourly':
      return interval * 3_600_000;
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'cron':
      return undefined;
    default:
      return every satisfies never;
  }
}

/** The times on the wall that a rule names, for a rule that names some, and what becomes of them as clocks change. */
export function wallTimesOf(rule: Rule): { walls: WallTimes; clockChange: ClockChange } | undefined {
  const { frequency } = rule;
  if (frequency?.cron !== undefined) {
    const { cron, walls } = readCron(frequency.cron);
    return { walls, clockChange: cron.isRoundTheClock ? 'elapsed' : 'compatible' };
  }
  const days = frequency && calendarDaysOf(rule, frequency);
  return days && { walls: timesOnDays(days, oneTimeOfDay(timeOfDayOf(rule))), clockChange: 'compatible' };
}

/** When in the day a rule fires, ms since midnight on the wall: its `at`, else the time of its anchor. */
export function timeOfDayOf(rule: Rule): number {
  const at = rule.frequency?.at;
  if (at === undefined) return splitWall(wallOf(zoneOf(rule.timeZone), rule.anchorAt)).timeOfDay;
  const [hours = 0, minutes = 0, seconds = 0] = at.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

/** The day on the wall of a rule's anchor. */
export function anchorDayOf(rule: Rule): number {
  return splitWall(wallOf(zoneOf(rule.timeZone), rule.anchorAt)).day;
}

/** A pattern, read once. @throws ClusterError request_invalid */
export function cronOf(pattern: string): Cron {
  return readCron(pattern).cron;
}

const patterns = new Remembered<{ cron: Cron; walls: WallTimes }>(limits.cronPatterns);

function readCron(pattern: string): { cron: Cron; walls: WallTimes } {
  return patterns.get(pattern, () => {
    const cron = parseCron(pattern);
    return { cron, walls: timesOnDays(cronDays(cron), cronTimes(cron)) };
  });
}

function calendarDaysOf(rule: Rule, frequency: Frequency): Days | undefined {
  const { every, interval = 1 } = frequency;
  const anchorDay = anchorDayOf(rule);
  switch (every) {
    case 'daily':
      return dailyDays(anchorDay, interval);
    case 'weekly':
      return weeklyDays(anchorDay, interval, weekdaysOf(frequency, anchorDay));
    case 'monthly':
      return monthlyDays(anchorDay, interval, monthDayOf(frequency, anchorDay));
    case 'seconds':
    case 'minutes':
    case 'hourly':
    case 'cron':
      return undefined;
    default:
      return every satisfies never;
  }
}
