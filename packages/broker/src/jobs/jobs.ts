import { byNumber, ClusterError, type JobRun, runFaults, withRun } from '@drover/core';
import { digestOf } from '../arguments.ts';
import type { Access } from '../cluster.ts';
import { companyOf } from '../enqueue.ts';
import { type PlannedFlow, type PlanParts, planFlow } from '../flows/plan-flow.ts';
import { writeFlow } from '../flows/write-flow.ts';
import { asClusterError } from '../redis.ts';
import { canonical } from '../schedules/canonical.ts';
import type { Jobs } from './contract.ts';
import { applyJob, jobEdits } from './job-edits.ts';
import { type JobDefinition, jobStore, visibleJob } from './job-record.ts';
import { createJobResults, type ResultParts } from './job-results.ts';
import { inLines, planRun, requireNone } from './plan-run.ts';
import { listJobs, viewJob } from './view-job.ts';

/** Jobs with lines, and their runs. */
export function createJobs(given: ResultParts & PlanParts): Jobs {
  const store = jobStore(given);
  const parts = { ...given, store };
  const results = createJobResults(parts);
  const edits = jobEdits(parts);
  return {
    ...edits,
    results,

    get: async (id, access) => viewJob(parts, await visibleJob(store, id, access)),

    list: (search, access) => listJobs(parts, search, access),

    idOf: (name, { company }) => store.idOfName(company, name),

    async run(id, run, access, { isSystem, idempotencyKey } = {}) {
      const { definition } = await visibleJob(store, id, access);
      if (!definition.request.active) throw new ClusterError('job_conflict', 'the job is not active');
      requireNone(runFaults(definition.request, run));
      const request = withRun(definition.request, run);
      const key =
        idempotencyKey === undefined
          ? undefined
          : given.keys.idempotency(digestOf(`job ${id}\n${access.company ?? ''}\n${idempotencyKey}`));
      const fingerprint = key === undefined ? '' : digestOf(canonical({ id, run }));
      const planned = await plannedRun(given, { ...definition, request }, run, access, isSystem === true);
      const known = await writeFlow(given, planned, key === undefined ? undefined : { key, fingerprint });
      return results.get(known ?? planned.record.id, access);
    },

    async apply(requests, access, options = {}) {
      const applied: Awaited<ReturnType<Jobs['apply']>> = [];
      const names = new Set<string>();
      for (const request of requests) {
        try {
          const company = companyOf(request, access);
          const name = `${company ?? ''}\0${request.name}`;
          if (names.has(name))
            throw new ClusterError('job_conflict', `"${request.name}" is there twice`, {
              faults: [{ pointer: '/name', message: 'is there twice' }],
            });
          names.add(name);
          applied.push(await applyJob(parts, edits, request, company, access, options));
        } catch (error) {
          const known = asClusterError(error);
          if (!(known instanceof ClusterError) || known.canRetry) throw error;
          applied.push(known);
        }
      }
      return applied;
    },
  };
}

/** What was checked when the job was made may wait for a worker now; what this run says differently is checked. */
async function plannedRun(
  parts: PlanParts,
  definition: JobDefinition,
  run: JobRun,
  access: Access,
  isSystem: boolean,
): Promise<PlannedFlow> {
  const asked = Object.values(run.lines ?? {});
  const isAsMade = asked.every(({ args, kwargs, definition: filter }) => (args ?? kwargs ?? filter) === undefined);
  const plan = planRun(definition, { user: run.user });
  // Who may not reach over all companies could not have made such a job; what it says differently is his own.
  const options = { unchecked: isAsMade, isSystem: isSystem || (isAsMade && definition.company === undefined) };
  try {
    return await planFlow(parts, plan, access, Date.now(), options);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const { code, message, faults, cause } = inLines(error, definition.request, plan);
    const moved = faults.map((fault) => ({ ...fault, pointer: byNumber(definition.request, fault.pointer) }));
    throw new ClusterError(code, message, { cause, faults: moved });
  }
}
