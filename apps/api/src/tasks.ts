import type { Caller, CheckOptions } from '@drover/broker';
import { Execution, isFinished, limits, Task, TaskLog, TaskPage, TaskRequest } from '@drover/core';
import { z } from 'zod';
import { isAdminOfAll } from './authorize.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { pageOf } from './page.ts';
import { parsePrefer } from './prefer.ts';
import { defineRoute, type Route } from './route.ts';
import { SearchQuery, searchWords, wordsOfQ } from './search.ts';
import { enqueuedAnswer, seenAnswer } from './task-answer.ts';
import { taskRequestOf } from './task-body.ts';
import {
  locationAnswer,
  preferAnswers,
  preferHeader,
  retryAfterAnswer,
  taskExample,
  taskIdParam,
} from './task-docs.ts';
import { waitQuery } from './wait-query.ts';

const Unchecked = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()
  .describe('`true` accepts a method that no live worker offers; its arguments are checked when it runs.');

export const EnqueueQuery = z.strictObject({ unchecked: Unchecked });
export type EnqueueQuery = z.infer<typeof EnqueueQuery>;

/** How strictly a definition of tasks to come is checked: as at enqueueing. */
export function checksOf(caller: Caller, { unchecked }: EnqueueQuery): CheckOptions {
  return { unchecked: unchecked === true, isSystem: isAdminOfAll(caller) };
}

const enqueue = defineRoute({
  method: 'post',
  path: '/v1/tasks',
  operationId: 'enqueueTask',
  tag: 'Tasks',
  summary: 'Enqueue a task',
  description:
    'Asks for a method of a model to be run, now or later. The arguments are checked against the schema that live workers announce. ' +
    'A key bound to a company enqueues for that company. Models of Drover itself, `system.…`, are for keys with `admin` that are bound to no company.\n\n' +
    'JSON that cannot be kept exactly is refused: nesting deeper than 64 levels, numbers beyond a double, whole numbers that a double would round (send them as strings), the name `__proto__`. ' +
    'Of a name given twice the last counts; `-0` becomes `0`.',
  entry: 'enqueue',
  query: EnqueueQuery,
  headers: {
    ...preferHeader,
    'idempotency-key': {
      description:
        'A string in double quotes (RFC 9651), at most 255 characters; without quotes it is taken when it begins with a letter or digit and holds only those and `._~:/+=-`. The same key with the same body answers the same task again, for 24 hours; with another body it is refused.',
      example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    },
  },
  body: {
    parse: (document) => taskRequestOf(document.value, document),
    schema: TaskRequest,
    example: { model: 'probe', method: 'echo', args: ['hello'] },
  },
  answers: {
    202: {
      description: 'Accepted: it will run at least once, or be visibly waiting, cancelled or in error.',
      schema: Task,
      example: taskExample,
      headers: { ...locationAnswer, ...retryAfterAnswer, ...preferAnswers },
    },
    200: {
      description:
        'It has ended: within the time asked for by `Prefer: wait`, or already before, under the same idempotency key.',
      schema: Task,
      headers: { ...locationAnswer, ...preferAnswers },
    },
  },
  errors: [
    'method_unknown',
    'args_invalid',
    'args_too_large',
    'queue_limit',
    'idempotency_key_invalid',
    'idempotency_key_reused',
  ],
  async handle({ cluster, caller, body, query, request, response, longPolls }) {
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
    const preferences = parsePrefer(request.headers.prefer);
    const enqueued = await cluster.tasks.enqueue(body, caller, {
      unchecked: query.unchecked === true,
      isSystem: isAdminOfAll(caller),
      idempotencyKey,
    });
    const waitMs = (preferences.waitSeconds ?? 0) * 1_000;
    if (waitMs === 0 || isFinished(enqueued.state)) return enqueuedAnswer(enqueued, preferences);
    const waited = await longPolls.hold(response, (signal) =>
      cluster.tasks.waitFor(enqueued.id, caller, waitMs, signal),
    );
    return enqueuedAnswer(waited, preferences);
  },
});

const WaitQuery = waitQuery('the task has ended');

const get = defineRoute({
  method: 'get',
  path: '/v1/tasks/{id}',
  operationId: 'getTask',
  tag: 'Tasks',
  summary: 'Look at a task',
  description:
    'A task that failed is a good answer too: look at its `state` and `outcome`. Ask again after `Retry-After`, with `If-None-Match`, or hold the answer with `wait`.',
  entry: 'read',
  params: taskIdParam,
  query: WaitQuery,
  headers: {
    ...preferHeader,
    'if-none-match': { description: 'The `ETag` of the last answer: 304 when nothing changed.' },
  },
  answers: {
    200: {
      description: 'The task.',
      schema: Task,
      example: taskExample,
      headers: { etag: { description: 'Changes whenever the task does.' }, ...retryAfterAnswer, ...preferAnswers },
    },
    304: {
      description: 'It is as it was.',
      headers: { etag: { description: 'As sent.' }, ...retryAfterAnswer, ...preferAnswers },
    },
  },
  errors: ['task_unknown'],
  async handle({ cluster, caller, params, query, request, response, longPolls }) {
    const id = params.id ?? '';
    const preferences = parsePrefer(request.headers.prefer);
    const waitMs = (query.wait ?? preferences.waitSeconds ?? 0) * 1_000;
    const task =
      waitMs === 0
        ? await cluster.tasks.get(id, caller)
        : await longPolls.hold(response, (signal) => cluster.tasks.waitFor(id, caller, waitMs, signal));
    return seenAnswer(task, request, query.wait === undefined ? preferences : {});
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/tasks',
  operationId: 'listTasks',
  tag: 'Tasks',
  summary: 'Search the tasks',
  description: `Live and finished ones alike, by the time they were created, newest first. ${searchWords}\n\n${wordsOfQ}`,
  entry: 'read',
  query: SearchQuery,
  answers: { 200: { description: 'A page of tasks.', schema: TaskPage } },
  handle: async ({ cluster, caller, query }) => ({ status: 200, body: await cluster.tasks.list(query, caller) }),
});

const executions = defineRoute({
  method: 'get',
  path: '/v1/tasks/{id}/executions',
  operationId: 'listExecutions',
  tag: 'Tasks',
  summary: 'List the tries at a task',
  description: `The newest ${limits.executions} tries, oldest first. All of them come at once: \`nextCursor\` is always null.`,
  entry: 'read',
  params: taskIdParam,
  answers: { 200: { description: 'The executions.', schema: pageOf(Execution, 'TaskExecutionPage') } },
  errors: ['task_unknown'],
  async handle({ cluster, caller, params }) {
    const task = await cluster.tasks.get(params.id ?? '', caller);
    return { status: 200, body: { items: task.executions, nextCursor: null } };
  },
});

const log = defineRoute({
  method: 'get',
  path: '/v1/tasks/{id}/log',
  operationId: 'getTaskLog',
  tag: 'Tasks',
  summary: 'Read what a task logged',
  description: `The newest ${limits.logLines} lines of all its tries, oldest first; \`dropped\` counts those that went.`,
  entry: 'read',
  params: taskIdParam,
  answers: { 200: { description: 'The lines.', schema: TaskLog } },
  errors: ['task_unknown'],
  handle: async ({ cluster, caller, params }) => ({
    status: 200,
    body: await cluster.tasks.log(params.id ?? '', caller),
  }),
});

export const taskRoutes: Route[] = [enqueue, list, get, executions, log];
