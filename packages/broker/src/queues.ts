import { ClusterError, type QueueInfo, type QueuePatch, type Retention } from '@drover/core';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { decodeLimits, limitChanges, limitFields, someHeld } from './queue-limits.ts';
import { reach } from './redis.ts';
import type { Registry } from './registry.ts';
import type { RunScript } from './scripts.ts';
import { attentionScore } from './task-view.ts';

/** Queues: counts, pause, and BullMQ's own objects for the board. */
export class Queues {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #registry: Registry;
  readonly #run: RunScript;
  readonly #bull = new Map<string, Queue>();

  constructor(redis: Redis, keys: Keys, registry: Registry, run: RunScript) {
    this.#run = run;
    this.#redis = redis;
    this.#keys = keys;
    this.#registry = registry;
  }

  /** Queues that hold or held tasks, and those that live workers take from: these can be paused before the first task. */
  async names(): Promise<string[]> {
    const [known, workers] = await Promise.all([
      reach(this.#redis.smembers(this.#keys.queues)),
      this.#registry.workers(),
    ]);
    const served = workers.filter(({ state }) => state === 'running').flatMap(({ queues }) => queues);
    return [...new Set([...known, ...served])].sort();
  }

  async list(): Promise<QueueInfo[]> {
    const [names, workers] = await Promise.all([this.names(), this.#registry.workers()]);
    const live = workers.filter((worker) => worker.state === 'running');
    const totals = await reach(this.#redis.hgetall(this.#keys.totals));
    const retentions = await readRetentions(this.#redis, this.#keys);
    return Promise.all(
      names.map(async (name) => {
        const count = live.filter((worker) => worker.queues.includes(name)).length;
        const retention = retentions.get(name);
        return { ...(await this.#info(name, totals, count)), ...(retention === undefined ? {} : { retention }) };
      }),
    );
  }

  async get(name: string): Promise<QueueInfo> {
    const found = (await this.list()).find((queue) => queue.name === name);
    if (found === undefined) throw unknownQueue(name);
    return found;
  }

  async pause(name: string): Promise<void> {
    const queue = await this.#bullQueue(name);
    await reach(queue.pause());
  }

  async resume(name: string): Promise<void> {
    const queue = await this.#bullQueue(name);
    await reach(queue.resume());
  }

  /** What is left out of a patch stays as it is. Limits hold from the next take on. */
  async patch(name: string, patch: QueuePatch): Promise<void> {
    const { retention } = patch;
    if (!(await this.names()).includes(name)) throw unknownQueue(name);
    if (retention === null) await reach(this.#redis.hdel(this.#keys.queueSettings, name));
    else if (retention !== undefined)
      await reach(this.#redis.hset(this.#keys.queueSettings, name, JSON.stringify({ retention })));
    const changes = limitChanges(patch);
    if (changes.length === 0) return;
    const { prefix, bullPrefix, queues } = this.#keys;
    await reach(this.#run('queue', queues, [prefix, `${bullPrefix}:`, name, ...changes]));
  }

  async stop(): Promise<void> {
    for (const queue of this.#bull.values()) await queue.close();
  }

  async #bullQueue(name: string): Promise<Queue> {
    if (!(await this.names()).includes(name)) throw unknownQueue(name);
    const known = this.#bull.get(name);
    if (known !== undefined) return known;
    const queue = openQueue(this.#redis, this.#keys, name);
    this.#bull.set(name, queue);
    return queue;
  }

  async #info(name: string, totals: Record<string, string>, workers: number): Promise<QueueInfo> {
    const base = `${this.#keys.bullPrefix}:${name}:`;
    const replies = await reach(
      this.#redis
        .pipeline()
        .zcard(`${base}prioritized`)
        .llen(`${base}wait`)
        .zcard(`${base}delayed`)
        .zcount(`${base}delayed`, attentionScore, '+inf')
        .zcard(`${base}waiting-children`)
        .llen(`${base}active`)
        .hexists(`${base}meta`, 'paused')
        .lindex(`${base}wait`, -1)
        .zrange(`${base}prioritized`, 0, '0')
        .hget(this.#keys.heldCounts(name), '')
        .hmget(`${base}meta`, ...limitFields)
        .exec(),
    );
    const values = (replies ?? []).map(([, value]) => value);
    const number = (index: number): number => Number(values[index] ?? 0);
    const attention = number(3);
    const first = (values[7] as string | null) ?? (values[8] as string[] | undefined)?.[0];
    const held = number(9);
    const bounds = decodeLimits((values[10] ?? []) as (string | null)[]);
    const total = (state: string): number => Number(totals[`${name}:${state}`] ?? 0);
    return {
      name,
      paused: number(6) === 1,
      counts: {
        waiting: number(0) + number(1) + held,
        scheduled: number(2) - attention,
        depends: number(4),
        running: number(5),
        requires_attention: attention,
        done: total('done'),
        error: total('error'),
        cancelled: total('cancelled'),
      },
      ...(held > 0 || bounds?.keyConcurrency !== undefined ? { held } : {}),
      oldestWaitingSeconds: await this.#waitedSeconds(base, [
        ...(first === undefined ? [] : [first]),
        ...(held > 0 ? await someHeld(this.#redis, this.#keys, name) : []),
      ]),
      workers,
      ...(bounds === undefined ? {} : { limits: bounds }),
    };
  }

  /** Of those that are named, how long the one has waited that waits longest. */
  async #waitedSeconds(base: string, ids: string[]): Promise<number | null> {
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.hmget(`${base}${id}`, 'timestamp', 'ra');
    const replies = ids.length === 0 ? [] : ((await reach(pipeline.exec())) ?? []);
    const since = replies.flatMap(([, value]) => {
      const [createdAt, runAt] = (value ?? []) as (string | null)[];
      return createdAt == null ? [] : [Number(runAt ?? createdAt)];
    });
    return since.length === 0 ? null : Math.max(0, Date.now() - Math.min(...since)) / 1_000;
  }
}

function unknownQueue(name: string): ClusterError {
  return new ClusterError('queue_unknown', `there is no queue "${name}"`);
}

/** How long each queue's tasks are remembered, where that differs from the cluster. */
export async function readRetentions(redis: Redis, keys: Keys): Promise<Map<string, Retention>> {
  const settings = await reach(redis.hgetall(keys.queueSettings));
  return new Map(
    Object.entries(settings).map(([name, encoded]) => [
      name,
      (JSON.parse(encoded) as { retention: Retention }).retention,
    ]),
  );
}

/** A BullMQ queue on a connection that it shares. Attaches an error listener, as BullMQ demands. */
export function openQueue(redis: Redis, keys: Keys, name: string): Queue {
  const queue = new Queue(name, {
    connection: redis,
    prefix: keys.bullPrefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  queue.on('error', () => {});
  return queue;
}
