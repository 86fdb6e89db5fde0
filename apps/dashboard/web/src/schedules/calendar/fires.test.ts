import type { ScheduleCalendar, ScheduleState } from '@drover/core';
import { expect, test } from 'vitest';
import { collisionsOf, entriesOf, fullest, loadsOf, marksOf, minutesOf, withWords } from './fires.ts';
import { minuteMs, quarterMs } from './zoned-day.ts';

const from = Date.parse('2026-11-26T00:00:00Z');
const at = (time: string) => Date.parse(`2026-11-26T${time}Z`);
const said = (instant: number) => new Date(instant).toISOString().slice(11, 16);

/** A schedule fires at these times of the day. */
function calendar(schedules: Record<string, string[]>, states: Record<string, ScheduleState> = {}): ScheduleCalendar {
  const items = Object.entries(schedules).map(([name, times]) => ({
    id: `id-${name}`,
    name,
    state: states[name] ?? 'active',
    fires: times.map((time) => new Date(at(time)).toISOString()),
  }));
  return { from: '', to: '', items, dense: [], isMore: false };
}

const minutes = (schedules: Record<string, string[]>, states?: Record<string, ScheduleState>) =>
  minutesOf(entriesOf(calendar(schedules, states)));

test('the first to fire comes first, then by name; what does not fire is left out', () => {
  const entries = entriesOf(calendar({ late: ['20:00'], 'b 10': ['02:00'], 'b 9': ['02:00', '04:00'], never: [] }));
  expect(entries.map(({ name }) => name)).toEqual(['b 9', 'b 10', 'late']);
});

test('all words must be in the name, in any order and in any letters', () => {
  const items = ['Nightly backup', 'Backup of letters', 'Prune'].map((name) => ({ name }));
  expect(withWords(items, 'BACKUP').map(({ name }) => name)).toEqual(['Nightly backup', 'Backup of letters']);
  expect(withWords(items, ' letters  back ').map(({ name }) => name)).toEqual(['Backup of letters']);
  expect(withWords(items, '')).toHaveLength(3);
});

test('schedules of the same minute collide, whatever the second; one that fires twice in it does not collide', () => {
  const found = minutes({ a: ['02:00:05', '03:00'], b: ['02:00:59'], often: ['05:00:00', '05:00:30'] });
  expect(
    found.map(({ at: when, fires, isCollision, entries }) => [
      said(when),
      fires,
      isCollision,
      entries.map(({ entry, times }) => `${entry.name}${times}`).join(),
    ]),
  ).toEqual([
    ['02:00', 2, true, 'a1,b1'],
    ['03:00', 1, false, 'a1'],
    ['05:00', 2, false, 'often2'],
  ]);
});

test('what is paused is shown last, is no load and collides with nothing', () => {
  const [minute] = minutes({ a: ['02:00'], b: ['02:00'], z: ['02:00'] }, { a: 'paused', b: 'paused' });
  expect(minute).toMatchObject({ fires: 1, isCollision: false });
  expect(minute?.entries.map(({ entry }) => entry.name)).toEqual(['z', 'a', 'b']);
  // Their times went by before they ended.
  const [ended] = minutes({ a: ['02:00'], b: ['02:00'] }, { a: 'finished', b: 'unscheduled' });
  expect(ended?.isCollision).toBe(true);
});

test('the same schedules at several minutes are one collision, and the largest comes first', () => {
  const found = collisionsOf(
    minutes({ a: ['01:00', '02:00', '03:00'], b: ['01:00', '02:00', '03:00'], c: ['02:00'], d: ['04:00'] }),
  );
  expect(found.map(({ entries, minutes: when }) => [entries.map(({ name }) => name).join(), when.map(said)])).toEqual([
    ['a,b,c', ['02:00']],
    ['a,b', ['01:00', '03:00']],
  ]);
});

test('one mark stands for collisions that are close, where the first is, with the count of the fullest', () => {
  const both = ['01:00', '01:10', '01:39', '01:40'];
  const found = marksOf(minutes({ a: both, b: both, c: ['01:10'] }), 40 * minuteMs);
  expect(found.map((mark) => [said(mark.at), mark.most, mark.minutes.length])).toEqual([
    ['01:00', 3, 3],
    ['01:40', 2, 1],
  ]);
});

test('a span counts its fires, and those of its collisions', () => {
  const starts = [0, 1, 2].map((index) => from + index * quarterMs);
  const loads = loadsOf(starts, quarterMs, minutes({ a: ['00:00', '00:14:59', '00:15'], b: ['00:00', '00:45'] }));
  expect(loads.map(({ fires, together }) => [fires, together])).toEqual([
    [3, 2],
    [1, 0],
    [0, 0],
  ]);
  expect(fullest(loads)?.at).toBe(from);
  expect(fullest(loadsOf(starts, quarterMs, []))).toBeUndefined();
});
