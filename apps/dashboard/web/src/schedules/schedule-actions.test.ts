import type { Schedule } from '@drover/core';
import { expect, test } from 'vitest';
import { actionsOf, actionWords } from './schedule-actions.ts';

test('what has no further times can be run by hand, but not rescheduled', () => {
  expect(actionsOf({ state: 'finished', timing: 'schedule' })).toEqual(['run']);
  expect(actionsOf({ state: 'finished', timing: 'immediately' })).toContain('reschedule');
});

test('every schedule that is not active by a person’s doing can be brought back', () => {
  expect(actionsOf({ state: 'paused', timing: 'schedule' })).toContain('reschedule');
  expect(actionsOf({ state: 'unscheduled', timing: 'later' })).toContain('reschedule');
  expect(actionsOf({ state: 'active', timing: 'schedule' })).not.toContain('reschedule');
});

test('what ends a pause is called so', () => {
  const schedule = { name: 'Backup', state: 'paused', timing: 'schedule' } as Schedule;
  expect(actionWords('reschedule', schedule).label).toBe('Resume');
  expect(actionWords('reschedule', { ...schedule, state: 'unscheduled' }).label).toBe('Reschedule');
  expect(actionWords('reschedule', { ...schedule, timing: 'immediately' }).follows).toContain('fires now');
});
