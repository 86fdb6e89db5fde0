import { Flow, FlowCancel, FlowResume, FlowResumed } from '@drover/core';
import { killScopeWords, requireKill } from './authorize.ts';
import { linked } from './flow-answer.ts';
import { flowExample, flowIdParam, flowSummaryExample } from './flow-docs.ts';
import { defineRoute, jsonBody, type Route } from './route.ts';

/** What people do to a flow. Where it does not allow that: 409, with the reason in `detail`. */

const cancel = defineRoute({
  method: 'post',
  path: '/v1/flows/{id}/cancel',
  operationId: 'cancelFlow',
  tag: 'Flows',
  summary: 'Cancel a flow',
  description:
    'Tasks that have not begun end as `cancelled`, at once. Those that run go on, or are killed with `running: kill`: a killed one may have done part of its work, and the answer may still show it as running. Cancelling a flow that has ended changes nothing. ' +
    `To kill: ${killScopeWords}`,
  entry: 'operate',
  params: flowIdParam,
  body: jsonBody(FlowCancel, { isOptional: true, example: { reason: 'The warehouse is closed.', running: 'kill' } }),
  answers: { 200: { description: 'The flow as it is now.', schema: Flow, example: flowExample } },
  errors: ['flow_unknown'],
  audit: { action: 'flow.cancel', details: ({ body }) => body },
  async handle(call) {
    const { cluster, caller, params, body } = call;
    if (body.running === 'kill') requireKill(call);
    return { status: 200, body: linked(await cluster.flows.cancel(params.id ?? '', body, caller)) };
  },
});

const resume = defineRoute({
  method: 'post',
  path: '/v1/flows/{id}/resume',
  operationId: 'resumeFlow',
  tag: 'Flows',
  summary: 'Resume a flow from what failed',
  description:
    'Tasks that ended in error or were cancelled run again under the same ids, and those behind them that were passed over are decided again; what is done stays done. With `dryRun` it tells which, and changes nothing.',
  entry: 'operate',
  params: flowIdParam,
  body: jsonBody(FlowResume, { isOptional: true, example: { dryRun: true } }),
  answers: {
    200: {
      description: 'What runs again, or would.',
      schema: FlowResumed,
      example: {
        dryRun: true,
        again: [{ key: 'invoices', id: flowExample.tasks[1]?.id, state: 'error' }],
        kept: 2,
        flow: {
          ...flowSummaryExample,
          state: 'error',
          progress: { ended: 4, total: 4, percent: 100 },
          counts: { done: 2, error: 1, cancelled: 1 },
          finishedAt: '2026-11-26T08:00:09.000Z',
        },
      },
    },
  },
  errors: ['flow_unknown', 'flow_conflict'],
  audit: { action: 'flow.resume', isChange: ({ body }) => !body.dryRun },
  handle: async ({ cluster, caller, params, body }) => ({
    status: 200,
    body: await cluster.flows.resume(params.id ?? '', body, caller),
  }),
});

export const flowActionRoutes: Route[] = [cancel, resume];
