import { expect, test } from 'vitest';
import { fireCount, rangeOf } from './fire-words.ts';

test('fires that were merged are told with their number and their range', () => {
  expect(fireCount({ count: 47 })).toBe('47 fires');
  expect(fireCount({ count: 10_000, isAtLeast: true })).toBe('at least 10,000 fires');
  const range = { at: '2026-11-26T09:00:00.000Z', until: '2026-11-26T09:46:00.000Z' };
  expect(rangeOf(range, 'Europe/Paris')).toEqual(['Thu 26 Nov 2026', '10:00–10:46 +01:00']);
});

test('a range over midnight, or over a change of the clock, has both ends in full', () => {
  expect(rangeOf({ at: '2026-11-25T23:59:30.000Z', until: '2026-11-26T00:10:00.000Z' }, 'UTC')).toEqual([
    'Wed 25 Nov 2026 23:59:30 +00:00 –',
    'Thu 26 Nov 2026 00:10 +00:00',
  ]);
  expect(rangeOf({ at: '2027-03-28T00:30:00.000Z', until: '2027-03-28T01:30:00.000Z' }, 'Europe/Paris')).toEqual([
    'Sun 28 Mar 2027 01:30 +01:00 –',
    'Sun 28 Mar 2027 03:30 +02:00',
  ]);
});
