import type { Task, TaskState } from '@drover/core';
import type { Clock } from './clock.ts';
import { DroverError } from './drover-error.ts';
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
/** A server that does not hold its answer back is not asked more often than this. */
const pollMsMin = 500;
/** Timers hold no more than this. */
const timerMsMax = 2 ** 31 - 1;

/** Long polls until the task rests. */
export async function waitFor(
  id: string,
  get: TasksClient['get'],
  clock: Clock,
  { timeoutMs = Number.POSITIVE_INFINITY, signal, onProgress }: WaitOptions = {},
): Promise<Task> {
  const deadline = AbortSignal.timeout(Math.min(timeoutMs, timerMsMax));
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  let seen: Task | undefined;
  try {
    for (;;) {
      const askedAt = clock.now();
      const task = await get(id, {
        waitSeconds: onProgress === undefined ? pollSeconds : watchedPollSeconds,
        signal: stop,
      });
      if (onProgress !== undefined && hasMoved(seen, task)) onProgress(task.progress, task);
      seen = task;
      if (isAtRest[task.state]) return task;
      await clock.sleep(Math.max(0, pollMsMin - (clock.now() - askedAt)), stop);
    }
  } catch (error) {
    if (signal?.aborted || !deadline.aborted || error instanceof DroverError) throw error;
    const state = seen === undefined ? 'not answered' : `"${seen.state}"`;
    throw new DroverError('wait_timeout', `task ${id} is ${state} after ${timeoutMs} ms; it goes on`);
  }
}

function hasMoved(seen: Task | undefined, task: Task): boolean {
  return (
    seen?.state !== task.state ||
    seen.progress.percent !== task.progress.percent ||
    seen.progress.message !== task.progress.message
  );
}
