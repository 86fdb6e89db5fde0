import { Explanation } from '@drover/core';
import { defineRoute, type Route } from './route.ts';
import { taskExample, taskIdParam } from './task-docs.ts';

const explain = defineRoute({
  method: 'get',
  path: '/v1/tasks/{id}/explain',
  operationId: 'explainTask',
  tag: 'Tasks',
  summary: 'Ask why a task does not run',
  description:
    'What holds the task now, the weightiest reason first, in sentences and as data; of one that runs or has ended, what happened, attempt by attempt. Instants in sentences are ISO 8601 in UTC. ' +
    'A reason may name other tasks: a key bound to a company reads the ids of its own ones only, of others how many there are of each method.',
  entry: 'read',
  params: taskIdParam,
  answers: {
    200: {
      description: 'The explanation. It is as old as the moment: ask again for a newer one.',
      schema: Explanation,
      example: {
        taskId: taskExample.id,
        state: 'waiting',
        summary:
          'All 2 slots of the worker that could take it are busy: 1 × account.invoice.post and 1 × http.request.',
        reasons: [
          {
            code: 'slots_busy',
            message:
              'All 2 slots of the worker that could take it are busy: 1 × account.invoice.post and 1 × http.request.',
            data: {
              slots: 2,
              workers: [{ id: 'worker-7f3a', host: 'host-7', state: 'running' }],
              methods: [
                { method: 'account.invoice.post', count: 1 },
                { method: 'http.request', count: 1 },
              ],
              tasks: [
                {
                  id: 'tsk_01m80bhnby5kde7dfpydj4-0-invoices',
                  method: 'account.invoice.post',
                  worker: 'worker-7f3a',
                  startedAt: '2026-11-22T07:58:00.000Z',
                },
              ],
            },
          },
          {
            code: 'tasks_ahead',
            message: '1 task of queue "default" is taken before it: 1 with a lower priority number.',
            data: { queue: 'default', ahead: 1, byPriority: 1, earlier: 0, priority: 100 },
          },
        ],
        attempts: [],
      },
    },
  },
  errors: ['task_unknown'],
  handle: async ({ cluster, caller, params }) => ({
    status: 200,
    body: await cluster.tasks.explain(params.id ?? '', caller),
  }),
});

export const explainRoutes: Route[] = [explain];
