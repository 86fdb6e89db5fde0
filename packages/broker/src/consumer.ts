import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@drover/core';
import type { Redis } from 'ioredis';
import type { TakenTask } from './ending.ts';
import { hashOf } from './index-row.ts';
import type { Keys } from './keys.ts';
import { LockKeeper } from './lock-keeper.ts';
import { Outbox } from './outbox.ts';
import { type Killed, RunningTasks, type RunningTasksParts } from './running-tasks.ts';
import type { RunScript } from './scripts.ts';
import { type Taken, takeTasks } from './take.ts';

/**
 * Takes tasks from queues and ends them, in groups, on BullMQ's own keys. The one place that knows how a task is
 * fetched and finished.
 *
 * A consumer goes one way: running ──▶ quiet ──▶ stopped.
 *
 * running  takes tasks while it has free slots. One script call takes for all slots; ends and log lines go the same way.
 *          While somebody holds it (`pause`, `resume`) it has no free slots.
 * quiet    takes nothing new; begun tasks go on. Entered by `quiet`.
 * stopped  what was left has been given back.
 */
export type ConsumerOptions = {
  redis: Redis;
  /** A connection of its own, for waiting. */
  blocking: Redis;
  keys: Keys;
  run: RunScript;
  worker: { id: string; host: string; pid: number };
  /** Tasks at a time. */
  concurrency: number;
  /** Life of a task's lock: so long after its worker died, a task is taken by another one. */
  lockMs: number;
  execute: RunningTasksParts['execute'];
  /** Somebody woke this worker: there may be a new queue. Resolves when it is known. */
  onWake: () => Promise<void>;
  onError: (error: Error) => void;
  /** A task that this worker ran was taken over by another: what it did here does not count. */
  onLost: (task: TakenTask) => void;
};

/** What a worker does not take, to be careful with its machine. */
export type HoldBack = {
  /** Tasks above this priority number wait; 0: none. */
  highestPriority: number;
  /** Tasks at a time, if that is fewer than are set. */
  concurrencyMax: number;
};

/** How long a worker waits at most before it looks again, whatever it was told. */
const lookEveryMs = 5_000;
/** Where tasks wait that it may not take: it does not listen for them, or would wake again and again. */
const lookAgainMs = 1_000;
const errorPauseMs = 500;
const wakeLifeMs = 60_000;
/** Ends that may wait for Redis beyond the slots: then taking waits too. */
const unsettledMax = 8 * limits.consumeGroup;

