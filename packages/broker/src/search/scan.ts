import type { Redis } from 'ioredis';
import { segmentRows } from '../index-row.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import { type Columns, type Match, namesFit, needs, type Running, stateFits } from './match.ts';
import { integers, type Segments, timeOfIdText } from './segments.ts';

/** Clocks of processes may differ so much: what lies closer to a bound is looked at one by one. */
const skewMs = 60_000;
/** Segments asked for at once: few at first, since most pages end early. */
const firstStep = 2;
const stepMax = 32;

export type Scan = { redis: Redis; keys: Keys; segments: Segments; queueNames: string[] };

/** Rows that may match, newest first, in groups; numbers below `before` only. */
export async function* scanTasks(
  scan: Scan,
  match: Match,
  before: number | undefined,
): AsyncGenerator<number[], void, undefined> {
  const { segments } = scan;
  const { newest, firstSegment } = await segments.bounds('rows');
  const running = await runningTasks(scan, match);
  if (match.running === 'only' && match.states?.filter(Boolean).length === 1) {
    yield [...running].filter((number) => before === undefined || number < before).sort((a, b) => b - a);
    return;
  }
  const start = Math.min(before ?? Number.POSITIVE_INFINITY, newest + 1);
  const { wanted, edges } = await segmentsInTime(
    scan,
    'rows',
    match,
    firstSegment,
    Math.floor((start - 1) / segmentRows),
  );
  for (let at = 0, step = firstStep; at < wanted.length; at += step, step = Math.min(step * 2, stepMax)) {
    const group = wanted.slice(at, at + step);
    const states = await segments.columns('rows', 's', group, newest);
    const hits = new Map<number, number[]>();
    for (const segment of group) hits.set(segment, rowsByState(match, states.get(segment), segment, start, running));
    const left = group.filter((segment) => (hits.get(segment)?.length ?? 0) > 0);
    const found = await rowsByNames(segments, match, left, hits, newest);
    yield await withinTime(segments, match, edges, found, newest);
  }
}

function rowsByState(
  match: Match,
  state: Buffer | undefined,
  segment: number,
  start: number,
  running: Running,
): number[] {
  if (state === undefined) return [];
  const rows: number[] = [];
  const first = segment * segmentRows;
  for (let row = Math.min(Math.floor(state.length / 4), start - first) - 1; row >= 0; row -= 1) {
    if (stateFits(match, state, row, first + row, running)) rows.push(row);
  }
  return rows;
}

async function rowsByNames(
  segments: Segments,
  match: Match,
  left: number[],
  hits: Map<number, number[]>,
  newest: number,
): Promise<number[]> {
  const need = needs(match);
  const none = new Map<number, Buffer | undefined>();
  const [what, who, labels, failure] = await Promise.all([
    need.what ? segments.columns('rows', 'w', left, newest) : none,
    need.who ? segments.columns('rows', 'c', left, newest) : none,
    need.labels ? segments.columns('rows', 'l', left, newest) : none,
    need.failure ? segments.columns('rows', 'f', left, newest) : none,
  ]);
  const numbers: number[] = [];
  for (const segment of left) {
    const columns = columnsOf(what.get(segment), who.get(segment), labels.get(segment), failure.get(segment));
    for (const row of hits.get(segment) ?? []) {
      if (namesFit(match, columns, row)) numbers.push(segment * segmentRows + row);
    }
  }
  return numbers;
}

export function columnsOf(what?: Buffer, who?: Buffer, labels?: Buffer, failure?: Buffer): Columns {
  const columns: Columns = {};
  const [a, b, c, d] = [integers(what), integers(who), integers(labels), integers(failure)];
  if (a !== undefined) columns.what = a;
  if (b !== undefined) columns.who = b;
  if (c !== undefined) columns.labels = c;
  if (d !== undefined) columns.failure = d;
  return columns;
}

/** In segments at the edge of the time asked for, each row's own time decides. */
async function withinTime(
  segments: Segments,
  match: Match,
  edges: ReadonlySet<number>,
  numbers: number[],
  newest: number,
): Promise<number[]> {
  if (edges.size === 0) return numbers;
  const touched = [...new Set(numbers.map((number) => Math.floor(number / segmentRows)))].filter((s) => edges.has(s));
  const ids = await segments.columns('rows', 'i', touched, newest);
  return numbers.filter((number) => {
    const column = ids.get(Math.floor(number / segmentRows));
    if (column === undefined) return true;
    const at = (number % segmentRows) * 22;
    return isWithin(match, timeOfIdText(column.toString('latin1', at, at + 10)));
  });
}

export function isWithin({ from, to }: Pick<Match, 'from' | 'to'>, ms: number): boolean {
  return (from === undefined || ms >= from) && (to === undefined || ms < to);
}

/** Segments, newest first, that may hold rows of the time asked for; those at its edges hold others too. */
export async function segmentsInTime(
  { redis, keys, segments }: Scan,
  table: 'rows' | 'runs',
  match: Match,
  first: number,
  last: number,
): Promise<{ wanted: number[]; edges: Set<number> }> {
  const all: number[] = [];
  for (let segment = last; segment >= first; segment -= 1) all.push(segment);
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = match;
  if (match.from === undefined && match.to === undefined) return { wanted: all, edges: new Set() };
  const isUnsorted = table === 'rows' && (await reach(redis.exists(keys.unsorted))) === 1;
  if (isUnsorted) return { wanted: all, edges: new Set(all) };
  const starts = await segments.startTimes(table, all);
  const wanted: number[] = [];
  const edges = new Set<number>();
  for (const [index, segment] of all.entries()) {
    const begins = starts.get(segment) ?? 0;
    const newer = all[index - 1];
    const ends = newer === undefined ? Number.POSITIVE_INFINITY : starts.get(newer) || Number.POSITIVE_INFINITY;
    if (begins - skewMs >= to || ends + skewMs < from) continue;
    wanted.push(segment);
    if (begins - skewMs < from || ends + skewMs >= to) edges.add(segment);
  }
  return { wanted, edges };
}

/** Numbers of the tasks that run now: few, as many as there are slots. */
async function runningTasks({ redis, keys, queueNames }: Scan, match: Match): Promise<Set<number>> {
  if (match.running === undefined && match.worker === undefined) return new Set();
  const lists = redis.pipeline();
  for (const queue of queueNames) lists.lrange(`${keys.bullPrefix}:${queue}:active`, 0, -1);
  const found = (await reach(lists.exec())) ?? [];
  const numbers = redis.pipeline();
  for (const [index, [, ids]] of found.entries()) {
    for (const id of (ids as string[] | null) ?? [])
      numbers.hget(`${keys.bullPrefix}:${queueNames[index]}:${id}`, 'sq');
  }
  const replies = (await reach(numbers.exec())) ?? [];
  return new Set(replies.map(([, number]) => Number(number)).filter((number) => number > 0));
}
