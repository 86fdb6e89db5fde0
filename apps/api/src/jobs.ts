import { type ClusterErrorCode, Job, JobFilter, JobRequest } from '@drover/core';
import { jobDetails } from './audit-details.ts';
import { keyHeader, parseIdempotencyKey } from './idempotency-key.ts';
import { basedOn, versionedAnswer } from './if-match.ts';
import { jobRequestOf } from './job-body.ts';
import { jobDoc, jobIdParam, jobIfMatch, jobLocation, jobRequestExample, lineWords } from './job-docs.ts';
import { Cursor, Limit, pageOf } from './page.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { checksOf, EnqueueQuery } from './tasks.ts';

/** Jobs as records: made, read, edited and removed. */

/** What may be wrong with lines beyond their fields. */
const definitionErrors: ClusterErrorCode[] = ['method_unknown', 'args_invalid', 'args_too_large', 'job_conflict'];

const whatIsChecked =
  'Methods and arguments are checked as at enqueueing, and a fault names the line, by its place in the body: `/lines/2/kwargs/x`; arguments with expressions are checked when their line starts.';

const create = defineRoute({
  method: 'post',
  path: '/v1/jobs',
  operationId: 'createJob',
  tag: 'Jobs',
  summary: 'Create a job',
  description: `${lineWords}\n\n${whatIsChecked}\n\nA key bound to a company creates for that company. Models of Drover itself, \`system.…\`, are for keys that are bound to none.`,
  entry: 'admin',
  query: EnqueueQuery,
  headers: keyHeader,
  body: { parse: jobRequestOf, schema: JobRequest, example: jobRequestExample },
  answers: { 201: jobDoc('The job.', jobLocation) },
  errors: [...definitionErrors, 'job_limit', 'idempotency_key_invalid', 'idempotency_key_reused'],
  audit: {
    action: 'job.create',
    target: ({ body }) => body.name,
    details: ({ body }) => jobDetails(body),
    made: ({ body }) => (body as Job).id,
  },
  async handle({ cluster, caller, query, body, request }) {
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
    const job = await cluster.jobs.create(body, caller, { idempotencyKey, ...checksOf(caller, query) });
    return versionedAnswer(job, 201, { location: `/v1/jobs/${job.id}` });
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/jobs',
  operationId: 'listJobs',
  tag: 'Jobs',
  summary: 'Search the jobs',
  description:
    "By name, each with its newest run. Any filters together: all of them must fit. A key bound to a company finds what is its company's, and nothing else: global jobs are for keys that are bound to none. " +
    'A page may be short, even empty, and still have a next one: go on until `nextCursor` is null, with the same filter.',
  entry: 'read',
  query: JobFilter.extend({ limit: Limit, cursor: Cursor }),
  answers: { 200: { description: 'A page of jobs.', schema: pageOf(Job, 'JobPage') } },
  handle: async ({ cluster, caller, query }) => ({ status: 200, body: await cluster.jobs.list(query, caller) }),
});

const get = defineRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  operationId: 'getJob',
  tag: 'Jobs',
  summary: 'Look at a job',
  description: 'The `ETag` is its version: send it as `If-Match` with the edit, so that nobody else’s is lost.',
  entry: 'read',
  params: jobIdParam,
  answers: { 200: jobDoc('The job.') },
  errors: ['job_unknown'],
  handle: async ({ cluster, caller, params }) => versionedAnswer(await cluster.jobs.get(params.id ?? '', caller)),
});

const replace = defineRoute({
  method: 'put',
  path: '/v1/jobs/{id}',
  operationId: 'replaceJob',
  tag: 'Jobs',
  summary: 'Replace what a job does',
  description: `It becomes as the body says; what is left out has its default again, but for the company, with which it stays. Runs that have begun go on as they began. ${whatIsChecked} It makes no job.`,
  entry: 'admin',
  params: jobIdParam,
  query: EnqueueQuery,
  headers: jobIfMatch,
  body: { parse: jobRequestOf, schema: JobRequest, example: jobRequestExample },
  answers: { 200: jobDoc('The job as it is now.') },
  errors: ['job_unknown', 'precondition_failed', ...definitionErrors],
  audit: { action: 'job.replace', details: ({ body }) => jobDetails(body) },
  async handle(call: Call<EnqueueQuery, JobRequest>) {
    const { cluster, caller, params, query, body } = call;
    const options = { ...(await basisOf(call)), ...checksOf(caller, query) };
    return versionedAnswer(await cluster.jobs.replace(params.id ?? '', body, caller, options));
  },
});

const remove = defineRoute({
  method: 'delete',
  path: '/v1/jobs/{id}',
  operationId: 'removeJob',
  tag: 'Jobs',
  summary: 'Remove a job',
  description:
    'Its results stay as long as their tasks. One that a schedule runs is refused: remove the schedule first.',
  entry: 'admin',
  params: jobIdParam,
  headers: jobIfMatch,
  answers: { 204: { description: 'It is removed.' } },
  errors: ['job_unknown', 'job_conflict', 'precondition_failed', 'request_invalid'],
  audit: { action: 'job.delete' },
  async handle(call) {
    const { cluster, caller, params } = call;
    await cluster.jobs.remove(params.id ?? '', caller, await basisOf(call));
    return { status: 204 };
  },
});

/** The version that a change of the job in the path is based on. @throws ClusterError as `basedOn`, job_unknown */
function basisOf<Q, B>({ cluster, caller, params, request }: Call<Q, B>): Promise<{ version?: number }> {
  const current = async () => (await cluster.jobs.get(params.id ?? '', caller)).version;
  return basedOn(request.headers['if-match'], current);
}

export const jobRoutes: Route[] = [create, list, get, replace, remove];
