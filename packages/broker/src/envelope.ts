import { defaultRetryPolicy, defaultTimeoutSeconds, type Json, type RetryPolicy } from '@drover/core';

/**
 * The data of a BullMQ job: what a worker needs to know of a task. Versioned; what equals its default is left out.
 * `README.md` is the contract. A change must be readable by the version before it. In memory, defaults are filled in.
 */
export type Envelope = {
  args: Json[];
  kwargs: Record<string, Json>;
  name?: string | undefined;
  user?: string | undefined;
  company?: string | undefined;
  tags: string[];
  timeoutSeconds: number;
  retry: RetryPolicy;
  /** Unix ms. */
  expiresAt?: number | undefined;
  notifyOnFailure: boolean;
  /** What made it, if that was not a caller: their ids. */
  schedule?: string | undefined;
  flow?: string | undefined;
  job?: string | undefined;
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
    schedule: envelope.schedule,
    flow: envelope.flow,
    job: envelope.job,
  });
}

/**
 * Written by hand rather than with a schema: it stands on the hot path, twice a task.
 * @throws Error when it is not an envelope of a version that we know.
 */
export function decodeEnvelope(data: string): Envelope {
  const wire: unknown = JSON.parse(data);
  if (!isWire(wire)) throw new Error(`not an envelope of version 1: ${data.slice(0, 100)}`);
  return {
    args: wire.args ?? [],
    kwargs: wire.kwargs ?? {},
    name: wire.name,
    user: wire.user,
    company: wire.company,
    tags: wire.tags ?? [],
    timeoutSeconds: wire.timeoutSeconds ?? defaultTimeoutSeconds,
    retry: wire.retry ?? defaultRetryPolicy,
    expiresAt: wire.expiresAt,
    notifyOnFailure: wire.notifyOnFailure ?? false,
    schedule: wire.schedule,
    flow: wire.flow,
    job: wire.job,
  };
}

function isWire(value: unknown): value is { v: 1 } & Partial<Envelope> {
  if (typeof value !== 'object' || value === null) return false;
  const { v, args, kwargs } = value as Record<string, unknown>;
  return v === 1 && (args === undefined || Array.isArray(args)) && (kwargs === undefined || typeof kwargs === 'object');
}
