import { ClusterError, type Job, type JobRequest, jobFaults } from '@drover/core';
import { digestOf } from '../arguments.ts';
import type { Access } from '../cluster.ts';
import { companyOf } from '../enqueue.ts';
import { type PlanParts, planFlow } from '../flows/plan-flow.ts';
import { canonical } from '../schedules/canonical.ts';
import type { CheckOptions } from '../schedules/contract.ts';
import { everySchedule } from '../schedules/list.ts';
import { scheduleStore } from '../schedules/store.ts';
import type { Jobs } from './contract.ts';
import { type JobDefinition, type JobStore, newJobId, replayedJob, visibleJob } from './job-record.ts';
import { inLines, planRun, requireNone, requireZone } from './plan-run.ts';
import { type JobViewParts, viewJob } from './view-job.ts';

export type JobParts = JobViewParts & PlanParts & { store: JobStore };

const triesMax = 20;

export type JobEdits = Pick<Jobs, 'create' | 'replace' | 'remove'>;

/** Jobs as people make, edit, remove and import them. */
export function jobEdits(parts: JobParts): JobEdits {
  const { store, keys } = parts;
  return {
    async create(request, access, options = {}) {
      const { idempotencyKey: given } = options;
      const key =
        given === undefined ? undefined : keys.idempotency(digestOf(`job\n${access.company ?? ''}\n${given}`));
      const fingerprint = key === undefined ? '' : digestOf(canonical(request));
      const stored = key === undefined ? undefined : await store.idempotent(key);
      if (stored !== undefined)
        return viewJob(parts, await visibleJob(store, replayedJob(stored, fingerprint).id, access));
      const definition = await begun(parts, request, access, options);
      const answer = await store.write(undefined, definition, key === undefined ? undefined : { key, fingerprint });
      if (typeof answer === 'object') return viewJob(parts, await visibleJob(store, answer.id, access));
      return viewJob(parts, { id: definition.id, v: '1', definition, lastRun: undefined });
    },

    async replace(id, request, access, options = {}) {
      for (let attempt = 0; attempt < triesMax; attempt += 1) {
        const record = await visibleJob(store, id, access);
        requireVersion(record.definition, options.version);
        const { company, version } = record.definition;
        if ((companyOf(request, access) ?? company) !== company) throw movedJob();
        const checked = await checkJob(parts, { ...record.definition, request }, options);
        const definition = { ...checked, updatedAt: Date.now(), updatedBy: access.by, version: version + 1 };
        if ((await store.write(record, definition)) === 'written') return viewJob(parts, { ...record, definition });
      }
      throw new ClusterError('job_conflict', `job ${id} changes all the time: try again`);
    },

    async remove(id, access, { version } = {}) {
      for (let attempt = 0; attempt < triesMax; attempt += 1) {
        const record = await visibleJob(store, id, access);
        requireVersion(record.definition, version);
        await requireUnscheduled(parts, record.definition);
        if ((await store.write(record, undefined)) !== 'changed') return;
      }
      throw new ClusterError('job_conflict', `job ${id} changes all the time: try again`);
    },
  };
}

function movedJob(): ClusterError {
  const message = 'a job stays with its company: make another one';
  return new ClusterError('job_conflict', message, { faults: [{ pointer: '/company', message }] });
}

/** Schedules that still run it would fail at every fire. @throws ClusterError job_conflict */
async function requireUnscheduled(parts: JobParts, { id, company }: JobDefinition): Promise<void> {
  for await (const records of everySchedule(scheduleStore(parts), company)) {
    const found = records.find(({ definition }) => definition.request.job === id);
    if (found === undefined) continue;
    const { request } = found.definition;
    throw new ClusterError('job_conflict', `the schedule "${request.name}" (${found.id}) runs it: remove that first`);
  }
}

/** One job of a file, by its name. */
export async function applyJob(
  parts: JobParts,
  edits: JobEdits,
  request: JobRequest,
  company: string | undefined,
  access: Access,
  options: CheckOptions & { dryRun?: boolean },
): Promise<{ result: 'created' | 'updated' | 'unchanged'; job: Job }> {
  const { store } = parts;
  const id = await store.idOfName(company, request.name);
  if (id === undefined) {
    if (options.dryRun !== true) return { result: 'created', job: await edits.create(request, access, options) };
    const definition = await begun(parts, request, access, options);
    return {
      result: 'created',
      job: await viewJob(parts, { id: definition.id, v: '', definition, lastRun: undefined }),
    };
  }
  const record = await visibleJob(store, id, access);
  const checked = await checkJob(parts, { ...record.definition, request, company }, options);
  if (canonical(checked.request) === canonical(record.definition.request)) {
    return { result: 'unchanged', job: await viewJob(parts, record) };
  }
  if (options.dryRun === true)
    return { result: 'updated', job: await viewJob(parts, { ...record, definition: checked }) };
  return { result: 'updated', job: await edits.replace(id, request, access, options) };
}

async function begun(
  parts: JobParts,
  request: JobRequest,
  access: Access,
  options: CheckOptions,
): Promise<JobDefinition> {
  const now = Date.now();
  const definition: JobDefinition = {
    v: 1,
    id: newJobId(),
    request,
    company: companyOf(request, access),
    createdAt: now,
    updatedAt: now,
    updatedBy: access.by,
    version: 1,
  };
  return checkJob(parts, definition, options);
}

/** The definition as it is stored. A run of it is planned, so that whatever a run would be refused for is told now. */
async function checkJob(parts: JobParts, definition: JobDefinition, options: CheckOptions): Promise<JobDefinition> {
  const { request, company } = definition;
  requireNone(jobFaults(request));
  const timeZone = requireZone(request);
  const stored = {
    ...definition,
    request: {
      ...request,
      ...(company === undefined ? {} : { company }),
      ...(timeZone === undefined ? {} : { timeZone }),
    },
  };
  const plan = planRun(stored, { schedule: { id: 'sch_0', fire: 0 } });
  try {
    await planFlow(parts, plan, {}, Date.now(), options);
  } catch (error) {
    throw error instanceof ClusterError ? inLines(error, request, plan) : error;
  }
  return stored;
}

function requireVersion({ id, version }: JobDefinition, asked: number | undefined): void {
  if (asked === undefined || asked === version) return;
  throw new ClusterError('precondition_failed', `job ${id} is at version ${version}, not ${asked}`);
}
