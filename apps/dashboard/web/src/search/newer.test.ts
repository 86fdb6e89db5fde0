import { expect, test } from 'vitest';
import { holdRows, newerThan, saidNewer } from './newer.ts';

/** Rows by their minute, and their state. */
const row = (minute: number, state = 'waiting') => ({
  id: `task ${minute}`,
  createdAt: `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`,
  state,
});

test('rows that are held keep their places, show what they are now, and what came since is counted', () => {
  const fresh = [row(6), row(5), row(4, 'running'), row(3)];
  expect(holdRows([row(4), row(3), row(2)], fresh)).toEqual({ rows: [row(4, 'running'), row(3), row(2)], newer: 2 });
});

test('a row that left the list is shown as it was last, and older ones that moved up are none that came', () => {
  expect(holdRows([row(4), row(3)], [row(3)])).toEqual({ rows: [row(4), row(3)], newer: 0 });
  expect(newerThan([row(4), row(3)], [row(2), row(1)])).toBe(0);
});

test('when nothing was seen, everything is newer', () => {
  expect(newerThan([], [row(2), row(1)])).toBe(2);
  expect(newerThan([row(1)], [])).toBe(0);
});

test('executions are newer by their start', () => {
  const execution = (minute: number) => ({ id: `execution ${minute}`, startedAt: row(minute).createdAt });
  expect(newerThan([execution(2)], [execution(3), execution(2)])).toBe(1);
});

test('a page of newer rows may be only a part of them', () => {
  expect([saidNewer(3, 25), saidNewer(25, 25)]).toEqual(['3 newer', '25 or more newer']);
});
