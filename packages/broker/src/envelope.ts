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
  /** Tasks of one key share the limits of a queue, and take turns; the company's where it is missing. */
  concurrencyKey?: string | undefined;
  tags: string[];
  timeoutSeconds: number;
  retry: RetryPolicy;
  /** Unix ms. */
  expiresAt?: number | undefined;
  notifyOnFailure: boolean;
  /** What made it, if that was not a caller: their ids. */
  schedule?: string | undefined;
  /** The slot of the schedule, Unix ms. */
  fire?: number | undefined;
  flow?: string | undefined;
  /** Its key in the flow. */
  key?: string | undefined;
  /** What it waits for. `key`: under which its result stands; the id where it is missing. */
  dependsOn?: Dependency[] | undefined;
  /** A condition over results that it waits for: false passes it over. */
  when?: string | undefined;
  /** A line of a job: the key of the nearest filter before it. */
  filter?: string | undefined;
  /** Its arguments hold expressions, to be resolved when it begins. */
  isTemplate?: boolean | undefined;
  /** Times of day in its expressions are meant in this zone. */
  timeZone?: string | undefined;
  job?: string | undefined;
};

export type Dependency = { id: string; key?: string | undefined; onFailure?: 'continue' | 'stop' | undefined };

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
    concurrencyKey: envelope.concurrencyKey,
    tags: envelope.tags.length > 0 ? envelope.tags : undefined,
    timeoutSeconds: envelope.timeoutSeconds === defaultTimeoutSeconds ? undefined : envelope.timeoutSeconds,
    retry: isDefaultRetry ? undefined : retry,
    expiresAt: envelope.expiresAt,
    notifyOnFailure: envelope.notifyOnFailure || undefined,
    schedule: envelope.schedule,
    fire: envelope.fire,
    flow: envelope.flow,
    key: envelope.key,
    dependsOn: envelope.dependsOn,
    when: envelope.when,
    filter: envelope.filter,
    isTemplate: envelope.isTemplate,
    timeZone: envelope.timeZone,
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
    concurrencyKey: wire.concurrencyKey,
    tags: wire.tags ?? [],
    timeoutSeconds: wire.timeoutSeconds ?? defaultTimeoutSeconds,
    retry: wire.retry ?? defaultRetryPolicy,
    expiresAt: wire.expiresAt,
    notifyOnFailure: wire.notifyOnFailure ?? false,
    schedule: wire.schedule,
    fire: wire.fire,
    flow: wire.flow,
    key: wire.key,
    dependsOn: wire.dependsOn,
    when: wire.when,
    filter: wire.filter,
    isTemplate: wire.isTemplate,
    timeZone: wire.timeZone,
    job: wire.job,
  };
}

function isWire(value: unknown): value is { v: 1 } & Partial<Envelope> {
  if (typeof value !== 'object' || value === null) return false;
  const { v, args, kwargs } = value as Record<string, unknown>;
  return v === 1 && (args === undefined || Array.isArray(args)) && (kwargs === undefined || typeof kwargs === 'object');
}
