import type { Caller, Cluster } from '@drover/broker';
import { ClusterError, limits, type Schedule, ScheduleDefinition, ScheduleFilter } from '@drover/core';
import { z } from 'zod';
import { FileFormat, fileDoc, sendFile } from './export-file.ts';
import { defineRoute, type Route } from './route.ts';

/** Schedules as a file: what they are, without what became of them. */

const ExportQuery = ScheduleFilter.extend({ format: FileFormat });

/** One that runs a job names it, since its id differs from cluster to cluster. */
const JobSchedule = ScheduleDefinition.omit({ task: true, job: true })
  .extend({ jobName: z.string().describe('The job that every fire runs.') })
  .meta({ id: 'JobScheduleDefinition' });

const ScheduleFile = z
  .object({ drover: z.literal(1), schedules: z.array(z.union([ScheduleDefinition, JobSchedule])) })
  .meta({ id: 'ScheduleFile' });

const get = defineRoute({
  method: 'get',
  path: '/v1/schedules/export',
  operationId: 'exportSchedules',
  tag: 'Schedules',
  summary: 'Export schedules',
  description:
    'All that match, by name, as a file that `PUT /v1/schedules/import` takes: what each is, without what became of it. ' +
    `An import takes ${limits.bodyBytes} bytes: export more in parts, by its filters. ` +
    'The answer is sent as it is made; one that breaks off is not whole.',
  entry: 'read',
  query: ExportQuery,
  answers: { 200: fileDoc('schedules', ScheduleFile) },
  async handle(call) {
    const { cluster, caller, query } = call;
    const { format, ...filter } = query;
    await sendFile(call, {
      name: 'schedules',
      format,
      async page(cursor) {
        const search = { ...filter, limit: limits.pageMax, cursor };
        const { items, nextCursor } = await cluster.schedules.list(search, caller);
        const names = await jobNamesOf(cluster, caller, items);
        return { items: items.map((item) => definitionOf(item, names)), nextCursor };
      },
    });
    return undefined;
  },
});

const fields = Object.keys(ScheduleDefinition.shape) as (keyof ScheduleDefinition)[];

/** In the order of the contract, so that two exports differ only where the schedules do. */
function definitionOf({ job, task, ...schedule }: Schedule, names: Map<string, string>): object {
  const jobName = names.get(job ?? '');
  const definition = jobName === undefined ? { ...schedule, job, task } : schedule;
  const entries = fields.flatMap((field) => {
    const value = definition[field as keyof typeof definition];
    return value === undefined ? [] : [[field, value]];
  });
  return { ...Object.fromEntries(entries), ...(jobName === undefined ? {} : { jobName }) };
}

/** Of jobs that the importing key would find by name: those of its own company, or global ones. */
async function jobNamesOf(cluster: Cluster, caller: Caller, schedules: Schedule[]): Promise<Map<string, string>> {
  const own = schedules.filter(({ company }) => company === caller.company);
  const ids = new Set(own.flatMap(({ job }) => (job === undefined ? [] : [job])));
  const names = new Map<string, string>();
  for (const id of ids) {
    try {
      names.set(id, (await cluster.jobs.get(id, caller)).name);
    } catch (error) {
      // It was removed: the file says what the schedule says.
      if (!(error instanceof ClusterError) || error.code !== 'job_unknown') throw error;
    }
  }
  return names;
}

export const scheduleExportRoutes: Route[] = [get];
