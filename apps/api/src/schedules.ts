import { type ClusterErrorCode, Schedule, ScheduleFilter, SchedulePatch, ScheduleRequest } from '@drover/core';
import { scheduleDetails } from './audit-details.ts';
import { keyHeader, parseIdempotencyKey } from './idempotency-key.ts';
import { Cursor, Limit, pageOf } from './page.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { basisOf, scheduleAnswer, scheduleDoc } from './schedule-answer.ts';
import { schedulePatchOf, scheduleRequestOf } from './schedule-body.ts';
import { etagAnswer, ifMatchHeader, ruleWords, scheduleIdParam, scheduleRequestExample } from './schedule-docs.ts';
import { checksOf, EnqueueQuery } from './tasks.ts';

/** Schedules as records: made, read, edited and removed. */

/** What may be wrong with a rule and its task beyond their fields. */
const definitionErrors: ClusterErrorCode[] = ['method_unknown', 'args_invalid', 'args_too_large', 'schedule_conflict'];

const create = defineRoute({
  method: 'post',
  path: '/v1/schedules',
  operationId: 'createSchedule',
  tag: 'Schedules',
  summary: 'Create a schedule',
  description: `It is active at once. ${ruleWords} A start in the past makes up for nothing. The task is checked as at enqueueing; arguments with expressions are checked at the fire.\n\nA key bound to a company creates for that company. Models of Drover itself, \`system.…\`, are for keys that are bound to none.`,
  entry: 'admin',
  query: EnqueueQuery,
  headers: keyHeader,
  body: { parse: scheduleRequestOf, schema: ScheduleRequest, example: scheduleRequestExample },
  answers: {
    201: {
      ...scheduleDoc('The schedule.'),
      headers: {
        ...etagAnswer,
        location: { description: 'Where it is.', example: '/v1/schedules/sch_01m80bhnby5kde7dfpydj4' },
      },
    },
  },
  errors: [...definitionErrors, 'schedule_limit', 'idempotency_key_invalid', 'idempotency_key_reused'],
  audit: {
    action: 'schedule.create',
    target: ({ body }) => body.name,
    details: ({ body }) => scheduleDetails(body),
    made: ({ body }) => (body as Schedule).id,
  },
  async handle({ cluster, caller, query, body, request }) {
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
    const schedule = await cluster.schedules.create(body, caller, { idempotencyKey, ...checksOf(caller, query) });
    return scheduleAnswer(schedule, 201, { location: `/v1/schedules/${schedule.id}` });
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/schedules',
  operationId: 'listSchedules',
  tag: 'Schedules',
  summary: 'Search the schedules',
  description:
    "By name. Any filters together: all of them must fit. A key bound to a company finds what is its company's, and nothing else. " +
    'A page may be short, even empty, and still have a next one: go on until `nextCursor` is null, with the same filter.',
  entry: 'read',
  query: ScheduleFilter.extend({ limit: Limit, cursor: Cursor }),
  answers: { 200: { description: 'A page of schedules.', schema: pageOf(Schedule, 'SchedulePage') } },
  handle: async ({ cluster, caller, query }) => ({ status: 200, body: await cluster.schedules.list(query, caller) }),
});

const get = defineRoute({
  method: 'get',
  path: '/v1/schedules/{id}',
  operationId: 'getSchedule',
  tag: 'Schedules',
  summary: 'Look at a schedule',
  description: 'The `ETag` is its version: send it as `If-Match` with the edit, so that nobody else’s is lost.',
  entry: 'read',
  params: scheduleIdParam,
  answers: { 200: scheduleDoc('The schedule.') },
  errors: ['schedule_unknown'],
  handle: async ({ cluster, caller, params }) => scheduleAnswer(await cluster.schedules.get(params.id ?? '', caller)),
});

const replace = defineRoute({
  method: 'put',
  path: '/v1/schedules/{id}',
  operationId: 'replaceSchedule',
  tag: 'Schedules',
  summary: 'Replace what a schedule does',
  description: `Rule, policies and task become as the body says; what is left out of it has its default again. What became of the schedule stays: its state, fires and counts. ${ruleWords} One that is declared in code shows how it differs from there as \`drift\`. It makes no schedule.`,
  entry: 'admin',
  params: scheduleIdParam,
  query: EnqueueQuery,
  headers: ifMatchHeader,
  body: { parse: scheduleRequestOf, schema: ScheduleRequest, example: scheduleRequestExample },
  answers: { 200: scheduleDoc('The schedule as it is now.') },
  errors: ['schedule_unknown', 'precondition_failed', ...definitionErrors],
  audit: { action: 'schedule.replace', details: ({ body }) => scheduleDetails(body) },
  async handle(call: Call<EnqueueQuery, ScheduleRequest>) {
    const { cluster, caller, params, query, body } = call;
    const options = { ...(await basisOf(call)), ...checksOf(caller, query) };
    return scheduleAnswer(await cluster.schedules.replace(params.id ?? '', body, caller, options));
  },
});

const patch = defineRoute({
  method: 'patch',
  path: '/v1/schedules/{id}',
  operationId: 'changeSchedule',
  tag: 'Schedules',
  summary: 'Change fields of a schedule',
  description:
    'What is left out stays as it is; `null` takes a field away. `frequency` and `task` are replaced as a whole. What comes of it is checked as at creating.',
  entry: 'admin',
  params: scheduleIdParam,
  query: EnqueueQuery,
  headers: ifMatchHeader,
  body: { parse: schedulePatchOf, schema: SchedulePatch, example: { overlap: 'queue', finishAt: null } },
  answers: { 200: scheduleDoc('The schedule as it is now.') },
  errors: ['schedule_unknown', 'precondition_failed', ...definitionErrors],
  audit: { action: 'schedule.patch', details: ({ body }) => scheduleDetails(body) },
  async handle(call: Call<EnqueueQuery, SchedulePatch>) {
    const { cluster, caller, params, query, body } = call;
    const options = { ...(await basisOf(call)), ...checksOf(caller, query) };
    return scheduleAnswer(await cluster.schedules.patch(params.id ?? '', body, caller, options));
  },
});

const remove = defineRoute({
  method: 'delete',
  path: '/v1/schedules/{id}',
  operationId: 'removeSchedule',
  tag: 'Schedules',
  summary: 'Remove a schedule',
  description:
    'Its fire log goes with it; the tasks that it made stay. One that live code declares would come back, so it is refused: unschedule it, or take it out of the code.',
  entry: 'admin',
  params: scheduleIdParam,
  headers: ifMatchHeader,
  answers: { 204: { description: 'It is removed.' } },
  errors: ['schedule_unknown', 'schedule_conflict', 'precondition_failed', 'request_invalid'],
  audit: { action: 'schedule.delete' },
  async handle(call) {
    const { cluster, caller, params } = call;
    await cluster.schedules.remove(params.id ?? '', caller, await basisOf(call));
    return { status: 204 };
  },
});

export const scheduleRoutes: Route[] = [create, list, get, replace, patch, remove];
