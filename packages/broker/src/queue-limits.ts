import type { QueueInfo, QueuePatch, Rate } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { reach } from './redis.ts';

/**
 * What bounds the tasks of a queue stands in BullMQ's `meta` of the queue, which is read with every take anyway. These are
 * the fields: `concurrency` is BullMQ's own.
 */
export const limitFields = ['concurrency', 'drr', 'drk'] as const;

type QueueLimits = NonNullable<QueueInfo['limits']>;

/** The values of `limitFields`, as a patch changes them: field, value, field, value …; an empty value removes. */
export function limitChanges({ concurrency, rate, keyConcurrency }: QueuePatch): string[] {
  const changes: string[] = [];
  if (concurrency !== undefined) changes.push('concurrency', String(concurrency ?? ''));
  if (rate !== undefined) changes.push('drr', rate === null ? '' : encodeRate(rate));
  if (keyConcurrency !== undefined) changes.push('drk', String(keyConcurrency ?? ''));
  return changes;
}

/** As `lua/includes/rate.lua` reads it. */
function encodeRate({ tasks, seconds, burst }: Rate): string {
  return `${tasks} ${seconds} ${burst}`;
}

function decodeRate(encoded: string): Rate {
  const [tasks = 1, seconds = 1, burst = 1] = encoded.split(' ').map(Number);
  return { tasks, seconds, burst };
}

/** What `limitFields` say; undefined where nothing bounds. */
export function decodeLimits([concurrency, rate, keyConcurrency]: (string | null)[]): QueueLimits | undefined {
  if (concurrency == null && rate == null && keyConcurrency == null) return undefined;
  return {
    ...(concurrency == null ? {} : { concurrency: Number(concurrency) }),
    ...(rate == null ? {} : { rate: decodeRate(rate) }),
    ...(keyConcurrency == null ? {} : { keyConcurrency: Number(keyConcurrency) }),
  };
}

/** The first that is held of some keys: of thousands, a few tell how long they wait. */
export async function someHeld(redis: Redis, keys: Keys, queue: string): Promise<string[]> {
  const [, page] = await reach(redis.hscan(keys.heldCounts(queue), '0', 'COUNT', 20));
  const names = page.filter((name, index) => index % 2 === 0 && name !== '').slice(0, 20);
  const pipeline = redis.pipeline();
  for (const name of names) pipeline.zrange(keys.held(queue, name), 0, '0');
  const replies = (await reach(pipeline.exec())) ?? [];
  return replies.flatMap(([, ids]) => (ids ?? []) as string[]);
}
