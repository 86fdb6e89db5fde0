import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { checkRule } from './check-rule.ts';
import { firesBetween, missedFires, nextFires } from './next-fires.ts';
import type { Frequency, Rule, RuleInput } from './rule.ts';

const createdAt = Date.parse('2026-11-26T10:00:00.700Z');
const yearMs = 365 * 86_400_000;

function schedule(frequency: Frequency, rest: Partial<RuleInput> = {}): Rule {
  return checkRule({ timing: 'schedule', frequency, ...rest }, createdAt);
}

function cron(pattern: string, timeZone = 'UTC', rest: Partial<RuleInput> = {}): Rule {
  return schedule({ every: 'cron', cron: pattern }, { timeZone, ...rest });
}

/** `2026-11-26T10:00:00Z`, … */
function texts(instants: number[]): string[] {
  return instants.map((at) => new Date(at).toISOString().replace('.000', ''));
}

function next(rule: Rule, after: string, n = 3): string[] {
  return texts(nextFires(rule, Date.parse(after), n));
}

test('seconds, minutes and hours count elapsed time from the start', () => {
  const start = { startAt: '2026-12-01T09:00:10Z' };
  expect(next(schedule({ every: 'seconds', interval: 90 }, start), '2026-12-01T09:01:40Z')).toEqual([
    '2026-12-01T09:03:10Z',
    '2026-12-01T09:04:40Z',
    '2026-12-01T09:06:10Z',
  ]);
  expect(next(schedule({ every: 'minutes', interval: 7 }, start), '2026-01-01T00:00:00Z', 2)).toEqual([
    '2026-12-01T09:00:10Z',
    '2026-12-01T09:07:10Z',
  ]);
  const hourly = schedule(
    { every: 'hourly', interval: 5 },
    { startAt: '2027-03-27T20:00:00Z', timeZone: 'Europe/Paris' },
  );
  expect(next(hourly, '2027-03-27T20:00:00Z', 2)).toEqual(['2027-03-28T01:00:00Z', '2027-03-28T06:00:00Z']);
});

test('without a start it is counted from its creation, and that moment itself has gone by', () => {
  const rule = schedule({ every: 'minutes', interval: 10 });
  expect(texts(nextFires(rule, createdAt, 2))).toEqual(['2026-11-26T10:10:00Z', '2026-11-26T10:20:00Z']);
  expect(texts(nextFires(rule, 0, 1))).toEqual(['2026-11-26T10:00:00Z']);
});

test('days keep their time on the wall while the clocks change', () => {
  const rule = schedule({ every: 'daily', interval: 2, at: '09:30' }, { timeZone: 'Europe/Paris' });
  expect(next(rule, '2027-03-25T12:00:00Z')).toEqual([
    '2027-03-26T08:30:00Z',
    '2027-03-28T07:30:00Z',
    '2027-03-30T07:30:00Z',
  ]);
});

test('the time of day of the start is kept where none is asked for', () => {
  const rule = schedule({ every: 'daily' }, { timeZone: 'Europe/Paris', startAt: '2027-03-27T09:15:05+01:00' });
  expect(next(rule, '2027-01-01T00:00:00Z', 2)).toEqual(['2027-03-27T08:15:05Z', '2027-03-28T07:15:05Z']);
});

test('weeks begin on Monday and are counted from the week of the start', () => {
  const rule = schedule(
    { every: 'weekly', interval: 2, weekdays: ['TH', 'MO'], at: '02:00' },
    { startAt: '2026-11-25T00:00:00Z' },
  );
  expect(next(rule, '2026-11-01T00:00:00Z', 5)).toEqual([
    '2026-11-26T02:00:00Z',
    '2026-12-07T02:00:00Z',
    '2026-12-10T02:00:00Z',
    '2026-12-21T02:00:00Z',
    '2026-12-24T02:00:00Z',
  ]);
  expect(next(schedule({ every: 'weekly' }), '2026-11-27T00:00:00Z', 1)).toEqual(['2026-12-03T10:00:00Z']);
});

