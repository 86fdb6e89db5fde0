import { z } from 'zod';
import { limits } from './limits.ts';
import { type ErrorClass, resourceDelaySeconds, temporaryDelaySeconds } from './task-error.ts';

/** How often and how soon a failed task is tried again. */
export const RetryPolicy = z.strictObject({
  /** Tries after the first one. */
  maxRetries: z.int().min(0).max(limits.maxRetries).default(3),
  /** Pause before the first retry. It doubles on every further one. */
  delaySeconds: z.int().min(0).max(86_400).default(60),
  /** The pause never grows beyond this. */
  delaySecondsMax: z.int().min(0).max(86_400).default(3_600),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

export const defaultRetryPolicy: RetryPolicy = RetryPolicy.parse({});
/** For what must get through: five retries, and a notice when the last one failed. */
export const resilientRetryPolicy: RetryPolicy = RetryPolicy.parse({ maxRetries: 5 });

export type RetryDecision = { action: 'retry'; delayMs: number } | { action: 'attention' } | { action: 'end' };

/**
 * What follows a failed try. `retriesUsed` counts the retries before it; `askedDelaySeconds` is what the error itself
 * asks for (for example a server's Retry-After).
 */
export function decideRetry(
  errorClass: ErrorClass,
  retriesUsed: number,
  policy: RetryPolicy,
  askedDelaySeconds?: number,
): RetryDecision {
  if (errorClass === 'data') return { action: 'attention' };
  if (errorClass === 'permanent' || retriesUsed >= policy.maxRetries) return { action: 'end' };
  const delaySeconds = askedDelaySeconds ?? delaySecondsOf(errorClass, retriesUsed, policy);
  return { action: 'retry', delayMs: Math.min(delaySeconds * 1_000, limits.delayMs) };
}

function delaySecondsOf(
  errorClass: 'temporary' | 'resource' | 'unclassified',
  retriesUsed: number,
  policy: RetryPolicy,
): number {
  switch (errorClass) {
    case 'temporary':
      return temporaryDelaySeconds;
    case 'resource':
      return resourceDelaySeconds;
    case 'unclassified':
      return Math.min(policy.delaySeconds * 2 ** retriesUsed, policy.delaySecondsMax);
    default:
      return errorClass satisfies never;
  }
}
