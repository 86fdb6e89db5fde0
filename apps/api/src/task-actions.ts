import { Task, TaskPatch } from '@drover/core';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type Call, defineRoute, jsonBody, type Route } from './route.ts';
import { taskPatchOf } from './task-body.ts';
import { taskExample, taskIdParam } from './task-docs.ts';

/** What people do to a task. Where its state forbids it: 409, with the state in `detail`. */

const CancelRequest = z
  .strictObject({
    reason: z
      .string()
      .max(200)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters')
      .optional()
      .describe('Why; it is shown with the task.'),
  })
  .meta({ id: 'CancelRequest' });

const changed = { 200: { description: 'The task as it is now.', schema: Task, example: taskExample } };

const cancel = defineRoute({
  method: 'post',
  path: '/v1/tasks/{id}/cancel',
  operationId: 'cancelTask',
  tag: 'Tasks',
  summary: 'Cancel a task that does not run yet',
  description: 'It ends as `cancelled`; its record stays.',
  entry: 'operate',
  params: taskIdParam,
  body: jsonBody(CancelRequest, { isOptional: true, example: { reason: 'ordered twice' } }),
  answers: changed,
  errors: ['task_unknown', 'state_conflict'],
  handle: async ({ cluster, caller, params, body }) =>
    ok(await cluster.tasks.cancel(params.id ?? '', caller, body.reason)),
});

const retry = defineRoute({
  method: 'post',
  path: '/v1/tasks/{id}/retry',
  operationId: 'retryTask',
  tag: 'Tasks',
  summary: 'Run a task again',
  description:
    'For a task that ended in error, was cancelled, or needs attention. Its retries are counted from the beginning.',
  entry: 'operate',
  params: taskIdParam,
  answers: changed,
  errors: ['task_unknown', 'state_conflict'],
  handle: async ({ cluster, caller, params }) => ok(await cluster.tasks.retry(params.id ?? '', caller)),
});

const runNow = defineRoute({
  method: 'post',
  path: '/v1/tasks/{id}/run-now',
  operationId: 'runTaskNow',
  tag: 'Tasks',
  summary: 'Run a scheduled task now',
  description: 'For a task that waits for its time, or for its next try.',
  entry: 'operate',
  params: taskIdParam,
  answers: changed,
  errors: ['task_unknown', 'state_conflict'],
  handle: async ({ cluster, caller, params }) => ok(await cluster.tasks.runNow(params.id ?? '', caller)),
});

const patch = defineRoute({
  method: 'patch',
  path: '/v1/tasks/{id}',
  operationId: 'changeTask',
  tag: 'Tasks',
  summary: 'Change a task',
  description:
    '`priority` while it waits, `runAt` while it waits for its time, `args` and `kwargs` while it needs attention; they are checked as at enqueueing.',
  entry: 'operate',
  params: taskIdParam,
  body: { parse: taskPatchOf, schema: TaskPatch, example: { priority: 10 } },
  answers: changed,
  errors: ['task_unknown', 'state_conflict', 'args_invalid', 'args_too_large'],
  handle: async ({ cluster, caller, params, body }: Call<undefined, TaskPatch>) =>
    ok(await cluster.tasks.patch(params.id ?? '', caller, body)),
});

function ok(task: Task): Answer {
  return { status: 200, body: task };
}

export const taskActionRoutes: Route[] = [cancel, retry, runNow, patch];
