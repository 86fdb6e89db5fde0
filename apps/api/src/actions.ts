import { isFinished, Task, TaskActionPreview, TaskActionRequest } from '@drover/core';
import { killScopeWords, requireKill } from './authorize.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { defineRoute, jsonBody, type Route } from './route.ts';
import { locationOf, retryAfterSeconds } from './task-answer.ts';
import { locationAnswer, retryAfterAnswer, taskExample } from './task-docs.ts';

/** What is done to all tasks that match. */

const start = defineRoute({
  method: 'post',
  path: '/v1/tasks/actions',
  operationId: 'actOnTasks',
  tag: 'Tasks',
  summary: 'Cancel, retry or kill many tasks',
  description:
    'Does the same to every task that matches the filter and is in a state that allows it; the others are passed over. ' +
    "A key bound to a company reaches what is its company's, and nothing else.\n\n" +
    "With `dryRun` it answers at once what it would do, and changes nothing. Without, a task of Drover's own does it in small steps: " +
    'the answer is that task. Look at it for the progress, and at its result for the counts. What comes to match after it was asked for is left alone.\n\n' +
    `A killed task may have done part of its work. To kill: ${killScopeWords}`,
  entry: 'operate',
  headers: {
    'idempotency-key': {
      description:
        'As of `POST /v1/tasks`: the same key with the same body answers the same task again. Passed over with `dryRun`.',
      example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    },
  },
  body: jsonBody(TaskActionRequest, {
    example: { action: 'retry', filter: { state: 'error', model: 'account.invoice' }, dryRun: true },
  }),
  answers: {
    200: { description: 'With `dryRun`: what it would do.', schema: TaskActionPreview },
    202: {
      description: 'Accepted: the task that does it.',
      schema: Task,
      example: {
        ...taskExample,
        id: 'tsk_01m80bhnby5kde7dfpydj4-0-system',
        name: 'retry matching tasks',
        model: 'system.tasks',
        method: 'act',
        args: [],
        kwargs: { action: 'retry', filter: { state: 'error', model: 'account.invoice' } },
        queue: 'system',
      },
      headers: { ...locationAnswer, ...retryAfterAnswer },
    },
  },
  errors: ['idempotency_key_invalid', 'idempotency_key_reused'],
  audit: {
    action: 'task.actions',
    isChange: ({ body }) => !body.dryRun,
    details: ({ body }) => body,
    made: ({ status, body }) => (status === 202 ? (body as Task).id : undefined),
  },
  async handle(call) {
    const { cluster, caller, body, request } = call;
    if (body.action === 'kill') requireKill(call);
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
    if (body.dryRun) return { status: 200, body: await cluster.actions.preview(body, caller) };
    const task = await cluster.actions.start(body, caller, { idempotencyKey });
    const headers: Record<string, string> = { location: locationOf(task) };
    if (!isFinished(task.state)) headers['retry-after'] = String(retryAfterSeconds(task));
    return { status: 202, headers, body: task };
  },
});

export const actionRoutes: Route[] = [start];
