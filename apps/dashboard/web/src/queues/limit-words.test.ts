import { expect, test } from 'vitest';
import { limitWords } from './limit-words.ts';

test('what bounds a queue is said in a few words', () => {
  expect(limitWords({})).toEqual([]);
  const limits = { concurrency: 1_000, rate: { tasks: 10, seconds: 1, burst: 1 }, keyConcurrency: 2 };
  expect(limitWords({ limits })).toEqual(['1,000 at a time', '10 a second', '2 of a key']);
});

test('a rate says its span and what may begin at once', () => {
  const words = (tasks: number, seconds: number, burst: number) =>
    limitWords({ limits: { rate: { tasks, seconds, burst } } })[0];
  expect(words(300, 60, 1)).toBe('300 a minute');
  expect(words(5, 3_600, 3)).toBe('5 an hour, 3 at once');
  expect(words(1, 2.5, 1)).toBe('1 in 2.5 s');
});

test('times of keeping that differ from those of the cluster are told', () => {
  expect(limitWords({ retention: { doneDays: 1 } })).toEqual(['done ones kept 1 day']);
  expect(limitWords({ retention: { doneDays: 0, otherDays: 7 } })).toEqual([
    'done ones kept not at all',
    'others kept 7 days',
  ]);
});
