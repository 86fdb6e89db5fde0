import type { Frequency } from '@drover/core';
import { expect, test } from 'vitest';
import { createChance } from '../chance.ts';
import { clockOf, wallByIntl } from './clock.ts';
import { slotsAfter } from './oracle.ts';
import { iso, zones } from './vector.ts';

/** The oracle itself is checked against examples that were worked out by hand. */
function fires(timeZone: string, frequency: Frequency, after: string, n: number): string[] {
  const asked = { rule: { timing: 'schedule' as const, frequency, timeZone }, anchorAt: Date.parse(after) };
  return slotsAfter(asked, Date.parse(after), n).map(iso);
}

const cron = (pattern: string): Frequency => ({ every: 'cron', cron: pattern });

test('a time in a gap moves forward by the length of the gap', () => {
  expect(fires('Europe/Berlin', cron('30 2 * * *'), '2027-03-27T12:00:00Z', 2)).toEqual([
    '2027-03-28T01:30:00Z',
    '2027-03-29T00:30:00Z',
  ]);
  expect(fires('Australia/Lord_Howe', cron('15 2 * * *'), '2027-10-02T12:00:00Z', 1)).toEqual(['2027-10-02T15:45:00Z']);
  expect(fires('Antarctica/Troll', { every: 'daily', at: '01:30' }, '2027-03-27T12:00:00Z', 1)).toEqual([
    '2027-03-28T01:30:00Z',
  ]);
});

test('where midnight is missing, it is one o’clock', () => {
  expect(fires('America/Havana', { every: 'daily', at: '00:00' }, '2027-03-13T12:00:00Z', 2)).toEqual([
    '2027-03-14T05:00:00Z',
    '2027-03-15T04:00:00Z',
  ]);
});

test('a repeated time means its first occurrence', () => {
  expect(fires('America/New_York', cron('30 1 * * *'), '2027-11-06T12:00:00Z', 2)).toEqual([
    '2027-11-07T05:30:00Z',
    '2027-11-08T06:30:00Z',
  ]);
});

test('two wall times on one instant fire once', () => {
  expect(fires('Europe/Berlin', cron('0 2,3 * * *'), '2027-03-27T12:00:00Z', 3)).toEqual([
    '2027-03-28T01:00:00Z',
    '2027-03-29T00:00:00Z',
    '2027-03-29T01:00:00Z',
  ]);
});

test('a wildcard hour fires in both passes of a repeated hour, and not in a gap', () => {
  expect(fires('Europe/Berlin', cron('30 * * * *'), '2027-10-31T00:00:00Z', 3)).toEqual([
    '2027-10-31T00:30:00Z',
    '2027-10-31T01:30:00Z',
    '2027-10-31T02:30:00Z',
  ]);
  expect(fires('Australia/Lord_Howe', cron('0 * * * *'), '2027-10-02T14:00:00Z', 2)).toEqual([
    '2027-10-02T14:30:00Z',
    '2027-10-02T16:00:00Z',
  ]);
});

test('day 31 is clamped, and remembered', () => {
  expect(fires('UTC', { every: 'monthly', monthDay: 31, at: '09:00' }, '2028-01-31T12:00:00Z', 3)).toEqual([
    '2028-02-29T09:00:00Z',
    '2028-03-31T09:00:00Z',
    '2028-04-30T09:00:00Z',
  ]);
});

test('every second week counts from the Monday of the week it starts in', () => {
  // It starts on a Thursday.
  const frequency: Frequency = { every: 'weekly', interval: 2, weekdays: ['MO', 'FR'], at: '08:00' };
  expect(fires('UTC', frequency, '2027-01-07T00:00:00Z', 3)).toEqual([
    '2027-01-08T08:00:00Z',
    '2027-01-18T08:00:00Z',
    '2027-01-22T08:00:00Z',
  ]);
});

test('cron reads its days', () => {
  const after = '2027-04-30T12:00:00Z';
  const dates = (pattern: string) => fires('UTC', cron(`0 0 ${pattern}`), after, 3).map((at) => at.slice(0, 10));
  expect(dates('L * *')).toEqual(['2027-05-31', '2027-06-30', '2027-07-31']);
  expect(dates('* * 5L')).toEqual(['2027-05-28', '2027-06-25', '2027-07-30']);
  expect(dates('* * 1#2')).toEqual(['2027-05-10', '2027-06-14', '2027-07-12']);
  // 1 May is a Saturday, 15 May too, 15 August a Sunday.
  expect(dates('1W * *')).toEqual(['2027-05-03', '2027-06-01', '2027-07-01']);
  expect(dates('15W */3 *')).toEqual(['2027-07-15', '2027-10-15', '2028-01-14']);
  expect(dates('15W 5,8,9 *')).toEqual(['2027-05-14', '2027-08-16', '2027-09-15']);
  expect(dates('13 * FRI')).toEqual(['2027-05-07', '2027-05-13', '2027-05-14']);
  expect(dates('* * 7')).toEqual(dates('* * 0'));
});

test('the oracle’s clocks show what Intl shows', () => {
  const chance = createChance();
  for (const zone of zones) {
    const clock = clockOf(zone);
    const changes = clock.transitions.flatMap(({ at }) => [at - 1_000, at]);
    const anywhere = Array.from({ length: 300 }, () => chance.between(1_300_000_000, 1_990_000_000) * 1_000);
    for (const at of [...changes, ...anywhere]) {
      expect(at + clock.offsetAt(at), `${zone} ${iso(at)}`).toBe(wallByIntl(zone, at));
    }
  }
});
