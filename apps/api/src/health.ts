import { ClusterError } from '@drover/core';
import { z } from 'zod';
import { type Api, defineRoute, type Route } from './route.ts';

const Health = z
  .object({
    status: z.literal('ok'),
    checks: z
      .record(z.string(), z.object({ status: z.literal('ok'), durationMs: z.number() }))
      .optional()
      .describe('Only with `?verbose`.'),
  })
  .meta({ id: 'Health' });

const live = defineRoute({
  method: 'get',
  path: '/livez',
  operationId: 'isAlive',
  tag: 'Health',
  summary: 'Ask whether the process lives',
  description: 'Never asks Redis: a restart would not bring it back.',
  // Open: an orchestrator asks it, and the answer tells nothing.
  entry: 'open',
  answers: { 200: { description: 'It does.', schema: Health } },
  handle: () => ({ status: 200, body: { status: 'ok' } }),
});

const ready = defineRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'isReady',
  tag: 'Health',
  summary: 'Ask whether the process can do its work',
  description: 'Not while it starts, nor from the moment it is told to stop, nor while Redis does not answer.',
  // Open: a load balancer asks it, and the answer tells nothing but that Redis answers.
  entry: 'open',
  query: z.strictObject({
    verbose: z
      .enum(['', '1', 'true'])
      .optional()
      .transform((text) => text !== undefined)
      .describe('Tells each check apart.'),
  }),
  answers: { 200: { description: 'It can.', schema: Health } },
  errors: ['stopping', 'redis_unavailable'],
  async handle({ query, ...api }) {
    const redis = await checkRedis(api);
    return { status: 200, body: query.verbose ? { status: 'ok', checks: { redis } } : { status: 'ok' } };
  },
});

async function checkRedis({ cluster, stopping, notReady }: Api) {
  if (stopping.aborted) throw new ClusterError('stopping', 'This process is stopping; another one takes over.');
  const startedAt = performance.now();
  await cluster.ping();
  const reason = notReady();
  if (reason !== undefined) throw new ClusterError('redis_unavailable', reason);
  return { status: 'ok' as const, durationMs: Math.round((performance.now() - startedAt) * 10) / 10 };
}

export const healthRoutes: Route[] = [live, ready];
