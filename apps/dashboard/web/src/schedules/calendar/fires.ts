import type { ScheduleCalendar, ScheduleState } from '@drover/core';
import { minuteMs } from './zoned-day.ts';

/** What of a calendar is shown, minute by minute, and which schedules fire together. */

export type Entry = {
  id: string;
  name: string;
  state: ScheduleState;
  /** Its times go by without a task, and are no load. Of what is unscheduled there are only times that went by before. */
  isPaused: boolean;
  /** Unix ms, ascending. */
  fires: number[];
};

/** A minute in which something fires. */
export type Minute = {
  at: number;
  /** What fires in it, and how often; what is paused comes last. */
  entries: { entry: Entry; times: number }[];
  /** Of those that are not paused. */
  fires: number;
  /** Several schedules that are not paused. */
  isCollision: boolean;
};

/** Schedules that fire at the same minute, again and again. */
export type Collision = { entries: Entry[]; minutes: number[] };

type Named = { name: string };

/** Those whose name holds every one of the words. */
export function withWords<T extends Named>(items: readonly T[], words: string): T[] {
  const wanted = words.toLowerCase().split(/\s+/);
  return items.filter(({ name }) => wanted.every((word) => name.toLowerCase().includes(word)));
}

/** The first one to fire comes first. */
export function entriesOf({ items }: ScheduleCalendar): Entry[] {
  return items
    .filter(({ fires }) => fires.length > 0)
    .map(({ id, name, state, fires }) => ({
      id,
      name,
      state,
      isPaused: state === 'paused',
      fires: fires.map((at) => Date.parse(at)),
    }))
    .sort((a, b) => (a.fires[0] ?? 0) - (b.fires[0] ?? 0) || byName(a, b));
}

const collator = new Intl.Collator('en', { numeric: true });

/** `Shop 2` before `Shop 10`. */
export function byName(a: Named, b: Named): number {
  return collator.compare(a.name, b.name);
}

export function minuteOf(at: number): number {
  return Math.floor(at / minuteMs) * minuteMs;
}

export function minutesOf(entries: readonly Entry[]): Minute[] {
  const minutes = new Map<number, Map<Entry, number>>();
  for (const entry of entries) {
    for (const fire of entry.fires) {
      const at = minuteOf(fire);
      const times = minutes.get(at) ?? new Map<Entry, number>();
      minutes.set(at, times.set(entry, (times.get(entry) ?? 0) + 1));
    }
  }
  return [...minutes].sort(([a], [b]) => a - b).map(([at, times]) => minute(at, times));
}

function minute(at: number, times: Map<Entry, number>): Minute {
  const entries = [...times]
    .map(([entry, count]) => ({ entry, times: count }))
    .sort((a, b) => Number(a.entry.isPaused) - Number(b.entry.isPaused) || byName(a.entry, b.entry));
  const on = entries.filter(({ entry }) => !entry.isPaused);
  return { at, entries, fires: on.reduce((sum, { times: count }) => sum + count, 0), isCollision: on.length > 1 };
}

/** The schedules of a minute that are not paused. */
export function firing({ entries }: Minute): Entry[] {
  return entries.filter(({ entry }) => !entry.isPaused).map(({ entry }) => entry);
}

/** The same schedules at several minutes are one collision. The largest first, then the earliest. */
export function collisionsOf(minutes: readonly Minute[]): Collision[] {
  const collisions = new Map<string, Collision>();
  for (const minute of minutes) {
    if (!minute.isCollision) continue;
    const entries = firing(minute);
    const key = entries.map(({ id }) => id).join(' ');
    const known = collisions.get(key);
    if (known === undefined) collisions.set(key, { entries, minutes: [minute.at] });
    else known.minutes.push(minute.at);
  }
  return [...collisions.values()].sort(
    (a, b) => b.entries.length - a.entries.length || (a.minutes[0] ?? 0) - (b.minutes[0] ?? 0),
  );
}

/** Minutes with collisions that lie so close that one mark stands for them, where the first one is. */
export type Mark = {
  at: number;
  /** Of its fullest minute. */
  most: number;
  minutes: Minute[];
};

export function marksOf(minutes: readonly Minute[], apartMs: number): Mark[] {
  const marks: Mark[] = [];
  for (const minute of minutes) {
    if (!minute.isCollision) continue;
    const last = marks.at(-1);
    const many = firing(minute).length;
    if (last === undefined || minute.at - last.at >= apartMs)
      marks.push({ at: minute.at, most: many, minutes: [minute] });
    else {
      last.most = Math.max(last.most, many);
      last.minutes.push(minute);
    }
  }
  return marks;
}

/** How much fires in a span. */
export type Load = {
  at: number;
  fires: number;
  /** Of them, those in minutes with a collision. */
  together: number;
};

/** One for each span of equal length, from the first one's beginning on. */
export function loadsOf(starts: readonly number[], lengthMs: number, minutes: readonly Minute[]): Load[] {
  const loads = starts.map((at) => ({ at, fires: 0, together: 0 }));
  const first = starts[0] ?? 0;
  for (const { at, fires, isCollision } of minutes) {
    const load = loads[Math.floor((at - first) / lengthMs)];
    if (load === undefined) continue;
    load.fires += fires;
    if (isCollision) load.together += fires;
  }
  return loads;
}

/** The fullest, the first of equals; undefined when nothing fires. */
export function fullest(loads: readonly Load[]): Load | undefined {
  const most = loads.reduce((high, { fires }) => Math.max(high, fires), 0);
  return most === 0 ? undefined : loads.find(({ fires }) => fires === most);
}
