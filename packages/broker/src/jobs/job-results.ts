import {
  ClusterError,
  idsLeft,
  isRunOver,
  type JobResult,
  type JobResultLine,
  type JobResultSummary,
  jobStatusOf,
  type LineEnd,
  lineStatusOf,
} from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access, Cluster } from '../cluster.ts';
import { decodeFlow, flowFields, type StoredFlow } from '../flows/flow-record.ts';
import { type FlowTaskView, nodesOf } from '../flows/view-flow.ts';
import type { Keys } from '../keys.ts';
import { killWarning } from '../kill.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';
import type { Jobs } from './contract.ts';
import { numberOfKey } from './plan-run.ts';

export type ResultParts = { redis: Redis; keys: Keys; run: RunScript; flows: Pick<Cluster['flows'], 'cancel'> };

/** Runs of jobs: what became of each line. */
export function createJobResults(parts: ResultParts): Jobs['results'] {
  const get = async (id: string, access: Access): Promise<JobResult> =>
    viewResult(parts, await visibleRun(parts, id, access));
  return {
    get,

    list: (search, access) => listResults(parts, search, access),

    async kill(id, reason, access) {
      const { status } = await get(id, access);
      if (isRunOver(status)) {
        throw new ClusterError('job_conflict', `it does not run: its status is ${status}`);
      }
      await parts.flows.cancel(id, { reason: reason ?? 'the run was killed', running: 'kill' }, access);
      return {
        ...(await get(id, access)),
        warning: killWarning,
      };
    },
  };
}

/** @throws ClusterError job_result_unknown */
async function visibleRun({ redis, keys }: ResultParts, id: string, { company }: Access): Promise<StoredFlow> {
  const stored = decodeFlow(await reach(redis.hmget(keys.flow(id), ...flowFields)));
  const isVisible = company === undefined || stored?.record.company === company;
  if (stored?.record.job === undefined || !isVisible) {
    throw new ClusterError('job_result_unknown', `there is no job result "${id.slice(0, 100)}"`);
  }
  return stored;
}

export async function viewResult(parts: Pick<ResultParts, 'keys' | 'run'>, stored: StoredFlow): Promise<JobResult> {
  const nodes = await nodesOf(parts, stored.record);
  const lines = nodes.flatMap((node) => {
    const number = numberOfKey(node.key);
    return number === undefined ? [] : [lineOf(node, number, isFilter(stored, node.key))];
  });
  const attention = nodes.filter(({ state }) => state === 'requires_attention').length;
  return { ...summaryOfRun(stored, nodes), attention, lines };
}

function summaryOfRun({ record, counts }: StoredFlow, nodes: FlowTaskView[]): JobResultSummary {
  const { id, job, user, company, schedule, createdAt } = record;
  const ends = nodes.map((node) => endOf(node, isFilter({ record, counts }, node.key)));
  const status = jobStatusOf(ends, job?.stopsOnError ?? true);
  const message = messageOf(status, nodes);
  return {
    id,
    job: job?.id ?? '',
    jobName: job?.name ?? '',
    status,
    ...(message === undefined ? {} : { message }),
    by: schedule === undefined ? 'hand' : 'schedule',
    ...(schedule === undefined ? {} : { schedule }),
    ...(user === undefined ? {} : { user }),
    ...(company === undefined ? {} : { company }),
    startedAt: new Date(createdAt).toISOString(),
    ...(counts.finishedAt === undefined ? {} : { finishedAt: new Date(counts.finishedAt).toISOString() }),
  };
}

/** What made the status so. */
function messageOf(status: JobResultSummary['status'], nodes: FlowTaskView[]): string | undefined {
  const told = (node: FlowTaskView | undefined) =>
    node?.message === undefined ? undefined : `${node.key.replace('_', ' ')}: ${node.message}`;
  switch (status) {
    case 'error':
    case 'warning':
      return told(nodes.find(({ state, outcome }) => state === 'error' || outcome === 'warning'));
    case 'cancelled':
      return told(nodes.find(({ state }) => state === 'cancelled'));
    case 'info': {
      const passed = nodes.find(({ isPassedOver }) => isPassedOver);
      if (passed === undefined) return told(nodes.find(({ message }) => message !== undefined));
      const condition = nodes.find(({ key }) => key === 'condition');
      return condition !== undefined && condition.result !== true
        ? 'its condition did not hold'
        : 'a filter left nothing';
    }
    case 'running': {
      const held = nodes.find(({ state }) => state === 'requires_attention');
      return held === undefined ? undefined : `${held.key.replace('_', ' ')} needs a person`;
    }
    case 'pending':
    case 'success':
      return undefined;
    default:
      return status satisfies never;
  }
}

