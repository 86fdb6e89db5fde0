import { ClusterError, type Task } from '@drover/core';
import type { Access } from './cluster.ts';
import type { Keys } from './keys.ts';
import { readTasks } from './read-tasks.ts';
import type { RunScript } from './scripts.ts';
import { queueOfTaskId } from './task-id.ts';
import { envelopeOf, type RawTask, viewTask } from './task-view.ts';

export type FindTask = (id: string, access: Access) => Promise<{ raw: RawTask; task: Task }>;

/**
 * Reads a task for somebody. Another company's task is as unknown to him as one that never was.
 * @throws ClusterError task_unknown
 */
export function taskFinder(run: RunScript, keys: Keys): FindTask {
  return async (id, access) => {
    const queue = queueOfTaskId(id);
    const [raw] = queue === undefined ? [] : await readTasks(run, keys, [{ queue, id }]);
    return shownTo(access, id, raw);
  };
}

/** @throws ClusterError task_unknown */
export function shownTo(access: Access, id: string, raw: RawTask | undefined): { raw: RawTask; task: Task } {
  const envelope = raw === undefined ? undefined : envelopeOf(raw);
  const isVisible = envelope !== undefined && (access.company === undefined || envelope.company === access.company);
  const task = raw !== undefined && isVisible ? viewTask(raw, envelope) : undefined;
  if (raw === undefined || task === undefined) throw new ClusterError('task_unknown', `there is no task "${id}"`);
  return { raw, task };
}
