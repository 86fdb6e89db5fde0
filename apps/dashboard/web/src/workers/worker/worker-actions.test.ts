import { expect, test } from 'vitest';
import { actionsOf, isSettled } from './worker-actions.ts';

test('a worker is offered what makes sense in its state', () => {
  expect(actionsOf({ state: 'running' })).toEqual(['quiet', 'stop']);
  expect(actionsOf({ state: 'quiet' })).toEqual(['resume', 'stop']);
  for (const state of ['stopping', 'stopped', 'lost'] as const) expect(actionsOf({ state })).toEqual([]);
});

test('a tainted worker can only be stopped: it takes nothing new whatever is said', () => {
  expect(actionsOf({ state: 'quiet', tainted: 'a task went on' })).toEqual(['stop']);
  expect(actionsOf({ state: 'running', tainted: 'a task went on' })).toEqual(['stop']);
});

test('what a worker did not acknowledge is told until it shows', () => {
  const worker = { state: 'running', concurrency: 4 } as const;
  expect(isSettled('quiet', worker)).toBe(false);
  expect(isSettled('quiet', { ...worker, state: 'quiet' })).toBe(true);
  expect(isSettled('resume', worker)).toBe(true);
  expect(isSettled('stop', worker)).toBe(false);
  expect(isSettled('stop', { ...worker, state: 'stopping' })).toBe(true);
  expect(isSettled({ concurrency: 8 }, worker)).toBe(false);
  expect(isSettled({ concurrency: 4 }, worker)).toBe(true);
  expect(isSettled({ concurrency: 8 }, { ...worker, state: 'lost' })).toBe(true);
});
