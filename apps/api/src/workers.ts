import { Overview, WorkerInfo } from '@drover/core';
import { pageOf } from './page.ts';
import { defineRoute, type Route } from './route.ts';

const list = defineRoute({
  method: 'get',
  path: '/v1/workers',
  operationId: 'listWorkers',
  tag: 'Cluster',
  summary: 'List the workers',
  description:
    'Every worker process with its state and how many tasks it runs. Workers serve all companies and the list names no task, so every key with `read` sees it. All come at once: `nextCursor` is always null.',
  entry: 'read',
  answers: { 200: { description: 'The workers.', schema: pageOf(WorkerInfo, 'WorkerPage') } },
  handle: async ({ cluster }) => ({ status: 200, body: { items: await cluster.workers.list(), nextCursor: null } }),
});

const monitor = defineRoute({
  method: 'get',
  path: '/v1/monitor',
  operationId: 'getMonitor',
  tag: 'Cluster',
  summary: "Read the dashboard's figures",
  description:
    'What runs and waits now, what became of the tasks of the last 24 hours, queues, workers, throughput of the last hour and the newest errors in one answer. ' +
    'A key bound to a company reads the figures and the errors of its own tasks only; queues and workers serve all companies.',
  entry: 'read',
  answers: { 200: { description: 'The figures.', schema: Overview } },
  handle: async ({ cluster, caller }) => ({ status: 200, body: await cluster.overview(caller) }),
});

export const workerRoutes: Route[] = [list, monitor];
