import { type Figures, finalStateOf, Outcome } from '@drover/core';
import { Unpackr } from 'msgpackr';

/** Counts by metric: the numbers are those of `lua/includes/statistics.lua`. */
export type Counts = Map<number, number>;

const metric = { enqueued: 0, executions: 11, retried: 12, durationMs: 13, waitMs: 14 };
const durations = 32;
const waits = 160;
const buckets = 128;

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

/** A value of the counters' hash: a map by number, or a list where the numbers happen to be 1, 2, 3 … */
export function decodeCounts(encoded: Buffer): Counts {
  const value = unpackr.unpack(encoded) as unknown[] | Record<string, unknown>;
  if (Array.isArray(value)) return new Map(value.map((count, index) => [index + 1, Number(count)]));
  return new Map(Object.entries(value).map(([name, count]) => [Number(name), Number(count)]));
}

export function addCounts(into: Counts, counts: Counts): void {
  for (const [name, count] of counts) into.set(name, (into.get(name) ?? 0) + count);
}

export function figuresOf(counts: Counts): Figures {
  const of = (name: number) => counts.get(name) ?? 0;
  const ended = { done: 0, error: 0, cancelled: 0 };
  const outcomes: Record<string, number> = {};
  for (const [index, outcome] of Outcome.options.entries()) {
    const count = of(index + 1);
    if (count === 0) continue;
    outcomes[outcome] = count;
    ended[finalStateOf(outcome)] += count;
  }
  const executions = of(metric.executions);
  return {
    enqueued: of(metric.enqueued),
    total: ended.done + ended.error + ended.cancelled,
    completed: ended.done,
    failed: ended.error,
    cancelled: ended.cancelled,
    outcomes,
    executions,
    retried: of(metric.retried),
    averageSeconds: executions === 0 ? null : of(metric.durationMs) / executions / 1_000,
    p50Seconds: percentile(counts, durations, 0.5),
    p95Seconds: percentile(counts, durations, 0.95),
    p99Seconds: percentile(counts, durations, 0.99),
    waitAverageSeconds: executions === 0 ? null : of(metric.waitMs) / executions / 1_000,
    waitP50Seconds: percentile(counts, waits, 0.5),
    waitP95Seconds: percentile(counts, waits, 0.95),
    waitP99Seconds: percentile(counts, waits, 0.99),
  };
}

/** The value below which so many lie: the middle of its bucket, which is within a tenth. Null when there are none. */
function percentile(counts: Counts, first: number, share: number): number | null {
  let total = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) total += counts.get(first + bucket) ?? 0;
  if (total === 0) return null;
  let left = Math.ceil(total * share);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    left -= counts.get(first + bucket) ?? 0;
    if (left <= 0) return middleMs(bucket) / 1_000;
  }
  return middleMs(buckets - 1) / 1_000;
}

function middleMs(bucket: number): number {
  return bucket === 0 ? 0.5 : 2 ** ((bucket - 0.5) / 4);
}
