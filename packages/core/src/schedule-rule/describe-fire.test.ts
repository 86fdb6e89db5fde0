import { expect, test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { describeFire } from './describe-fire.ts';
import { nextFires } from './next-fires.ts';
import { FireTime, type Frequency } from './rule.ts';
import { zoneOf } from './zone.ts';

const createdAt = Date.parse('2026-11-26T10:00:00Z');

/** The first fire after an instant. */
function fireOf(frequency: Frequency, timeZone: string, after: string): FireTime {
  const rule = checkRule({ timing: 'schedule', frequency, timeZone, startAt: '2011-01-15T00:00:00Z' }, createdAt);
  const [at] = nextFires(rule, Date.parse(after), 1);
  return FireTime.parse(describeFire(rule, at as number));
}

test('a fire is shown in UTC and in the zone of its rule', () => {
  expect(fireOf({ every: 'daily', at: '02:30' }, 'Europe/Paris', '2026-12-01T12:00:00Z')).toEqual({
    at: '2026-12-02T01:30:00.000Z',
    local: '2026-12-02T02:30:00+01:00',
  });
  expect(fireOf({ every: 'daily', at: '02:30' }, 'UTC', '2026-12-01T12:00:00Z').local).toBe(
    '2026-12-02T02:30:00+00:00',
  );
});

test('it says when the clocks leave its time out', () => {
  expect(fireOf({ every: 'daily', at: '02:30' }, 'Europe/Paris', '2027-03-27T12:00:00Z')).toEqual({
    at: '2027-03-28T01:30:00.000Z',
    local: '2027-03-28T03:30:00+02:00',
    note: 'The clocks are put forward: 02:30 does not exist, so that it fires at 03:30.',
  });
  expect(fireOf({ every: 'cron', cron: '15 0 0 * * *' }, 'Africa/Cairo', '2027-04-29T12:00:00Z').note).toBe(
    'The clocks are put forward: 00:00:15 does not exist, so that it fires at 01:00:15.',
  );
  expect(fireOf({ every: 'daily', at: '12:00' }, 'Pacific/Apia', '2011-12-30T00:00:00Z').note).toBe(
    'The clocks are put forward: 12:00 on 30 December 2011 does not exist, so that it fires at 12:00 on 31 December 2011.',
  );
});

test('a fire at the shown time, in the hour after the clocks were put forward, is nothing unusual', () => {
  expect(fireOf({ every: 'daily', at: '03:30' }, 'Europe/Paris', '2027-03-27T12:00:00Z').note).toBeUndefined();
  expect(fireOf({ every: 'cron', cron: '*/30 * * * *' }, 'Europe/Paris', '2027-03-28T01:00:00Z').note).toBeUndefined();
});

test('it says when the clocks show its time twice', () => {
  const daily = fireOf({ every: 'daily', at: '02:30' }, 'Europe/Paris', '2027-10-30T12:00:00Z');
  expect(daily).toMatchObject({
    local: '2027-10-31T02:30:00+02:00',
    note: 'The clocks are put back: 02:30 comes twice, and this is the first time.',
  });
  const cron = fireOf({ every: 'cron', cron: '30 * * * *' }, 'Europe/Paris', '2027-10-31T00:30:00Z');
  expect(cron).toMatchObject({
    local: '2027-10-31T02:30:00+01:00',
    note: 'The clocks are put back: 02:30 comes twice, and this is the second time.',
  });
  expect(fireOf({ every: 'hourly' }, 'Europe/Paris', '2027-10-31T01:30:00Z').note).toBeUndefined();
});

test('it says when the month is shorter than the day asked for', () => {
  const after = '2027-02-10T00:00:00Z';
  expect(fireOf({ every: 'monthly', monthDay: 31, at: '18:00' }, 'Europe/Paris', after).note).toBe(
    'The month has 28 days: it fires on the last of them instead of day 31.',
  );
  expect(fireOf({ every: 'monthly', monthDay: 28, at: '18:00' }, 'Europe/Paris', after).note).toBeUndefined();
  expect(fireOf({ every: 'monthly', monthDay: 'last', at: '18:00' }, 'Europe/Paris', after).note).toBeUndefined();
});

test('what fires once is shown in its zone too', () => {
  const rule = checkRule({ timing: 'later', startAt: '2027-10-31T00:30:00Z', timeZone: 'Europe/Paris' }, createdAt);
  expect(describeFire(rule, rule.anchorAt).note).toContain('this is the first time');
});

test('it may be told as often as wanted, also where the clocks are never changed', () => {
  const at = Date.parse('2026-12-01T12:00:00Z');
  const rule = checkRule({ timing: 'schedule', frequency: { every: 'hourly' }, timeZone: 'UTC' }, createdAt);
  const before = zoneOf('UTC').segmentAt(at).endAt;
  for (let time = 0; time < 10; time += 1) describeFire(rule, at);
  // To look at what comes after would lead a little further each time, until there are no more instants.
  expect(zoneOf('UTC').segmentAt(at).endAt).toBe(before);
});
