import type { Task, TaskFilter } from '@drover/core';
import { failureOf, fingerprintOf } from '../failures.ts';

/** Whether a task really fits: the last word on what the index found. Words are another matter. */
export function taskFits(task: Task, filter: TaskFilter): boolean {
  return namesFit(task, filter) && endFits(task, filter) && isWithin(task.createdAt, filter);
}

/** What is so from the beginning, and never changes. */
export function namesFit(task: Task, filter: TaskFilter): boolean {
  const { model, method, queue, company, user, tag, schedule, flow, job } = filter;
  return (
    (model === undefined || task.model === model) &&
    (method === undefined || task.method === method || `${task.model}.${task.method}` === method) &&
    (queue === undefined || task.queue === queue) &&
    (company === undefined || task.company === company) &&
    (user === undefined || task.user === user) &&
    (tag === undefined || task.tags.includes(tag)) &&
    (schedule === undefined || task.schedule === schedule) &&
    (flow === undefined || task.flow === flow) &&
    (job === undefined || task.job === job)
  );
}

function endFits(task: Task, { state, outcome, worker, failure }: TaskFilter): boolean {
  return (
    (state === undefined || task.state === state) &&
    (outcome === undefined || task.outcome === outcome) &&
    (worker === undefined || task.executions.at(-1)?.worker === worker) &&
    (failure === undefined || failureIdOf(task) === failure)
  );
}

/** The group of failures that a task belongs to now. */
export function failureIdOf(task: Task): string | undefined {
  const fullName = `${task.model}.${task.method}`;
  if (task.state === 'error') {
    return fingerprintOf(fullName, failureOf(task.outcome ?? 'error', task.message, task.error));
  }
  if (task.state === 'requires_attention' && task.error !== undefined) return fingerprintOf(fullName, task.error);
  return undefined;
}

export function isWithin(instant: string, { from, to }: TaskFilter): boolean {
  const ms = Date.parse(instant);
  return (from === undefined || ms >= Date.parse(from)) && (to === undefined || ms < Date.parse(to));
}
