import { type MethodInfo, type Schedule, ScheduleRequest } from '@drover/core';
import { expect, test } from 'vitest';
import { newDraft, scheduleDraftOf, scheduleRequestOf, taskFaults } from './schedule-draft.ts';
import { methodOf, withMethod } from './template-draft.ts';

const method = {
  model: 'probe',
  method: 'succeed',
  argsSchema: { type: 'array' },
  kwargsSchema: { type: 'object' },
  workers: ['host-1'],
} as unknown as MethodInfo;
const models = [{ model: 'probe', methods: [method] }];

test('with a name and a method, what the form begins with can be sent', () => {
  const draft = newDraft('Europe/Paris');
  const request = scheduleRequestOf(
    { ...draft, name: ' Nightly ', description: ' ', task: withMethod(draft.task, method) },
    method,
  );
  expect(request).toEqual({
    name: 'Nightly',
    timing: 'schedule',
    frequency: { every: 'daily', interval: 1, at: '09:00' },
    timeZone: 'Europe/Paris',
    missed: 'once',
    overlap: 'skip',
    task: { model: 'probe', method: 'succeed' },
  });
  expect(ScheduleRequest.safeParse(request).success).toBe(true);
});

test('a schedule that is read and sent again is the same', () => {
  const request = {
    name: 'Month end',
    description: 'What the auditors ask for.',
    timing: 'schedule',
    startAt: '2026-01-31T22:30:00.000Z',
    finishAt: '2030-12-31T23:00:00.000Z',
    frequency: { every: 'monthly', interval: 3, monthDay: 'last', at: '23:30:15' },
    timeZone: 'Europe/Paris',
    maxFires: 20,
    jitterSeconds: 30,
    missed: 'all',
    overlap: 'queue',
    pauseAfterFailures: 3,
    task: { model: 'probe', method: 'succeed', args: ['${fire.date}'], kwargs: {}, priority: 7 },
  } as const;
  const schedule = { id: 'sch_1', ...request, version: 4 } as unknown as Schedule;
  const sent = ScheduleRequest.parse(scheduleRequestOf(scheduleDraftOf(schedule, models), method, schedule));
  expect(sent).toEqual(request);
});

test('a schedule that runs a job goes on running it', () => {
  const task = { model: 'system.jobs', method: 'run', args: [], kwargs: { job: 'job_12ab' } };
  const request = {
    name: 'Night',
    timing: 'schedule',
    frequency: { every: 'daily' },
    timeZone: 'UTC',
    job: 'job_12ab',
  };
  const schedule = { ...request, missed: 'once', overlap: 'skip', task } as unknown as Schedule;
  const sent = scheduleRequestOf(scheduleDraftOf(schedule, models), methodOf(models, 'system.jobs.run'), schedule);
  expect(sent).toMatchObject({ job: 'job_12ab', task: { model: 'system.jobs', method: 'run' } });
  expect(ScheduleRequest.safeParse(sent).success).toBe(true);
});

test('faults of the task are told at the fields of its own form', () => {
  const faults = [
    { pointer: '/name', message: 'is taken' },
    { pointer: '/task/kwargs/to', message: 'must be text' },
  ];
  expect(taskFaults(faults)).toEqual([{ pointer: '/kwargs/to', message: 'must be text' }]);
});
