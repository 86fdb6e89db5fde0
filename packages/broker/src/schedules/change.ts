import { ClusterError, type Fire, type Schedule } from '@drover/core';
import type { Access } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import { aim } from './aim.ts';
import type { CheckParts } from './check-schedule.ts';
import { type Definition, ruleOf, type ScheduleRecord, type Situation } from './record.ts';
import type { ScheduleStore } from './store.ts';
import { type ViewParts, viewSchedules } from './view.ts';

export type EditParts = ViewParts & CheckParts & { store: ScheduleStore; keys: Keys };

/** A fire may write between our reading and our writing: then it is done again on what is there now. */
export const triesMax = 50;

/** What a change makes of a schedule: parts that are left out stay. */
export type Step = { definition?: Definition; situation: Situation; lines?: Fire[] };

/** Decides on what is there; undefined where nothing is to change. */
export type StepMaker = (record: ScheduleRecord, now: number) => Promise<Step | undefined> | Step | undefined;

/** Changes a schedule as it is now. @throws ClusterError schedule_unknown, precondition_failed */
export async function change(
  parts: EditParts,
  id: string,
  access: Access,
  make: StepMaker,
  version?: number,
): Promise<Schedule> {
  const { store } = parts;
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const record = await visible(store, id, access);
    requireVersion(record.definition, version);
    const now = await store.now();
    const step = await make(record, now);
    if (step === undefined) return viewOne(parts, record);
    const next = { ...record, ...step };
    if (await save(store, record, next, step.lines ?? [], now)) return viewOne(parts, next);
  }
  throw conflict(`schedule ${id} changes all the time: try again`);
}

export async function viewOne(parts: ViewParts, record: ScheduleRecord): Promise<Schedule> {
  const [schedule] = await viewSchedules(parts, [record]);
  if (schedule === undefined) throw new Error(`schedule ${record.id} has no view`);
  return schedule;
}

/** What is not somebody's own is unknown to him. @throws ClusterError schedule_unknown */
export async function visible(store: ScheduleStore, id: string, access: Access): Promise<ScheduleRecord> {
  const record = await store.read(id);
  if (record === undefined || (access.company !== undefined && record.definition.company !== access.company)) {
    throw new ClusterError('schedule_unknown', `there is no schedule "${id.slice(0, 100)}"`);
  }
  return record;
}

/** An edit goes into the lists too; what merely becomes of it goes the way of fires. */
async function save(
  store: ScheduleStore,
  record: ScheduleRecord,
  { definition, situation }: ScheduleRecord,
  lines: Fire[],
  now: number,
): Promise<boolean> {
  const alarmAt = aimOf(definition, situation, now);
  if (definition !== record.definition) {
    return (await store.edit({ record, definition, situation, alarmAt })) === 'written';
  }
  const [answer] = await store.write([{ record, situation, live: record.live, alarmAt, lines, tasks: [] }], now);
  return answer === 'written';
}

/** When to look at it next. Sets the next slot in the situation, and the state when there is none. */
export function aimOf(definition: Definition, situation: Situation, now: number): number | undefined {
  return aim({ definition, situation, rule: ruleOf(definition), now, busy: [] });
}

export function edited(old: Definition, by: Partial<Definition>, access: Access, now: number): Definition {
  return { ...old, ...by, updatedAt: now, updatedBy: access.by, version: old.version + 1 };
}

/** As it goes on after an edit: with another rule, from now on. */
export function goingOn(situation: Situation, isRuleNew: boolean, now: number): Situation {
  const state = situation.state === 'finished' ? 'active' : situation.state;
  return { ...situation, state, last: isRuleNew ? Math.max(situation.last, now) : situation.last };
}

/** @throws ClusterError precondition_failed */
export function requireVersion({ id, version }: Definition, asked: number | undefined): void {
  if (asked === undefined || asked === version) return;
  throw new ClusterError('precondition_failed', `schedule ${id} is at version ${version}, not ${asked}`);
}

export function conflict(message: string, pointer?: string): ClusterError {
  const faults = pointer === undefined ? [] : [{ pointer, message }];
  return new ClusterError('schedule_conflict', message, { faults });
}
