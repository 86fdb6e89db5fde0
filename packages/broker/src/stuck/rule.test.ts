import { limits } from '@drover/core';
import { expect, test } from 'vitest';
import { type Run, stuckOf } from './rule.ts';

const startedAt = Date.parse('2026-11-26T08:00:00.000Z');
const run = (differs: Partial<Run> = {}): Run => ({
  startedAt,
  timeoutSeconds: 60,
  patienceMs: 0,
  lostWorkers: 0,
  silentSince: undefined,
  ...differs,
});
const after = (ms: number) => startedAt + ms;

test('a task within its time, its grace and a little is well', () => {
  expect(stuckOf(run(), after(59_000))).toBeUndefined();
  expect(stuckOf(run(), after(60_000 + limits.killGraceMs))).toBeUndefined();
});

test('one that goes on beyond its time and grace is overdue since then', () => {
  const found = stuckOf(run(), after(120_000));
  expect(found?.reason).toBe('overdue');
  expect(found?.sinceMs).toBeLessThan(after(80_000));
  expect(found?.sinceMs).toBeGreaterThan(after(70_000));
});

test('what may wait in its worker has so much longer', () => {
  expect(stuckOf(run({ patienceMs: 60_000 }), after(120_000))).toBeUndefined();
  expect(stuckOf(run({ patienceMs: Number.POSITIVE_INFINITY }), after(1e9))).toBeUndefined();
});

test('one whose worker is lost says so, whatever else is wrong with it', () => {
  const found = stuckOf(run({ silentSince: after(5_000), lostWorkers: 2 }), after(120_000));
  expect(found).toEqual({ reason: 'worker_lost', sinceMs: after(5_000) });
});

test('one that killed its workers is seen before it is given up', () => {
  expect(stuckOf(run({ lostWorkers: 1 }), after(1_000))).toBeUndefined();
  expect(stuckOf(run({ lostWorkers: 2 }), after(1_000))).toEqual({ reason: 'crash_loop', sinceMs: startedAt });
});
