import { Job, JobRequest, type JobRequestInput, type JobResult } from '@drover/core';
import { ifMatchDoc } from './if-match.ts';
import type { AnswerDoc, HeaderDoc } from './route.ts';

/** What several routes of jobs say in the document. */

export const jobIdParam: Record<string, HeaderDoc> = {
  id: { description: 'The id of the job, as the answer to creating it gave it.' },
};

export const resultIdParam: Record<string, HeaderDoc> = {
  id: { description: 'The id of the job result, as the answer to running the job gave it.' },
};

export const jobIfMatch = ifMatchDoc('job');

const etagAnswer: Record<string, HeaderDoc> = {
  etag: {
    description: 'The version, for `If-Match`. Edits count it up; runs do not, so it says nothing of `lastRun`.',
    example: '"3"',
  },
};

const id = 'job_6f1e0c9ab2d84e57f013';

export const jobLocation: Record<string, HeaderDoc> = {
  location: { description: 'Where it is.', example: `/v1/jobs/${id}` },
};

export const resultHeaders = {
  location: { description: 'Where the job result is.', example: '/v1/job-results/flw_0c9ab2d84e57f0136f1e' },
  'retry-after': { description: 'When to ask again, seconds. Only while the run is not over.', example: 1 },
};

export const lineWords =
  'Lines run one after the other, in order of their numbers; those that are not active are passed over. What a filter leaves, ids or records, is `${filter.ids}` and `${filter.records}` for the lines after it, and the first argument of those with `takesIds`; where it leaves nothing, they are passed over.';

/** Orders that nobody confirmed within a month are closed. */
export const jobRequestExample: JobRequestInput = {
  name: 'Close old orders',
  description: 'Drafts that nobody confirmed within thirty days.',
  module: 'sale',
  lines: [
    {
      number: 10,
      kind: 'filter',
      model: 'sale.order',
      method: 'find',
      definition: { status: 'draft', orderedBefore: '${today - 30d}' },
    },
    { number: 20, kind: 'action', model: 'sale.order', method: 'close', takesIds: true },
  ],
};

const at = '2026-11-26T08:00:00.000Z';

const jobExample: Job = {
  id,
  ...JobRequest.parse(jobRequestExample),
  createdAt: at,
  updatedAt: at,
  updatedBy: { keyId: 'key_admin', name: 'admin' },
  version: 1,
};

/** @param headers beside its version */
export function jobDoc(description: string, headers: Record<string, HeaderDoc> = {}): AnswerDoc {
  return { description, schema: Job, example: jobExample, headers: { ...etagAnswer, ...headers } };
}

/** As it is just after the job was run. */
export const resultExample: JobResult = {
  id: 'flw_0c9ab2d84e57f0136f1e',
  job: id,
  jobName: jobExample.name,
  status: 'pending',
  by: 'hand',
  startedAt: at,
  attention: 0,
  lines: jobExample.lines.map(({ number, kind, model, method }) => ({
    number,
    kind,
    name: `${model}.${method}`,
    model,
    method,
    status: 'pending',
    taskId: `tsk_01m80bhnby5kde7dfpydj${number}-0-default`,
    taskState: number === 10 ? 'waiting' : 'depends',
  })),
};
