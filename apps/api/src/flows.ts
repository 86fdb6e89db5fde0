import type { FlowOptions } from '@drover/broker';
import { ChainRequest, type ClusterErrorCode, Flow, FlowFilter, FlowRequest, FlowSummary } from '@drover/core';
import type { Answer } from './answer.ts';
import { isAdminOfAll } from './authorize.ts';
import { createdAnswer, seenFlowAnswer } from './flow-answer.ts';
import { chainRequestOf, flowRequestOf } from './flow-body.ts';
import {
  chainRequestExample,
  flowExample,
  flowIdParam,
  flowKeyHeader,
  flowLocationAnswer,
  flowPreferHeader,
  flowRequestExample,
  flowRetryAfterAnswer,
  flowWords,
  waitWords,
} from './flow-docs.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { Cursor, Limit, pageOf } from './page.ts';
import { parsePrefer } from './prefer.ts';
import { type AnswerDoc, type Call, defineRoute, type Route } from './route.ts';
import { preferAnswers } from './task-docs.ts';
import { EnqueueQuery } from './tasks.ts';
import { waitQuery } from './wait-query.ts';

/** Flows as records: created, searched, looked at. */

const creationErrors: ClusterErrorCode[] = [
  'flow_invalid',
  'method_unknown',
  'args_invalid',
  'args_too_large',
  'queue_limit',
  'idempotency_key_invalid',
  'idempotency_key_reused',
];

const creationHeaders = { ...flowLocationAnswer, ...flowRetryAfterAnswer, ...preferAnswers };

const creationAnswers: Record<number, AnswerDoc> = {
  202: {
    description: 'Accepted: all of its tasks are there.',
    schema: Flow,
    example: flowExample,
    headers: creationHeaders,
  },
  200: {
    description: `Within the time asked for by \`Prefer: wait\`, ${waitWords}; with the results of these, and \`links\` to the others. Or the whole flow has ended already, under the same idempotency key.`,
    schema: Flow,
    headers: creationHeaders,
  },
};

const create = defineRoute({
  method: 'post',
  path: '/v1/flows',
  operationId: 'createFlow',
  tag: 'Flows',
  summary: 'Enqueue tasks that depend on each other',
  description: `Any graph in which no task waits for itself over others, up to 1000 tasks. ${flowWords}`,
  entry: 'enqueue',
  query: EnqueueQuery,
  headers: { ...flowPreferHeader, ...flowKeyHeader },
  body: { parse: flowRequestOf, schema: FlowRequest, example: flowRequestExample },
  answers: creationAnswers,
  errors: creationErrors,
  handle: (call: Call<EnqueueQuery, FlowRequest>) =>
    created(call, (options) => call.cluster.flows.create(call.body, call.caller, options)),
});

const createChain = defineRoute({
  method: 'post',
  path: '/v1/chains',
  operationId: 'createChain',
  tag: 'Flows',
  summary: 'Enqueue tasks in a row',
  description: `Each step waits for the one before; its \`tasks\` come in the order of the steps. It is a flow like any other. ${flowWords}`,
  entry: 'enqueue',
  query: EnqueueQuery,
  headers: { ...flowPreferHeader, ...flowKeyHeader },
  body: { parse: chainRequestOf, schema: ChainRequest, example: chainRequestExample },
  answers: creationAnswers,
  errors: creationErrors,
  handle: (call: Call<EnqueueQuery, ChainRequest>) =>
    created(call, (options) => call.cluster.flows.createChain(call.body, call.caller, options)),
});

/** Creates, and waits as long as it is asked to. */
async function created<B>(call: Call<EnqueueQuery, B>, make: (options: FlowOptions) => Promise<Flow>): Promise<Answer> {
  const { cluster, caller, query, request, response, longPolls } = call;
  const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
  const preferences = parsePrefer(request.headers.prefer);
  const flow = await make({ unchecked: query.unchecked === true, isSystem: isAdminOfAll(caller), idempotencyKey });
  const waitMs = (preferences.waitSeconds ?? 0) * 1_000;
  if (waitMs === 0) return createdAnswer(flow, flow.state !== 'running', preferences);
  const waited = await longPolls.hold(response, (signal) => cluster.flows.waitFor(flow.id, caller, waitMs, signal));
  return createdAnswer(waited.flow, waited.hasEnded, preferences);
}

const list = defineRoute({
  method: 'get',
  path: '/v1/flows',
  operationId: 'listFlows',
  tag: 'Flows',
  summary: 'Search the flows',
  description:
    "Newest first, each with its progress, without its tasks. Any filters together: all of them must fit. A key bound to a company finds what is its company's, and nothing else. " +
    'A page may be short, even empty, and still have a next one: go on until `nextCursor` is null, with the same filter.',
  entry: 'read',
  query: FlowFilter.extend({ limit: Limit, cursor: Cursor }),
  answers: { 200: { description: 'A page of flows.', schema: pageOf(FlowSummary, 'FlowPage') } },
  handle: async ({ cluster, caller, query }) => ({ status: 200, body: await cluster.flows.list(query, caller) }),
});

const WaitQuery = waitQuery(waitWords);

const get = defineRoute({
  method: 'get',
  path: '/v1/flows/{id}',
  operationId: 'getFlow',
  tag: 'Flows',
  summary: 'Look at a flow',
  description:
    'Its tasks with their states and edges, and its results. A flow that failed is a good answer too: look at its `state`. Ask again after `Retry-After`, with `If-None-Match`, or hold the answer with `wait`.',
  entry: 'read',
  params: flowIdParam,
  query: WaitQuery,
  headers: {
    ...flowPreferHeader,
    'if-none-match': { description: 'The `ETag` of the last answer: 304 when nothing changed.' },
  },
  answers: {
    200: {
      description: 'The flow.',
      schema: Flow,
      example: flowExample,
      headers: { etag: { description: 'Changes whenever the flow does.' }, ...flowRetryAfterAnswer, ...preferAnswers },
    },
    304: {
      description: 'It is as it was.',
      headers: { etag: { description: 'As sent.' }, ...flowRetryAfterAnswer, ...preferAnswers },
    },
  },
  errors: ['flow_unknown'],
  async handle({ cluster, caller, params, query, request, response, longPolls }) {
    const id = params.id ?? '';
    const preferences = parsePrefer(request.headers.prefer);
    const waitMs = (query.wait ?? preferences.waitSeconds ?? 0) * 1_000;
    const applied = query.wait === undefined ? preferences : {};
    if (waitMs === 0) return seenFlowAnswer(await cluster.flows.get(id, caller), request, applied);
    const { flow } = await longPolls.hold(response, (signal) => cluster.flows.waitFor(id, caller, waitMs, signal));
    return seenFlowAnswer(flow, request, applied);
  },
});

export const flowRoutes: Route[] = [create, createChain, list, get];
