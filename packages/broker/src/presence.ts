import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Announcement, WorkerInfo } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Consumer } from './consumer.ts';
import type { Keys } from './keys.ts';
import { beat, heartbeatMs, leave, publishManifest, type WorkerRecord } from './registry.ts';
import type { RunScript } from './scripts.ts';

/** What the process says of itself that the broker cannot know. */
export type WorkerStatus = Pick<WorkerInfo, 'concurrencyNow' | 'memoryLimitMb' | 'pressure' | 'tainted'>;

export type PresenceOptions = {
  id: string;
  version: string;
  /** Default: all queues of the cluster, and those of its methods. */
  queues?: string[] | undefined;
  announcements: Announcement[];
  /** The supervisor that keeps this process. Default: none. */
  supervisor?: string | undefined;
  /** Asked at every heartbeat. Default: there is nothing to say. */
  status?: (() => WorkerStatus) | undefined;
  onError: (error: Error) => void;
  onFatal: (error: Error) => void;
};

export type PresenceParts = { redis: Redis; run: RunScript; keys: Keys; consumer: Consumer };

/** The loop has not gone round for so long, though it had free slots: something is stuck. */
const stuckAfterMs = 20_000;
/** The histogram's own interval is part of what it measures. */
const lagResolutionMs = 20;
const leaveMs = 1_000;
/** Over less than this, a share of the CPU says nothing. */
const cpuSpanMs = 500;

/** The worker's record in the registry, written again and again. */
export class Presence {
  readonly #redis: Redis;
  readonly #run: RunScript;
  readonly #keys: Keys;
  readonly #consumer: Consumer;
  readonly #options: PresenceOptions;
  readonly startedAt = new Date().toISOString();
  readonly #lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  readonly #cpu = new CpuShare();
  #manifest = '';
  #queues: string[] = [];
  #stillBeats = 0;
  /** The beats so far. */
  #beating: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** Where it is on its one way. While somebody holds its consumer, a running one counts as quiet. */
  state: WorkerInfo['state'] = 'running';
  /** Tasks at a time, as it is set. */
  concurrency: number;

  constructor(parts: PresenceParts, options: PresenceOptions & { concurrency: number }) {
    this.#redis = parts.redis;
    this.#run = parts.run;
    this.#keys = parts.keys;
    this.#consumer = parts.consumer;
    this.#options = options;
    this.concurrency = options.concurrency;
  }

  async start(): Promise<void> {
    this.#lag.enable();
    this.#manifest = await publishManifest(this.#redis, this.#keys, this.#options.announcements);
    await this.#beatNow();
    this.#timer = setInterval(() => void this.#beatAndLook(), heartbeatMs);
  }

  /** Leaves the registry, if Redis is there to be told. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#lag.disable();
    if (this.#redis.status !== 'ready' || this.#manifest === '') return;
    // Not before a beat that is under way: it would bring the record back.
    const left = this.#beating.then(() => leave(this.#redis, this.#keys, this.#options.id));
    const leaving = left.catch(this.#options.onError);
    await Promise.race([leaving, sleep(leaveMs, undefined, { ref: false })]);
  }

  async beat(): Promise<void> {
    if (this.#manifest === '' || this.#redis.status !== 'ready') return;
    const { onError } = this.#options;
    this.#beating = Promise.all([this.#beating, this.#beatNow().catch(onError)]).then(() => undefined);
    await this.#beating;
  }

  async #beatAndLook(): Promise<void> {
    await this.beat();
    if (this.#redis.status !== 'ready') return;
    const isStill = Date.now() - this.#consumer.lastTurnAt > stuckAfterMs && !this.#consumer.isFull;
    // Twice in a row: after an outage the first beat may come before the loop's next turn.
    this.#stillBeats = isStill ? this.#stillBeats + 1 : 0;
    if (this.state === 'running' && this.#stillBeats > 1) {
      this.#options.onFatal(new Error(`took nothing for ${stuckAfterMs} ms though it had free slots`));
    }
  }

  async #beatNow(): Promise<void> {
    const { hasManifest, queues } = await beat(this.#run, this.#keys, this.#record());
    const own = this.#options.announcements.map(({ queue }) => queue);
    const served = this.#options.queues ?? [...new Set([...queues, ...own])].sort();
    const isNews = served.join() !== this.#queues.join();
    this.#queues = served;
    this.#consumer.setQueues(served);
    if (isNews) await beat(this.#run, this.#keys, this.#record());
    if (!hasManifest) await publishManifest(this.#redis, this.#keys, this.#options.announcements);
    this.#lag.reset();
  }

  #record(): WorkerRecord {
    const { id, version, supervisor, announcements, status = () => ({}) } = this.#options;
    const lagMs = Math.max(0, this.#lag.percentile(99) / 1e6 - lagResolutionMs);
    const cpuPercent = this.#cpu.percent();
    return {
      id,
      host: hostname(),
      pid: process.pid,
      startedAt: this.startedAt,
      state: this.state === 'running' && this.#consumer.isPaused ? 'quiet' : this.state,
      version,
      ...(supervisor === undefined ? {} : { supervisor }),
      queues: this.#queues,
      ...(this.#options.queues === undefined ? { allQueues: true } : {}),
      concurrency: this.concurrency,
      running: this.#consumer.runningCount,
      methods: announcements.length,
      memoryMb: Math.round(process.memoryUsage.rss() / 1_048_576),
      ...(cpuPercent === undefined ? {} : { cpuPercent }),
      eventLoopLagMs: Math.round(lagMs * 10) / 10,
      ...status(),
      manifest: this.#manifest,
    };
  }
}

/** How much of one core this process used since it was asked last. */
class CpuShare {
  #last = { at: performance.now(), usedMs: cpuUsedMs() };
  #percent: number | undefined;

  /** Of beats that follow each other closely, the second tells what the first did. */
  percent(): number | undefined {
    const spanMs = performance.now() - this.#last.at;
    if (spanMs < cpuSpanMs) return this.#percent;
    const usedMs = cpuUsedMs();
    this.#percent = Math.round(((usedMs - this.#last.usedMs) / spanMs) * 1_000) / 10;
    this.#last = { at: performance.now(), usedMs };
    return this.#percent;
  }
}

function cpuUsedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
