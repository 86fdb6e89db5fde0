import { expect, test } from 'vitest';
import { finalStateOf, isFinished, Outcome, TaskState } from './state.ts';

test('only done, error and cancelled are the end of a task', () => {
  expect(TaskState.options.filter(isFinished)).toEqual(['done', 'error', 'cancelled']);
});

test('every outcome has its final state', () => {
  expect(Outcome.options.map((outcome) => [outcome, finalStateOf(outcome)])).toEqual([
    ['success', 'done'],
    ['warning', 'done'],
    ['info', 'done'],
    ['skipped', 'done'],
    ['error', 'error'],
    ['timeout', 'error'],
    ['cancelled', 'cancelled'],
    ['expired', 'error'],
    ['lost', 'error'],
    ['merged', 'done'],
  ]);
});
