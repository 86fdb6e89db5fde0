import { BackfillRequest, BackfillResult, isFinished, PauseRequest, Task } from '@drover/core';
import { keyHeader, parseIdempotencyKey } from './idempotency-key.ts';
import { defineRoute, jsonBody, type Route } from './route.ts';
import { basisOf, scheduleAnswer, scheduleDoc } from './schedule-answer.ts';
import { ifMatchHeader, scheduleIdParam } from './schedule-docs.ts';
import { locationOf, retryAfterSeconds } from './task-answer.ts';
import { locationAnswer, retryAfterAnswer, taskExample } from './task-docs.ts';

/** What people do to a schedule. Where it does not allow that: 409, with the reason in `detail`. */

const changed = { 200: scheduleDoc('The schedule as it is now.') };

const pause = defineRoute({
  method: 'post',
  path: '/v1/schedules/{id}/pause',
  operationId: 'pauseSchedule',
  tag: 'Schedules',
  summary: 'Pause a schedule',
  description:
    'Its times go by without a task, each written into the fire log, until it is rescheduled, or until `until`. Pausing a paused one replaces note and date.',
  entry: 'operate',
  params: scheduleIdParam,
  body: jsonBody(PauseRequest, {
    isOptional: true,
    example: { note: 'The warehouse is closed.', until: '2027-01-04T06:00:00Z' },
  }),
  answers: changed,
  errors: ['schedule_unknown', 'schedule_conflict'],
  audit: { action: 'schedule.pause', details: ({ body }) => body },
  handle: async ({ cluster, caller, params, body }) =>
    scheduleAnswer(await cluster.schedules.pause(params.id ?? '', body, caller)),
});

const unschedule = defineRoute({
  method: 'post',
  path: '/v1/schedules/{id}/unschedule',
  operationId: 'unscheduleSchedule',
  tag: 'Schedules',
  summary: 'Stop a schedule',
  description: 'Nothing more fires, and nothing is written down, until it is rescheduled. Tasks that it made go on.',
  entry: 'operate',
  params: scheduleIdParam,
  answers: changed,
  errors: ['schedule_unknown', 'schedule_conflict'],
  audit: { action: 'schedule.unschedule' },
  handle: async ({ cluster, caller, params }) =>
    scheduleAnswer(await cluster.schedules.unschedule(params.id ?? '', caller)),
});

const reschedule = defineRoute({
  method: 'post',
  path: '/v1/schedules/{id}/reschedule',
  operationId: 'rescheduleSchedule',
  tag: 'Schedules',
  summary: 'Let a schedule fire again',
  description:
    'From now on: what went by meanwhile is not caught up. One with the timing `immediately` fires now. One that has no further times is refused: edit it.',
  entry: 'operate',
  params: scheduleIdParam,
  answers: changed,
  errors: ['schedule_unknown', 'schedule_conflict'],
  audit: { action: 'schedule.reschedule' },
  handle: async ({ cluster, caller, params }) =>
    scheduleAnswer(await cluster.schedules.reschedule(params.id ?? '', caller)),
});

const run = defineRoute({
  method: 'post',
  path: '/v1/schedules/{id}/run',
  operationId: 'runSchedule',
  tag: 'Schedules',
  summary: 'Make the task of a schedule now',
  description:
    'In whatever state the schedule is. Its times stay as they are, and `maxFires` does not count it. Expressions in the arguments stand for their values now.',
  entry: 'operate',
  params: scheduleIdParam,
  headers: keyHeader,
  answers: {
    202: {
      description: 'Accepted: the task.',
      schema: Task,
      example: { ...taskExample, schedule: 'sch_01m80bhnby5kde7dfpydj4' },
      headers: { ...locationAnswer, ...retryAfterAnswer },
    },
  },
  errors: [
    'schedule_unknown',
    'schedule_conflict',
    'method_unknown',
    'args_invalid',
    'args_too_large',
    'request_invalid',
    'queue_limit',
    'idempotency_key_invalid',
    'idempotency_key_reused',
  ],
  audit: { action: 'schedule.run' },
  async handle({ cluster, caller, params, request }) {
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
    const task = await cluster.schedules.run(params.id ?? '', caller, { idempotencyKey });
    const headers: Record<string, string> = { location: locationOf(task) };
    if (!isFinished(task.state)) headers['retry-after'] = String(retryAfterSeconds(task));
    return { status: 202, headers, body: task };
  },
});

const backfill = defineRoute({
  method: 'post',
  path: '/v1/schedules/{id}/backfill',
  operationId: 'backfillSchedule',
  tag: 'Schedules',
  summary: 'Make the tasks of times that have gone by',
  description:
    'One task for each time of the rule in the range, also before the schedule was created; a time that has its task already gets no other, so asking again makes nothing twice. With `dryRun` it tells which, and makes none.',
  entry: 'admin',
  params: scheduleIdParam,
  body: jsonBody(BackfillRequest, {
    example: { from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z', dryRun: true },
  }),
  answers: { 200: { description: 'The times, and their tasks.', schema: BackfillResult } },
  errors: ['schedule_unknown', 'schedule_conflict', 'method_unknown', 'args_invalid', 'args_too_large', 'queue_limit'],
  audit: { action: 'schedule.backfill', isChange: ({ body }) => !body.dryRun, details: ({ body }) => body },
  handle: async ({ cluster, caller, params, body }) => ({
    status: 200,
    body: await cluster.schedules.backfill(params.id ?? '', body, caller),
  }),
});

const reset = defineRoute({
  method: 'post',
  path: '/v1/schedules/{id}/reset',
  operationId: 'resetSchedule',
  tag: 'Schedules',
  summary: 'Take the definition of the code back',
  description: 'For one that is declared in code and was edited since: the edit goes.',
  entry: 'admin',
  params: scheduleIdParam,
  headers: ifMatchHeader,
  answers: changed,
  errors: ['schedule_unknown', 'schedule_conflict', 'precondition_failed', 'request_invalid'],
  audit: { action: 'schedule.reset' },
  async handle(call) {
    const { cluster, caller, params } = call;
    return scheduleAnswer(await cluster.schedules.reset(params.id ?? '', caller, await basisOf(call)));
  },
});

const adopt = defineRoute({
  method: 'post',
  path: '/v1/schedules/{id}/adopt',
  operationId: 'adoptSchedule',
  tag: 'Schedules',
  summary: 'Keep an edit over the definition of the code',
  description:
    'For one that is declared in code and was edited since: it is no more shown as drift until the code changes.',
  entry: 'admin',
  params: scheduleIdParam,
  headers: ifMatchHeader,
  answers: changed,
  errors: ['schedule_unknown', 'schedule_conflict', 'precondition_failed', 'request_invalid'],
  audit: { action: 'schedule.adopt' },
  async handle(call) {
    const { cluster, caller, params } = call;
    return scheduleAnswer(await cluster.schedules.adopt(params.id ?? '', caller, await basisOf(call)));
  },
});

export const scheduleActionRoutes: Route[] = [pause, unschedule, reschedule, run, backfill, reset, adopt];
