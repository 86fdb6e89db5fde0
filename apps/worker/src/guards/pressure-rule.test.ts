import { expect, test } from 'vitest';
import { atRest, halved, halvingsOf, nextPressure } from './pressure-rule.ts';

/** The steps that these readings lead to, one after the other. */
function stepsOf(readings: (number | undefined)[], { limit = 80, stepMax = 1 } = {}): number[] {
  let state = atRest;
  return readings.map((percent) => {
    state = nextPressure(state, percent, limit, stepMax);
    return state.step;
  });
}

test('one reading above the limit is a peak, two are a pressure', () => {
  expect(stepsOf([81, 79, 81, 81])).toEqual([0, 0, 0, 1]);
});

test('at the limit nothing is held back', () => {
  expect(stepsOf([80, 80, 80])).toEqual([0, 0, 0]);
});

test('the pressure ends ten points below the limit, when it stays there', () => {
  expect(stepsOf([90, 90, 79, 71, 71, 71])).toEqual([0, 1, 1, 1, 1, 1]);
  expect(stepsOf([90, 90, 69, 71, 69, 69])).toEqual([0, 1, 1, 1, 1, 0]);
});

test('a reading that goes up and down around the limit changes nothing', () => {
  expect(stepsOf([90, 90, 78, 82, 78, 82, 72, 81])).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
});

test('a low limit ends at half of it', () => {
  expect(stepsOf([7, 7, 4, 4, 2, 2], { limit: 6 })).toEqual([0, 1, 1, 1, 1, 0]);
});

test('CPU: every reading above the limit is a step, every calm one a step back', () => {
  const steps = stepsOf([95, 95, 95, 95, 95, 85, 50, 50, 50, 50, 50], { limit: 90, stepMax: 3 });
  expect(steps).toEqual([0, 1, 2, 3, 3, 3, 3, 2, 1, 0, 0]);
  expect(steps.map((step) => halved(10, step))).toEqual([10, 5, 2, 1, 1, 1, 1, 2, 5, 10, 10]);
});

test.each([
  [1, 1],
  [2, 1],
  [8, 1],
  [50, 6],
  [1_000, 125],
])('of %i tasks at a time %i are left at the least', (concurrency, least) => {
  expect(halved(concurrency, halvingsOf(concurrency))).toBe(least);
});

test('with a limit of 0 nothing is ever held back', () => {
  expect(stepsOf([100, 100, 100], { limit: 0 })).toEqual([0, 0, 0]);
});

test('what cannot be read is no pressure, and ends one', () => {
  expect(stepsOf([90, 90, undefined, 90, 90])).toEqual([0, 1, 0, 0, 1]);
});

test('a worker that may run fewer tasks than before is halved less often', () => {
  let state = atRest;
  for (const stepMax of [6, 6, 6, 6, 6, 6]) state = nextPressure(state, 99, 90, stepMax);
  expect(state.step).toBe(5);
  expect(nextPressure(state, 85, 90, 2).step).toBe(2);
});
