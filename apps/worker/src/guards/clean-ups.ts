import { ClusterError, type Method, splitMethodName, type TaskRequestInput } from '@drover/core';

/**
 * Methods that free disk, run where it is nearly full. They are tasks like any other, so that everybody sees what they
 * did; a tag says on which host, and workers of other hosts leave them alone.
 */
export type CleanUpsOptions = {
  host: string;
  methods: ReadonlyMap<string, Method>;
  /** Those that this worker takes from. Default: all. */
  queues?: string[] | undefined;
  enqueue: (request: TaskRequestInput, idempotencyKey: string) => Promise<unknown>;
  /** Told of a method that could not be asked for. It is asked for again. */
  onFailure: (method: string, error: unknown) => void;
  /** Unix ms. Default: the system's clock. */
  now?: () => number;
};

/** Freeing disk takes its time, and what was freed is not there twice. */
const everyMs = 600_000;
/** Pause before what could not be asked for is asked for again. It doubles on every further failure. */
const pauseMs = 5_000;
/** Before what can wait, also while memory is short; behind what somebody waits for. */
const priority = 90;
const hostTag = 'host:';
/** A tag is short. Two hosts whose names begin alike so far share their clean-ups. */
const hostLength = 59;

export function tagOfHost(host: string): string {
  return `${hostTag}${host.slice(0, hostLength)}`;
}

/** Whether the task is for another host than this one. */
export function isForOtherHost(tags: readonly string[], host: string): boolean {
  return tags.some((tag) => tag.startsWith(hostTag)) && !tags.includes(tagOfHost(host));
}

/**
 * Asks for every clean-up method once in ten minutes and host, whichever of its workers comes first. Answers what was
 * asked for; nothing when this worker has asked already.
 */
export function cleanUps(options: CleanUpsOptions): () => Promise<string[]> {
  const { host, methods, enqueue, onFailure, now = Date.now } = options;
  const all = [...methods].filter(([, { isCleanUp }]) => isCleanUp === true).map(([name]) => name);
  let slot = 0;
  let left: string[] = [];
  let failures = 0;
  let againAt = 0;
  return async () => {
    const nowMs = now();
    const current = Math.floor(nowMs / everyMs);
    if (current !== slot) [slot, left, failures, againAt] = [current, all, 0, 0];
    if (nowMs < againAt) return [];
    const asked: string[] = [];
    for (const name of left) {
      const request = requestOf(name, current, options);
      try {
        await enqueue(request, `clean-up ${host} ${name} ${current}`).catch(unlessAsked);
        asked.push(name);
      } catch (error) {
        onFailure(name, error);
      }
    }
    left = left.filter((name) => !asked.includes(name));
    if (left.length > 0) againAt = now() + pauseMs * 2 ** failures++;
    return asked;
  };
}

function requestOf(name: string, slot: number, { host, methods, queues }: CleanUpsOptions): TaskRequestInput {
  const home = methods.get(name)?.queue;
  const queue = queues === undefined || (home !== undefined && queues.includes(home)) ? home : queues[0];
  return {
    ...splitMethodName(name),
    ...(queue === undefined ? {} : { queue }),
    priority,
    tags: [tagOfHost(host)],
    expiresAt: new Date((slot + 2) * everyMs).toISOString(),
  };
}

/** Another worker of this host that takes from other queues was first. */
function unlessAsked(error: unknown): void {
  if (!(error instanceof ClusterError && error.code === 'idempotency_key_reused')) throw error;
}
