import { expect, test } from 'vitest';
import type { ClusterError } from '../cluster-error.ts';
import { checkRule } from './check-rule.ts';
import type { Frequency, RuleInput } from './rule.ts';

const createdAt = Date.parse('2026-11-26T10:00:00.700Z');

function schedule(frequency: Frequency, rest: Partial<RuleInput> = {}): RuleInput {
  return { timing: 'schedule', frequency, ...rest };
}

/** The fields at fault, with what is said of them. */
function faultsOf(input: RuleInput): Record<string, string> {
  try {
    checkRule(input, createdAt);
  } catch (error) {
    const { code, faults } = error as ClusterError;
    expect(code).toBe('request_invalid');
    return Object.fromEntries(faults.map(({ pointer, message }) => [pointer, message]));
  }
  return {};
}

test('a schedule is counted from its start, in whole seconds, and never fires before it', () => {
  const input = schedule({ every: 'daily', at: '02:00' }, { startAt: '2026-12-01T09:00:00.100+01:00' });
  expect(checkRule(input, createdAt)).toEqual({
    timing: 'schedule',
    anchorAt: Date.parse('2026-12-01T08:00:01Z'),
    startAt: Date.parse('2026-12-01T08:00:01Z'),
    frequency: { every: 'daily', at: '02:00' },
    timeZone: 'UTC',
    jitterSeconds: 0,
  });
});

test('without a start it is counted from when it was created', () => {
  const rule = checkRule(schedule({ every: 'hourly' }, { maxFires: 3, jitterSeconds: 60 }), createdAt);
  expect(rule).toEqual({
    timing: 'schedule',
    anchorAt: Date.parse('2026-11-26T10:00:00Z'),
    frequency: { every: 'hourly' },
    timeZone: 'UTC',
    maxFires: 3,
    jitterSeconds: 60,
  });
});

test('the end of a single fire, and the finish of a schedule, are where its slots end', () => {
  const later = checkRule(
    { timing: 'later', startAt: '2026-12-01T09:00:00Z', endAt: '2026-12-01T10:00:00Z' },
    createdAt,
  );
  expect(later.finishAt).toBe(Date.parse('2026-12-01T10:00:00Z'));
  const finishing = checkRule(schedule({ every: 'hourly' }, { finishAt: '2026-12-01T10:00:00Z' }), createdAt);
  expect(finishing.finishAt).toBe(Date.parse('2026-12-01T10:00:00Z'));
});

test('a zone is stored as IANA writes it', () => {
  const zoneOf = (timeZone: string) => checkRule({ timing: 'immediately', timeZone }, createdAt).timeZone;
  expect(zoneOf('europe/paris')).toBe('Europe/Paris');
  expect(zoneOf('ASIA/KOLKATA')).toBe('Asia/Kolkata');
  expect(zoneOf('america/port-au-prince')).toBe('America/Port-au-Prince');
  expect(zoneOf('utc')).toBe('UTC');
});

test.each(['+02:00', '-0530', 'EST', 'mst', 'HST', 'GMT+1', 'UTC-3', 'Etc/GMT-5'])(
  'the fixed offset %s is refused',
  (timeZone) => {
    expect(faultsOf({ timing: 'immediately', timeZone })['/timeZone']).toContain('is a fixed offset');
  },
);

test.each([
  ['Europe/Pariss', 'did you mean Europe/Paris?'],
  ['Berlin', 'did you mean Europe/Berlin?'],
  ['america/new york', 'did you mean America/New_York?'],
  ['Mars/Olympus', 'expected one such as Europe/Paris, or UTC'],
  ['PST', 'expected one such as Europe/Paris, or UTC'],
  ['', 'expected one such as Europe/Paris, or UTC'],
  ['2026-01-01T00:00[Europe/Paris]', 'is no IANA time zone'],
])('the unknown zone %j is refused', (timeZone, hint) => {
  expect(faultsOf({ timing: 'immediately', timeZone })['/timeZone']).toContain(hint);
});