test('day 31 is clamped in short months, and remembered', () => {
  const rule = schedule({ every: 'monthly', at: '00:00' }, { startAt: '2027-01-31T00:00:00Z' });
  expect(next(rule, '2027-01-30T00:00:00Z', 4)).toEqual([
    '2027-01-31T00:00:00Z',
    '2027-02-28T00:00:00Z',
    '2027-03-31T00:00:00Z',
    '2027-04-30T00:00:00Z',
  ]);
  const quarterly = schedule({ every: 'monthly', interval: 3, monthDay: 'last', at: '18:00' });
  expect(next(quarterly, '2026-12-01T00:00:00Z', 2)).toEqual(['2027-02-28T18:00:00Z', '2027-05-31T18:00:00Z']);
});

test('a time that the clocks leave out fires as long after the change as it was meant to be', () => {
  const berlin = schedule({ every: 'daily', at: '02:30' }, { timeZone: 'Europe/Berlin' });
  expect(next(berlin, '2027-03-27T12:00:00Z', 2)).toEqual(['2027-03-28T01:30:00Z', '2027-03-29T00:30:00Z']);
  // Midnight is missing there: 00:00 → 01:00.
  expect(next(cron('0 0 * * *', 'Africa/Cairo'), '2027-04-29T12:00:00Z', 2)).toEqual([
    '2027-04-29T22:00:00Z',
    '2027-04-30T21:00:00Z',
  ]);
  // Half an hour is missing, from 02:00.
  expect(next(cron('15 2 * * *', 'Australia/Lord_Howe'), '2027-10-02T00:00:00Z', 1)).toEqual(['2027-10-02T15:45:00Z']);
});

test('two times on the wall that fall on one instant fire once, and in order', () => {
  const rule = cron('0,30 2,3 * * *', 'Europe/Berlin');
  expect(next(rule, '2027-03-28T00:00:00Z')).toEqual([
    '2027-03-28T01:00:00Z',
    '2027-03-28T01:30:00Z',
    '2027-03-29T00:00:00Z',
  ]);
});

test('a missing time and a shown one keep their order where half an hour is missing', () => {
  // 02:00 to 02:30 is missing: 02:15 becomes 02:45.
  const rule = cron('15,30 2 * * *', 'Australia/Lord_Howe');
  const slots = ['2027-10-02T15:30:00Z', '2027-10-02T15:45:00Z'];
  expect(next(rule, '2027-10-02T12:00:00Z', 2)).toEqual(slots);
  const from = Date.parse('2027-10-02T12:00:00Z');
  expect(texts(missedFires(rule, from, from + 86_400_000 / 2, 9).at)).toEqual(slots);
});

test('a time that the clocks show twice fires once, the first time', () => {
  expect(next(cron('30 2 * * *', 'Europe/Berlin'), '2027-10-30T12:00:00Z', 2)).toEqual([
    '2027-10-31T00:30:00Z',
    '2027-11-01T01:30:00Z',
  ]);
  expect(next(cron('30 2 * * *', 'Europe/Berlin'), '2027-10-31T00:30:00Z', 1)).toEqual(['2027-11-01T01:30:00Z']);
});

test('a day that a zone leaves out falls on the day after it', () => {
  // Samoa had no 30 December 2011.
  const rule = schedule({ every: 'daily', at: '12:00' }, { timeZone: 'Pacific/Apia', startAt: '2011-12-01T00:00:00Z' });
  expect(next(rule, '2011-12-29T00:00:00Z')).toEqual([
    '2011-12-29T22:00:00Z',
    '2011-12-30T22:00:00Z',
    '2011-12-31T22:00:00Z',
  ]);
});

test('patterns round the clock fire in both passes of an hour, and leave out what is missing', () => {
  const rule = cron('30 * * * *', 'Europe/Berlin');
  expect(next(rule, '2027-10-31T00:00:00Z')).toEqual([
    '2027-10-31T00:30:00Z',
    '2027-10-31T01:30:00Z',
    '2027-10-31T02:30:00Z',
  ]);
  expect(next(cron('0 */2 * * *', 'Europe/Berlin'), '2027-03-27T23:00:00Z', 2)).toEqual([
    '2027-03-28T02:00:00Z',
    '2027-03-28T04:00:00Z',
  ]);
});

