import { expect, test } from 'vitest';
import { directionOf, firstView, type GraphTask, levelsOf } from './shape.ts';

const frame = { width: 1_000, height: 600 };

function task(key: string, ...waitsFor: string[]): GraphTask {
  return { key, dependsOn: waitsFor.map((before) => ({ key: before, onFailure: 'cancel' })), isTall: false };
}

const chain = (length: number) =>
  Array.from({ length }, (_, index) => (index === 0 ? task('t0') : task(`t${index}`, `t${index - 1}`)));
const fan = (width: number) => [
  task('root'),
  ...Array.from({ length: width }, (_, index) => task(`t${index}`, 'root')),
];

test('a task stands one level further than the furthest that it waits for', () => {
  expect(levelsOf([task('a'), task('b', 'a'), task('c'), task('d', 'a', 'b'), task('e', 'c')])).toEqual([2, 2, 1]);
});

test('a graph goes the way in which more of it can be read', () => {
  expect(directionOf(chain(3), frame)).toBe('right');
  expect(directionOf(chain(8), frame)).toBe('down');
  expect(directionOf(fan(6), frame)).toBe('right');
  expect(directionOf(chain(3), { width: 330, height: 500 })).toBe('down');
});

const begin = { x: 115, y: 50 };

test('a small graph stands in the middle and is not blown up', () => {
  expect(firstView({ width: 400, height: 100 }, frame, begin)).toEqual({ x: 300, y: 250, zoom: 1 });
});

test('a graph that is too large to be read as a whole is seen from its beginning', () => {
  const wide = { width: 90_000, height: 100 };
  expect(firstView(wide, frame, begin)).toMatchObject({ x: 24, zoom: 0.6 });
  expect(firstView(wide, frame, { x: 45_000, y: 50 })).toMatchObject({ x: 500 - 45_000 * 0.6 });
  // Nothing but air is never shown beyond its end.
  expect(firstView(wide, frame, { x: 90_000, y: 50 })).toMatchObject({ x: 1_000 - 24 - 90_000 * 0.6 });
});
