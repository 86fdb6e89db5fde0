import { defaultRetryPolicy, defaultTimeoutSeconds, type Json, RetryPolicy } from '@drover/core';
import { z } from 'zod';

/**
 * The data of a BullMQ job: what a worker needs to know of a task. Versioned; what equals its default is left out.
 * `README.md` is the contract. A change must be readable by the version before it.
 */
const Wire = z.object({
  v: z.literal(1),
  args: z.array(z.unknown()).default([]),
  kwargs: z.record(z.string(), z.unknown()).default({}),
  name: z.string().optional(),
  user: z.string().optional(),
  company: z.string().optional(),
  tags: z.array(z.string()).default([]),
  timeoutSeconds: z.number().default(defaultTimeoutSeconds),
  retry: RetryPolicy.default(defaultRetryPolicy),
  /** Unix ms. */
  expiresAt: z.number().optional(),
  notifyOnFailure: z.boolean().default(false),
});

export type Envelope = {
  args: Json[];
  kwargs: Record<string, Json>;
  name?: string | undefined;
  user?: string | undefined;
  company?: string | undefined;
  tags: string[];
  timeoutSeconds: number;
  retry: RetryPolicy;
  expiresAt?: number | undefined;
  notifyOnFailure: boolean;
};

export function encodeEnvelope(envelope: Envelope): string {
  const { retry } = envelope;
  const isDefaultRetry =
    retry.maxRetries === defaultRetryPolicy.maxRetries &&
    retry.delaySeconds === defaultRetryPolicy.delaySeconds &&
    retry.delaySecondsMax === defaultRetryPolicy.delaySecondsMax;
  return JSON.stringify({
    v: 1,
    args: envelope.args.length > 0 ? envelope.args : undefined,
    kwargs: Object.keys(envelope.kwargs).length > 0 ? envelope.kwargs : undefined,
    name: envelope.name,
    user: envelope.user,
    company: envelope.company,
    tags: envelope.tags.length > 0 ? envelope.tags : undefined,
    timeoutSeconds: envelope.timeoutSeconds === defaultTimeoutSeconds ? undefined : envelope.timeoutSeconds,
    retry: isDefaultRetry ? undefined : retry,
    expiresAt: envelope.expiresAt,
    notifyOnFailure: envelope.notifyOnFailure || undefined,
  });
}

/** @throws Error when it is not an envelope of a version that we know. */
export function decodeEnvelope(data: string): Envelope {
  return Wire.parse(JSON.parse(data)) as Envelope;
}
