import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Announcement, TaskRequest, type TaskRequestInput, type WorkerInfo } from '@drover/core';
import type { Redis } from 'ioredis';
import { ArgumentChecker } from './arguments.ts';
import { Consumer, type ConsumerOptions } from './consumer.ts';
import { Control } from './control.ts';
import type { TakenTask } from './ending.ts';
import { taskFinder } from './find-task.ts';
import { guardWhenReady } from './guard.ts';
import { Housekeeping } from './housekeeping.ts';
import { type Keys, keysOf } from './keys.ts';
import { createMaintenance, type Maintenance, workshopOf } from './maintenance/maintenance.ts';
import { connect } from './redis.ts';
import { beat, heartbeatMs, leave, publishManifest, Registry } from './registry.ts';
import { scriptsOn } from './scripts.ts';
import { taskIntake } from './tasks.ts';

/**
 * One worker process in the cluster: its connections, its record in the registry, its consumer.
 *
 * It goes one way: running ──▶ quiet ──▶ stopping ──▶ stopped.
 *
 * quiet     takes no new tasks; begun tasks go on. Entered by `stop`.
 * stopping  the grace period is over; begun tasks are asked to end, and go back to their queue with no retry spent.
 */
export type WorkerOptions = Pick<ConsumerOptions, 'concurrency' | 'execute' | 'onLost'> & {
  redisUrl: string;
  /** Default `drover`. */
  keyPrefix?: string;
  /** Unique in the cluster. */
  id: string;
  version: string;
  /** Default: all queues of the cluster, also those that come later, and those of its methods. */
  queues?: string[] | undefined;
  announcements: Announcement[];
  /** Life of a task's lock, ms. Default 30 000. */
  lockMs?: number;
  onError: (error: Error) => void;
  /** Redis was lost, and is there again. */
  onBack?: () => void;
  /** Redis must not be used, or the loop stands still: the process should end, to be started again. */
  onFatal: (error: Error) => void;
  /** Sees to it that the daily housekeeping is asked for, once by whichever worker comes first. Default: false. */
  isHousekeeper?: boolean;
  /** The clock by which records are old, Unix ms. Default: the system's. */
  now?: () => number;
};

export type WorkerSession = {
  start(): Promise<void>;
  /** Ends in order within `graceMs` and a few seconds, also while Redis is away. */
  stop(graceMs: number): Promise<void>;
  /** Adds a task on behalf of one that runs. Answers its id. */
  enqueue(request: TaskRequestInput, parent: TakenTask): Promise<string>;
  runningCount(): number;
  /** What Drover does for itself: for the models `system.…` that this worker offers. */
  maintenance: Maintenance;
};

/** The loop has not gone round for so long, though it had free slots: something is stuck. */
const stuckAfterMs = 20_000;
/** The histogram's own interval is part of what it measures. */
const lagResolutionMs = 20;
const releaseMs = 2_000;
const settleMs = 3_000;
const leaveMs = 1_000;

export function createWorker(options: WorkerOptions): WorkerSession {
  const keys = keysOf(options.keyPrefix ?? 'drover');
  const redis = connect(options.redisUrl, 'consumer', options);
  const blocking = connect(options.redisUrl, 'blocking');
  const run = scriptsOn(redis);
  const registry = new Registry(redis, keys);
  const checker = new ArgumentChecker();
  const find = taskFinder(run, keys);
  const intake = taskIntake({ redis, keys, run, registry }, checker, find);
  const consumer = new Consumer({
    ...options,
    redis,
    blocking,
    keys,
    run,
    worker: { id: options.id, host: hostname(), pid: process.pid },
    lockMs: options.lockMs ?? 30_000,
    onWake: () => void presence.beat(),
  });
  const presence = new Presence(redis, keys, consumer, options);
  const control = new Control({
    redis,
    keys,
    workerId: options.id,
    isBusy: () => consumer.runningCount > 0,
    onKill: (id, attempt, message) => consumer.kill(id, attempt, message),
    onError: options.onError,
  });
  const housekeeping = new Housekeeping(intake, options.onError);
  const guarding = new AbortController();

  let stopped: Promise<void> | undefined;
  const stop = async (graceMs: number): Promise<void> => {
    guarding.abort();
    housekeeping.stop();
    presence.state = 'quiet';
    await consumer.quiet();
    void presence.beat();
    await consumer.drained(graceMs);
    presence.state = 'stopping';
    control.stop();
    await consumer.release(releaseMs);
    await consumer.stop(settleMs);
    await presence.stop();
    redis.disconnect();
    blocking.disconnect();
  };

  return {
    async start() {
      const unfit = await guardWhenReady(redis, keys, guarding.signal);
      if (unfit !== undefined) throw unfit;
      if (guarding.signal.aborted) return;
      await presence.start();
      consumer.start();
      control.start();
      if (options.isHousekeeper === true) housekeeping.start();
    },

    stop(graceMs) {
      stopped ??= stop(graceMs);
      return stopped;
    },

    async enqueue(request, parent) {
      const { user, company } = parent.envelope;
      const parsed = TaskRequest.parse({ ...(user === undefined ? {} : { user }), ...request });
      return (await intake.enqueue(parsed, { company: company })).id;
    },

    runningCount: () => consumer.runningCount,

    maintenance: createMaintenance(workshopOf({ redis, keys, run, registry, checker, find }, options.now)),
  };
}

