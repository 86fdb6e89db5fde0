import { ClusterError, fullMethodName, type Job, type JobFilter, type JobRequest } from '@drover/core';
import type { Access } from '../cluster.ts';
import { decodeFlow, flowFields } from '../flows/flow-record.ts';
import { reach } from '../redis.ts';
import type { Jobs } from './contract.ts';
import type { JobRecord, JobStore } from './job-record.ts';
import { type ResultParts, viewResult } from './job-results.ts';

export type JobViewParts = Pick<ResultParts, 'redis' | 'keys' | 'run'>;

/** A job as people see it, with its newest run. */
export async function viewJob(parts: JobViewParts, { definition, lastRun }: JobRecord): Promise<Job> {
  const { id, request, createdAt, updatedAt, updatedBy, version } = definition;
  const run = lastRun === undefined ? undefined : await lastRunOf(parts, lastRun);
  return {
    id,
    ...request,
    ...(run === undefined ? {} : { lastRun: run }),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    ...(updatedBy === undefined ? {} : { updatedBy }),
    version,
  };
}

async function lastRunOf(parts: JobViewParts, id: string): Promise<Job['lastRun']> {
  const stored = decodeFlow(await reach(parts.redis.hmget(parts.keys.flow(id), ...flowFields)));
  if (stored === undefined) return undefined;
  const { status, startedAt, finishedAt } = await viewResult(parts, stored);
  return { id, status, startedAt, ...(finishedAt === undefined ? {} : { finishedAt }) };
}

const readAtOnce = 100;
const lookMax = 2_000;

/** By name. */
export async function listJobs(
  parts: JobViewParts & { store: JobStore },
  { limit, cursor, ...filter }: Parameters<Jobs['list']>[0],
  access: Access,
): Promise<{ items: Job[]; nextCursor: string | null }> {
  const company = access.company ?? filter.company;
  if (filter.company !== undefined && filter.company !== company) return { items: [], nextCursor: null };
  const found: JobRecord[] = [];
  let after = decodeCursor(cursor);
  for (let looked = 0; ; looked += readAtOnce) {
    const members = await parts.store.members(company, after, readAtOnce);
    const records = await parts.store.readMany(members.map((member) => member.slice(member.lastIndexOf('\0') + 1)));
    for (const [index, record] of records.entries()) {
      after = members[index];
      if (record !== undefined && fits(record.definition.request, filter)) found.push(record);
      if (found.length === limit) break;
    }
    const isLast = members.length < readAtOnce && found.length < limit;
    if (!isLast && found.length < limit && looked < lookMax) continue;
    const items = await Promise.all(found.map((record) => viewJob(parts, record)));
    return { items, nextCursor: isLast || after === undefined ? null : Buffer.from(after).toString('base64url') };
  }
}

function fits(request: JobRequest, { active, module, q }: JobFilter): boolean {
  if (active !== undefined && request.active !== (active === 'true')) return false;
  if (module !== undefined && request.module !== module) return false;
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const methods = request.lines.map((line) => fullMethodName(line.model, line.method));
  const text = [request.name, request.description, ...methods].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const member = Buffer.from(cursor, 'base64url').toString();
  if (/\0job_[0-9a-f]{20}$/.test(member)) return member;
  const message = 'is not a cursor of this list';
  throw new ClusterError('request_invalid', `?cursor ${message}`, { faults: [{ pointer: '?cursor', message }] });
}
