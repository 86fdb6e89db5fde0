import type { Redis } from 'ioredis';
import { segmentRows, widths } from '../index-row.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import { type Columns, hasState, type Match, matchingRows, needs } from './match.ts';
import { idTextOf, type Segments } from './segments.ts';

/** Clocks of processes may differ so much: what lies closer to a bound is looked at one by one. */
const skewMs = 5_000;
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
  const { newest, held } = await segments.bounds('rows');
  const running = await runningTasks(scan, match);
  const start = Math.min(before ?? Number.POSITIVE_INFINITY, newest + 1);
  const last = Math.floor((start - 1) / segmentRows);
  const { wanted, edges } = wantsOnlyRunning(match)
    ? segmentsOf(running, match)
    : await segmentsInTime(scan, 'rows', match, held, last);
  const groups = grouped(wanted);
  const read = (group: number[]) => readGroup(segments, match, group, newest);
  let coming = read(groups[0] ?? []);
  for (const [index, group] of groups.entries()) {
    const columns = await coming;
    // The next group is on its way while this one is looked through.
    coming = read(groups[index + 1] ?? []);
    coming.catch(() => undefined);
    for (const segment of group) {
      const rows = columns.get(segment);
      if (rows === undefined) continue;
      const numbers = matchingRows(match, rows, { first: segment * segmentRows, start, running });
      yield edges.has(segment) ? await withinTime(segments, match, numbers, segment, newest) : numbers;
    }
  }
}

function wantsOnlyRunning({ running, states }: Match): boolean {
  return running === 'only' && states?.filter(Boolean).length === 1;
}

/** Where the tasks that run have their rows: there are few, and their times are looked at one by one. */
function segmentsOf(running: ReadonlySet<number>, { from, to }: Match): { wanted: number[]; edges: Set<number> } {
  const segments = new Set([...running].map((number) => Math.floor(number / segmentRows)));
  const wanted = [...segments].sort((a, b) => b - a);
  return { wanted, edges: new Set(from === undefined && to === undefined ? [] : wanted) };
}

/** Few at first, since most pages end early. */
function grouped(wanted: number[]): number[][] {
  const groups: number[][] = [];
  for (let at = 0, step = firstStep; at < wanted.length; at += step, step = Math.min(step * 2, stepMax)) {
    groups.push(wanted.slice(at, at + step));
  }
  return groups;
}

/** Columns of the segments in which a row may match: states first, names only where a state fits. */
async function readGroup(
  segments: Segments,
  match: Match,
  group: number[],
  newest: number,
): Promise<Map<number, Columns>> {
  const need = needs(match);
  const states = await segments.columns('rows', 's', group, newest);
  const left = group.filter((segment) => hasState(match, states.get(segment)));
  const none = new Map<number, Int32Array | undefined>();
  const [what, who, labels, failure] = await Promise.all([
    need.what ? segments.columns('rows', 'w', left, newest) : none,
    need.who ? segments.columns('rows', 'c', left, newest) : none,
    need.labels ? segments.columns('rows', 'l', left, newest) : none,
    need.failure ? segments.columns('rows', 'f', left, newest) : none,
  ]);
  return new Map(
    left.map((segment) => [
      segment,
      {
        states: states.get(segment),
        what: what.get(segment),
        who: who.get(segment),
        labels: labels.get(segment),
        failure: failure.get(segment),
      },
    ]),
  );
}

/** In segments at the edge of the time asked for, each row's own time decides. */
async function withinTime(
  segments: Segments,
  { from, to }: Match,
  numbers: number[],
  segment: number,
  newest: number,
): Promise<number[]> {
  if (numbers.length === 0) return numbers;
  const ids = await segments.bytes('rows', 'i', segment, newest);
  if (ids === undefined) return numbers;
  // Ids sort by time.
  const earliest = from === undefined ? '' : idTextOf(from);
  const end = to === undefined ? '~' : idTextOf(to);
  return numbers.filter((number) => {
    const at = (number % segmentRows) * widths.rows.i;
    const time = ids.toString('latin1', at, at + 10);
    return time >= earliest && time < end;
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
  held: number[],
  last: number,
): Promise<{ wanted: number[]; edges: Set<number> }> {
  const all = held.filter((segment) => segment <= last).reverse();
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