/** The worker's record in the registry, written again and again. */
class Presence {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #consumer: Consumer;
  readonly #options: WorkerOptions;
  readonly #startedAt = new Date().toISOString();
  readonly #lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  #manifest = '';
  #queues: string[] = [];
  #stillBeats = 0;
  #timer: NodeJS.Timeout | undefined;
  state: WorkerInfo['state'] = 'running';

  constructor(redis: Redis, keys: Keys, consumer: Consumer, options: WorkerOptions) {
    this.#redis = redis;
    this.#keys = keys;
    this.#consumer = consumer;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#lag.enable();
    this.#manifest = await publishManifest(this.#redis, this.#keys, this.#options.announcements);
    await this.#beatNow();
    this.#timer = setInterval(() => void this.beat(), heartbeatMs);
  }

  /** Leaves the registry, if Redis is there to be told. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#lag.disable();
    if (this.#redis.status !== 'ready' || this.#manifest === '') return;
    const leaving = leave(this.#redis, this.#keys, this.#options.id).catch(this.#options.onError);
    await Promise.race([leaving, sleep(leaveMs, undefined, { ref: false })]);
  }

  async beat(): Promise<void> {
    if (this.#manifest === '' || this.#redis.status !== 'ready') return;
    try {
      await this.#beatNow();
    } catch (error) {
      this.#options.onError(error as Error);
    }
    const isStill = Date.now() - this.#consumer.lastTurnAt > stuckAfterMs && !this.#consumer.isFull;
    // Twice in a row: after an outage the first beat may come before the loop's next turn.
    this.#stillBeats = isStill && this.#redis.status === 'ready' ? this.#stillBeats + 1 : 0;
    if (this.state === 'running' && this.#stillBeats > 1) {
      this.#options.onFatal(new Error(`took nothing for ${stuckAfterMs} ms though it had free slots`));
    }
  }

  async #beatNow(): Promise<void> {
    const { queues, hasManifest } = await beat(this.#redis, this.#keys, this.#record(), Date.now());
    if (!hasManifest) await publishManifest(this.#redis, this.#keys, this.#options.announcements);
    const own = this.#options.announcements.map(({ queue }) => queue);
    const all = [...new Set([...queues, ...own])].sort();
    const known = this.#queues.join();
    this.#queues = this.#options.queues ?? all;
    this.#consumer.setQueues(this.#queues);
    this.#lag.reset();
    // The record that was just written names the queues of before: who looks now should see those that it serves.
    if (this.#queues.join() !== known) await beat(this.#redis, this.#keys, this.#record(), Date.now());
  }

  #record() {
    const { id, version, concurrency } = this.#options;
    const lagMs = Math.max(0, this.#lag.percentile(99) / 1e6 - lagResolutionMs);
    return {
      id,
      host: hostname(),
      pid: process.pid,
      startedAt: this.#startedAt,
      state: this.state,
      version,
      queues: this.#queues,
      ...(this.#options.queues === undefined ? { allQueues: true } : {}),
      concurrency,
      running: this.#consumer.runningCount,
      memoryMb: Math.round(process.memoryUsage.rss() / 1_048_576),
      eventLoopLagMs: Math.round(lagMs * 10) / 10,
      manifest: this.#manifest,
    };
  }
}
