import type { FlowNode } from '@drover/core';

/** What is known of a task of a flow. */
export type Ended = Pick<FlowNode, 'key' | 'state' | 'dependsOn'> & {
  /** Its condition was false. */
  isPassedOver: boolean;
  /** It never began: it was cancelled because of another, or by a person. */
  isUntried: boolean;
};

/**
 * Which tasks run again when a flow is resumed: what failed or was cancelled, and what was passed over behind those. With
 * `root` only that one, and what was cancelled or passed over behind it. What is done stays done.
 *
 * `tasks` in an order in which each comes after what it waits for.
 */
export function tasksAgain<T extends Ended>(tasks: readonly T[], root?: string): T[] {
  const again = new Set<string>();
  for (const task of tasks) {
    const isBehind = task.dependsOn.some(({ key }) => again.has(key));
    const hasFailed = task.state === 'error' || task.state === 'cancelled';
    const isAgain =
      root === undefined
        ? hasFailed || (task.isPassedOver && isBehind)
        : task.key === root || (isBehind && ((task.state === 'cancelled' && task.isUntried) || task.isPassedOver));
    if (isAgain) again.add(task.key);
  }
  return tasks.filter(({ key }) => again.has(key));
}
