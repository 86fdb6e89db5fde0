import { expect, test } from 'vitest';
import { timeOf, timesOf } from './sheet.ts';
import { addDays, quartersOf, startOfDay } from './zoned-day.ts';

const zone = 'Europe/Berlin';

function days(view: 'day' | 'week', first: string) {
  const dates = Array.from({ length: view === 'day' ? 1 : 7 }, (_, index) => addDays(first, index));
  const quarters = quartersOf(startOfDay(first, zone), startOfDay(addDays(first, dates.length), zone), zone);
  return { view, dates, quarters };
}

const at = (...instants: string[]) => instants.map((instant) => Date.parse(`${instant}Z`));

test('a time that the clock shows again says so', () => {
  const day = days('day', '2026-10-25');
  const [first = 0, second = 0] = at('2026-10-25T00:30', '2026-10-25T01:30');
  expect([timeOf(day, first), timeOf(day, second)]).toEqual(['02:30', '02:30 again']);
  expect(timeOf(days('week', '2026-10-19'), second)).toBe('Sun 02:30 again');
});

test('few times are written out, of many the first and the last', () => {
  const day = days('day', '2026-11-26');
  expect(timesOf(day, at('2026-11-26T01:00', '2026-11-26T01:15'))).toBe('02:00, 02:15');
  const hourly = Array.from({ length: 20 }, (_, hour) => Date.parse('2026-11-25T23:00Z') + hour * 3_600_000);
  expect(timesOf(day, hourly)).toBe('20 times: 00:00, 01:00, 02:00, 03:00, 04:00, 05:00 … 19:00');
});

test('what is every day of a week is said once, and beside it what is not', () => {
  const week = days('week', '2026-11-23');
  const daily = week.dates.flatMap((date) => at(`${date}T02:00`));
  expect(timesOf(week, daily)).toBe('every day at 03:00');
  expect(timesOf(week, [...daily, ...at('2026-11-24T11:00', '2026-11-26T08:00')])).toBe(
    'every day at 03:00; Tue 12:00, Thu 09:00',
  );
});
