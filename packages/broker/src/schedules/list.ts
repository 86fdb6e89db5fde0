import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ClusterError,
  firesBetween,
  limits,
  type Schedule,
  type ScheduleCalendar,
  type ScheduleFilter,
  sentenceOf,
} from '@drover/core';
import type { Access } from '../cluster.ts';
import { wordsOf } from '../search/words.ts';
import { invalid } from './check-schedule.ts';
import type { ScheduleSearch } from './contract.ts';
import { driftOf } from './drift.ts';
import { ruleOf, type ScheduleRecord } from './record.ts';
import type { ScheduleStore } from './store.ts';
import { type ViewParts, viewSchedules } from './view.ts';

export type ListParts = ViewParts & { store: ScheduleStore };

/** Schedules read in one call, and looked at for one page: a narrow filter must not cost without end. */
const readAtOnce = 200;
const lookMax = 4_000;

export async function listSchedules(
  parts: ListParts,
  { limit, cursor, ...filter }: ScheduleSearch,
  access: Access,
): Promise<{ items: Schedule[]; nextCursor: string | null }> {
  const company = access.company ?? filter.company;
  if (company !== filter.company && filter.company !== undefined) return { items: [], nextCursor: null };
  const words = filter.q === undefined ? [] : wordsOf(filter.q);
  const found: ScheduleRecord[] = [];
  let looked = 0;
  let after = decodeCursor(cursor);
  for (;;) {
    const most = isAnybody(filter) ? limit - found.length : readAtOnce;
    const members = await parts.store.members(company, after, most);
    const records = await parts.store.readMany(members.map(idOf));
    for (const [index, record] of records.entries()) {
      after = members[index];
      if (record === undefined || !fits(record, filter, words)) continue;
      found.push(record);
      if (found.length === limit) break;
    }
    looked += members.length;
    const isLast = members.length < most && found.length < limit;
    if (isLast || found.length === limit || looked >= lookMax) {
      const items = await viewSchedules(parts, found);
      return { items, nextCursor: isLast || after === undefined ? null : encodeCursor(after) };
    }
  }
}

/** All of them, or all of a company's, group by group. */
export async function* everySchedule(store: ScheduleStore, company?: string): AsyncGenerator<ScheduleRecord[]> {
  let after: string | undefined;
  for (;;) {
    const members = await store.members(company, after, readAtOnce);
    if (members.length > 0) yield (await store.readMany(members.map(idOf))).filter((record) => record !== undefined);
    if (members.length < readAtOnce) return;
    after = members.at(-1);
  }
}

export async function scheduleCalendar(
  store: ScheduleStore,
  search: { from: string; to: string },
  access: Access,
): Promise<ScheduleCalendar> {
  const from = Date.parse(search.from);
  const to = Date.parse(search.to);
  if (to <= from) throw invalid([{ pointer: '?to', message: 'must lie after from' }]);
  if (to - from > limits.calendarMs) {
    throw invalid([{ pointer: '?to', message: `at most ${limits.calendarMs / 86_400_000} days after from` }]);
  }
  const now = await store.now();
  const answer: ScheduleCalendar = {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    items: [],
    dense: [],
    isMore: false,
  };
  for await (const records of everySchedule(store, access.company)) {
    for (const record of records) {
      const fires = firesIn(record, from, to, now);
      if (fires.length === 0) continue;
      if (answer.items.length + answer.dense.length >= limits.calendarSchedules) return { ...answer, isMore: true };
      const { definition, situation } = record;
      const { id, request } = definition;
      const shown = { id, name: request.name, state: situation.state };
      if (fires.length > limits.calendarFires)
        answer.dense.push({ ...shown, sentence: sentenceOf(ruleOf(definition)) });
      else answer.items.push({ ...shown, fires: fires.map((at) => new Date(at).toISOString()) });
    }
    // Thousands of rules take a while: others have their turn between.
    await nextTurn();
  }
  return answer;
}

/** Those that its rule names: of a stopped one nothing after it stopped, of a bounded one no more than are left. */
function firesIn({ definition, situation }: ScheduleRecord, from: number, to: number, now: number): number[] {
  const hasStopped = situation.state === 'unscheduled' || situation.state === 'finished';
  const until = hasStopped ? Math.min(to, situation.last + 1) : to;
  const since = Math.max(from, definition.createdAt - 1_000);
  if (until <= since) return [];
  const fires = firesBetween(ruleOf(definition), since, until, limits.calendarFires + 1);
  const { maxFires } = definition.request;
  if (maxFires === undefined) return fires;
  const left = Math.max(0, maxFires - situation.counts.tasks);
  const past = fires.filter((at) => at <= now).length;
  return fires.slice(0, past + left);
}

/** Nothing is asked but whose it is. */
function isAnybody({ company: _, ...filter }: ScheduleFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

function fits({ definition, situation }: ScheduleRecord, filter: ScheduleFilter, words: string[]): boolean {
  const { request, owner } = definition;
  const { state, model, method, drift } = filter;
  if (state !== undefined && situation.state !== state) return false;
  if (filter.owner !== undefined && owner.kind !== filter.owner) return false;
  if (model !== undefined && request.task.model !== model) return false;
  if (method !== undefined && request.task.method !== method) return false;
  if (drift !== undefined && isAdrift(definition) !== (drift === 'true')) return false;
  if (words.length === 0) return true;
  const text = [request.name, request.description, `${request.task.model}.${request.task.method}`];
  const all = [...text, sentenceOf(ruleOf(definition))].join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}

function isAdrift(definition: ScheduleRecord['definition']): boolean {
  const drift = driftOf(definition);
  return drift !== undefined && !drift.isAdopted;
}

function idOf(member: string): string {
  return member.slice(member.lastIndexOf('\0') + 1);
}

function encodeCursor(member: string): string {
  return Buffer.from(member).toString('base64url');
}

function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const member = Buffer.from(cursor, 'base64url').toString();
  if (/\0sch_[0-9a-f]{20}$/.test(member) && encodeCursor(member) === cursor) return member;
  throw new ClusterError('request_invalid', '?cursor is none of ours', {
    faults: [{ pointer: '?cursor', message: 'is none of ours' }],
  });
}
