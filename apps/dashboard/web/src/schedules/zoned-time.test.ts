import { expect, test } from 'vitest';
import { instantIn, localIn, wordsOf, zonedOf } from './zoned-time.ts';

test('a local time is said with its day and its offset, and with seconds where there are any', () => {
  expect(wordsOf('2027-03-28T03:30:00+02:00')).toEqual({ day: 'Sun 28 Mar 2027', time: '03:30', offset: '+02:00' });
  expect(wordsOf('2027-03-28T03:30:15Z')).toEqual({ day: 'Sun 28 Mar 2027', time: '03:30:15', offset: '+00:00' });
  expect(wordsOf('soon')).toEqual({ day: 'soon', time: '', offset: '' });
});

test('an instant is said in the zone of its schedule', () => {
  expect(zonedOf('2027-03-28T01:30:00.000Z', 'Europe/Paris')).toBe('2027-03-28T03:30:00+02:00');
  expect(zonedOf('2027-01-01T00:00:00.000Z', 'America/New_York')).toBe('2026-12-31T19:00:00-05:00');
  expect(zonedOf('2027-01-01T00:00:00.000Z', 'Asia/Kolkata')).toBe('2027-01-01T05:30:00+05:30');
});

test('a zone that the browser does not know is read as UTC', () => {
  expect(zonedOf('2027-01-01T00:00:00.000Z', 'Moon/Tranquility')).toBe('2027-01-01T00:00:00+00:00');
});

test.each(['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia', 'UTC'])(
  'what is typed in %s and read again is the same',
  (zone) => {
    for (const local of ['2026-01-15T00:00:00', '2026-07-15T23:59:59', '2028-02-29T12:30:00']) {
      expect(localIn(instantIn(local, zone), zone)).toBe(local);
    }
  },
);

test('a time in the gap comes as long after it as it was meant to be into it', () => {
  expect(localIn(instantIn('2027-03-28T02:30', 'Europe/Paris'), 'Europe/Paris')).toBe('2027-03-28T03:30:00');
  expect(instantIn('2026-03-08T02:30', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
});

test('a time that comes twice is the first of them', () => {
  expect(instantIn('2026-10-25T02:30', 'Europe/Paris')).toBe('2026-10-25T00:30:00.000Z');
  expect(instantIn('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
});

test('what is no time stays as it was typed', () => {
  expect(instantIn('then', 'UTC')).toBe('then');
});