function isFilter({ record }: StoredFlow, key: string): boolean {
  return record.tasks.find((task) => task.key === key)?.isFilter === true;
}

function endOf(node: FlowTaskView, isFilterLine: boolean): LineEnd {
  const { state, outcome, isPassedOver, message } = node;
  const isBehindFailure = state === 'cancelled' && message?.startsWith('because of ') === true;
  return { state, outcome, isPassedOver, isBehindFailure, isFilter: isFilterLine };
}

function lineOf(node: FlowTaskView, number: number, isFilterLine: boolean): JobResultLine {
  const { id, name, model, method, state, message, startedAt, finishedAt, result } = node;
  const status = lineStatusOf(endOf(node, isFilterLine));
  return {
    number,
    kind: isFilterLine ? 'filter' : 'action',
    name,
    model,
    method,
    status,
    ...(message === undefined ? {} : { message }),
    taskId: id,
    ...(state === undefined ? {} : { taskState: state }),
    ...(isFilterLine && status === 'success' ? { left: idsLeft(result).length } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

const readAtOnce = 50;
const lookMax = 500;

async function listResults(
  parts: ResultParts,
  { limit, cursor, ...filter }: Parameters<Jobs['results']['list']>[0],
  access: Access,
): Promise<{ items: JobResultSummary[]; nextCursor: string | null }> {
  const { redis, keys } = parts;
  const company = access.company ?? filter.company;
  if (filter.company !== undefined && filter.company !== company) return { items: [], nextCursor: null };
  const list = filter.job === undefined ? keys.jobRuns(company) : keys.jobRunsOf(filter.job);
  const items: JobResultSummary[] = [];
  let [before, beforeId] = decodeCursor(cursor);
  for (let looked = 0; ; looked += readAtOnce) {
    const found = await reach(
      redis.zrange(list, before, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, readAtOnce, 'WITHSCORES'),
    );
    const runs: { id: string; createdAt: string }[] = [];
    for (let at = 0; at < found.length; at += 2) runs.push({ id: found[at] ?? '', createdAt: found[at + 1] ?? '' });
    const fresh = runs.filter(({ id, createdAt }) => createdAt !== before || beforeId === '' || id < beforeId);
    for (const { id, createdAt } of fresh) {
      [before, beforeId] = [createdAt, id];
      const stored = decodeFlow(await reach(redis.hmget(keys.flow(id), ...flowFields)));
      if (stored === undefined || (company !== undefined && stored.record.company !== company)) continue;
      if (filter.schedule !== undefined && stored.record.schedule !== filter.schedule) continue;
      const summary = summaryOfRun(stored, await nodesOf(parts, stored.record));
      if (filter.status !== undefined && summary.status !== filter.status) continue;
      items.push(summary);
      if (items.length === limit) return { items, nextCursor: encodeCursor(before, beforeId) };
    }
    if (runs.length < readAtOnce) return { items, nextCursor: null };
    if (looked >= lookMax) return { items, nextCursor: encodeCursor(before, beforeId) };
  }
}

function encodeCursor(createdAt: string, id: string): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

function decodeCursor(cursor: string | undefined): [createdAt: string, id: string] {
  if (cursor === undefined) return ['+inf', ''];
  const [createdAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (/^\d{1,15}$/.test(createdAt) && /^flw_[0-9a-f]{20}$/.test(id)) return [createdAt, id];
  const message = 'is not a cursor of this list';
  throw new ClusterError('request_invalid', `?cursor ${message}`, { faults: [{ pointer: '?cursor', message }] });
}
