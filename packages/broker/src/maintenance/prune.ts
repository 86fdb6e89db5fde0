import { ClusterError, limits, type Retention } from '@drover/core';
import { trimAudit } from '../audit.ts';
import { hash32, segmentRows, stateCodes, widths } from '../index-row.ts';
import { readRetentions } from '../queues.ts';
import { reach } from '../redis.ts';
import { timeOfIdText } from '../search/segments.ts';
import type { Report, Workshop } from './maintenance.ts';
import { pruneFlows } from './prune-flows.ts';
import { free, pruneRuns } from './prune-runs.ts';

/** How long finished tasks are remembered, and how many at most. */
export type RetentionRule = { doneDays: number; otherDays: number; tasks: number };

export type PruneResult = {
  /** Tasks forgotten, by the state in which they ended. */
  removed: { done: number; error: number; cancelled: number };
  /** Tasks that needed a person for too long: cancelled now, and forgotten when they have been so for as long again. */
  givenUp: number;
  /** Finished tasks that stay. */
  kept: number;
  /** Parts of the index, 4096 rows each, that were freed. */
  segmentsFreed: number;
  /** Flows forgotten. */
  flows: number;
};

/** Tasks forgotten by one script call: Redis is busy with it for a few milliseconds at most. */
const group = 200;
const dayMs = 86_400_000;

type Row = { number: number; id: string; queue: string; createdAt: number; code: number };
type State = { result: PruneResult; excess: number; isYoung: (row: Row) => boolean };

/**
 * Forgets finished tasks by age, then the oldest of those that are too many. It walks the index from the oldest row on,
 * so that it costs what there is to forget, and what is older than that and stays.
 */
export async function prune(workshop: Workshop, rule: RetentionRule, report: Report): Promise<PruneResult> {
  const { redis, keys, segments, now } = workshop;
  const retentions = await readRetentions(redis, keys);
  const { newest, held } = await segments.bounds('rows');
  const last = Math.floor(newest / segmentRows);
  const counted = await countEnded(workshop, held, newest);
  const result: PruneResult = {
    removed: { done: 0, error: 0, cancelled: 0 },
    givenUp: 0,
    kept: counted,
    segmentsFreed: 0,
    flows: 0,
  };
  const shortest = Math.min(
    ...[rule, ...retentions.values()].flatMap(({ doneDays, otherDays }) => [
      doneDays ?? rule.doneDays,
      otherDays ?? rule.otherDays,
    ]),
  );
  const youngest = now() - shortest * dayMs;
  const state: State = {
    result,
    excess: Math.max(0, counted - rule.tasks),
    isYoung: ({ createdAt }) => createdAt > youngest,
  };
  for (const [index, segment] of held.entries()) {
    report.signal.throwIfAborted();
    const rows = await finishedRows(workshop, segment, newest);
    const due = state.excess > 0 ? rows : rows.filter((row) => !state.isYoung(row));
    for (let at = 0; at < due.length; at += group) {
      await pruneGroup(workshop, due.slice(at, at + group), { rule, retentions }, state);
      report.signal.throwIfAborted();
    }
    if (segment < last) result.segmentsFreed += await freeIfEmpty(workshop, segment);
    tell(report, result, (index + 1) / held.length);
  }
  result.segmentsFreed += await pruneRuns(workshop, report.signal);
  result.flows = await pruneFlows(workshop, now() - Math.max(rule.doneDays, rule.otherDays) * dayMs, report.signal);
  await forgetOldGroups(workshop, now() - rule.otherDays * dayMs);
  await trimAudit(redis, keys, now());
  return result;
}

function tell(report: Report, { removed }: PruneResult, share: number): void {
  const count = removed.done + removed.error + removed.cancelled;
  report.progress(Math.floor(share * 95), `${count} tasks forgotten`);
}

type Rules = { rule: RetentionRule; retentions: Map<string, Retention> };

