import { type ClusterErrorCode, WorkerAnswer, WorkerDetails, WorkerPatch } from '@drover/core';
import type { Answer } from './answer.ts';
import { type Call, defineRoute, type HeaderDoc, jsonBody, type Route } from './route.ts';

/** One worker, and what is asked of it. A worker serves all companies: keys of one company only look. */

const idParam: Record<string, HeaderDoc> = {
  id: { description: 'The id of the worker, as the list of workers gives it.', example: 'host-1-4711' },
};

const answers = {
  200: { description: 'The worker did so: as it is now.', schema: WorkerAnswer },
  202: {
    description: 'It has not answered yet, and does so as soon as it hears of it: `acknowledged` is false.',
    schema: WorkerAnswer,
  },
};

const get = defineRoute({
  method: 'get',
  path: '/v1/workers/{id}',
  operationId: 'getWorker',
  tag: 'Cluster',
  summary: 'Look at a worker',
  description:
    'With the methods that it offers and the tasks that it runs, the longest first and at most 200. A key bound to a company sees the tasks of its company.',
  entry: 'read',
  params: idParam,
  answers: { 200: { description: 'The worker.', schema: WorkerDetails } },
  errors: ['worker_unknown'],
  handle: async ({ cluster, caller, params }) => ({
    status: 200,
    body: await cluster.workers.get(params.id ?? '', caller),
  }),
});

const errors: ClusterErrorCode[] = ['worker_unknown', 'state_conflict'];

/** What the routes below have in common. */
const asked = {
  tag: 'Cluster',
  clusterWide: true,
  params: idParam,
  answers,
  errors,
};

const quiet = defineRoute({
  ...asked,
  method: 'post',
  path: '/v1/workers/{id}/quiet',
  operationId: 'quietWorker',
  summary: 'Let a worker take nothing new',
  description: 'Its begun tasks go on. It stays so until it is resumed, or ends.',
  entry: 'operate',
  audit: { action: 'worker.quiet' },
  handle: async ({ cluster, params }) => answered(await cluster.workers.quiet(params.id ?? '')),
});

const resume = defineRoute({
  ...asked,
  method: 'post',
  path: '/v1/workers/{id}/resume',
  operationId: 'resumeWorker',
  summary: 'Let a quiet worker take tasks again',
  entry: 'operate',
  audit: { action: 'worker.resume' },
  handle: async ({ cluster, params }) => answered(await cluster.workers.resume(params.id ?? '')),
});

const stop = defineRoute({
  ...asked,
  method: 'post',
  path: '/v1/workers/{id}/stop',
  operationId: 'stopWorker',
  summary: 'Let a worker end',
  description:
    'As by SIGTERM: begun tasks have their grace period, what is left goes back to its queue with no retry spent. Its supervisor starts no other one in its place.',
  entry: 'admin',
  audit: { action: 'worker.stop' },
  handle: async ({ cluster, params }) => answered(await cluster.workers.stop(params.id ?? '')),
});

const patch = defineRoute({
  ...asked,
  method: 'patch',
  path: '/v1/workers/{id}',
  operationId: 'changeWorker',
  summary: 'Change how many tasks a worker runs at a time',
  description: 'Until it ends. What runs beyond that goes on.',
  entry: 'operate',
  body: jsonBody(WorkerPatch, { example: { concurrency: 20 } }),
  audit: { action: 'worker.patch', details: ({ body }) => body },
  handle: async ({ cluster, params, body }: Call<undefined, WorkerPatch>) =>
    answered(await cluster.workers.patch(params.id ?? '', body)),
});

function answered(answer: WorkerAnswer): Answer {
  return { status: answer.acknowledged ? 200 : 202, body: answer };
}

export const workerActionRoutes: Route[] = [get, quiet, resume, stop, patch];
