import type { Task, TaskState } from '@drover/core';
import type { Clock } from './clock.ts';
import { poll } from './poll.ts';
import type { TasksClient, WaitOptions } from './tasks.ts';

/** Whether nothing but a person moves the task on. */
const isAtRest: Record<TaskState, boolean> = {
  scheduled: false,
  depends: false,
  waiting: false,
  running: false,
  done: true,
  error: true,
  cancelled: true,
  requires_attention: true,
};

/** One long poll, seconds: what proxies on the way are sure to bear. */
const pollSeconds = 25;
/** With somebody watching the progress. */
const watchedPollSeconds = 1;
/** Long polls until the task rests. */
export function waitFor(
  id: string,
  get: TasksClient['get'],
  clock: Clock,
  { onProgress, ...options }: WaitOptions = {},
): Promise<Task> {
  const waitSeconds = onProgress === undefined ? pollSeconds : watchedPollSeconds;
  let last: Task | undefined;
  const onSeen = (task: Task) => {
    if (onProgress !== undefined && hasMoved(last, task)) onProgress(task.progress, task);
    last = task;
  };
  const look = (signal: AbortSignal) => get(id, { waitSeconds, signal });
  const stateOf = ({ state }: Task) => state;
  return poll({ what: `task ${id}`, look, onSeen, stateOf, isOver: ({ state }) => isAtRest[state] }, clock, options);
}

function hasMoved(seen: Task | undefined, task: Task): boolean {
  return (
    seen?.state !== task.state ||
    seen.progress.percent !== task.progress.percent ||
    seen.progress.message !== task.progress.message
  );
}