export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #token = randomBytes(9).toString('base64url');
  readonly #who: string;
  readonly #workerHash: string;
  readonly #running: RunningTasks;
  readonly #outbox: Outbox;
  readonly #locks: LockKeeper;
  #queues: string[] = [];
  #concurrency: number;
  /** Why it takes nothing for now. */
  readonly #holds = new Set<string>();
  #taking: Promise<unknown> = Promise.resolve();
  #turn = 0;
  #isRunning = false;
  #dueAt = 0;
  #held: HoldBack = { highestPriority: 0, concurrencyMax: Number.POSITIVE_INFINITY };
  /** Queues in which tasks wait that it may not take. */
  #heldQueues: string[] = [];
  #slotFreed: (() => void) | undefined;
  #isWaiting = false;
  #loop: Promise<void> | undefined;
  /** When the loop last went round, Unix ms: for the watchdog. */
  lastTurnAt = Date.now();

  constructor(options: ConsumerOptions) {
    this.#options = options;
    const { keys, redis, run, onError, worker } = options;
    this.#concurrency = options.concurrency;
    this.#who = `${worker.id}|${worker.host}|${worker.pid}`;
    this.#workerHash = hashOf(worker.id, 2);
    const hash = this.#workerHash;
    this.#outbox = new Outbox({ redis, keys, run, token: this.#token, who: this.#who, workerHash: hash, onError });
    this.#running = new RunningTasks({
      execute: options.execute,
      outbox: this.#outbox,
      hands: { redis, keys, run, outbox: this.#outbox, token: this.#token, onError },
      onFreed: () => this.#slotFreed?.(),
      onLost: options.onLost,
      onError,
    });
    this.#locks = new LockKeeper({
      keys,
      run,
      token: this.#token,
      lockMs: options.lockMs,
      running: () => this.#running.tasks(),
      queues: () => this.#queues,
      onLost: (id) => this.#running.lose(id),
      onError,
    });
  }

  get runningCount(): number {
    return this.#running.count;
  }

  /** Takes nothing now, and is right to: its slots are full, or what it ended waits for Redis. */
  get isFull(): boolean {
    return this.#room() === 0;
  }

  /** It waits for work, and hears at once when somebody calls this worker. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  setQueues(queues: string[]): void {
    this.#queues = queues;
  }

  /** Tasks at a time from now on; those that run beyond it go on. */
  setConcurrency(concurrency: number): void {
    this.#concurrency = concurrency;
    this.#slotFreed?.();
  }

  get isPaused(): boolean {
    return this.#holds.size > 0;
  }

  /** Takes nothing new until everybody who held it resumed. Resolves when no task is about to be taken any more. */
  async pause(why: string): Promise<void> {
    this.#holds.add(why);
    const { redis, keys, worker, onError } = this.#options;
    const wakeKey = keys.wake(worker.id);
    // It may wait for work: what wakes it is its own call, so that what comes for others stays for them.
    if (redis.status === 'ready')
      redis.pipeline().zadd(wakeKey, 0, 'pause').pexpire(wakeKey, wakeLifeMs).exec().catch(onError);
    await Promise.race([this.#taking, sleep(errorPauseMs, undefined, { ref: false })]);
  }

  resume(why: string): void {
    this.#holds.delete(why);
    this.#slotFreed?.();
  }

  /** Holds from the next look on: where less is held back than before, in a second at most. */
  holdBack(how: HoldBack): void {
    this.#held = how;
    this.#slotFreed?.();
  }

  start(): void {
    this.#isRunning = true;
    this.#locks.start();
    this.#loop = this.#consume();
  }

  /** Takes nothing new. Resolves when no task is about to be taken any more. */
  async quiet(): Promise<void> {
    this.#isRunning = false;
    this.#slotFreed?.();
    this.#options.blocking.disconnect();
    // While Redis is away a take may hang; its tasks, if there are any, are then taken over by their lost lock.
    await Promise.race([this.#loop, sleep(errorPauseMs, undefined, { ref: false })]);
  }

  /** Resolves when no task is running, or after `timeoutMs`. */
  drained(timeoutMs: number): Promise<boolean> {
    return this.#running.drained(timeoutMs);
  }

  /** Asks a task that runs here to end, if it is still this attempt. Resolves when its end is recorded. */
  kill(id: string, attempt: number, message: string): Promise<Killed> {
    return this.#running.kill(id, attempt, message);
  }

  /** Asks all running tasks to end; what does not in `timeoutMs` is given back as it is. */
  release(timeoutMs: number): Promise<void> {
    return this.#running.release(timeoutMs);
  }

  /** Resolves when everything is written, or after `timeoutMs`; then the consumer is stopped. */
  async stop(timeoutMs: number): Promise<boolean> {
    const settled = this.#outbox.settled().then(() => true);
    const isSettled = await Promise.race([settled, sleep(timeoutMs, false, { ref: false })]);
    this.#locks.stop();
    this.#outbox.close();
    return isSettled;
  }

  async #consume(): Promise<void> {
    while (this.#isRunning) {
      this.lastTurnAt = Date.now();
      try {
        if (this.#room() === 0) await this.#slot();
        else {
          const taking = this.#take();
          this.#taking = taking.catch(() => undefined);
          if ((await taking) === 'all') await this.#wait();
        }
      } catch (error) {
        if (!this.#isRunning) return;
        this.#options.onError(error as Error);
        await sleep(errorPauseMs);
      }
    }
  }

  /** Resolves in the turn after a slot became free: more may have become free by then, and ends are sent first. */
  async #slot(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#slotFreed = resolve;
    });
    await nextTurn();
  }

  /** How many to ask for: half of the slots at most, so that one group runs while the next is on its way. */
  #room(arrived = 0): number {
    if (!this.#isRunning || this.isPaused || this.#outbox.unsettled >= unsettledMax) return 0;
    const concurrency = Math.min(this.#concurrency, this.#held.concurrencyMax);
    const free = concurrency - this.#running.count - arrived;
    return Math.max(0, Math.min(free, Math.ceil(concurrency / 2), limits.consumeGroup));
  }

  /** Begins tasks, group by group, until there are no more, or no room for more. */
  async #take(): Promise<'all' | 'what fits'> {
    let most = this.#room();
    let coming = this.#fetch(most);
    for (;;) {
      const group = await coming;
      if (group.length < most) {
        for (const taken of group) this.#running.begin(taken);
        return 'all';
      }
      most = this.#room(group.length);
      if (most > 0) coming = this.#fetch(most);
      for (const taken of group) this.#running.begin(taken);
      if (most === 0) return 'what fits';
    }
  }

  async #fetch(most: number): Promise<Taken[]> {
    if (this.#queues.length === 0) return [];
    this.lastTurnAt = Date.now();
    const { keys, run, lockMs } = this.#options;
    const turn = this.#turn;
    const first = turn % this.#queues.length;
    const queues = [...this.#queues.slice(first), ...this.#queues.slice(0, first)];
    const { taken, dueInMs, heldQueues } = await takeTasks(run, keys, {
      token: this.#token,
      lockMs,
      who: this.#who,
      workerHash: this.#workerHash,
      most,
      turn,
      highestPriority: this.#held.highestPriority,
      queues,
    });
    this.#turn += 1;
    this.#dueAt = dueInMs === 0 ? 0 : performance.now() + dueInMs;
    this.#heldQueues = heldQueues;
    return taken;
  }

  /** Waits for a sign that there is work in one of the queues, for what is due next, or for a call to this worker. */
  async #wait(): Promise<void> {
    const { blocking, keys, worker } = this.#options;
    const dueInMs = this.#dueAt > 0 ? this.#dueAt - performance.now() : lookEveryMs;
    if (dueInMs <= 0) return;
    const wakeKey = keys.wake(worker.id);
    const held = this.#heldQueues;
    const heard = this.#queues.filter((queue) => !held.includes(queue));
    const markers = heard.map((queue) => `${keys.bullPrefix}:${queue}:marker`);
    const longestMs = held.length > 0 ? lookAgainMs : lookEveryMs;
    const timeoutSeconds = Math.max(0.001, Math.min(dueInMs, longestMs) / 1_000);
    this.#isWaiting = true;
    const waiting = blocking.bzpopmin([wakeKey, ...markers], timeoutSeconds);
    const popped = await waiting.finally(() => {
      this.#isWaiting = false;
    });
    if (popped?.[0] === wakeKey) await this.#options.onWake();
    // Paused meanwhile: this call was for those who still take.
    else if (popped !== null && this.isPaused) await this.#options.redis.zadd(popped[0], popped[2], popped[1]);
  }
}
