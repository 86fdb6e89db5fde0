import { expect, test } from 'vitest';
import { retryAfterSeconds } from './retry-after.ts';

const now = new Date('2026-11-22T10:00:00Z');

test.each([
  ['120', 120],
  ['0', 0],
  ['Sun, 22 Nov 2026 10:00:30 GMT', 30],
  ['Sunday, 22-Nov-26 10:01:00 GMT', 60],
  ['Sun Nov 22 10:00:05 2026', 5],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s means %s seconds', (header, seconds) => {
  expect(retryAfterSeconds(header, now)).toBe(seconds);
});
