import { describeFire, nextFires, sentenceOf } from '@drover/core';
import type { Redis } from 'ioredis';
import { jobStore } from '../jobs/job-record.ts';
import { scheduleImport } from './apply.ts';
import { type ByHandParts, firesByHand } from './by-hand.ts';
import { visible } from './change.ts';
import { invalid } from './check-schedule.ts';
import type { Schedules } from './contract.ts';
import { driftDecisions } from './drift-decisions.ts';
import { scheduleEdits } from './edits.ts';
import { listSchedules, scheduleCalendar } from './list.ts';
import { ruleOf } from './record.ts';
import { scheduleStore } from './store.ts';
import { scheduleTurns } from './turns.ts';
import { viewFires, viewSchedules } from './view.ts';

export type SchedulesParts = Omit<ByHandParts, 'store' | 'jobs'> & { redis: Redis };

/** Everything that people and services do with schedules. */
export function createSchedules(given: SchedulesParts): Schedules {
  const store = scheduleStore(given);
  const parts = { ...given, store, jobs: jobStore(given) };
  const edits = scheduleEdits(parts);
  return {
    ...edits,
    ...scheduleTurns(parts),
    ...driftDecisions(parts),
    ...firesByHand(parts),

    async get(id, access) {
      const [schedule] = await viewSchedules(parts, [await visible(store, id, access)]);
      if (schedule === undefined) throw new Error(`schedule ${id} has no view`);
      return schedule;
    },

    list: (search, access) => listSchedules(parts, search, access),

    async fires(id, { limit, cursor }, access) {
      await visible(store, id, access);
      const fires = await store.fires(id, limit + 1, decodeCursor(cursor));
      const items = await viewFires(parts, fires.slice(0, limit));
      const last = items.at(-1);
      return { items, nextCursor: fires.length > limit && last !== undefined ? String(last.number) : null };
    },

    async preview(id, { after, count }, access) {
      const { definition, situation } = await visible(store, id, access);
      const rule = ruleOf(definition);
      const isOver = situation.state === 'unscheduled' || situation.state === 'finished';
      const from = after === undefined ? (isOver ? await store.now() : situation.last) : Date.parse(after);
      const left = rule.maxFires === undefined ? count : Math.min(count, rule.maxFires - situation.counts.tasks);
      const fires = left <= 0 ? [] : nextFires(rule, from, left);
      return { sentence: sentenceOf(rule), fires: fires.map((at) => describeFire(rule, at)) };
    },

    calendar: (search, access) => scheduleCalendar(store, search, access),

    apply: scheduleImport(parts, edits),
  };
}

function decodeCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined || /^[1-9]\d{0,14}$/.test(cursor)) return cursor === undefined ? undefined : Number(cursor);
  throw invalid([{ pointer: '?cursor', message: 'is not a cursor of this list' }]);
}
