import { expect, test } from 'vitest';
import {
  addDays,
  clockOf,
  hoursOf,
  mondayOf,
  quarterAt,
  quartersOf,
  startOfDay,
  timeIn,
  twoDigits,
} from './zoned-day.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'Pacific/Apia',
];

const iso = (at: number) => new Date(at).toISOString();
const day = (date: string, zone: string) =>
  quartersOf(startOfDay(date, zone), startOfDay(addDays(date, 1), zone), zone);
const shown = (date: string, zone: string) =>
  hoursOf(day(date, zone)).map(
    ({ hour, minute, isAgain }) => `${twoDigits(hour)}:${twoDigits(minute)}${isAgain ? '+' : ''}`,
  );

test.each(zones)('in %s every day of two years begins when the one before it ends', (zone) => {
  for (let date = '2026-01-01'; date < '2028-01-01'; date = addDays(date, 1)) {
    const at = startOfDay(date, zone);
    expect(clockOf(at, zone).date, date).toBe(date);
    expect(clockOf(at - 1, zone).date, date).toBe(addDays(date, -1));
  }
});

test('a day begins at midnight of its zone, and later where the clock is put forward at midnight', () => {
  expect(iso(startOfDay('2026-11-26', 'UTC'))).toBe('2026-11-26T00:00:00.000Z');
  expect(iso(startOfDay('2026-11-26', 'Europe/Berlin'))).toBe('2026-11-25T23:00:00.000Z');
  expect(iso(startOfDay('2026-11-26', 'Asia/Kolkata'))).toBe('2026-11-25T18:30:00.000Z');
  // Midnight is skipped: the day begins at 01:00.
  expect(clockOf(startOfDay('2026-03-08', 'America/Havana'), 'America/Havana')).toMatchObject({ hour: 1, minute: 0 });
  // Midnight comes twice: the day begins with the first one.
  expect(iso(startOfDay('2026-11-01', 'America/Havana'))).toBe('2026-11-01T04:00:00.000Z');
});

test.each([
  ['Europe/Berlin', '2026-03-29', 23],
  ['Europe/Berlin', '2026-10-25', 25],
  ['Europe/Berlin', '2026-10-26', 24],
  ['Australia/Lord_Howe', '2026-04-05', 24.5],
  ['Australia/Lord_Howe', '2026-10-04', 23.5],
  ['Antarctica/Troll', '2026-03-29', 22],
  ['Antarctica/Troll', '2026-10-25', 26],
  // A day that was left out altogether.
  ['Pacific/Apia', '2011-12-30', 0],
])('in %s the %s has %d hours', (zone, date, hours) => {
  expect(day(date, zone)).toHaveLength(hours * 4);
});

test('where the clock is put forward an hour is missing', () => {
  expect(shown('2026-03-29', 'Europe/Berlin').slice(0, 4)).toEqual(['00:00', '01:00', '03:00', '04:00']);
  const before = hoursOf(day('2026-03-29', 'Europe/Berlin'))[1];
  expect(before && [iso(before.at), iso(before.toAt)]).toEqual([
    '2026-03-29T00:00:00.000Z',
    '2026-03-29T01:00:00.000Z',
  ]);
});

test('where the clock is put back an hour comes again, and is told from the first one', () => {
  expect(shown('2026-10-25', 'Europe/Berlin').slice(0, 5)).toEqual(['00:00', '01:00', '02:00', '02:00+', '03:00']);
  expect(shown('2026-11-01', 'America/Havana').slice(0, 3)).toEqual(['00:00', '00:00+', '01:00']);
});

test('a clock that is put by half an hour has halves of hours', () => {
  expect(shown('2026-04-05', 'Australia/Lord_Howe').slice(0, 5)).toEqual([
    '00:00',
    '01:00',
    '01:30+',
    '02:00',
    '03:00',
  ]);
  expect(shown('2026-10-04', 'Australia/Lord_Howe').slice(0, 4)).toEqual(['00:00', '01:00', '02:30', '03:00']);
});

test('the time of an instant is that of its quarter, and minutes', () => {
  const quarters = day('2026-10-25', 'Europe/Berlin');
  const time = (at: string) => {
    const quarter = quarterAt(quarters, Date.parse(at));
    return quarter && timeIn(quarter, Date.parse(at));
  };
  expect(time('2026-10-25T00:07:59.999Z')).toBe('02:07');
  expect(time('2026-10-25T01:44:00Z')).toBe('02:44');
  expect(time('2026-10-25T22:59:00Z')).toBe('23:59');
  expect(time('2026-10-25T23:00:00Z')).toBeUndefined();
  expect(time('2026-10-24T21:59:00Z')).toBeUndefined();
});

test('a week begins on Monday', () => {
  expect(['2026-11-22', '2026-11-23', '2026-11-29', '2027-01-01'].map(mondayOf)).toEqual([
    '2026-11-16',
    '2026-11-23',
    '2026-11-23',
    '2026-12-28',
  ]);
});
