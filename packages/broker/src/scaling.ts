import {
  type Autoscale,
  limits,
  type QueueInfo,
  type ScaleAdvice,
  type ScaleBounds,
  scaleByRule,
  type WorkerInfo,
} from '@drover/core';
import type { Redis } from 'ioredis';
import { type Keys, keysOf } from './keys.ts';
import { Queues } from './queues.ts';
import { type ConnectionWatch, connect, reach } from './redis.ts';
import { Registry } from './registry.ts';
import { scriptsOn } from './scripts.ts';

/**
 * How many workers there should be: what the rule says of the queues as they are, and what supervisors made of it.
 *
 * A supervisor changes the number of its own host only. Those of several hosts look at the same queues, so one of them
 * at a time takes the step: `scaleTurn` is his until the cooldown is over.
 */
export type ScalingParts = { redis: Redis; keys: Keys; queues: Queues; registry: Registry };

type Scaled = Autoscale['history'][number];

/** What the rule says now, of the cluster and of each queue. */
export async function readAutoscale(parts: ScalingParts, bounds: ScaleBounds): Promise<Autoscale> {
  const { redis, keys, queues, registry } = parts;
  const [infos, workers, cooldownMs, history] = await Promise.all([
    queues.list(),
    registry.workers(),
    reach(redis.pttl(keys.scaleTurn)),
    reach(redis.lrange(keys.scalings, 0, -1)),
  ]);
  const takers = workers.filter(({ state }) => state === 'running');
  const advise = (of: QueueInfo[], current: number, within: ScaleBounds): ScaleAdvice => {
    const ready = of.reduce((sum, info) => sum + readyIn(info), 0);
    const running = of.reduce((sum, { counts }) => sum + counts.running, 0);
    const advice = scaleByRule({ ready, workers: current, cooldownMs: Math.max(0, cooldownMs) }, within);
    return { ...advice, current, ready, running };
  };
  return {
    ...advise(infos, takers.length, bounds),
    ...bounds,
    queues: infos.map((info) => ({ name: info.name, ...advise([info], info.workers, { ...bounds, min: 0 }) })),
    history: history.map((entry) => JSON.parse(entry) as Scaled),
  };
}

/** Where tasks of a queue begin at a rate, what may begin in so many seconds counts as ready. */
const rateSeconds = 5;

/** What could begin now, were there somebody to take it. */
function readyIn({ paused, counts, held = 0, limits: bounds }: QueueInfo): number {
  if (paused) return 0;
  const free = bounds?.concurrency === undefined ? Number.POSITIVE_INFINITY : bounds.concurrency - counts.running;
  const rate = bounds?.rate;
  const soon = rate === undefined ? Number.POSITIVE_INFINITY : rate.burst + (rate.tasks / rate.seconds) * rateSeconds;
  return Math.max(0, Math.min(counts.waiting - held, free, Math.ceil(soon)));
}

export type ScalerOptions = ConnectionWatch & {
  redisUrl: string;
  /** Default `drover`. */
  keyPrefix?: string;
  /** The supervisor's id, and its host. */
  supervisor: string;
  host: string;
  /** Of its own number. */
  bounds: ScaleBounds;
  cooldownMs: number;
  /** Its workers take from these only. Default: from all. */
  queues?: string[] | undefined;
};

/** What one supervisor makes of the rule. */
export type Scaler = {
  /**
   * How many workers it should have now, and why, when it has `own`; undefined: as many as it has. What is answered is
   * in the history, and must be done. @throws ClusterError redis_unavailable
   */
  look(own: number): Promise<{ wanted: number; reason: string } | undefined>;
  stop(): void;
};

export function createScaler(options: ScalerOptions): Scaler {
  const { supervisor, host, bounds, cooldownMs, queues: only } = options;
  const keys = keysOf(options.keyPrefix ?? 'drover');
  const redis = connect(options.redisUrl, 'producer', options);
  const registry = new Registry(redis, keys);
  const queues = new Queues(redis, keys, registry, scriptsOn(redis));
  const isOurs = (name: string) => only === undefined || only.includes(name);
  const isBeside = (worker: WorkerInfo) =>
    worker.state === 'running' && worker.supervisor !== supervisor && worker.queues.some(isOurs);

  /** One more on its host would make it worse; elsewhere it may help. */
  const isPressed = (worker: WorkerInfo) =>
    worker.supervisor === supervisor && worker.pressure?.some(({ kind }) => kind !== 'disk') === true;

  const decide = async (own: number) => {
    if (own < bounds.min || own > bounds.max) return scaleByRule({ ready: 0, workers: own }, bounds);
    const [infos, workers] = await Promise.all([queues.list(), registry.workers()]);
    const ready = infos.filter(({ name }) => isOurs(name)).reduce((sum, info) => sum + readyIn(info), 0);
    // Ours as they are wanted: one that is on its way will take its share.
    const beside = workers.filter(isBeside).length;
    const { wanted, reason } = scaleByRule({ ready, workers: beside + own }, { min: 0, max: Number.MAX_SAFE_INTEGER });
    const bounded = Math.min(Math.max(wanted - beside, bounds.min), bounds.max);
    if (bounded === own || (bounded > own && workers.some(isPressed))) return { wanted: own, reason };
    const turn = await reach(redis.set(keys.scaleTurn, supervisor, 'PX', cooldownMs, 'NX'));
    return { wanted: turn === null ? own : bounded, reason };
  };

  return {
    async look(own) {
      const { wanted, reason } = await decide(own);
      if (wanted === own) return undefined;
      const entry: Scaled = { at: new Date().toISOString(), from: own, to: wanted, host, reason };
      const noting = redis.multi().lpush(keys.scalings, JSON.stringify(entry));
      await reach(noting.ltrim(keys.scalings, 0, limits.scaleHistory - 1).exec());
      return { wanted, reason };
    },
    stop: () => redis.disconnect(),
  };
}
