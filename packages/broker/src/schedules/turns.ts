import { ClusterError, type Fire } from '@drover/core';
import { aimOf, change, conflict, type EditParts } from './change.ts';
import type { Schedules } from './contract.ts';
import { lineOf } from './fire-lines.ts';
import type { Situation } from './record.ts';

/** What people stop and let go on. The definition stays as it is. */
export function scheduleTurns(parts: EditParts): Pick<Schedules, 'pause' | 'unschedule' | 'reschedule'> {
  return {
    pause: (id, { note, until }, access) =>
      change(parts, id, access, ({ situation }, now) => {
        if (situation.state !== 'active' && situation.state !== 'paused') throw conflict(`it is ${situation.state}`);
        const untilMs = until === undefined ? undefined : Date.parse(until);
        if (untilMs !== undefined && untilMs <= now) {
          const fault = { pointer: '/until', message: 'must lie ahead' };
          throw new ClusterError('request_invalid', `${fault.pointer} ${fault.message}`, { faults: [fault] });
        }
        const pause = { note, until: untilMs, at: now, by: access.by };
        return { situation: { ...situation, state: 'paused', pause } };
      }),

    unschedule: (id, access) =>
      change(parts, id, access, ({ situation }, now) => {
        const to: Situation = { ...situation, state: 'unscheduled', pause: undefined, queued: [] };
        to.counts = { ...to.counts, skipped: to.counts.skipped + situation.queued.length };
        const lines = situation.queued.map((queued) => droppedLine(queued, now));
        to.newest = lines.find(({ number }) => number === situation.newest?.number) ?? situation.newest;
        return { situation: to, lines };
      }),

    reschedule: (id, access) =>
      change(parts, id, access, ({ definition, situation }, now) => {
        const isOnce = definition.request.timing === 'immediately';
        if (situation.state === 'active' && !isOnce) return undefined;
        const again = isOnce ? { ...definition, anchorAt: now } : definition;
        const last = isOnce ? now - 1_000 : Math.max(situation.last, now);
        const to: Situation = { ...situation, state: 'active', pause: undefined, failuresInARow: 0, last };
        if (aimOf(again, { ...to, queued: [] }, now) === undefined) {
          throw conflict('it has no further times: edit them first');
        }
        return { definition: again, situation: to };
      }),
  };
}

/** The line of a fire that waited, and whose task will not come. */
function droppedLine({ at, line }: Situation['queued'][number], now: number): Fire {
  return lineOf({ at, count: 1, result: 'skipped', reason: 'the schedule was stopped' }, line, now);
}
