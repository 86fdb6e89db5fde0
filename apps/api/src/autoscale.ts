import { Autoscale } from '@drover/core';
import { defineRoute, type Route } from './route.ts';

const read = defineRoute({
  method: 'get',
  path: '/v1/autoscale',
  operationId: 'getAutoscale',
  tag: 'Cluster',
  summary: 'Read how many workers there should be',
  description:
    'More than 5 ready tasks for each worker: two workers more. Fewer than 2, and more than two workers: one less. Ready is what could begin now: ' +
    'not what waits for its time or for other tasks, not what a limit holds back, and nothing of a paused queue. ' +
    '`wanted` is the number that KEDA or another scaler should bring about, within `WORKERS_MIN` (2) and `WORKERS_MAX` (256) of the API; ' +
    '`queues` says the same of each queue alone. `history` is what supervisors that scale by themselves did.',
  entry: 'read',
  answers: { 200: { description: 'How many, and why.', schema: Autoscale } },
  handle: async ({ cluster }) => ({ status: 200, body: await cluster.autoscale() }),
});

export const autoscaleRoutes: Route[] = [read];
