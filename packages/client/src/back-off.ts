import type { DroverError } from './drover-error.ts';

/** How often and how soon a request is sent again. */
export type RetryPolicy = {
  /** Requests after the first one. Default 4. */
  maxRetries: number;
  /** Pause before the first of them, ms; it doubles on every further one. Default 250. */
  delayMs: number;
  /** The pause never grows beyond this, ms. Default 8000. */
  delayMsMax: number;
  /** A Retry-After beyond this is not waited for: the error comes at once and holds it. Seconds, default 60. */
  retryAfterSecondsMax: number;
};

export const defaultRetryPolicy: RetryPolicy = {
  maxRetries: 4,
  delayMs: 250,
  delayMsMax: 8_000,
  retryAfterSecondsMax: 60,
};

/**
 * Whether a request may be sent twice.
 *
 * always   reading, or setting something to a value, or enqueueing under an idempotency key.
 * refused  sending it twice would do it twice: only after a 429, which comes before anything is done.
 */
export type Repeat = 'always' | 'refused';

/**
 * The pause before the request is sent again, ms; undefined when it is not. The pause is spread over its upper half, so
 * that clients which failed together do not come back together.
 */
export function pauseBeforeRetry(
  error: DroverError,
  repeat: Repeat,
  retriesUsed: number,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (!error.isRetryable || retriesUsed >= policy.maxRetries) return undefined;
  if (repeat === 'refused' && error.status !== 429) return undefined;
  const asked = error.retryAfterSeconds;
  if (asked !== undefined && asked > policy.retryAfterSecondsMax) return undefined;
  const full = Math.min(policy.delayMs * 2 ** retriesUsed, policy.delayMsMax);
  const spread = full * (0.5 + random() / 2);
  return asked === undefined ? spread : asked * 1_000 + spread;
}

/** Retry-After as RFC 9110 has it: seconds, or a date. */
export function retryAfterSeconds(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}
