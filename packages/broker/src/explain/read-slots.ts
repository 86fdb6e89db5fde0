import { limits } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import type { Holder, Slots } from './facts.ts';
import { roundTrip } from './round-trip.ts';

type Parts = { redis: Redis; keys: Keys };

/** The running tasks of these queues, at most so many (default: as one explanation may look at); the first queue first. */
export async function readSlots(
  parts: Parts,
  queues: readonly string[],
  access: Access,
  most: number = limits.explainRunning,
): Promise<Slots> {
  const { redis, keys } = parts;
  const lengths = redis.pipeline();
  for (const queue of queues) lengths.llen(`${keys.bullPrefix}:${queue}:active`);
  const counts = await roundTrip(lengths);
  const lists = redis.pipeline();
  let left = most;
  let isWhole = true;
  const asked: string[] = [];
  for (const [index, queue] of queues.entries()) {
    const count = Number(counts[index] ?? 0);
    if (count > left) isWhole = false;
    const here = Math.min(count, left);
    if (here === 0) continue;
    left -= here;
    asked.push(queue);
    // The oldest stand at the right.
    lists.lrange(`${keys.bullPrefix}:${queue}:active`, -here, -1);
  }
  const found = asked.length === 0 ? [] : await roundTrip(lists);
  const places = found.flatMap((ids, index) =>
    ((ids ?? []) as string[]).map((id) => ({ queue: asked[index] ?? '', id })),
  );
  const holders = await readHolders(parts, places);
  const visible = access.company === undefined ? undefined : await ownOf(parts, holders, access.company);
  return { holders, isWhole, visible };
}

async function readHolders({ redis, keys }: Parts, places: { queue: string; id: string }[]): Promise<Holder[]> {
  if (places.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const { queue, id } of places) {
    pipeline.hmget(`${keys.bullPrefix}:${queue}:${id}`, 'name', 'pb', 'processedOn');
  }
  const replies = await roundTrip(pipeline);
  return replies.flatMap((reply, index) => {
    const place = places[index];
    const [method, who, startedAt] = (reply ?? []) as (string | null)[];
    // What ended in between holds nothing any more; what is just being taken has no worker yet.
    if (place === undefined || method == null || who == null) return [];
    return [{ ...place, method, worker: who.split('|')[0] ?? '', startedAtMs: Number(startedAt ?? 0) }];
  });
}

/** Which of the tasks are the company's. */
export async function ownOf(
  { redis, keys }: Parts,
  tasks: readonly { queue: string; id: string }[],
  company: string,
): Promise<Set<string>> {
  if (tasks.length === 0) return new Set();
  const pipeline = redis.pipeline();
  for (const { queue, id } of tasks) pipeline.hget(`${keys.bullPrefix}:${queue}:${id}`, 'co');
  const owners = await roundTrip(pipeline);
  return new Set(tasks.filter((_, index) => owners[index] === company).map(({ id }) => id));
}
