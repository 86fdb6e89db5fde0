import type { Keys } from './keys.ts';
import { reach } from './redis.ts';
import type { RunScript } from './scripts.ts';
import type { Place, RawTask } from './task-view.ts';

/** Reads tasks, ledger and queue together, in one call. Unknown ones are in the answer too, with nothing in them. */
export async function readTasks(
  run: RunScript,
  keys: Keys,
  asked: { queue: string; id: string }[],
): Promise<RawTask[]> {
  if (asked.length === 0) return [];
  const args = [keys.prefix, `${keys.bullPrefix}:`, ...asked.flatMap(({ queue, id }) => [queue, id])];
  const replies = (await reach(run('read', keys.queues, args))) as TaskReply[];
  return replies.flatMap((reply, index) => {
    const task = asked[index];
    return task === undefined ? [] : [rawTaskOf(task, reply)];
  });
}

/** A task as `lua/includes/readTask.lua` answers it. */
export type TaskReply = [Place, string | null, string[], string[]];

export function rawTaskOf(task: { queue: string; id: string }, [place, score, job, ledger]: TaskReply): RawTask {
  const delayedScore = score === null ? undefined : Number(score);
  return { ...task, place, delayedScore, job: mapOf(job), ledger: mapOf(ledger) };
}

/** A hash as Redis answers it from a script: field, value, field, value … */
function mapOf(flat: string[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) map.set(flat[at] ?? '', flat[at + 1] ?? '');
  return map;
}