test('both passes of an hour are found where the pattern has nothing else for a year', () => {
  // Santiago goes back from 24:00 to 23:00, Havana from 01:00 to 00:00.
  const santiago = cron('30 */23 3 4 *', 'America/Santiago');
  expect(next(santiago, '2027-04-04T02:00:00Z')).toEqual([
    '2027-04-04T02:30:00Z',
    '2027-04-04T03:30:00Z',
    '2028-04-03T04:30:00Z',
  ]);
  const havana = cron('30 */23 7 11 *', 'America/Havana');
  const secondPass = Date.parse('2027-11-07T05:15:00Z');
  expect(texts(missedFires(havana, createdAt, secondPass, 1).at)).toEqual(['2027-11-07T04:30:00Z']);
});

test('days of the month and of the week are either, where both are asked for', () => {
  expect(next(cron('0 0 13 * 5'), '2026-11-08T00:00:00Z', 4)).toEqual([
    '2026-11-27T00:00:00Z',
    '2026-12-04T00:00:00Z',
    '2026-12-11T00:00:00Z',
    '2026-12-13T00:00:00Z',
  ]);
});

test('the special days of patterns are found', () => {
  const days = (pattern: string) =>
    next(cron(`0 0 ${pattern}`), '2027-01-01T00:00:00Z').map((text) => text.slice(0, 10));
  expect(days('L * *')).toEqual(['2027-01-31', '2027-02-28', '2027-03-31']);
  expect(days('* * 5L')).toEqual(['2027-01-29', '2027-02-26', '2027-03-26']);
  expect(days('* * 1#2')).toEqual(['2027-01-11', '2027-02-08', '2027-03-08']);
  expect(days('* * 1#5')).toEqual(['2027-03-29', '2027-05-31', '2027-08-30']);
  // Fridays instead of Saturdays, Mondays instead of Sundays, and never out of the month.
  expect(days('15W * *')).toEqual(['2027-01-15', '2027-02-15', '2027-03-15']);
  expect(days('16W * *')).toEqual(['2027-01-15', '2027-02-16', '2027-03-16']);
  expect(days('1W 5,8 *')).toEqual(['2027-05-03', '2027-08-02', '2028-05-01']);
  expect(days('31W 1,2,10 *')).toEqual(['2027-01-29', '2027-10-29', '2028-01-31']);
});

test('rare patterns are found over decades', () => {
  expect(next(cron('0 0 29 2 *'), '2097-01-01T00:00:00Z', 1)).toEqual(['2104-02-29T00:00:00Z']);
  expect(next(cron('0 0 * 2 1#5', 'America/New_York'), '2073-01-01T00:00:00Z', 1)).toEqual(['2112-02-29T05:00:00Z']);
  expect(next(schedule({ every: 'monthly', interval: 10_000 }), '2026-12-01T00:00:00Z', 1)).toEqual([
    '2860-03-26T10:00:00Z',
  ]);
});

test('start and finish are part of a schedule', () => {
  const bounds = { startAt: '2026-12-02T00:00:00Z', finishAt: '2026-12-04T00:00:00Z' };
  const rule = cron('@daily', 'UTC', bounds);
  const all = ['2026-12-02T00:00:00Z', '2026-12-03T00:00:00Z', '2026-12-04T00:00:00Z'];
  expect(next(rule, '2020-01-01T00:00:00Z', 10)).toEqual(all);
  expect(texts(firesBetween(rule, 0, Date.parse('2030-01-01T00:00:00Z'), 10, { ignoresStart: true }))).toEqual(all);
  expect(texts(missedFires(rule, 0, Date.parse('2030-01-01T00:00:00Z'), 10).at)).toEqual(all);
});

test('no more fires are listed than there may be', () => {
  expect(nextFires(schedule({ every: 'daily' }, { maxFires: 2 }), createdAt, 10)).toHaveLength(2);
});

test('what fires once has one slot', () => {
  const startAt = '2026-12-01T09:00:00Z';
  const later = checkRule({ timing: 'later', startAt, endAt: '2026-12-02T00:00:00Z' }, createdAt);
  expect(next(later, '2026-11-01T00:00:00Z')).toEqual([startAt]);
  expect(next(later, startAt)).toEqual([]);
  const now = checkRule({ timing: 'immediately' }, createdAt);
  expect(texts(nextFires(now, createdAt - 1_000, 3))).toEqual(['2026-11-26T10:00:00Z']);
  expect(missedFires(now, 0, createdAt, 3)).toEqual({ at: [createdAt - 700], count: 1, isAtLeast: false });
});

