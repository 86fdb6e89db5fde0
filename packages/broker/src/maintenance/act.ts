import { type BulkAction, ClusterError, limits, type TaskFilter } from '@drover/core';
import { groupsOf, stateOf, unknownAsNone } from '../actions.ts';
import type { Access } from '../cluster.ts';
import { reach } from '../redis.ts';
import { taskFits } from '../search/fits.ts';
import { countTasks, type Found, gather, visibleTo } from '../search/search-tasks.ts';
import { wordsOf } from '../search/words.ts';
import { queueOfTaskId } from '../task-id.ts';
import type { Report, Workshop } from './maintenance.ts';

export type ActRequest = {
  action: BulkAction;
  filter: TaskFilter;
  ids?: string[] | undefined;
  reason?: string | undefined;
};

export type ActResult = {
  /** Tasks that matched when it was their turn. */
  matched: number;
  changed: number;
  /** Tasks that were in another state by then. */
  refused: number;
  /** Why, of the first ten. */
  refusals: { id: string; message: string }[];
};

/** How far it came: after a crash it goes on from here. */
type Checkpoint = ActResult & { before: number };

/** Tasks changed at a time: each is a script call of its own, so that Redis answers others in between. */
const parallel = 20;
const group = 100;
const refusalsMax = 10;

/** Does to every task that matches what was asked for, newest first, in small steps. Each is met once. */
export async function act(workshop: Workshop, request: ActRequest, access: Access, report: Report): Promise<ActResult> {
  const result: ActResult = { matched: 0, changed: 0, refused: 0, refusals: [] };
  const filter = visibleTo(access, request.filter);
  if (filter === undefined) return result;
  if (request.ids !== undefined) return actOnIds(workshop, { ...request, filter }, access, result, report);
  const states = stateOf(filter.state, request.action);
  const words = filter.q === undefined ? undefined : wordsOf(filter.q);
  const reader = await workshop.rows();
  const total = await countTasks(reader, filter, states);
  let before: number | undefined = await ownRow(workshop, report.id);
  const last = report.lastCheckpoint as Checkpoint | undefined;
  if (last !== undefined) {
    before = last.before;
    Object.assign(result, {
      matched: last.matched,
      changed: last.changed,
      refused: last.refused,
      refusals: last.refusals,
    });
  }
  while (before !== undefined) {
    report.signal.throwIfAborted();
    const step = await gather({ reader, filter, before, limit: group, lookMax: limits.searchTasks, words, states });
    const left = await change(workshop, request, access, { found: step.found, result, signal: report.signal });
    before = left === undefined ? step.next : left.number + 1;
    if (before === undefined) break;
    await report.checkpoint({ ...result, before });
    report.progress((100 * result.matched) / Math.max(total, result.matched, 1), sentence(result));
  }
  return result;
}

/** What came after it was asked for is left alone, and so is the task that does it. */
async function ownRow({ redis, keys, segments }: Workshop, id: string): Promise<number> {
  const own = await reach(redis.hget(`${keys.bullPrefix}:${queueOfTaskId(id)}:${id}`, 'sq'));
  return own === null ? (await segments.bounds('rows')).newest + 1 : Number(own);
}

function sentence({ changed, refused }: ActResult): string {
  return `${changed} changed${refused === 0 ? '' : `, ${refused} refused`}`;
}

async function actOnIds(
  workshop: Workshop,
  { ids = [], ...request }: ActRequest,
  access: Access,
  result: ActResult,
  report: Report,
): Promise<ActResult> {
  const states = stateOf(request.filter.state, request.action);
  const groups = groupsOf(ids);
  for (const [index, some] of groups.entries()) {
    report.signal.throwIfAborted();
    const known = await Promise.all(some.map((id) => workshop.tasks.get(id, access).catch(unknownAsNone)));
    const found = known.filter((task) => task !== undefined && states.includes(task.state));
    const fitting = found.filter((task) => task !== undefined && taskFits(task, request.filter));
    const left = await change(workshop, request, access, {
      found: fitting.flatMap((task) => (task ? [{ number: 0, task }] : [])),
      result,
      signal: report.signal,
    });
    if (left !== undefined) report.signal.throwIfAborted();
    report.progress((100 * (index + 1)) / groups.length, sentence(result));
  }
  return result;
}

/** Answers the first that was left, where it had to end: who goes on from there counts each once. */
async function change(
  workshop: Workshop,
  request: ActRequest,
  access: Access,
  { found, result, signal }: { found: Found[]; result: ActResult; signal: AbortSignal },
): Promise<Found | undefined> {
  for (let at = 0; at < found.length; at += parallel) {
    if (signal.aborted) return found[at];
    await Promise.all(
      found.slice(at, at + parallel).map(async ({ task: { id } }) => {
        result.matched += 1;
        const refusal = await changeOne(workshop, request, access, id);
        if (refusal === undefined) {
          result.changed += 1;
          return;
        }
        result.refused += 1;
        if (result.refusals.length < refusalsMax) result.refusals.push({ id, message: refusal });
      }),
    );
  }
  return undefined;
}

/** Why it was refused; undefined when it was done. */
async function changeOne(
  { tasks }: Workshop,
  { action, reason }: ActRequest,
  access: Access,
  id: string,
): Promise<string | undefined> {
  try {
    switch (action) {
      case 'cancel':
        await tasks.cancel(id, access, reason);
        return undefined;
      case 'retry':
        await tasks.retry(id, access, reason);
        return undefined;
      case 'kill':
        await tasks.kill(id, access, reason);
        return undefined;
      default:
        return action satisfies never;
    }
  } catch (error) {
    if (error instanceof ClusterError && !error.canRetry) return error.message;
    throw error;
  }
}
