import { RuleInput } from '@drover/core';
import { expect, test } from 'vitest';
import { newRule, type RuleDraft, ruleDraftOf, ruleOf } from './rule-draft.ts';

const draft = (change: Partial<RuleDraft> = {}): RuleDraft => ({ ...newRule('Europe/Paris'), ...change });

test('what the form begins with is a rule', () => {
  const rule = ruleOf(draft());
  expect(rule).toEqual({
    timing: 'schedule',
    frequency: { every: 'daily', interval: 1, at: '09:00' },
    timeZone: 'Europe/Paris',
  });
  expect(RuleInput.safeParse(rule).success).toBe(true);
});

test('of what was typed only what the unit has is sent, and the rest is there again later', () => {
  const typed = draft({ every: 'weekly', interval: 2, weekdays: ['MO', 'TH'], at: '02:00' });
  expect(ruleOf(typed).frequency).toEqual({ every: 'weekly', interval: 2, weekdays: ['MO', 'TH'], at: '02:00' });
  expect(ruleOf({ ...typed, every: 'cron' }).frequency).toEqual({ every: 'cron', cron: '0 9 * * MON-FRI' });
  expect(ruleOf({ ...typed, every: 'minutes' }).frequency).toEqual({ every: 'minutes', interval: 2 });
  expect(ruleOf({ ...typed, timing: 'immediately' })).toEqual({ timing: 'immediately', timeZone: 'Europe/Paris' });
});

test('the last day of a month is a day', () => {
  expect(ruleOf(draft({ every: 'monthly', monthDay: 'last' })).frequency?.monthDay).toBe('last');
  expect(ruleOf(draft({ every: 'monthly', monthDay: '31' })).frequency?.monthDay).toBe(31);
  expect(ruleOf(draft({ every: 'monthly', monthDay: '' })).frequency).not.toHaveProperty('monthDay');
});

test('times are meant in the zone of the schedule', () => {
  const once = draft({ timing: 'later', startAt: '2027-01-15T08:00', endAt: '2027-01-15T09:00:30' });
  expect(ruleOf(once)).toEqual({
    timing: 'later',
    startAt: '2027-01-15T07:00:00.000Z',
    endAt: '2027-01-15T08:00:30.000Z',
    timeZone: 'Europe/Paris',
  });
  expect(ruleOf({ ...once, timeZone: 'UTC' }).startAt).toBe('2027-01-15T08:00:00.000Z');
});

test('what is not touched goes back as it came', () => {
  const source = {
    timing: 'schedule',
    // The second of two equal hours, with milliseconds.
    startAt: '2026-10-25T01:30:00.123Z',
    finishAt: '2027-10-25T01:30:00.000Z',
    frequency: { every: 'hourly', interval: 6 },
    timeZone: 'Europe/Paris',
    maxFires: 10,
    jitterSeconds: 1.5,
  } as const;
  const read = ruleDraftOf(source);
  expect(read.startAt).toBe('2026-10-25T02:30:00');
  expect(ruleOf(read, source)).toEqual(source);
  expect(ruleOf({ ...read, startAt: '2026-10-26T02:30:00' }, source).startAt).toBe('2026-10-26T01:30:00.000Z');
});

test('what a rule leaves out stays left out', () => {
  const source = { timing: 'schedule', frequency: { every: 'weekly' }, timeZone: 'UTC' } as const;
  expect(ruleOf(ruleDraftOf(source), source)).toEqual({
    timing: 'schedule',
    frequency: { every: 'weekly' },
    timeZone: 'UTC',
  });
});

test('a number that is none is sent as it was typed, so that the API says so', () => {
  expect(ruleOf(draft({ interval: '' })).frequency).not.toHaveProperty('interval');
  expect(ruleOf(draft({ maxFires: '1e' })).maxFires).toBe('1e');
});