test.each<[string, RuleInput, string]>([
  ['a schedule without a frequency', { timing: 'schedule' }, '/frequency'],
  ['a frequency without a schedule', { timing: 'immediately', frequency: { every: 'daily' } }, '/frequency'],
  ['a single fire without its time', { timing: 'later' }, '/startAt'],
  ['a start of what starts at once', { timing: 'immediately', startAt: '2026-12-01T09:00:00Z' }, '/startAt'],
  ['an end of a schedule', schedule({ every: 'daily' }, { endAt: '2027-01-01T00:00:00Z' }), '/endAt'],
  ['a finish without a schedule', { timing: 'immediately', finishAt: '2027-01-01T00:00:00Z' }, '/finishAt'],
  ['a number of fires of a single one', { timing: 'later', startAt: '2026-12-01T09:00:00Z', maxFires: 2 }, '/maxFires'],
  [
    'an end that is not after the start',
    { timing: 'later', startAt: '2026-12-01T09:00:00Z', endAt: '2026-12-01T09:00:00Z' },
    '/endAt',
  ],
  [
    'a finish before the start',
    schedule({ every: 'daily' }, { startAt: '2026-12-01T09:00:00Z', finishAt: '2026-11-30T09:00:00Z' }),
    '/finishAt',
  ],
  ['weekdays of a month', schedule({ every: 'monthly', weekdays: ['MO'] }), '/frequency/weekdays'],
  ['a weekday named twice', schedule({ every: 'weekly', weekdays: ['MO', 'TU', 'MO'] }), '/frequency/weekdays'],
  ['a day of the month of a week', schedule({ every: 'weekly', monthDay: 'last' }), '/frequency/monthDay'],
  ['a time of day of an hour', schedule({ every: 'hourly', at: '02:00' }), '/frequency/at'],
  ['a time of day of a pattern', schedule({ every: 'cron', cron: '@daily', at: '02:00' }), '/frequency/at'],
  ['a pattern of a day', schedule({ every: 'daily', cron: '@daily' }), '/frequency/cron'],
  ['cron without its pattern', schedule({ every: 'cron' }), '/frequency/cron'],
  ['an interval of a pattern', schedule({ every: 'cron', cron: '@daily', interval: 2 }), '/frequency/interval'],
  ['a pattern that cannot be read', schedule({ every: 'cron', cron: '* 25 * * *' }), '/frequency/cron'],
  ['a pattern that never fires', schedule({ every: 'cron', cron: '0 0 31 2 *' }), '/frequency/cron'],
  ['the 31st of short months', schedule({ every: 'cron', cron: '0 0 31 4,6,9,11 *' }), '/frequency/cron'],
  ['jitter of what starts at once', { timing: 'immediately', jitterSeconds: 1 }, '/jitterSeconds'],
  [
    'jitter as long as the interval',
    schedule({ every: 'minutes', interval: 5 }, { jitterSeconds: 300 }),
    '/jitterSeconds',
  ],
  [
    'a finish before the first fire',
    schedule({ every: 'monthly', monthDay: 1 }, { finishAt: '2026-11-30T00:00:00Z' }),
    '/finishAt',
  ],
  ['a finish that has gone by', schedule({ every: 'daily' }, { finishAt: '2026-11-01T00:00:00Z' }), '/finishAt'],
])('%s is refused, and the field is named', (_, input, pointer) => {
  expect(Object.keys(faultsOf(input))).toEqual([pointer]);
});

test('what only just goes is taken', () => {
  expect(faultsOf(schedule({ every: 'minutes', interval: 5 }, { jitterSeconds: 299.9 }))).toEqual({});
  expect(faultsOf(schedule({ every: 'daily' }, { jitterSeconds: 86_400 }))).toEqual({});
  expect(faultsOf(schedule({ every: 'cron', cron: '0 0 29 2 *' }))).toEqual({});
  expect(faultsOf(schedule({ every: 'cron', cron: '0 0 * 2 1#5' }))).toEqual({});
  expect(faultsOf(schedule({ every: 'daily', at: '11:00' }, { finishAt: '2026-11-26T11:00:00Z' }))).toEqual({});
});

test('a start and an end within one second leave no whole one', () => {
  const [startAt, endAt] = ['2026-12-01T09:00:00.200Z', '2026-12-01T09:00:00.800Z'];
  expect(faultsOf({ timing: 'later', startAt, endAt })).toEqual({
    '/endAt': 'must be after startAt, which is 2026-12-01T09:00:01.000Z',
  });
});

test('why a schedule would never fire is said', () => {
  const early = schedule({ every: 'daily', at: '11:00' }, { finishAt: '2026-11-26T10:59:59Z' });
  expect(faultsOf(early)['/finishAt']).toBe('is before the first fire, which is 2026-11-26T11:00:00.000Z');
  const never = schedule({ every: 'cron', cron: '0 0 30 2 *' }, { finishAt: '2027-01-01T00:00:00Z' });
  expect(faultsOf(never)['/frequency/cron']).toBe('never fires: no date fits "0 0 30 2 *"');
});

test('all faults are told at once', () => {
  const input: RuleInput = {
    timing: 'later',
    maxFires: 3,
    timeZone: 'Nowhere',
    frequency: { every: 'cron', cron: 'x', at: '10:00' },
  };
  expect(Object.keys(faultsOf(input)).toSorted()).toEqual([
    '/frequency',
    '/frequency/at',
    '/frequency/cron',
    '/maxFires',
    '/startAt',
    '/timeZone',
  ]);
});
