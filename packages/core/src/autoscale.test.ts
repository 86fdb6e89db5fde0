import { expect, test } from 'vitest';
import { scaleByRule } from './autoscale.ts';

const wide = { min: 1, max: 100 };
const wanted = (ready: number, workers: number, bounds = wide) => scaleByRule({ ready, workers }, bounds);

test.each([
  [21, 4, 6, 'grow'],
  [20, 4, 4, 'stay'],
  [8, 4, 4, 'stay'],
  [7, 4, 3, 'shrink'],
  [0, 3, 2, 'shrink'],
  [6, 1, 3, 'grow'],
])('%i ready tasks and %i workers: there should be %i (%s)', (ready, workers, expected, rule) => {
  expect(wanted(ready, workers)).toMatchObject({ wanted: expected, rule });
});

test('the rule never goes below two workers, though fewer are allowed', () => {
  expect(wanted(0, 2)).toMatchObject({ wanted: 2, rule: 'stay' });
  expect(wanted(0, 1)).toMatchObject({ wanted: 1, rule: 'stay' });
});

test('the bounds cut a step, and stop it where nothing is left of it', () => {
  expect(wanted(1_000, 4, { min: 2, max: 5 })).toMatchObject({ wanted: 5, rule: 'grow' });
  expect(wanted(1_000, 5, { min: 2, max: 5 })).toMatchObject({ wanted: 5, rule: 'bound' });
  expect(wanted(0, 3, { min: 3, max: 5 })).toMatchObject({ wanted: 3, rule: 'bound' });
});

test('a number outside of the bounds is brought inside, whatever waits and however lately it was changed', () => {
  expect(scaleByRule({ ready: 0, workers: 0, cooldownMs: 5_000 }, { min: 2, max: 5 })).toMatchObject({
    wanted: 2,
    rule: 'bound',
  });
  expect(wanted(1_000, 9, { min: 2, max: 5 })).toMatchObject({ wanted: 5, rule: 'bound' });
});

test('a step waits until the number may be changed again, and says how long', () => {
  const advice = scaleByRule({ ready: 1_000, workers: 4, cooldownMs: 4_200 }, wide);
  expect(advice).toMatchObject({ wanted: 4, rule: 'cooldown' });
  expect(advice.reason).toContain('again in 5 s');
  expect(scaleByRule({ ready: 12, workers: 4, cooldownMs: 4_200 }, wide)).toMatchObject({ rule: 'stay' });
});

test('followed step by step it comes to rest', () => {
  let workers = 2;
  const ups = [1, 2, 3, 4, 5].map(() => (workers = wanted(40, workers).wanted));
  expect(ups).toEqual([4, 6, 8, 8, 8]);
  const downs = [1, 2, 3, 4, 5, 6, 7, 8].map(() => (workers = wanted(0, workers).wanted));
  expect(downs).toEqual([7, 6, 5, 4, 3, 2, 2, 2]);
});
