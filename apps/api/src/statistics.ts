import {
  ClusterError,
  FailureGroup,
  Identity,
  limits,
  Statistics,
  StatisticsGrouping,
  StatisticsQuery,
} from '@drover/core';
import { z } from 'zod';
import { pageOf } from './page.ts';
import { defineRoute, type Route } from './route.ts';

/** Figures of what was done, and of what went wrong. */

const daysDefault = StatisticsQuery.shape.days.parse(undefined);

const Query = z.strictObject({
  days: z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${limits.statisticsDays}`)
    .transform(Number)
    .pipe(z.number().min(1).max(limits.statisticsDays))
    .default(daysDefault)
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: limits.statisticsDays,
      description: `The last so many days, today included. Default: ${daysDefault}.`,
    }),
  timeZone: StatisticsQuery.shape.timeZone.describe('An IANA time zone: what a day is.'),
  by: StatisticsGrouping.optional().describe('Adds the figures of each group.'),
  company: Identity.optional().describe(
    'The tasks of this company only. A key bound to a company reads its figures, and no others.',
  ),
});

const statistics = defineRoute({
  method: 'get',
  path: '/v1/statistics',
  operationId: 'getStatistics',
  tag: 'Statistics',
  summary: 'Read the figures of the last days',
  description:
    'Day by day, and of all days together: exact counts, and durations from a histogram. A task counts on the day on which it ended, once, however many attempts it took; executions are counted apart. ' +
    'Days without tasks are there too. Days are those of the chosen zone: one on which clocks change has 23 or 25 hours.',
  entry: 'read',
  query: Query,
  answers: { 200: { description: 'The figures.', schema: Statistics } },
  async handle({ cluster, caller, query }) {
    if (caller.company !== undefined && query.company !== undefined && query.company !== caller.company) {
      throw new ClusterError('scope_missing', `The key "${caller.name}" is bound to another company.`, {
        faults: [{ pointer: '?company', message: 'is not the company that the key is bound to' }],
      });
    }
    return { status: 200, body: await cluster.statistics(query, caller) };
  },
});

const failures = defineRoute({
  method: 'get',
  path: '/v1/failures',
  operationId: 'listFailures',
  tag: 'Statistics',
  summary: 'List the failures that look alike',
  description:
    `Errors of the same method and class whose messages differ in numbers and ids only are one group. At most ${limits.failureGroups}, the newest first, all at once: \`nextCursor\` is always null. ` +
    '`GET /v1/tasks?failure=…` finds the tasks of a group. A key bound to a company reads the failures of its own tasks only.',
  entry: 'read',
  query: z.strictObject({}),
  answers: { 200: { description: 'The groups.', schema: pageOf(FailureGroup, 'FailurePage') } },
  handle: async ({ cluster, caller }) => ({
    status: 200,
    body: { items: await cluster.failures(caller), nextCursor: null },
  }),
});

export const statisticsRoutes: Route[] = [statistics, failures];
