import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { firesBetween, missedFires, nextFires } from './next-fires.ts';
import { type Frequency, type Rule, Weekday } from './rule.ts';

/** Rules by chance around changes of the clocks. What they should do is reckoned here minute by minute, by Temporal. */

const seed = Number(process.env.SEED ?? Date.now()) % 2 ** 32;
/** More of them by hand: `ROUNDS=2000 SEED=1 npx vitest …`. */
const rounds = Number(process.env.ROUNDS ?? 30);
const timeout = 60_000 + rounds * 1_000;
const zones = [
  'America/New_York',
  'Europe/Berlin',
  'Africa/Cairo',
  'America/Havana',
  'America/Santiago',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Asia/Kolkata',
  'UTC',
];
const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Mulberry32. */
function chanceFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Picker = ReturnType<typeof pickerFrom>;

function pickerFrom(start: number) {
  const chance = chanceFrom(start);
  const int = (min: number, max: number) => min + Math.floor(chance() * (max - min + 1));
  const one = <T>(values: readonly T[]) => values[int(0, values.length - 1)] as T;
  const some = (min: number, max: number) =>
    [...new Set(Array.from({ length: int(1, 4) }, () => int(min, max)))].sort((a, b) => a - b);
  return { chance, int, one, some };
}

function zoned(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

/** Clocks are changed at night, and the rules fire then. */
const hoursOfNight = [0, 1, 2, 3, 4, 22, 23];

/** An instant, mostly near a change of the clocks, and hours of the night, mostly those around that change. */
function momentIn(zone: string, { chance, int, one }: Picker): { near: number; hours: number[] } {
  const near = int(Date.UTC(2024, 0, 1) / minuteMs, Date.UTC(2030, 0, 1) / minuteMs) * minuteMs;
  const change = zoned(near, zone).getTimeZoneTransition('next');
  if (!change || chance() < 0.1) return { near, hours: hoursOfNight };
  const { hour } = change.subtract({ minutes: 1 });
  const around = [hour - 1, hour, hour + 1, hour + 2].map((each) => (each + 24) % 24);
  const hours = [...around, ...around, one(hoursOfNight)].filter((each) => hoursOfNight.includes(each));
  return { near: change.epochMilliseconds + int(-600, 600) * minuteMs, hours };
}

/** Whether the wall shows a time that is asked for, down to the minute. */
type Matches = (wall: Temporal.PlainDateTime) => boolean;

function calendarRule(
  picker: Picker,
  anchor: Temporal.PlainDateTime,
  hours: number[],
): { frequency: Frequency; matches: Matches } {
  const { chance, int, one, some } = picker;
  const interval = one([1, 1, 2, 3]);
  const [hour, minute] = [one(hours), int(0, 59)];
  const at = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const isTime: Matches = (wall) => wall.hour === hour && wall.minute === minute;
  const anchorDate = anchor.toPlainDate();
  const every = one(['daily', 'weekly', 'monthly'] as const);
  if (every === 'daily') {
    const matches: Matches = (wall) => isTime(wall) && anchorDate.until(wall.toPlainDate()).days % interval === 0;
    return { frequency: { every, interval, at }, matches };
  }
  if (every === 'weekly') {
    const days = some(1, 7);
    const monday = anchorDate.subtract({ days: anchorDate.dayOfWeek - 1 });
    const matches: Matches = (wall) =>
      isTime(wall) &&
      days.includes(wall.dayOfWeek) &&
      Math.floor(monday.until(wall.toPlainDate()).days / 7) % interval === 0;
    return {
      frequency: { every, interval, at, weekdays: days.map((day) => Weekday.options[day - 1] as Weekday) },
      matches,
    };
  }
  const monthDay = chance() < 0.3 ? 'last' : int(26, 31);
  const matches: Matches = (wall) => {
    const months = (wall.year - anchorDate.year) * 12 + wall.month - anchorDate.month;
    const day = monthDay === 'last' ? wall.daysInMonth : Math.min(monthDay, wall.daysInMonth);
    return isTime(wall) && wall.day === day && months % interval === 0;
  };
  return { frequency: { every, interval, at, monthDay }, matches };
}

function cronRule(
  picker: Picker,
  hoursToFire: number[],
): { frequency: Frequency; matches: Matches; isElapsed: boolean } {
  const { chance, int, one, some } = picker;
  const minutes = chance() < 0.3 ? undefined : some(0, 59);
  const hours = chance() < 0.4 ? undefined : [one(hoursToFire), one(hoursToFire)];
  const step = chance() < 0.5 ? int(1, 6) : undefined;
  const weekdays = chance() < 0.6 ? undefined : some(0, 6);
  const monthDays = chance() < 0.7 ? undefined : some(1, 31);
  const hourField = hours?.join(',') ?? (step ? `*/${step}` : '*');
  const cron = [
    minutes?.join(',') ?? '*',
    hourField,
    monthDays?.join(',') ?? '*',
    '*',
    weekdays?.join(',') ?? '*',
  ].join(' ');
  const matches: Matches = (wall) => {
    const isHour = hours ? hours.includes(wall.hour) : wall.hour % (step ?? 1) === 0;
    const isMonthDay = monthDays?.includes(wall.day);
    const isWeekday = weekdays?.includes(wall.dayOfWeek % 7);
    const isDay = monthDays && weekdays ? isMonthDay || isWeekday : (isMonthDay ?? isWeekday ?? true);
    return (minutes?.includes(wall.minute) ?? true) && isHour && Boolean(isDay);
  };
  return { frequency: { every: 'cron', cron }, matches, isElapsed: !hours };
}

/** From `from` on, before `to`: minute by minute, in elapsed time, or on the wall at night. */
function bruteForce(matches: Matches, isElapsed: boolean, zone: string, from: number, to: number): number[] {
  const found = new Set<number>();
  if (isElapsed) {
    for (let at = from; at < to; at += minuteMs) if (matches(zoned(at, zone).toPlainDateTime())) found.add(at);
    return [...found];
  }
  const end = zoned(to + 2 * dayMs, zone).toPlainDateTime();
  let wall = zoned(from - 2 * dayMs, zone).toPlainDateTime();
  while (Temporal.PlainDateTime.compare(wall, end) < 0) {
    if (matches(wall)) {
      const at = wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
      if (at >= from && at < to) found.add(at);
    }
    wall = wall.hour > 4 && wall.hour < 22 ? wall.with({ hour: 22, minute: 0 }) : wall.add({ minutes: 1 });
  }
  return [...found].sort((a, b) => a - b);
}

function randomRule(picker: Picker) {
  const zone = picker.one(zones);
  const { near, hours } = momentIn(zone, picker);
  const anchorAt = near - picker.int(0, 20) * dayMs;
  const anchor = zoned(anchorAt, zone).toPlainDateTime();
  const { frequency, matches, isElapsed } =
    picker.chance() < 0.5 ? { ...calendarRule(picker, anchor, hours), isElapsed: false } : cronRule(picker, hours);
  const rule = checkRule(
    { timing: 'schedule', frequency, timeZone: zone, startAt: new Date(anchorAt).toISOString() },
    anchorAt,
  );
  return { rule, matches, isElapsed, zone, near, anchorAt };
}

function textsOf(instants: number[]): string[] {
  return instants.map((at) => new Date(at).toISOString());
}

test(`rules by chance fire when Temporal says that they should (seed ${seed})`, { timeout }, () => {
  const picker = pickerFrom(seed);
  for (let round = 0; round < rounds; round += 1) {
    const { rule, matches, isElapsed, zone, near, anchorAt } = randomRule(picker);
    const from = Math.max(anchorAt, near - dayMs);
    const expected = bruteForce(matches, isElapsed, zone, from, from + 2.5 * dayMs);
    const found = firesBetween(rule, from, from + 2.5 * dayMs, 10_000);
    expect(textsOf(found), `seed ${seed}, round ${round}: ${JSON.stringify(rule)}`).toEqual(textsOf(expected));
  }
});

/** Forwards, backwards, from here and from there: all must agree. */
function checkProperties(rule: Rule, from: number, what: string) {
  const all = nextFires(rule, from - 1, 200);
  expect(all, what).toEqual([...new Set(all)].sort((a, b) => a - b));
  const last = all.at(-1);
  if (last === undefined) return;
  expect(firesBetween(rule, from, last + 1, 1_000), what).toEqual(all);
  expect(missedFires(rule, from - 1, last, 1_000), what).toEqual({ at: all, count: all.length, isAtLeast: false });
  const later = all[Math.floor(all.length / 2)] as number;
  expect(nextFires(rule, later, 200 - all.indexOf(later) - 1), what).toEqual(all.filter((at) => at > later));
  expect(nextFires(rule, later - 1, 1), what).toEqual([later]);
  const start = rule.startAt ?? rule.anchorAt;
  expect((all[0] as number) >= start && last <= (rule.finishAt ?? Number.POSITIVE_INFINITY), what).toBe(true);
}

test(`any rule answers the same from wherever it is asked (seed ${seed})`, { timeout }, () => {
  const picker = pickerFrom(seed + 1);
  for (let round = 0; round < 5 * rounds; round += 1) {
    const { rule, near } = randomRule(picker);
    const every = picker.one(['seconds', 'minutes', 'hourly'] as const);
    const elapsed = { ...rule, frequency: { every, interval: picker.int(1, 500) } };
    const finishAt = near + picker.int(1, 400) * dayMs;
    const what = `seed ${seed}, round ${round}: ${JSON.stringify(rule)}`;
    checkProperties(rule, near - picker.int(0, 30) * dayMs, what);
    checkProperties({ ...rule, finishAt }, near, what);
    checkProperties({ ...elapsed, finishAt }, near + picker.int(0, 1_000), what);
  }
});
