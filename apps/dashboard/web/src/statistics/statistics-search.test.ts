import { limits } from '@drover/core';
import { expect, test } from 'vitest';
import { readStatisticsSearch } from './statistics-search.ts';

test('a range of any number of days is taken from the address, up to what is kept', () => {
  const days = [1, 45, limits.statisticsDays, 0, limits.statisticsDays + 1, 7.5, '7', undefined];
  expect(days.map((value) => readStatisticsSearch({ days: value }).days)).toEqual([
    1,
    45,
    limits.statisticsDays,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('what the address holds and cannot be is as if it was not there', () => {
  expect(readStatisticsSearch({ zone: 'x'.repeat(65), by: 'worker', sort: 'colour', more: 1 })).toEqual({
    days: undefined,
    zone: undefined,
    by: undefined,
    sort: undefined,
  });
  expect(readStatisticsSearch({ zone: 'Europe/Paris', by: 'queue', sort: '-rate' })).toMatchObject({
    zone: 'Europe/Paris',
    by: 'queue',
    sort: '-rate',
  });
});
