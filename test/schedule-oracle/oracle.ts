import type { Frequency, RuleInput } from '@drover/core';
import { type Clock, clockOf, clockTo } from './clock.ts';
import { patternOf } from './cron.ts';

/**
 * The rules of schedules as they are written down, told a second time, so that the first can be checked. For every instant
 * it answers one question: is it a slot? It is meant to be obviously right, not fast: slots are found by asking of every
 * minute, one after the other.
 */
export type Asked = {
  rule: RuleInput;
  /** When the schedule was created. Whole seconds. */
  anchorAt: number;
};

const second = 1_000;
const minute = 60 * second;
const day = 86_400 * second;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const lengths = { seconds: second, minutes: minute, hourly: 60 * minute };

/** Slots in [from, to], ascending. `ignoresStart`: before the anchor too, when nobody said when to start. */
export function* slots(asked: Asked, from: number, to: number, ignoresStart = false): Generator<number> {
  const { rule } = asked;
  const start = rule.startAt !== undefined || !ignoresStart ? anchorOf(asked) : from;
  const finish = rule.finishAt === undefined ? to : Date.parse(rule.finishAt);
  const test = testOf(asked);
  const [first, last] = [Math.max(from, start), Math.min(to, finish)];
  for (let walked = Math.floor(first / minute) * minute; walked <= last; walked += minute) {
    for (const one of test.seconds) {
      const at = walked + one * second;
      if (at >= first && at <= last && test.isSlot(at)) yield at;
    }
  }
}

/** The first n slots strictly after an instant. */
export function slotsAfter(asked: Asked, after: number, n: number): number[] {
  const found: number[] = [];
  const count = Math.min(n, asked.rule.maxFires ?? n);
  for (const at of slots(asked, after + 1, clockTo - 1)) {
    found.push(at);
    if (found.length === count) return found;
  }
  if (asked.rule.finishAt === undefined)
    throw new Error(`${JSON.stringify(asked.rule)}: no end within the known years`);
  return found;
}

export function anchorOf({ rule, anchorAt }: Asked): number {
  return rule.startAt === undefined ? anchorAt : Date.parse(rule.startAt);
}

type Test = {
  isSlot(at: number): boolean;
  /** The seconds of a minute at which there may be slots: offsets are whole minutes, so these are the wall clock's too. */
  seconds: number[];
};

function testOf(asked: Asked): Test {
  const frequency = asked.rule.frequency;
  if (frequency === undefined) throw new Error('the oracle only knows rules that come again');
  const anchor = anchorOf(asked);
  const clock = clockOf(asked.rule.timeZone ?? 'UTC');
  const anchorSecond = (anchor % minute) / second;
  switch (frequency.every) {
    case 'seconds':
    case 'minutes':
    case 'hourly': {
      const length = lengths[frequency.every] * (frequency.interval ?? 1);
      const seconds = frequency.every === 'seconds' ? Array.from({ length: 60 }, (_, n) => n) : [anchorSecond];
      return { seconds, isSlot: (at) => isMultiple(at - anchor, length) };
    }
    case 'cron': {
      const pattern = patternOf(frequency.cron ?? '');
      const { seconds } = pattern;
      if (pattern.followsElapsedTime) return { seconds, isSlot: (at) => pattern.names(at + clock.offsetAt(at)) };
      return { seconds, isSlot: (at) => isMeant(clock, at, pattern.names) };
    }
    case 'daily':
    case 'weekly':
    case 'monthly': {
      const anchorWall = anchor + clock.offsetAt(anchor);
      const time = frequency.at === undefined ? anchorWall % day : timeOfDay(frequency.at);
      const isNamed = (wall: number) => wall % day === time && namesDate(frequency, anchorWall, wall);
      return { seconds: [(time % minute) / second], isSlot: (at) => isMeant(clock, at, isNamed) };
    }
    default:
      return frequency.every satisfies never;
  }
}

/**
 * Whether an instant is what becomes of a wall time that is named. Of the one that the clock shows, unless it showed it
 * before: a repeated time means its first occurrence. And of the one that it would show, had it not been put forward: a time
 * in a gap moves by the gap's length.
 */
function isMeant(clock: Clock, at: number, isNamed: (wall: number) => boolean): boolean {
  const change = clock.lastChange(at);
  if (change === undefined || at >= change.at + Math.abs(change.after - change.before)) {
    return isNamed(at + clock.offsetAt(at));
  }
  const isForward = change.after > change.before;
  return isForward && (isNamed(at + change.after) || isNamed(at + change.before));
}

/** Calendar days, weeks (from Monday) and months are counted from the date that the anchor has on the wall. */
function namesDate(frequency: Frequency, anchor: number, wall: number): boolean {
  const [date, anchorDate] = [new Date(wall), new Date(anchor)];
  const interval = frequency.interval ?? 1;
  if (frequency.every === 'daily') return isMultiple(dayOf(wall) - dayOf(anchor), interval);
  if (frequency.every === 'weekly') {
    const wanted: string[] = frequency.weekdays ?? [weekdays[anchorDate.getUTCDay()] ?? ''];
    if (!wanted.includes(weekdays[date.getUTCDay()] ?? '')) return false;
    return isMultiple((mondayOf(wall) - mondayOf(anchor)) / 7, interval);
  }
  const monthDay = frequency.monthDay ?? anchorDate.getUTCDate();
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  if (date.getUTCDate() !== (monthDay === 'last' ? lastDay : Math.min(monthDay, lastDay))) return false;
  return isMultiple(monthOf(date) - monthOf(anchorDate), interval);
}

const isMultiple = (count: number, of: number) => count % of === 0;
const dayOf = (wall: number) => Math.floor(wall / day);
/** Days since 1970, which began on a Thursday, of the Monday on or before. */
const mondayOf = (wall: number) => dayOf(wall) - ((dayOf(wall) + 3) % 7);
const monthOf = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth();

function timeOfDay(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 60 * minute + minutes * minute + seconds * second;
}
