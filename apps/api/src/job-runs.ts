import { isRunOver, JobKill, JobResult, JobResultFilter, JobResultSummary, JobRun } from '@drover/core';
import { runDetails } from './audit-details.ts';
import { isAdminOfAll, killScopeWords, requireKill } from './authorize.ts';
import { keyHeader, parseIdempotencyKey } from './idempotency-key.ts';
import { jobRunOf } from './job-body.ts';
import { jobIdParam, resultExample, resultHeaders, resultIdParam } from './job-docs.ts';
import { Cursor, Limit, pageOf } from './page.ts';
import { parsePrefer } from './prefer.ts';
import { type Call, defineRoute, type HeaderDoc, jsonBody, type Route } from './route.ts';
import { newAnswer, taggedAnswer } from './task-answer.ts';
import { preferAnswers } from './task-docs.ts';
import { waitQuery } from './wait-query.ts';

/** Runs of jobs: begun, looked at, killed. */

const waitWords = 'the run is over: well or not';

const preferHeader: Record<string, HeaderDoc> = {
  prefer: {
    description: `RFC 7240. \`wait=n\`: hold the answer until ${waitWords}, at most n seconds (and at most 60). \`respond-async\`: do not wait. What is not known is passed over.`,
    example: 'wait=10',
  },
};

const { location, ...seenHeaders } = { ...resultHeaders, ...preferAnswers };
const runHeaders = { location, ...seenHeaders };

const run = defineRoute({
  method: 'post',
  path: '/v1/jobs/{id}/run',
  operationId: 'runJob',
  tag: 'Jobs',
  summary: 'Run a job',
  description:
    'Its lines begin at once. `lines` says, by number, what differs in this run only; the job stays as it is. What differs is checked, the rest was when the job was made. ' +
    'The condition is for schedules: by hand the lines run whatever it would say. A job that is not active is refused with 409.',
  entry: 'operate',
  params: jobIdParam,
  headers: { ...preferHeader, ...keyHeader },
  body: {
    parse: jobRunOf,
    schema: JobRun,
    isOptional: true,
    example: { lines: { 10: { definition: { status: 'draft', orderedBefore: '${today - 90d}' } } } },
  },
  answers: {
    202: { description: 'Accepted: the run.', schema: JobResult, example: resultExample, headers: runHeaders },
    200: {
      description: `At once, or within the time asked for by \`Prefer: wait\`, ${waitWords}. Or it was over already, under the same idempotency key.`,
      schema: JobResult,
      headers: runHeaders,
    },
  },
  errors: [
    'job_unknown',
    'job_conflict',
    'method_unknown',
    'args_invalid',
    'args_too_large',
    'queue_limit',
    'idempotency_key_invalid',
    'idempotency_key_reused',
  ],
  audit: { action: 'job.run', details: ({ body }) => runDetails(body) },
  async handle(call) {
    const { cluster, caller, params, body, request } = call;
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
    const preferences = parsePrefer(request.headers.prefer);
    const options = { isSystem: isAdminOfAll(caller), idempotencyKey };
    const begun = await cluster.jobs.run(params.id ?? '', body, caller, options);
    const result = await waited(call, begun, preferences.waitSeconds ?? 0);
    const made = { location: `/v1/job-results/${result.id}`, seconds: retryAfterSeconds(result) };
    return newAnswer(result, { ...made, hasEnded: isRunOver(result.status) }, preferences);
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/job-results',
  operationId: 'listJobResults',
  tag: 'Jobs',
  summary: 'Search the results of jobs',
  description:
    "Newest first, each without its lines. Any filters together: all of them must fit. A key bound to a company finds what is its company's, and nothing else. " +
    'A page may be short, even empty, and still have a next one: go on until `nextCursor` is null, with the same filter.',
  entry: 'read',
  query: JobResultFilter.extend({ limit: Limit, cursor: Cursor }),
  answers: { 200: { description: 'A page of results.', schema: pageOf(JobResultSummary, 'JobResultPage') } },
  handle: async ({ cluster, caller, query }) => ({ status: 200, body: await cluster.jobs.results.list(query, caller) }),
});

const get = defineRoute({
  method: 'get',
  path: '/v1/job-results/{id}',
  operationId: 'getJobResult',
  tag: 'Jobs',
  summary: 'Look at the result of a job',
  description:
    'A line for each line that runs, with its task. A run that failed is a good answer too: look at its `status`. One that needs a person waits, and says so by `attention`. Ask again after `Retry-After`, with `If-None-Match`, or hold the answer with `wait`.',
  entry: 'read',
  params: resultIdParam,
  query: waitQuery(waitWords),
  headers: {
    ...preferHeader,
    'if-none-match': { description: 'The `ETag` of the last answer: 304 when nothing changed.' },
  },
  answers: {
    200: {
      description: 'The result.',
      schema: JobResult,
      example: resultExample,
      headers: { etag: { description: 'Changes whenever the result does.' }, ...seenHeaders },
    },
    304: { description: 'It is as it was.', headers: { etag: { description: 'As sent.' }, ...seenHeaders } },
  },
  errors: ['job_result_unknown'],
  async handle(call) {
    const { cluster, caller, params, query, request } = call;
    const preferences = parsePrefer(request.headers.prefer);
    const found = await cluster.jobs.results.get(params.id ?? '', caller);
    const result = await waited(call, found, query.wait ?? preferences.waitSeconds ?? 0);
    const applied = query.wait === undefined ? preferences : {};
    return taggedAnswer(result, retryAfterSeconds(result), request, applied);
  },
});

const kill = defineRoute({
  method: 'post',
  path: '/v1/job-results/{id}/kill',
  operationId: 'killJobResult',
  tag: 'Jobs',
  summary: 'Kill the run of a job',
  description: `Lines that have not begun are cancelled; the task that runs is asked to end, and ended the hard way after its grace. Part of its work may remain done: the answer says so as \`warning\`. A run that is over is refused with 409. ${killScopeWords}`,
  entry: 'operate',
  params: resultIdParam,
  body: jsonBody(JobKill, { isOptional: true, example: { reason: 'Wrong month.' } }),
  answers: { 200: { description: 'The result as it is now, with the warning.', schema: JobResult } },
  errors: ['job_result_unknown', 'job_conflict'],
  audit: { action: 'job.kill', details: ({ body }) => body },
  async handle(call) {
    requireKill(call);
    const { cluster, caller, params, body } = call;
    return { status: 200, body: await cluster.jobs.results.kill(params.id ?? '', body.reason, caller) };
  },
});

/** The result once the run is over, or the time is up. */
async function waited<Q, B>({ cluster, caller, response, longPolls }: Call<Q, B>, result: JobResult, seconds: number) {
  if (seconds === 0 || isRunOver(result.status)) return result;
  // Its flow has the same id.
  await longPolls.hold(response, (signal) => cluster.flows.waitFor(result.id, caller, seconds * 1_000, signal));
  return cluster.jobs.results.get(result.id, caller);
}

/** What waits for a person is not worth asking for often. */
const heldSeconds = 60;

function retryAfterSeconds({ status, attention }: JobResult): number | undefined {
  if (isRunOver(status)) return undefined;
  return attention > 0 ? heldSeconds : 1;
}

export const jobRunRoutes: Route[] = [run, list, get, kill];
