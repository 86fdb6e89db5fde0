import { methodsOf, type PlannedFlow, type PlanParts, planWith } from '../flows/plan-flow.ts';
import type { JobRecord } from '../jobs/job-record.ts';
import { planRun } from '../jobs/plan-run.ts';
import type { LookParts } from './look.ts';
import type { Definition } from './record.ts';

/** What makes the run of a job at a slot. */
export async function planJobFires(
  parts: PlanParts,
  job: JobRecord | undefined,
  { id, request, company }: Definition,
  nowMs: number,
  flows: PlannedFlow[],
): Promise<LookParts['make']> {
  if (job === undefined || job.definition.company !== company)
    return () => ({ fault: 'the job is not there any more' });
  if (!job.definition.request.active) return () => ({ skip: 'the job is not active' });
  const { user } = request.task;
  const methods = await methodsOf(parts, planRun(job.definition, { user, schedule: { id, fire: nowMs } }).tasks);
  return (at) => {
    const run = planRun(job.definition, { user, schedule: { id, fire: at } });
    // What was checked when the job was made may wait for a worker now; who made it decided what it may reach.
    const flow = planWith(parts, methods, run, {}, nowMs, { unchecked: true, isSystem: true });
    flows.push(flow);
    return { id: flow.record.id };
  };
}
