import { expect, test } from 'vitest';
import { restartPauseMs } from './restart-pause.ts';

test('a process that dies again and again is started at ever longer intervals', () => {
  expect([1, 2, 3, 4].map(restartPauseMs)).toEqual([500, 1_000, 2_000, 4_000]);
  expect(restartPauseMs(50)).toBe(30_000);
});
