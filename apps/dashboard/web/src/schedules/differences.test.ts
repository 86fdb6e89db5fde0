import type { Schedule, ScheduleRequest } from '@drover/core';
import { expect, test } from 'vitest';
import { differencesOf, driftOf, valueWords } from './differences.ts';

const declared: ScheduleRequest = {
  name: 'Nightly',
  timing: 'schedule',
  frequency: { every: 'daily', at: '02:00' },
  missed: 'once',
  overlap: 'skip',
  task: { model: 'probe', method: 'succeed', args: [], kwargs: { a: 1, b: 2 } },
};

test('two definitions differ where their values do, whatever the order of their keys', () => {
  const other: ScheduleRequest = {
    ...declared,
    frequency: { at: '02:00', every: 'daily' },
    missed: 'all',
    task: { ...declared.task, kwargs: { b: 2, a: 1 }, priority: 7 },
  };
  expect(differencesOf(declared, other)).toEqual([
    { field: 'missed', label: 'Missed times', before: 'once', after: 'all' },
    { field: 'task.priority', label: 'Task: priority', before: undefined, after: 7 },
  ]);
  expect(differencesOf(declared, declared)).toEqual([]);
});

test('drift is told field by field, and of the task part by part', () => {
  const schedule = {
    ...declared,
    frequency: { every: 'daily', at: '04:30' },
    timeZone: 'UTC',
    task: { ...declared.task, kwargs: { a: 1 } },
    drift: { fields: ['frequency', 'task'], declared, isAdopted: false },
  } as unknown as Schedule;
  const words = driftOf(schedule).map(({ field, label, before, after }) => [
    label,
    valueWords(field, before),
    valueWords(field, after),
  ]);
  expect(words).toEqual([
    ['Frequency', 'daily, at 02:00', 'daily, at 04:30'],
    ['Task: named arguments', '{"a":1,"b":2}', '{"a":1}'],
  ]);
  expect(driftOf({ ...schedule, drift: undefined } as unknown as Schedule)).toEqual([]);
});

test('a frequency is told with everything that it has', () => {
  const every = { every: 'weekly', interval: 2, weekdays: ['MO', 'TH'], at: '02:00' };
  expect(valueWords('frequency', every)).toBe('weekly, every 2, on MO, TH, at 02:00');
  expect(valueWords('frequency', { every: 'monthly', monthDay: 'last' })).toBe('monthly, on the last day');
  expect(valueWords('frequency', { every: 'cron', cron: '0 9 * * *' })).toBe('cron, 0 9 * * *');
  expect(valueWords('task.kwargs', { every: 'daily' })).toBe('{"every":"daily"}');
});

test('a field that the API names by its place is found too', () => {
  const schedule = {
    ...declared,
    task: { ...declared.task, priority: 9 },
    drift: { fields: ['task.priority', '/task/priority'], declared, isAdopted: false },
  } as unknown as Schedule;
  expect(driftOf(schedule)).toHaveLength(1);
});
