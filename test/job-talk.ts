import type { ImportReport, Job, JobRequestInput, JobResult, Json } from '@drover/core';
import { expect } from 'vitest';
import type { Answered, ApiStage, AskOptions } from './api-stage.ts';
import type { Contract } from './contract.ts';
import { eventually } from './eventually.ts';

/** What tests of jobs say over HTTP. */

export const jobsPath = '/v1/jobs';
export const resultsPath = '/v1/job-results';

type Line = JobRequestInput['lines'][number];

export function action(number: number, method = 'echo', more: object = {}): Line {
  return { number, kind: 'action', model: 'probe', method, ...more };
}

/** One that leaves these ids. */
export function filter(number: number, ids: unknown, more: object = {}): Line {
  return { number, kind: 'filter', model: 'probe', method: 'succeed', definition: { result: ids as Json }, ...more };
}

let made = 0;

/** One line that echoes. Each has a name of its own. */
export function jobOf(fields: object = {}) {
  made += 1;
  return { name: `job ${made}`, lines: [action(10, 'echo', { args: ['hello'] })], ...fields };
}

/** Creates one; expects that it is accepted. */
export async function createJob(stage: ApiStage, request: object = jobOf(), options: AskOptions = {}): Promise<Job> {
  const answer = await stage.ask<Job>(jobsPath, { method: 'POST', json: request, ...options });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

export function runJob(stage: ApiStage, id: string, options: AskOptions = {}): Promise<Answered<JobResult>> {
  return stage.ask<JobResult>(`${jobsPath}/${id}/run`, { method: 'POST', ...options });
}

/** Runs one; expects that it is accepted, or is over already. */
export async function begunRun(stage: ApiStage, id: string, options: AskOptions = {}): Promise<JobResult> {
  const answer = await runJob(stage, id, options);
  expect([200, 202], answer.text).toContain(answer.status);
  return answer.body;
}

export async function lookAtJob(stage: ApiStage, id: string): Promise<Job> {
  const answer = await stage.ask<Job>(`${jobsPath}/${id}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** The result once the run is over. */
export function endedRun(stage: ApiStage, id: string): Promise<JobResult> {
  return eventually(async () => {
    const answer = await stage.ask<JobResult>(`${resultsPath}/${id}?wait=5`);
    expect(answer.status, answer.text).toBe(200);
    expect(['pending', 'running'], answer.text).not.toContain(answer.body.status);
    return answer.body;
  }, 20_000);
}

export function statusesOf({ lines }: JobResult): [number, string][] {
  return lines.map(({ number, status }) => [number, status]);
}

/** Sends a file; expects a report. */
export async function importedJobs(stage: ApiStage, query: string, type: string, body: string): Promise<ImportReport> {
  const headers = { 'content-type': type };
  const answer = await stage.ask<ImportReport>(`${jobsPath}/import${query}`, { method: 'PUT', body, headers });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** Everything that may be asked of jobs, held against the document. */
export async function jobTalk({ ask }: Contract): Promise<void> {
  const create = (json: object, headers = {}) => ask<Job>('POST /v1/jobs', jobsPath, { json, headers });
  const made = await create(everything, { 'idempotency-key': '"job"' });
  const { id } = made.body;
  const onOne = <T = JobResult>(operation: string, options: AskOptions = {}) => {
    const [method = '', rest = ''] = operation.split(' ');
    const [template = ''] = rest.split('?');
    return ask<T>(`${method} ${jobsPath}/{id}${template}`, `${jobsPath}/${id}${rest}`, options);
  };
  const onResult = (operation: string, result: string, options: AskOptions = {}) => {
    const [method = '', rest = ''] = operation.split(' ');
    const [template = ''] = rest.split('?');
    return ask<JobResult>(`${method} ${resultsPath}/{id}${template}`, `${resultsPath}/${result}${rest}`, options);
  };
  await create(jobOf(), { 'idempotency-key': '"job"' });
  await create(everything);
  await create({ ...everything, name: 'x', lines: [action(10, 'nope')] });
  await create(jobOf(), { 'idempotency-key': '"' });
  await ask('GET /v1/jobs', `${jobsPath}?active=true&module=office&company=acme&q=everything&limit=1`);
  await ask('GET /v1/jobs', `${jobsPath}?active=1`);
  await onOne('GET ');
  await onOne('PUT ', { json: everything, headers: { 'if-match': made.headers.get('etag') ?? '' } });
  await onOne('PUT ', { json: everything, headers: { 'if-match': '"99"' } });
  await onOne('PUT ', { json: { ...everything, company: 'umbrella' } });
  const run = await onOne('POST /run', { json: { user: 'ann' }, headers: { prefer: 'wait=20' } });
  await onOne('POST /run', { json: { lines: { 99: {} } } });
  await onOne('POST /run', { headers: { 'idempotency-key': '"' } });
  const { headers } = await onResult('GET ', run.body.id);
  await onResult('GET ?wait=1', run.body.id, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  await onResult('POST /kill', run.body.id);
  const long = await onOne('POST /run', { json: { lines: { 30: { kwargs: { ms: 60_000 } } } } });
  await onResult('GET ', long.body.id, { headers: { prefer: 'wait=1' } });
  await onResult('POST /kill', long.body.id, { json: { reason: 'no more' } });
  await onResult('POST /kill', long.body.id, { json: { reason: 7 } });
  await onResult('GET ?wait=20', long.body.id);
  await onResult('GET ?wait=soon', long.body.id);
  await onResult('GET ', 'flw_none');
  await ask('GET /v1/job-results', `${resultsPath}?job=${id}&status=success&company=acme&limit=1`);
  await ask('GET /v1/job-results', `${resultsPath}?status=done`);
  await onOne('GET ');
  const file = await ask('GET /v1/jobs/export', `${jobsPath}/export?module=office`);
  await ask('GET /v1/jobs/export', `${jobsPath}/export?format=xml`);
  await ask('PUT /v1/jobs/import', `${jobsPath}/import`, { json: file.body });
  await ask('PUT /v1/jobs/import', `${jobsPath}/import?dryRun=true&module=office`, { json: [jobOf(), {}] });
  await ask('PUT /v1/jobs/import', `${jobsPath}/import?format=xml`, { json: file.body });
  await onOne('DELETE ', { headers: { 'if-match': '"99"' } });
  await onOne('DELETE ');
  await onOne('DELETE ');
  await onOne('GET ');
}

const everything = {
  name: 'Everything',
  description: 'Says all that can be said',
  company: 'acme',
  active: true,
  stopsOnError: false,
  module: 'office',
  timeZone: 'Europe/Paris',
  condition: { model: 'probe', method: 'succeed', args: [], kwargs: { result: true } },
  lines: [
    filter(10, [1, 2], {
      name: 'Two',
      module: 'office',
      queue: 'default',
      priority: 7,
      maxRetries: 1,
      timeoutSeconds: 10,
    }),
    action(20, 'echo', { takesIds: true, args: ['${today - 1d}'], kwargs: { any: [null, 1.5, '${line.10.result}'] } }),
    action(30, 'slow', { kwargs: { ms: 1 } }),
    action(40, 'fail', { maxRetries: 0 }),
    action(50, 'echo', { active: false }),
  ],
};
