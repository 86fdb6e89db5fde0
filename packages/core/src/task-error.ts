/**
 * What a method throws to say what kind of failure it met. The class decides what happens next:
 *
 * TemporaryError  again in 300 s (or `delaySeconds`), while retries are left.
 * ResourceError   again in 1800 s (or `delaySeconds`), while retries are left.
 * DataError       never by itself: the task goes to `requires_attention`, a person decides.
 * PermanentError  never: `error` at once.
 *
 * Anything else follows the task's backoff: 60 s, doubled on every retry, at most an hour.
 */
export type ErrorClass = 'temporary' | 'resource' | 'data' | 'permanent' | 'unclassified';

/** Pause before a retry, seconds. */
export const temporaryDelaySeconds = 300;
export const resourceDelaySeconds = 1_800;

/** The classes are told by this mark rather than by `instanceof`, so that two copies of this package agree. */
const classMark = Symbol.for('drover.errorClass');

export type TaskErrorOptions = { cause?: unknown; delaySeconds?: number };

class TaskError extends Error {
  readonly [classMark]: ErrorClass;
  /** Pause before the retry, seconds, in place of the class's own. */
  readonly delaySeconds: number | undefined;

  constructor(errorClass: ErrorClass, message: string, options: TaskErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this[classMark] = errorClass;
    this.delaySeconds = options.delaySeconds;
  }
}

export class TemporaryError extends TaskError {
  override readonly name = 'TemporaryError';
  constructor(message: string, options?: TaskErrorOptions) {
    super('temporary', message, options);
  }
}

export class ResourceError extends TaskError {
  override readonly name = 'ResourceError';
  constructor(message: string, options?: TaskErrorOptions) {
    super('resource', message, options);
  }
}

export class DataError extends TaskError {
  override readonly name = 'DataError';
  constructor(message: string, options?: { cause?: unknown }) {
    super('data', message, options);
  }
}

export class PermanentError extends TaskError {
  override readonly name = 'PermanentError';
  constructor(message: string, options?: { cause?: unknown }) {
    super('permanent', message, options);
  }
}

/** The class that an error declares, if any. */
export function declaredClass(error: unknown): ErrorClass | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  return (error as { [classMark]?: ErrorClass })[classMark];
}

/** The pause that an error asks for, seconds, if any. */
export function declaredDelaySeconds(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { delaySeconds } = error as { delaySeconds?: unknown };
  return typeof delaySeconds === 'number' && Number.isFinite(delaySeconds) && delaySeconds >= 0
    ? delaySeconds
    : undefined;
}
