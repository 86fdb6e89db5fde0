import { setTimeout as sleep } from 'node:timers/promises';
import { type LogLine, limits } from '@drover/core';
import type { Redis } from 'ioredis';
import { type Finish, finishArguments } from './ending.ts';
import { type Keys, statisticsLifeMs } from './keys.ts';
import type { RunScript } from './scripts.ts';

const retryPauseMs = 250;
const logEveryMs = 200;
const memoryEveryMs = 200;
/** Lines that are sent without waiting for more. */
const linesAtOnce = 500;
/** Log lines kept in memory while Redis is away. */
const waitingLinesMax = 10_000;

export type Finished = 'recorded' | 'known' | 'not-ours';

type Waiting = { finish: Finish; resolve: (finished: Finished) => void };

/**
 * What a worker writes: ends of executions, and log lines. What comes in one turn of the event loop, or while a call is
 * under way, travels together. A call that fails is made again until Redis takes it; the script knows what it has.
 */
export class Outbox {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #run: RunScript;
  readonly #token: string;
  readonly #who: string;
  readonly #workerHash: string;
  readonly #onError: (error: Error) => void;
  #finishes: Waiting[] = [];
  #lines: (string | number)[] = [];
  #logTimer: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #isClosed = false;
  #unsettled = 0;
  #idle: (() => void)[] = [];
  #memory = { at: 0, mb: 0 };

  constructor(parts: {
    redis: Redis;
    keys: Keys;
    run: RunScript;
    token: string;
    who: string;
    /** See `index-row.ts`. */
    workerHash: string;
    onError: (error: Error) => void;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#run = parts.run;
    this.#token = parts.token;
    this.#who = parts.who;
    this.#workerHash = parts.workerHash;
    this.#onError = parts.onError;
  }

  /** Ends that Redis has not confirmed yet. */
  get unsettled(): number {
    return this.#unsettled;
  }

  finish(finish: Finish): Promise<Finished> {
    this.#unsettled += 1;
    return new Promise((resolve) => {
      this.#finishes.push({ finish, resolve });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#flush();
      });
    });
  }

  log({ queue, id }: { queue: string; id: string }, line: LogLine): void {
    this.#lines.push(queue, id, JSON.stringify(line));
    if (this.#lines.length >= linesAtOnce * 3) this.#flushLog();
    this.#logTimer ??= setTimeout(() => this.#flushLog(), logEveryMs);
  }

  /** What Redis has not taken by now is given up: its tasks are taken over by others. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#logTimer);
  }

  /** Resolves when everything is written. */
  async settled(): Promise<void> {
    this.#flushLog();
    if (this.#unsettled === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #flushLog(): void {
    clearTimeout(this.#logTimer);
    this.#logTimer = undefined;
    if (this.#lines.length === 0) return;
    if (this.#redis.status !== 'ready') {
      // Redis is away: lines wait for it, but only so many, and the oldest go.
      if (this.#lines.length > waitingLinesMax * 6) this.#lines.splice(0, this.#lines.length - waitingLinesMax * 3);
      this.#logTimer = setTimeout(() => this.#flushLog(), logEveryMs);
      return;
    }
    const lines = this.#lines;
    this.#lines = [];
    const { prefix, bullPrefix, queues } = this.#keys;
    this.#run('log', queues, [prefix, `${bullPrefix}:`, limits.logLines, ...lines]).catch(this.#onError);
  }

  #flush(): void {
    // Lines first: who sees a task ended sees its whole log.
    this.#flushLog();
    while (this.#finishes.length > 0) {
      const group = this.#finishes.splice(0, limits.consumeGroup);
      this.#send(group).catch(this.#onError);
    }
  }

  async #send(group: Waiting[]): Promise<void> {
    const args: (string | number)[] = [
      this.#keys.prefix,
      `${this.#keys.bullPrefix}:`,
      this.#token,
      limits.keepCompleted,
      limits.keepFailed,
      statisticsLifeMs,
      this.#workerHash,
      limits.failureGroups,
    ];
    const memoryMb = this.#memoryMb();
    for (const { finish } of group) args.push(...finishArguments(finish, this.#who, memoryMb));
    const results = await this.#insist(args);
    for (const [index, { resolve }] of group.entries()) {
      resolve(results[index] === 1 ? 'recorded' : results[index] === 2 ? 'known' : 'not-ours');
    }
    this.#unsettled -= group.length;
    if (this.#unsettled > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** The system is asked now and then: it costs as much as ending a task does. */
  #memoryMb(): number {
    const now = Date.now();
    if (now - this.#memory.at >= memoryEveryMs)
      this.#memory = { at: now, mb: Math.round(process.memoryUsage.rss() / 1_048_576) };
    return this.#memory.mb;
  }

  async #insist(args: (string | number)[]): Promise<number[]> {
    for (;;) {
      try {
        return (await this.#run('finish', this.#keys.queues, args)) as number[];
      } catch (error) {
        if (this.#isClosed) throw error;
        this.#onError(error as Error);
        await sleep(retryPauseMs);
      }
    }
  }
}
