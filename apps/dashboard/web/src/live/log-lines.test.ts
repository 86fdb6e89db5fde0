import type { LogLine, TaskLog } from '@drover/core';
import { expect, test } from 'vitest';
import { withLines } from './log-lines.ts';

const line = (number: number): LogLine => ({
  at: '2026-11-22T08:00:00.000Z',
  level: 'info',
  attempt: 1,
  message: `line ${number}`,
});
const numbered = (...numbers: number[]) => numbers.map((number) => ({ number, line: line(number) }));
const log = (first: number, last: number): TaskLog => ({
  items: Array.from({ length: last - first + 1 }, (_, index) => line(first + index)),
  dropped: first - 1,
});

test('lines that are new come after those that are known, each once', () => {
  expect(withLines(log(1, 3), numbered(1, 2, 3, 4, 5), 10)).toEqual(log(1, 5));
  expect(withLines(log(1, 0), numbered(1, 2), 10)).toEqual(log(1, 2));
});

test('the oldest go where there are too many', () => {
  expect(withLines(log(3, 6), numbered(7, 8), 4)).toEqual(log(5, 8));
});

test('what brings nothing new changes nothing', () => {
  const known = log(1, 3);
  expect(withLines(known, numbered(2, 3), 10)).toBe(known);
});

test('after a gap it must be read anew', () => {
  expect(withLines(log(1, 3), numbered(5), 10)).toBeUndefined();
  expect(withLines(log(1, 3), numbered(4, 6), 10)).toBeUndefined();
});
