import { expect, test } from 'vitest';
import { chosenBy, datesOf, readCalendarSearch, stepped } from './calendar-search.ts';

const nothing = { view: undefined, date: undefined, zone: undefined, q: undefined, as: undefined };

test('what the address holds and cannot be is as if it was not there', () => {
  expect(
    readCalendarSearch({ view: 'year', date: '2026-02-30', zone: 'Nowhere/AtAll', q: ' ', as: 'song', more: 1 }),
  ).toEqual(nothing);
  expect(readCalendarSearch({ view: 'day', date: '0026-01-01', zone: 7, q: ['a'], as: true })).toEqual(nothing);
  expect(readCalendarSearch({ date: '1969-12-31', zone: 'x'.repeat(65), q: 'x'.repeat(5_000) })).toEqual(nothing);
});

test('what it may hold is taken from it', () => {
  const full = { view: 'week', date: '2028-02-29', zone: 'Europe/Paris', q: 'backup', as: 'list' };
  expect(readCalendarSearch(full)).toEqual(full);
  expect(readCalendarSearch({ q: 12 }).q).toBe('12');
});

test('without a day it is today, as the zone has it', () => {
  const now = Date.parse('2026-11-26T20:00:00Z');
  expect(chosenBy({ zone: 'UTC' }, now)).toEqual({
    view: 'day',
    date: '2026-11-26',
    zone: 'UTC',
    q: '',
    isList: false,
  });
  expect(chosenBy({ zone: 'Asia/Kolkata' }, now).date).toBe('2026-11-27');
  expect(chosenBy({ zone: 'UTC', date: '2026-01-01' }, now).date).toBe('2026-01-01');
});

test('a week is shown from its Monday on, and steps are weeks', () => {
  expect(datesOf({ view: 'day', date: '2026-11-26' })).toEqual(['2026-11-26']);
  const week = datesOf({ view: 'week', date: '2027-01-01' });
  expect([week[0], week[6], week.length]).toEqual(['2026-12-28', '2027-01-03', 7]);
  expect(stepped({ view: 'day', date: '2026-12-31' }, 1)).toBe('2027-01-01');
  expect(stepped({ view: 'week', date: '2026-12-31' }, -1)).toBe('2026-12-24');
  expect(stepped({ view: 'day', date: '1970-01-01' }, -1)).toBe('1970-01-01');
  expect(stepped({ view: 'day', date: '2999-12-31' }, 1)).toBe('2999-12-31');
});