async function pruneGroup(workshop: Workshop, rows: Row[], { rule, retentions }: Rules, state: State): Promise<void> {
  const { keys, run, now } = workshop;
  const args: (string | number)[] = [keys.prefix, `${keys.bullPrefix}:`];
  for (const { id, queue, number, code } of rows) {
    const own = retentions.get(queue);
    const isTooMany = state.excess > 0 && code !== stateCodes.requires_attention;
    if (isTooMany) state.excess -= 1;
    const before = (days: number) => (isTooMany ? now() : now() - days * dayMs);
    args.push(queue, id, number, before(own?.doneDays ?? rule.doneDays), before(own?.otherDays ?? rule.otherDays));
  }
  const outcomes = (await reach(run('prune', keys.queues, args))) as string[];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === 'done' || outcome === 'error' || outcome === 'cancelled') {
      state.result.removed[outcome] += 1;
      state.result.kept -= 1;
    } else if (outcome === 'gone') state.result.kept -= 1;
    else if (outcome === 'attention') {
      if (await giveUp(workshop, rows[index]?.id ?? '')) state.result.givenUp += 1;
    }
  }
}

/** A person may have decided in this very moment. */
async function giveUp({ tasks }: Workshop, id: string): Promise<boolean> {
  try {
    await tasks.cancel(id, {}, 'nobody decided in time');
    return true;
  } catch (error) {
    if (error instanceof ClusterError && !error.canRetry) return false;
    throw error;
  }
}

/** Rows of tasks that have ended, or need a person, oldest first. */
async function finishedRows({ segments, queueNames }: Workshop, segment: number, newest: number): Promise<Row[]> {
  const [states, ids, whats] = await Promise.all(
    ['s', 'i', 'w'].map((column) => segments.bytes('rows', column, segment, newest)),
  );
  if (states === undefined || ids === undefined || whats === undefined) return [];
  const queues = new Map((await queueNames()).map((name) => [hash32(name), name]));
  const rows: Row[] = [];
  for (let row = 0; row < Math.floor(states.length / widths.rows.s); row += 1) {
    const code = states[row * widths.rows.s] ?? 0;
    if (code < stateCodes.requires_attention) continue;
    const text = ids.toString('latin1', row * widths.rows.i, (row + 1) * widths.rows.i);
    const queue = queues.get(whats.readUInt32LE(row * widths.rows.w + 8));
    if (queue === undefined) continue;
    const id = `tsk_${text}-0-${queue}`;
    rows.push({ number: segment * segmentRows + row, id, queue, createdAt: timeOfIdText(text), code });
  }
  return rows;
}

/** Tasks in the index that have ended. */
async function countEnded({ segments }: Workshop, held: number[], newest: number): Promise<number> {
  let count = 0;
  for (const segment of held) {
    const states = await segments.bytes('rows', 's', segment, newest);
    for (let at = 0; states !== undefined && at < states.length; at += widths.rows.s) {
      if ((states[at] ?? 0) >= stateCodes.done) count += 1;
    }
  }
  return count;
}

/** A full segment in which no row holds a task is of no use any more. */
async function freeIfEmpty(workshop: Workshop, segment: number): Promise<number> {
  const states = await reach(workshop.redis.getBuffer(workshop.keys.column('rows', segment, 's')));
  const isHeld = states?.some((byte, at) => at % widths.rows.s === 0 && byte !== 0) ?? false;
  if (isHeld) return 0;
  await free(workshop, 'rows', segment);
  return states === null ? 0 : 1;
}

async function forgetOldGroups({ redis, keys }: Workshop, before: number): Promise<void> {
  for (;;) {
    const old = await reach(redis.zrangebyscore(keys.failureGroups, 0, before, 'LIMIT', 0, limits.pruneBatch));
    if (old.length === 0) return;
    await reach(redis.unlink(old.map((id) => keys.failureGroup(id))));
    await reach(redis.zrem(keys.failureGroups, ...old));
  }
}
