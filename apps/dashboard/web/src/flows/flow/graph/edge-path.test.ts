import { expect, test } from 'vitest';
import { middleOf, pathOf } from './edge-path.ts';

test('a line leads from the first point to the last, bent at those between', () => {
  const a = { x: 0, y: 0 };
  const d = { x: 30, y: 10 };
  expect(pathOf([a, d])).toBe('M0 0L30 10');
  expect(pathOf([a, { x: 10, y: 0 }, d])).toBe('M0 0Q10 0 30 10');
  expect(pathOf([a, { x: 10, y: 0 }, { x: 20, y: 10 }, d])).toBe('M0 0Q10 0 15 5Q20 10 30 10');
  expect(pathOf([a])).toBe('');
});

test('a word stands in the middle', () => {
  expect(
    middleOf([
      { x: 0, y: 0 },
      { x: 4, y: 5 },
      { x: 9, y: 9 },
    ]),
  ).toEqual({ x: 4, y: 5 });
});
