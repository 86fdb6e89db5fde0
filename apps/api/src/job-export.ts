import { type Job, JobFilter, JobLine, JobRequest, limits } from '@drover/core';
import { z } from 'zod';
import { FileFormat, fileDoc, sendFile } from './export-file.ts';
import { defineRoute, type Route } from './route.ts';

/** Jobs as a file: what they are, without their runs. */

const ExportQuery = JobFilter.extend({ format: FileFormat });

/** What a line has by default is left out: people read and write such files. */
const FileLine = z
  .object(JobLine.shape)
  .partial({ active: true, args: true, kwargs: true, definition: true, takesIds: true })
  .meta({ id: 'JobFileLine', description: 'A line as a file has it. See `JobLine`.' });

const JobFile = z
  .object({ drover: z.literal(1), jobs: z.array(z.object({ ...JobRequest.shape, lines: z.array(FileLine) })) })
  .meta({ id: 'JobFile' });

const get = defineRoute({
  method: 'get',
  path: '/v1/jobs/export',
  operationId: 'exportJobs',
  tag: 'Jobs',
  summary: 'Export jobs',
  description:
    'All that match, those of a `module` for example, by name, as a file that `PUT /v1/jobs/import` takes: what each is, without its runs. ' +
    `An import takes ${limits.bodyBytes} bytes: export more in parts, by its filters. ` +
    'The answer is sent as it is made; one that breaks off is not whole.',
  entry: 'read',
  query: ExportQuery,
  answers: { 200: fileDoc('jobs', JobFile) },
  async handle(call) {
    const { cluster, caller, query } = call;
    const { format, ...filter } = query;
    await sendFile(call, {
      name: 'jobs',
      format,
      async page(cursor) {
        const { items, nextCursor } = await cluster.jobs.list({ ...filter, limit: limits.pageMax, cursor }, caller);
        return { items: items.map(definitionOf), nextCursor };
      },
    });
    return undefined;
  },
});

const fields = Object.keys(JobRequest.shape) as (keyof JobRequest)[];
const lineFields = Object.keys(JobLine.shape) as (keyof JobLine)[];

/** In the order of the contract, so that two exports differ only where the jobs do. */
function definitionOf(job: Job): object {
  const definition = Object.fromEntries(
    fields.flatMap((field) => (job[field] === undefined ? [] : [[field, job[field]]])),
  );
  return { ...definition, lines: job.lines.map(lineOf) };
}

function lineOf(line: JobLine): object {
  return Object.fromEntries(
    lineFields.flatMap((field) => (isDefault(field, line[field]) ? [] : [[field, line[field]]])),
  );
}

function isDefault(field: keyof JobLine, value: unknown): boolean {
  if (value === undefined) return true;
  if (field === 'active') return value === true;
  if (field === 'takesIds') return value === false;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export const jobExportRoutes: Route[] = [get];
