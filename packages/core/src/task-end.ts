/**
 * How `task.skip` and `task.info` end a task from any depth: they throw this. It is no failure, so whoever catches
 * errors of items or steps lets it through.
 */
const endMark = Symbol.for('drover.taskEnd');

export class TaskEnd extends Error {
  override readonly name = 'TaskEnd';
  readonly [endMark] = true;
  readonly outcome: 'skipped' | 'info';

  constructor(outcome: 'skipped' | 'info', message: string) {
    super(message);
    this.outcome = outcome;
  }
}

/** Told by a mark rather than by `instanceof`, so that two copies of this package agree. */
export function isTaskEnd(error: unknown): error is TaskEnd {
  return typeof error === 'object' && error !== null && (error as { [endMark]?: unknown })[endMark] === true;
}
