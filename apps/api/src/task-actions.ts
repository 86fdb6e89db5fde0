import { Comment, KillAnswer, KillRequest, limits, Task, TaskHistoryEntry, TaskPatch } from '@drover/core';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { patchDetails } from './audit-details.ts';
import { killScopeWords, requireKill } from './authorize.ts';
import { pageOf } from './page.ts';
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

/** The body of a change that needs no more than a word on why. */
const Remark = z.strictObject({ comment: Comment.describe('Why; it is kept with the task.') }).meta({ id: 'Remark' });
const remark = jsonBody(Remark, { isOptional: true, example: { comment: 'the printer is back' } });

const NewComment = z
  .strictObject({ text: Comment.unwrap().min(1).describe('It is kept with the task.') })
  .meta({ id: 'NewComment' });

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
  audit: { action: 'task.cancel', details: ({ body }) => body },
  handle: async ({ cluster, caller, params, body }) =>
    ok(await cluster.tasks.cancel(params.id ?? '', caller, body.reason)),
});

const kill = defineRoute({
  method: 'post',
  path: '/v1/tasks/{id}/kill',
  operationId: 'killTask',
  tag: 'Tasks',
  summary: 'Kill a task that runs',
  description:
    'It is asked to end, and ended the hard way after its grace. The answer waits for that, and says what became of it, with the last progress and checkpoint; its items so far are its `result`. ' +
    `The task ends as \`cancelled\`. Part of its work may remain done. ${killScopeWords}`,
  entry: 'operate',
  params: taskIdParam,
  body: jsonBody(KillRequest, { isOptional: true, example: { reason: 'Wrong month.' } }),
  answers: {
    200: {
      description: 'What became of it.',
      schema: KillAnswer,
      example: {
        result: 'ended',
        warning:
          'What ran was asked to end. Part of its work may remain done: look at what it did before you run it again.',
        checkpoint: { lastId: 4_711 },
        task: { ...taskExample, state: 'cancelled', outcome: 'cancelled', message: 'killed: Wrong month.' },
      },
    },
  },
  errors: ['task_unknown', 'state_conflict'],
  audit: { action: 'task.kill', details: ({ body }) => body },
  async handle(call) {
    requireKill(call);
    const { cluster, caller, params, body, response, longPolls } = call;
    const answer = await longPolls.hold(response, (signal) =>
      cluster.tasks.killAndWait(params.id ?? '', caller, body.reason, signal),
    );
    return { status: 200, body: answer };
  },
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
  body: remark,
  answers: changed,
  errors: ['task_unknown', 'state_conflict'],
  audit: { action: 'task.retry', details: ({ body }) => body },
  handle: async ({ cluster, caller, params, body }) =>
    ok(await cluster.tasks.retry(params.id ?? '', caller, body.comment)),
});

const skip = defineRoute({
  method: 'post',
  path: '/v1/tasks/{id}/skip',
  operationId: 'skipTask',
  tag: 'Tasks',
  summary: 'Pass over a task that needs attention',
  description: 'It ends as done, with the outcome `skipped`, and what waits for it goes on.',
  entry: 'operate',
  params: taskIdParam,
  body: remark,
  answers: changed,
  errors: ['task_unknown', 'state_conflict'],
  audit: { action: 'task.skip', details: ({ body }) => body },
  handle: async ({ cluster, caller, params, body }) =>
    ok(await cluster.tasks.skip(params.id ?? '', caller, body.comment)),
});

const comment = defineRoute({
  method: 'post',
  path: '/v1/tasks/{id}/comments',
  operationId: 'commentOnTask',
  tag: 'Tasks',
  summary: 'Say something of a task',
  description: 'In whatever state it is. It stands in the history of the task, with who said it.',
  entry: 'operate',
  params: taskIdParam,
  body: jsonBody(NewComment, { example: { text: 'Asked the supplier for the right number.' } }),
  answers: { 204: { description: 'It is kept.' } },
  errors: ['task_unknown'],
  audit: { action: 'task.comment', details: ({ body }) => body },
  async handle({ cluster, caller, params, body }) {
    await cluster.tasks.comment(params.id ?? '', caller, body.text);
    return { status: 204 };
  },
});

const history = defineRoute({
  method: 'get',
  path: '/v1/tasks/{id}/history',
  operationId: 'getTaskHistory',
  tag: 'Tasks',
  summary: 'Read what people did to a task',
  description: `Changes and comments, oldest first, with who, when, and the arguments that were replaced. The newest ${limits.historyEntries} are kept, all at once: \`nextCursor\` is always null.`,
  entry: 'read',
  params: taskIdParam,
  answers: { 200: { description: 'The history.', schema: pageOf(TaskHistoryEntry, 'TaskHistoryPage') } },
  errors: ['task_unknown'],
  handle: async ({ cluster, caller, params }) => ({
    status: 200,
    body: { items: await cluster.tasks.history(params.id ?? '', caller), nextCursor: null },
  }),
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
  audit: { action: 'task.run-now' },
  handle: async ({ cluster, caller, params }) => ok(await cluster.tasks.runNow(params.id ?? '', caller)),
});

const patch = defineRoute({
  method: 'patch',
  path: '/v1/tasks/{id}',
  operationId: 'changeTask',
  tag: 'Tasks',
  summary: 'Change a task',
  description:
    '`priority` while it waits, `runAt` while it waits for its time, `args` and `kwargs` while it needs attention; they are checked as at enqueueing, and the old ones stay in the history.',
  entry: 'operate',
  params: taskIdParam,
  body: { parse: taskPatchOf, schema: TaskPatch, example: { priority: 10 } },
  answers: changed,
  errors: ['task_unknown', 'state_conflict', 'args_invalid', 'args_too_large'],
  audit: { action: 'task.patch', details: ({ body }) => patchDetails(body) },
  handle: async ({ cluster, caller, params, body }: Call<undefined, TaskPatch>) =>
    ok(await cluster.tasks.patch(params.id ?? '', caller, body)),
});

function ok(task: Task): Answer {
  return { status: 200, body: task };
}

export const taskActionRoutes: Route[] = [cancel, kill, retry, skip, runNow, patch, comment, history];
