import {
  checkRule,
  describeFire,
  Fire,
  Instant,
  limits,
  nextFires,
  PreviewRequest,
  ScheduleCalendar,
  SchedulePreview,
  sentenceOf,
} from '@drover/core';
import { z } from 'zod';
import { Cursor, Limit, pageOf } from './page.ts';
import { defineRoute, jsonBody, type Route } from './route.ts';
import { previewExample, ruleWords, scheduleIdParam, scheduleRequestExample } from './schedule-docs.ts';

/** When schedules fire: the times to come, and what became of those that have gone by. */

const { timing, frequency, timeZone } = scheduleRequestExample;

const preview = defineRoute({
  method: 'post',
  path: '/v1/schedules/preview',
  operationId: 'previewRule',
  tag: 'Schedules',
  summary: 'See when a rule would fire',
  description: `As if it were created now, or at \`anchorAt\`. ${ruleWords} Times that the clocks move are marked.`,
  entry: 'read',
  body: jsonBody(PreviewRequest, { example: { timing, frequency, timeZone, count: 2 } }),
  answers: { 200: { description: 'The next times.', schema: SchedulePreview, example: previewExample } },
  handle: ({ body }) => ({ status: 200, body: previewOf(body) }),
});

function previewOf({ after, count, anchorAt, ...input }: PreviewRequest, nowMs = Date.now()): SchedulePreview {
  const rule = checkRule(input, anchorAt === undefined ? nowMs : Date.parse(anchorAt));
  // What fires at once does so at its anchor, which is a whole second.
  const fromMs = rule.timing === 'immediately' ? nowMs - 1_000 : nowMs;
  const fires = nextFires(rule, after === undefined ? fromMs : Date.parse(after), count);
  return { sentence: sentenceOf(rule), fires: fires.map((at) => describeFire(rule, at)) };
}

const countDefault = PreviewRequest.shape.count.parse(undefined);

const PreviewQuery = z.strictObject({
  after: Instant.optional().describe('Fires after this instant. Default: now.'),
  count: z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${limits.previewFires}`)
    .transform(Number)
    .pipe(z.number().min(1).max(limits.previewFires))
    .default(countDefault)
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: limits.previewFires,
      description: `How many at most. Default: ${countDefault}.`,
    }),
});

const previewSaved = defineRoute({
  method: 'get',
  path: '/v1/schedules/{id}/preview',
  operationId: 'previewSchedule',
  tag: 'Schedules',
  summary: 'See when a schedule fires next',
  description: 'What its rule says, whether it is paused or not. Times that the clocks move are marked.',
  entry: 'read',
  params: scheduleIdParam,
  query: PreviewQuery,
  answers: { 200: { description: 'The next times.', schema: SchedulePreview, example: previewExample } },
  errors: ['schedule_unknown'],
  handle: async ({ cluster, caller, params, query }) => ({
    status: 200,
    body: await cluster.schedules.preview(params.id ?? '', query, caller),
  }),
});

const fires = defineRoute({
  method: 'get',
  path: '/v1/schedules/{id}/fires',
  operationId: 'listFires',
  tag: 'Schedules',
  summary: 'Read what became of the times of a schedule',
  description: `The fire log, newest first, with the fires that made no task and why. Neighbours without a task and with the same reason are one line. The newest ${limits.fireLog} lines are kept.`,
  entry: 'read',
  params: scheduleIdParam,
  query: z.strictObject({ limit: Limit, cursor: Cursor }),
  answers: { 200: { description: 'A page of the log.', schema: pageOf(Fire, 'FirePage') } },
  errors: ['schedule_unknown'],
  handle: async ({ cluster, caller, params, query }) => ({
    status: 200,
    body: await cluster.schedules.fires(params.id ?? '', query, caller),
  }),
});

const calendarDays = limits.calendarMs / 86_400_000;

const CalendarQuery = z
  .strictObject({
    from: Instant.describe('At or after this instant.'),
    to: Instant.describe(`Before this instant, at most ${calendarDays} days later.`),
  })
  // What is no instant has its own fault, and compares with nothing.
  .refine(({ from, to }) => !(lengthMs(from, to) <= 0), { message: 'must lie after `from`', path: ['to'] })
  .refine(({ from, to }) => !(lengthMs(from, to) > limits.calendarMs), {
    message: `must lie at most ${calendarDays} days after \`from\``,
    path: ['to'],
  });

function lengthMs(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}

const calendar = defineRoute({
  method: 'get',
  path: '/v1/schedules/calendar',
  operationId: 'getCalendar',
  tag: 'Schedules',
  summary: 'See what fires between two times',
  description: `The times of active schedules, also of those that have gone by, by their rules as they are now. One that has more than ${limits.calendarFires} of them is listed in \`dense\`, without its times. In an address, write the \`+\` of a zone as \`%2B\`, or the instant in UTC.`,
  entry: 'read',
  query: CalendarQuery,
  answers: { 200: { description: 'The calendar.', schema: ScheduleCalendar } },
  handle: async ({ cluster, caller, query }) => ({
    status: 200,
    body: await cluster.schedules.calendar(query, caller),
  }),
});

export const scheduleTimeRoutes: Route[] = [preview, calendar, previewSaved, fires];
