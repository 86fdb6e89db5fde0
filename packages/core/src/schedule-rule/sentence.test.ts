import { expect, test } from 'vitest';
import { checkRule } from './check-rule.ts';
import type { Frequency, RuleInput } from './rule.ts';
import { sentenceOf } from './sentence.ts';

const createdAt = Date.parse('2026-11-26T10:00:00Z');

function sentence(frequency: Frequency, rest: Partial<RuleInput> = {}): string {
  return sentenceOf(checkRule({ timing: 'schedule', frequency, ...rest }, createdAt));
}

test.each<[Frequency, Partial<RuleInput>, string]>([
  [{ every: 'seconds' }, {}, 'every second'],
  [{ every: 'seconds', interval: 90 }, {}, 'every 90 seconds'],
  [{ every: 'minutes', interval: 5 }, { maxFires: 1 }, 'every 5 minutes, at most once'],
  [{ every: 'hourly' }, { jitterSeconds: 300 }, 'every hour, each up to 5 minutes later by chance'],
  [
    { every: 'hourly', interval: 3 },
    { startAt: '2026-12-01T09:00:00Z', finishAt: '2026-12-31T18:00:00Z', timeZone: 'Europe/Paris' },
    'every 3 hours from 1 December 2026 10:00 until 31 December 2026 19:00 Europe/Paris',
  ],
  [{ every: 'daily' }, {}, 'every day at 10:00 UTC'],
  [{ every: 'daily', at: '02:30:15', interval: 2 }, {}, 'every 2 days at 02:30:15 UTC'],
  [
    { every: 'weekly', interval: 2, weekdays: ['TH', 'MO'], at: '02:00' },
    { timeZone: 'Europe/Paris', finishAt: '2026-12-31T23:59:59+01:00' },
    'every 2 weeks on Monday and Thursday at 02:00 Europe/Paris until 31 December 2026',
  ],
  [{ every: 'weekly' }, {}, 'every week on Thursday at 10:00 UTC'],
  [
    { every: 'monthly', monthDay: 'last', at: '18:00' },
    { timeZone: 'Europe/Berlin', maxFires: 12 },
    'on the last day of every month at 18:00 Europe/Berlin, at most 12 times',
  ],
  [{ every: 'monthly', at: '18:00' }, {}, 'on the 26th of every month at 18:00 UTC'],
  [
    { every: 'monthly', monthDay: 31, interval: 3, at: '18:00' },
    {},
    'every 3 months on the 31st, or the last day of a shorter month, at 18:00 UTC',
  ],
  [
    { every: 'daily', at: '09:00' },
    { startAt: '2026-12-01T00:00:00Z', jitterSeconds: 90, maxFires: 3 },
    'every day at 09:00 UTC from 1 December 2026, at most 3 times, each up to 90 seconds later by chance',
  ],
  [{ every: 'daily' }, { startAt: '2026-12-01T09:00:00Z' }, 'every day at 09:00 UTC from 1 December 2026'],
  [
    { every: 'daily', at: '09:00' },
    { startAt: '2026-12-01T12:00:00Z' },
    'every day at 09:00 UTC from 1 December 2026 12:00',
  ],
])('%j %j is said in words', (frequency, rest, words) => {
  expect(sentence(frequency, rest)).toBe(words);
});

test.each([
  ['* * * * *', 'every minute, UTC'],
  ['* * * * * *', 'every second, UTC'],
  ['*/10 * * * * *', 'every 10 seconds, UTC'],
  ['*/15 * * * *', 'every 15 minutes, UTC'],
  ['*/7 * * * *', 'by cron `*/7 * * * *` in UTC'],
  ['0 * * * *', 'every hour at minute 0, UTC'],
  ['*/5 * * * 1-5', 'every 5 minutes, Monday to Friday, UTC'],
  ['*/30 * 1 * *', 'every 30 minutes, on the 1st of every month, UTC'],
  ['*/30 * * 7 *', 'every 30 minutes, in July, UTC'],
  ['*/15 9-17 * * mon-fri', 'every 15 minutes from 09:00 to 17:45, Monday to Friday, UTC'],
  ['0 9-17 * * *', 'every hour from 09:00 to 17:00, UTC'],
  ['30 */2 * * *', 'every 2nd hour of the day at minute 30, UTC'],
  ['0 */12 * * *', 'every day at 00:00 and 12:00 UTC'],
  ['30 2 * * *', 'every day at 02:30 UTC'],
  ['15 30 2 * * *', 'every day at 02:30:15 UTC'],
  ['0 9,17 * * *', 'every day at 09:00 and 17:00 UTC'],
  ['0 9 * * 1-5', 'every day from Monday to Friday at 09:00 UTC'],
  ['0 9 * * sun', 'every Sunday at 09:00 UTC'],
  ['0 9 * * 6,0', 'every Saturday and Sunday at 09:00 UTC'],
  ['0 9 * 1,7 1', 'every Monday in January and July at 09:00 UTC'],
  ['0 0 1,15 * *', 'on the 1st and the 15th of every month at 00:00 UTC'],
  ['0 0 L * *', 'on the last day of every month at 00:00 UTC'],
  ['0 0 1 1 *', 'on the 1st of January at 00:00 UTC'],
  ['0 0 * * 1#2,5L', 'on the 2nd Monday and the last Friday of every month at 00:00 UTC'],
  ['@daily', 'every day at 00:00 UTC'],
  ['0 0 13 * 5', 'by cron `0 0 13 * 5` in UTC'],
  ['0 0 15W * *', 'by cron `0 0 15W * *` in UTC'],
  ['1,2,3 1,2 * * *', 'by cron `1,2,3 1,2 * * *` in UTC'],
  ['0 0 1-9 * *', 'by cron `0 0 1-9 * *` in UTC'],
  ['0 0 * 1-6 *', 'by cron `0 0 * 1-6 *` in UTC'],
])('the pattern %s is said in words where they are short and certain', (cron, words) => {
  expect(sentence({ every: 'cron', cron })).toBe(words);
});

test('what fires once is said in words', () => {
  const later = checkRule({ timing: 'later', startAt: '2026-12-01T09:00:00Z' }, createdAt);
  expect(sentenceOf(later)).toBe('once, at 1 December 2026 09:00 UTC');
  const limited = checkRule(
    {
      timing: 'later',
      startAt: '2026-12-01T09:00:00Z',
      endAt: '2026-12-01T11:00:00Z',
      timeZone: 'Europe/Paris',
    },
    createdAt,
  );
  expect(sentenceOf(limited)).toBe('once, at 1 December 2026 10:00 Europe/Paris, not after 1 December 2026 12:00');
  const now = checkRule({ timing: 'immediately' }, createdAt);
  expect(sentenceOf(now)).toBe('immediately, and again whenever it is rescheduled');
});
