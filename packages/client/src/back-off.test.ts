import { expect, test } from 'vitest';
import { defaultRetryPolicy, pauseBeforeRetry, retryAfterSeconds } from './back-off.ts';
import { DroverError } from './drover-error.ts';

const away = new DroverError('redis_unavailable', 'away', { status: 503 });
const busy = (seconds?: number) =>
  new DroverError('too_many_requests', 'busy', { status: 429, retryAfterSeconds: seconds });
const broken = new DroverError('network', 'broken');
const full = () => 1;
const pause = (error: DroverError, retriesUsed: number, repeat: 'always' | 'refused' = 'always') =>
  pauseBeforeRetry(error, repeat, retriesUsed, defaultRetryPolicy, full);

test('pauses double, up to a bound, and end with the retries', () => {
  expect([0, 1, 2, 3, 4].map((used) => pause(away, used))).toEqual([250, 500, 1_000, 2_000, undefined]);
  const patient = { ...defaultRetryPolicy, maxRetries: 25 };
  expect(pauseBeforeRetry(away, 'always', 20, patient, full)).toBe(patient.delayMsMax);
});

test('a pause is spread over its upper half', () => {
  expect(pauseBeforeRetry(away, 'always', 0, defaultRetryPolicy, () => 0)).toBe(125);
});

test('Retry-After is waited for, unless it asks for too much', () => {
  expect(pause(busy(3), 0)).toBe(3_250);
  expect(pause(busy(61), 0)).toBeUndefined();
});

test('what must not be done twice is sent again only when it was refused before anything was done', () => {
  expect(pause(busy(), 0, 'refused')).toBe(250);
  expect(pause(away, 0, 'refused')).toBeUndefined();
  expect(pause(broken, 0, 'refused')).toBeUndefined();
  expect(pause(broken, 0, 'always')).toBe(250);
});

test('a mistake of the caller is never sent again', () => {
  expect(pause(new DroverError('args_invalid', 'no', { status: 422 }), 0)).toBeUndefined();
});

test('Retry-After is read as seconds or as a date', () => {
  const now = Date.parse('2026-11-22T00:00:00Z');
  expect(retryAfterSeconds('7', now)).toBe(7);
  expect(retryAfterSeconds('Sun, 22 Nov 2026 00:00:30 GMT', now)).toBe(30);
  expect(retryAfterSeconds('Sun, 22 Nov 2020 00:00:30 GMT', now)).toBe(0);
  expect(retryAfterSeconds('soon', now)).toBeUndefined();
  expect(retryAfterSeconds(null, now)).toBeUndefined();
});
