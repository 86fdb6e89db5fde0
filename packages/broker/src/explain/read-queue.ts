import type { Task } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Keys } from '../keys.ts';
import { decodeLimits, limitFields } from '../queue-limits.ts';
import type { RawTask } from '../task-view.ts';
import type { Facts, QueueFacts } from './facts.ts';
import { roundTrip } from './round-trip.ts';

/** BullMQ's score of a task in line is its priority times this, plus its place among those of the same priority. */
const priorityStep = 0x100000000;

/** How it is with the queue and with the task's place in it, in one round trip. */
export async function readQueue(
  { redis, keys }: { redis: Redis; keys: Keys },
  raw: RawTask,
  task: Task,
): Promise<Pick<Facts, 'queue' | 'lockLeftMs'>> {
  const base = `${keys.bullPrefix}:${task.queue}:`;
  const key = raw.job.get('ck') ?? raw.job.get('co') ?? '';
  const line = raw.place === 'held' ? keys.held(task.queue, key) : `${base}prioritized`;
  const better = `(${task.priority * priorityStep}`;
  const upToSame = `(${(task.priority + 1) * priorityStep}`;
  const pipeline = redis
    .pipeline()
    .hmget(`${base}meta`, 'paused', 'max', 'duration', ...limitFields)
    .llen(`${base}active`)
    .llen(`${base}wait`)
    .zrank(line, raw.id)
    .zcount(line, '-inf', better)
    .zcount(line, '-inf', upToSame)
    .get(`${base}limiter`)
    .pttl(`${base}limiter`)
    .pttl(`${base}${raw.id}:lock`)
    .lpos(`${base}wait`, raw.id)
    .get(keys.rate(task.queue));
  // There may be many.
  if (raw.place === 'held') pipeline.smembers(keys.slots(task.queue, key));
  const values = await roundTrip(pipeline);
  const number = (index: number): number => Number(values[index] ?? 0);
  const [paused, max, durationMs, ...fields] = (values[0] ?? []) as (string | null)[];
  const limits = decodeLimits(fields);
  const ahead = aheadOf(raw, values);
  const byPriority = raw.place === 'wait' ? 0 : number(4) + (raw.place === 'held' ? 0 : number(2));
  const queue: QueueFacts = {
    name: task.queue,
    isPaused: paused != null,
    running: number(1),
    concurrency: limits?.concurrency,
    ...(limits?.rate === undefined
      ? windowFacts(max, durationMs, number(6), number(7))
      : rateFacts(limits.rate, number(10))),
    key:
      raw.place === 'held'
        ? {
            name: task.concurrencyKey ?? task.company ?? key,
            concurrency: limits?.keyConcurrency,
            holders: new Set((values[11] ?? []) as string[]),
          }
        : undefined,
    ahead,
    aheadByPriority: Math.min(ahead, byPriority),
  };
  return { queue, lockLeftMs: number(8) > 0 ? number(8) : undefined };
}

type RateFacts = Pick<QueueFacts, 'rate' | 'rateLeftMs'>;

/** As `lua/includes/rate.lua` reckons: `nextUs` is when the next one is expected, were they to come one by one. */
function rateFacts(
  { tasks, seconds, burst }: { tasks: number; seconds: number; burst: number },
  nextUs: number,
): RateFacts {
  const earlyMs = ((burst - 1) * seconds * 1_000) / tasks;
  const leftMs = Math.ceil(nextUs / 1_000 - earlyMs - Date.now());
  return { rate: { max: tasks, durationMs: seconds * 1_000 }, rateLeftMs: leftMs > 0 ? leftMs : undefined };
}

/** BullMQ's own limit: at most `max` in a window. */
function windowFacts(
  max: string | null | undefined,
  durationMs: string | null | undefined,
  begun: number,
  leftMs: number,
): RateFacts {
  if (max == null) return { rate: undefined, rateLeftMs: undefined };
  const isUsedUp = begun >= Number(max) && leftMs > 0;
  return { rate: { max: Number(max), durationMs: Number(durationMs ?? 0) }, rateLeftMs: isUsedUp ? leftMs : undefined };
}

/** `wait` is emptied first, from its right, then `prioritized`. What is due enters behind those of its priority. */
function aheadOf(raw: RawTask, values: unknown[]): number {
  const waiting = Number(values[2] ?? 0);
  if (raw.place === 'wait') return values[9] == null ? 0 : waiting - 1 - Number(values[9]);
  if (raw.place === 'held') return Number(values[3] ?? 0);
  return waiting + Number(values[raw.place === 'delayed' ? 5 : 3] ?? 0);
}
