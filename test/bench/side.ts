import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';

/** Drover, or BullMQ alone: what both do in the same way. */
export type Side = {
  name: string;
  /** BullMQ's own object for the queue that is measured; a queue of Drover is one of BullMQ. */
  queue: Queue;
  /** Starts worker processes; resolves when they take tasks. */
  startWorkers(options: WorkersOptions): Promise<Workers>;
  /** Adds no-op tasks, not measured. */
  fill(tasks: number): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
};

export type WorkersOptions = { processes: number; concurrency: number; keepAll?: boolean };
export type Workers = { pids: number[]; stop(): Promise<void> };

const lookMs = 10;

/** Opens a full, paused queue, and resolves when all of it was run; milliseconds. Throws when a task was lost or failed. */
export async function drain(side: Side): Promise<number> {
  const since = performance.now();
  await side.resume();
  for (;;) {
    await sleep(lookMs);
    const counts = await side.queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed');
    const { failed = 0, ...open } = counts;
    if (failed > 0) throw new Error(`${side.name}: ${failed} tasks failed`);
    if (Object.values(open).every((count) => count === 0)) return performance.now() - since;
  }
}
