import { expect, test } from 'vitest';
import { clockWords, periodWords } from './period-words.ts';
import { addDays, startOfDay } from './zoned-day.ts';

const clock = (date: string, zone: string) => clockWords(startOfDay(addDays(date, 1), zone) - startOfDay(date, zone));

test('a day is named in full, and a week by its ends', () => {
  expect(periodWords(['2026-11-26']).replace(',', '')).toBe('Thursday 26 November 2026');
  expect(periodWords(['2026-11-23', '2026-11-29']).replaceAll(/\s/g, ' ')).toMatch(/^23\s?–\s?29 November 2026$/);
  expect(periodWords(['2026-12-28', '2027-01-03'])).toMatch(/28 December 2026.*3 January 2027/);
});

test('a day with other hours than usual says so', () => {
  expect(clock('2026-11-26', 'Europe/Berlin')).toBeUndefined();
  expect(clock('2026-03-29', 'Europe/Berlin')).toBe('The clock is put forward by one hour: this day has 23 hours.');
  // At midnight: the day begins at 01:00.
  expect(clock('2026-03-08', 'America/Havana')).toContain('put forward by one hour');
  expect(clock('2026-10-25', 'Europe/Berlin')).toContain('put back by one hour: this day has 25 hours');
  expect(clock('2026-04-05', 'Australia/Lord_Howe')).toContain('put back by 30 minutes: this day has 24.5 hours');
});
