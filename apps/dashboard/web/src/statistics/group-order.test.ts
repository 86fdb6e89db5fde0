import type { GroupFigures } from '@drover/core';
import { expect, test } from 'vitest';
import { failureRate, isSort, nextSort, type Sort, sortGroups } from './group-order.ts';

const group = (key: string, figures: Partial<GroupFigures>) => ({ key, ...figures }) as GroupFigures;
const groups = [
  group('b', { total: 3, completed: 3, failed: 0, averageSeconds: 2 }),
  group('a', { total: 3, completed: 1, failed: 2, averageSeconds: null }),
  group('c', { total: 9, completed: 8, failed: 1, averageSeconds: 1 }),
  group('d', { total: 1, completed: 0, failed: 0, averageSeconds: 5 }),
];

test.each<[Sort, string]>([
  ['-total', 'cabd'],
  ['total', 'dabc'],
  ['key', 'abcd'],
  ['-key', 'dcba'],
  ['-rate', 'acbd'],
  ['rate', 'bcad'],
  ['averageSeconds', 'cbda'],
  ['-averageSeconds', 'dbca'],
])('sorted by %s, what has no figure comes last and equals by name', (sort, order) => {
  expect(
    sortGroups(groups, sort)
      .map(({ key }) => key)
      .join(''),
  ).toBe(order);
});

test('a rate is of those that ran to their end', () => {
  expect(failureRate({ completed: 3, failed: 1 })).toBe(0.25);
  expect(failureRate({ completed: 0, failed: 0 })).toBeNull();
});

test('figures begin with the largest, names with A, and the same column turns round', () => {
  expect(nextSort('-total', 'failed')).toBe('-failed');
  expect(nextSort('-failed', 'failed')).toBe('failed');
  expect(nextSort('failed', 'key')).toBe('key');
  expect(nextSort('key', 'key')).toBe('-key');
});

test('only columns of the table are an order', () => {
  expect(['-rate', 'key', '--rate', 'enqueued', 7, undefined].map(isSort)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
