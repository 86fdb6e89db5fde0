import { type GroupFigures, limits, type MonitorFigures, type Statistics, type StatisticsQuery } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import { type Day, lastDays, quartersOf } from './days.ts';
import { addCounts, type Counts, decodeCounts, figuresOf } from './figures.ts';

type Parts = { redis: Redis; keys: Keys };

/** Hashes read by one pipeline. */
const chunk = 500;
const all = '*';
const prefixes = { method: 'm:', queue: 'q:', company: 'c:' } as const;

/** What was counted, day by day of a zone. A company's caller reads his company's counters, which are apart. */
export async function readStatistics(
  parts: Parts,
  query: StatisticsQuery,
  access: Access,
  nowMs = Date.now(),
): Promise<Statistics> {
  const { days: count, timeZone, by } = query;
  const company = access.company ?? query.company;
  const days = lastDays(count, timeZone, nowMs);
  const byDay: { day: Day; counts: Counts }[] = [];
  const groups = new Map<string, Map<string, Counts>>();
  for (const day of days) {
    const fields = await readDay(parts, day, company, by !== undefined, nowMs);
    byDay.push({ day, counts: fields.get(all) ?? new Map() });
    for (const [field, counts] of fields) {
      if (by === undefined || !field.startsWith(prefixes[by])) continue;
      const key = field.slice(2);
      groups.set(key, (groups.get(key) ?? new Map()).set(day.date, counts));
    }
  }
  // One company is one group: its own counters do not name it.
  if (by === 'company' && company !== undefined) {
    groups.set(company, new Map(byDay.map(({ day, counts }) => [day.date, counts])));
  }
  const total: Counts = new Map();
  for (const { counts } of byDay) addCounts(total, counts);
  const listed = [...groups].map(([key, counts]) => groupOf(key, counts, days)).sort((a, b) => b.total - a.total);
  return {
    timeZone,
    from: iso(days[0]?.fromMs ?? nowMs),
    to: iso(days.at(-1)?.toMs ?? nowMs),
    days: byDay.map(({ day, counts }) => ({
      date: day.date,
      from: iso(day.fromMs),
      to: iso(day.toMs),
      ...figuresOf(counts),
    })),
    total: figuresOf(total),
    ...(by === undefined
      ? {}
      : {
          by,
          groups: listed.slice(0, limits.statisticsGroups),
          omittedGroups: Math.max(0, listed.length - limits.statisticsGroups),
        }),
  };
}

function groupOf(key: string, byDate: Map<string, Counts>, days: Day[]): GroupFigures {
  const total: Counts = new Map();
  for (const counts of byDate.values()) addCounts(total, counts);
  return {
    key,
    ...figuresOf(total),
    days: days.map(({ date }) => {
      const figures = figuresOf(byDate.get(date) ?? new Map());
      return { date, total: figures.total, completed: figures.completed, failed: figures.failed };
    }),
  };
}

/** The counters of a day, by field. Without groups only that of all. */
async function readDay(
  parts: Parts,
  day: Day,
  company: string | undefined,
  withGroups: boolean,
  nowMs: number,
): Promise<Map<string, Counts>> {
  const quarters = quartersOf(day).filter((quarter) => quarter * 900_000 <= nowMs);
  return readQuarters(parts, quarters, company, withGroups);
}

async function readQuarters(
  { redis, keys }: Parts,
  quarters: number[],
  company: string | undefined,
  withGroups: boolean,
): Promise<Map<string, Counts>> {
  const fields = new Map<string, Counts>();
  for (let at = 0; at < quarters.length; at += chunk) {
    const pipeline = redis.pipeline();
    for (const quarter of quarters.slice(at, at + chunk)) {
      const key = keys.statistics(quarter, company);
      if (withGroups) pipeline.hgetallBuffer(key);
      else pipeline.hgetBuffer(key, all);
    }
    for (const [error, reply] of (await reach(pipeline.exec())) ?? []) {
      if (error) throw error;
      const found = withGroups ? (reply as Record<string, Buffer>) : { [all]: reply as Buffer | null };
      for (const [field, encoded] of Object.entries(found)) {
        if (encoded === null) continue;
        const into = fields.get(field) ?? new Map();
        addCounts(into, decodeCounts(encoded));
        fields.set(field, into);
      }
    }
  }
  return fields;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** What was counted in the last 24 hours, to the quarter of an hour. */
export async function lastDayFigures(
  parts: Parts,
  access: Access,
  nowMs = Date.now(),
): Promise<Pick<MonitorFigures, 'failedTasks' | 'completedTasks' | 'averageSeconds'>> {
  const last = Math.floor(nowMs / 900_000);
  const quarters = Array.from({ length: 97 }, (_, index) => last - 96 + index);
  const counts = (await readQuarters(parts, quarters, access.company, false)).get(all) ?? new Map();
  const { failed, completed, averageSeconds } = figuresOf(counts);
  return { failedTasks: failed, completedTasks: completed, averageSeconds };
}
