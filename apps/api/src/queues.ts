import { QueueInfo, QueuePatch } from '@drover/core';
import { pageOf } from './page.ts';
import { defineRoute, type HeaderDoc, jsonBody, type Route } from './route.ts';

const nameParam: Record<string, HeaderDoc> = { name: { description: 'The name of the queue.', example: 'default' } };

const list = defineRoute({
  method: 'get',
  path: '/v1/queues',
  operationId: 'listQueues',
  tag: 'Queues',
  summary: 'List the queues with their counts',
  description:
    'All come at once: `nextCursor` is always null. Counts are those of the whole queue, whatever company the key is bound to.',
  entry: 'read',
  answers: { 200: { description: 'The queues.', schema: pageOf(QueueInfo, 'QueuePage') } },
  handle: async ({ cluster, caller }) => ({
    status: 200,
    body: { items: await cluster.queues.list(caller), nextCursor: null },
  }),
});

const pause = defineRoute({
  method: 'post',
  path: '/v1/queues/{name}/pause',
  operationId: 'pauseQueue',
  tag: 'Queues',
  summary: 'Pause a queue',
  description: 'Workers take nothing more from it; what runs goes on. Pausing a paused queue changes nothing.',
  entry: 'operate',
  // A queue holds the tasks of many companies.
  clusterWide: true,
  params: nameParam,
  answers: { 200: { description: 'The queue as it is now.', schema: QueueInfo } },
  errors: ['queue_unknown'],
  audit: { action: 'queue.pause' },
  async handle({ cluster, caller, params: { name = '' } }) {
    await cluster.queues.get(name, caller);
    await cluster.queues.pause(name);
    return { status: 200, body: await cluster.queues.get(name, caller) };
  },
});

const resume = defineRoute({
  method: 'post',
  path: '/v1/queues/{name}/resume',
  operationId: 'resumeQueue',
  tag: 'Queues',
  summary: 'Let a paused queue go on',
  entry: 'operate',
  clusterWide: true,
  params: nameParam,
  answers: { 200: { description: 'The queue as it is now.', schema: QueueInfo } },
  errors: ['queue_unknown'],
  audit: { action: 'queue.resume' },
  async handle({ cluster, caller, params: { name = '' } }) {
    await cluster.queues.get(name, caller);
    await cluster.queues.resume(name);
    return { status: 200, body: await cluster.queues.get(name, caller) };
  },
});

const patch = defineRoute({
  method: 'patch',
  path: '/v1/queues/{name}',
  operationId: 'changeQueue',
  tag: 'Queues',
  summary: 'Change a queue',
  description:
    'What bounds its tasks, from the next one that begins on: how many run at a time, how fast they begin, how many of one key run at a time. And how long finished tasks are remembered: what is left out of `retention` follows the cluster. What is left out of the body stays as it is; null removes.',
  entry: 'operate',
  clusterWide: true,
  params: nameParam,
  body: jsonBody(QueuePatch, { example: { concurrency: 20, rate: { tasks: 10, seconds: 1 }, keyConcurrency: 5 } }),
  answers: { 200: { description: 'The queue as it is now.', schema: QueueInfo } },
  errors: ['queue_unknown'],
  audit: { action: 'queue.patch', details: ({ body }) => body },
  async handle({ cluster, caller, params: { name = '' }, body }) {
    await cluster.queues.patch(name, body);
    return { status: 200, body: await cluster.queues.get(name, caller) };
  },
});

export const queueRoutes: Route[] = [list, pause, resume, patch];
