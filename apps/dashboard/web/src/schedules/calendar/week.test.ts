import type { ScheduleState } from '@drover/core';
import { expect, test } from 'vitest';
import { entriesOf, minutesOf } from './fires.ts';
import { weekOf } from './week.ts';
import { addDays, quartersOf, startOfDay } from './zoned-day.ts';

/** The week that begins on a day, with schedules that fire at these instants. */
function week(
  monday: string,
  zone: string,
  schedules: Record<string, string[]>,
  states: Record<string, ScheduleState> = {},
) {
  const dates = Array.from({ length: 7 }, (_, index) => addDays(monday, index));
  const quarters = quartersOf(startOfDay(monday, zone), startOfDay(addDays(monday, 7), zone), zone);
  const items = Object.entries(schedules).map(([name, fires]) => ({
    id: name,
    name,
    state: states[name] ?? ('active' as const),
    fires,
  }));
  const days = weekOf(dates, quarters, minutesOf(entriesOf({ from: '', to: '', items, dense: [], isMore: false })));
  const cell = (date: string, hour: number) => days.find((day) => day.date === date)?.cells[hour];
  return { days, cell };
}

test('a fire is in the hour that the clock of the zone shows', () => {
  const fires = ['2026-11-23T23:30:00Z'];
  expect(week('2026-11-23', 'UTC', { a: fires }).cell('2026-11-23', 23)?.fires).toBe(1);
  expect(week('2026-11-23', 'Europe/Berlin', { a: fires }).cell('2026-11-24', 0)?.fires).toBe(1);
  expect(week('2026-11-23', 'Asia/Kolkata', { a: fires }).cell('2026-11-24', 5)?.fires).toBe(1);
  expect(week('2026-11-23', 'Pacific/Apia', { a: fires }).cell('2026-11-24', 12)?.fires).toBe(1);
});

test('a cell counts its fires, names its schedules once, those that are paused last, and knows how many come at once', () => {
  const { cell, days } = week(
    '2026-11-23',
    'UTC',
    {
      held: ['2026-11-25T02:00:00Z'],
      b: ['2026-11-25T02:10:00Z', '2026-11-25T02:40:00Z'],
      c: ['2026-11-25T02:40:00Z'],
      d: ['2026-11-25T03:00:00Z'],
    },
    { held: 'paused' },
  );
  expect(cell('2026-11-25', 2)).toMatchObject({ fires: 3, atOnce: 2, length: 1 });
  expect(cell('2026-11-25', 2)?.entries.map(({ name }) => name)).toEqual(['b', 'c', 'held']);
  expect(days.map(({ fires }) => fires)).toEqual([0, 0, 4, 0, 0, 0, 0]);
});

test('where the clock is put forward an hour is not there, and where it is put back one holds two', () => {
  const spring = week('2026-03-23', 'Europe/Berlin', {});
  expect(spring.cell('2026-03-29', 2)?.length).toBe(0);
  expect(spring.cell('2026-03-28', 2)?.length).toBe(1);
  const autumn = week('2026-10-19', 'Europe/Berlin', { a: ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'] });
  expect(autumn.cell('2026-10-25', 2)).toMatchObject({ length: 2, fires: 2 });
  expect(week('2026-09-28', 'Australia/Lord_Howe', {}).cell('2026-10-04', 2)?.length).toBe(0.5);
});

test('the fullest hour has the fullest colour, and few fires are pale', () => {
  const many = (count: number, hour: number) =>
    Array.from({ length: count }, (_, minute) => new Date(Date.UTC(2026, 10, 25, hour, minute)).toISOString());
  const quiet = week('2026-11-23', 'UTC', { a: many(1, 2) });
  expect([quiet.cell('2026-11-25', 2)?.level, quiet.cell('2026-11-25', 3)?.level]).toEqual([1, 0]);
  const full = week('2026-11-23', 'UTC', { a: many(40, 2), b: many(10, 3), c: many(1, 4) });
  expect([2, 3, 4, 5].map((hour) => full.cell('2026-11-25', hour)?.level)).toEqual([4, 1, 1, 0]);
});