test('missed fires are the newest, and all are counted', () => {
  const rule = schedule({ every: 'hourly' });
  const missed = missedFires(rule, createdAt, createdAt + 86_400_000, 2);
  expect(texts(missed.at)).toEqual(['2026-11-27T09:00:00Z', '2026-11-27T10:00:00Z']);
  expect(missed).toMatchObject({ count: 24, isAtLeast: false });
});

test('the slot that was last fired is not missed; one that is due right now is', () => {
  const rule = schedule({ every: 'minutes' });
  const from = Date.parse('2026-11-26T10:05:00Z');
  expect(missedFires(rule, from, from + 60_000, 10)).toEqual({ at: [from + 60_000], count: 1, isAtLeast: false });
});

test('after a year away from a rule of every second, counting ends, and soon', () => {
  for (const rule of [schedule({ every: 'seconds' }), cron('* * * * * *', 'Europe/Berlin')]) {
    // A walk over the whole year, so often, would outlast the test's time.
    for (let again = 0; again < 30; again += 1) missedFires(rule, createdAt, createdAt + yearMs, 2);
    const missed = missedFires(rule, createdAt, createdAt + yearMs, 2);
    const last = Math.floor((createdAt + yearMs) / 1_000) * 1_000;
    expect(missed).toEqual({ at: [last - 1_000, last], count: limits.missedCount, isAtLeast: true });
  }
});

test('exactly as many as are counted are not "at least"', () => {
  const rule = schedule({ every: 'seconds' });
  const from = rule.anchorAt;
  const counted = limits.missedCount;
  expect(missedFires(rule, from, from + counted * 1_000, 1)).toMatchObject({ count: counted, isAtLeast: false });
  expect(missedFires(rule, from, from + (counted + 1) * 1_000, 1)).toMatchObject({ count: counted, isAtLeast: true });
});

test('fires between two instants include the first and not the second', () => {
  const rule = cron('@daily');
  const from = Date.parse('2026-12-01T00:00:00Z');
  expect(texts(firesBetween(rule, from, from + 2 * 86_400_000, 10))).toEqual([
    '2026-12-01T00:00:00Z',
    '2026-12-02T00:00:00Z',
  ]);
  expect(firesBetween(rule, from, from + 30 * 86_400_000, 5)).toHaveLength(5);
});

test('for a backfill, a schedule without a start has slots before its creation, in the same step', () => {
  const from = Date.parse('2026-11-16T00:00:00Z');
  const rule = schedule({ every: 'daily', interval: 3 });
  expect(firesBetween(rule, from, createdAt - 1_000, 10)).toEqual([]);
  expect(texts(firesBetween(rule, from, createdAt, 10, { ignoresStart: true }))).toEqual([
    '2026-11-17T10:00:00Z',
    '2026-11-20T10:00:00Z',
    '2026-11-23T10:00:00Z',
    '2026-11-26T10:00:00Z',
  ]);
  const hourly = schedule({ every: 'hourly', interval: 7 });
  const [first] = firesBetween(hourly, from, createdAt, 1, { ignoresStart: true });
  expect((hourly.anchorAt - (first as number)) % (7 * 3_600_000)).toBe(0);
});

test('it comes to an end at any instant', () => {
  const instants = [Number.MIN_SAFE_INTEGER, -1e15, 0, 1e15, Number.MAX_SAFE_INTEGER];
  for (const rule of [cron('* * * * *', 'Europe/Berlin'), cron('0 0 29 2 *'), schedule({ every: 'monthly' })]) {
    for (const at of instants) {
      nextFires(rule, at, 2);
      missedFires(rule, at, at + 1e15, 2);
      firesBetween(rule, at, at + 1e15, 2, { ignoresStart: true });
    }
    expect(nextFires(rule, Date.parse('9999-12-31T23:59:59Z'), 1)).toEqual([]);
  }
});
