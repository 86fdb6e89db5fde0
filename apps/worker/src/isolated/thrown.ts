import {
  DataError,
  declaredClass,
  declaredDelaySeconds,
  isTaskEnd,
  limits,
  PermanentError,
  ResourceError,
  TaskEnd,
  TaskErrorRecord,
  TemporaryError,
} from '@drover/core';
import { z } from 'zod';
import { cut, errorRecord } from '../error-record.ts';

/** Something that was thrown, as it travels between two processes: all that decides what becomes of a task. */
export const Thrown = z.object({
  error: TaskErrorRecord,
  delaySeconds: z.number().min(0).optional(),
  /** `task.skip` or `task.info`. */
  end: z.enum(['skipped', 'info']).optional(),
  /** Of a ClusterError, or of one of the system's. */
  code: z.string().optional(),
});
export type Thrown = z.infer<typeof Thrown>;

export function writeThrown(thrown: unknown): Thrown {
  try {
    const delaySeconds = declaredDelaySeconds(thrown);
    const code = (thrown as { code?: unknown } | null | undefined)?.code;
    return {
      error: errorRecord(thrown, declaredClass(thrown) ?? 'unclassified'),
      ...(delaySeconds === undefined ? {} : { delaySeconds }),
      ...(isTaskEnd(thrown) ? { end: thrown.outcome } : {}),
      ...(typeof code === 'string' ? { code } : {}),
    };
  } catch {
    // Even to look at it may fail: a proxy, a getter.
    return { error: errorRecord(new Error('something was thrown that cannot be read'), 'unclassified') };
  }
}

/** An error like the one that was thrown: of its class, with its name and its traceback. */
export function readThrown({ error, delaySeconds, end, code }: Thrown): Error {
  if (end !== undefined) return new TaskEnd(end, cut(error.message, limits.errorMessageBytes));
  const read = ofClass(error, delaySeconds === undefined ? {} : { delaySeconds });
  Object.defineProperty(read, 'name', { value: error.name, configurable: true });
  Object.defineProperty(read, 'stack', { value: error.traceback ?? '', configurable: true });
  return code === undefined ? read : Object.assign(read, { code });
}

function ofClass({ class: errorClass, message }: TaskErrorRecord, options: { delaySeconds?: number }): Error {
  switch (errorClass) {
    case 'temporary':
      return new TemporaryError(message, options);
    case 'resource':
      return new ResourceError(message, options);
    case 'data':
      return new DataError(message);
    case 'permanent':
      return new PermanentError(message);
    case 'unclassified':
      return new Error(message);
    default:
      return errorClass satisfies never;
  }
}
