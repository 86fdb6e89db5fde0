import { ClusterError, type Task } from '@drover/core';

/** What a task's state forbids; it says which state. */
export function stateConflict(task: Task, verb: string): ClusterError {
  return new ClusterError('state_conflict', `a task in state "${task.state}" cannot be ${verb}`);
}
