import { expect, test } from 'vitest';
import { decideRetry, defaultRetryPolicy, RetryPolicy, resilientRetryPolicy } from './retry-policy.ts';

const minutes = (count: number) => ({ action: 'retry', delayMs: count * 60_000 });

test('what nobody classified is tried again after 1, 2 and 4 minutes, then it is over', () => {
  const decisions = [0, 1, 2, 3].map((used) => decideRetry('unclassified', used, defaultRetryPolicy));
  expect(decisions).toEqual([minutes(1), minutes(2), minutes(4), { action: 'end' }]);
});

test('the pause never grows beyond an hour', () => {
  const patient = RetryPolicy.parse({ maxRetries: 25 });
  expect(decideRetry('unclassified', 6, patient)).toEqual(minutes(60));
  expect(decideRetry('unclassified', 24, patient)).toEqual(minutes(60));
});

test('a temporary error is tried again in 300 s, one of resources in 1800 s', () => {
  expect(decideRetry('temporary', 0, defaultRetryPolicy)).toEqual(minutes(5));
  expect(decideRetry('resource', 2, defaultRetryPolicy)).toEqual(minutes(30));
  expect(decideRetry('resource', 3, defaultRetryPolicy)).toEqual({ action: 'end' });
});

test('a data error waits for a person, however many retries are left', () => {
  expect(decideRetry('data', 0, defaultRetryPolicy)).toEqual({ action: 'attention' });
  expect(decideRetry('data', 3, defaultRetryPolicy)).toEqual({ action: 'attention' });
});

test('a permanent error is over at once', () => {
  expect(decideRetry('permanent', 0, resilientRetryPolicy)).toEqual({ action: 'end' });
});

test('a pause that the error itself asks for comes before all others', () => {
  expect(decideRetry('temporary', 0, defaultRetryPolicy, 7)).toEqual({ action: 'retry', delayMs: 7_000 });
  expect(decideRetry('unclassified', 0, defaultRetryPolicy, 0)).toEqual({ action: 'retry', delayMs: 0 });
  expect(decideRetry('temporary', 3, defaultRetryPolicy, 7)).toEqual({ action: 'end' });
});
