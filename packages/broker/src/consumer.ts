import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type Json, limits } from '@drover/core';
import type { Redis } from 'ioredis';
import { EndRequest } from './end-request.ts';
import type { Ending, TakenTask } from './ending.ts';
import { decodeEnvelope } from './envelope.ts';
import { hashOf } from './index-row.ts';
import { type Keys, statisticsLifeMs } from './keys.ts';
import { LockKeeper } from './lock-keeper.ts';
import { Outbox } from './outbox.ts';
import type { RunScript } from './scripts.ts';
import { type TaskHands, type TaskHandsParts, taskHands } from './task-hands.ts';

/**
 * Takes tasks from queues and ends them, in groups, on BullMQ's own keys. The one place that knows how a task is
 * fetched and finished.
 *
 * A consumer goes one way: running ──▶ quiet ──▶ stopped.
 *
 * running  takes tasks while it has free slots. One script call takes for all slots; ends and log lines go the same way.
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
  execute: (task: TakenTask, hands: TaskHands) => Promise<Ending>;
  /** Somebody woke this worker: there may be a new queue. */
  onWake: () => void;
  onError: (error: Error) => void;
  /** A task that this worker ran was taken over by another: what it did here does not count. */
  onLost: (task: TakenTask) => void;
};

type Running = { task: TakenTask; asked: EndRequest; isEnded: boolean };

/** What `take.lua` answers of a task, one after the other. */
type TakenValue = string | number | null;
const valuesATask = 10;

/** How long a worker waits at most before it looks again, whatever it was told. */
const lookEveryMs = 5_000;
const errorPauseMs = 500;
/** Ends that may wait for Redis beyond the slots: then taking waits too. */
const unsettledMax = 8 * limits.consumeGroup;

export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #token = randomBytes(9).toString('base64url');
  readonly #who: string;
  readonly #workerHash: string;
  readonly #running = new Map<string, Running>();
  readonly #outbox: Outbox;
  readonly #locks: LockKeeper;
  /** What the hands of every task write with. */
  readonly #hands: TaskHandsParts;
  #queues: string[] = [];
  #turn = 0;
  #isRunning = false;
  #dueAt = 0;
  #slotFreed: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  /** When the loop last went round, Unix ms: for the watchdog. */
  lastTurnAt = Date.now();

  constructor(options: ConsumerOptions) {
    this.#options = options;
    const { keys, redis, run, onError, worker } = options;
    this.#who = `${worker.id}|${worker.host}|${worker.pid}`;
    this.#workerHash = hashOf(worker.id, 2);
    const hash = this.#workerHash;
    this.#outbox = new Outbox({ redis, keys, run, token: this.#token, who: this.#who, workerHash: hash, onError });
    this.#hands = { redis, keys, run, outbox: this.#outbox, token: this.#token, onError };
    this.#locks = new LockKeeper({
      keys,
      run,
      token: this.#token,
      lockMs: options.lockMs,
      running: () => [...this.#running.values()].map(({ task }) => task),
      queues: () => this.#queues,
      onLost: (id) => this.#running.get(id)?.asked.ask('lock_lost'),
      onError,
    });
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Takes nothing now, and is right to: its slots are full, or what it ended waits for Redis. */
  get isFull(): boolean {
    return this.#room() === 0;
  }

  setQueues(queues: string[]): void {
    this.#queues = queues;
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
  async drained(timeoutMs: number): Promise<boolean> {
    const until = Date.now() + timeoutMs;
    while (this.#running.size > 0 && Date.now() < until) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(until - Date.now(), errorPauseMs));
        this.#slotFreed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#running.size === 0;
  }

  /** Asks a task that runs here to end, if it is still this attempt. */
  kill(id: string, attempt: number, message: string): void {
    const running = this.#running.get(id);
    if (running?.task.attempt === attempt) running.asked.ask('kill', message);
  }

  /** Asks all running tasks to end; what does not in `timeoutMs` is given back as it is. */
  async release(timeoutMs: number): Promise<void> {
    for (const { asked } of this.#running.values()) asked.ask('shutdown');
    if (await this.drained(timeoutMs)) return;
    for (const running of [...this.#running.values()]) {
      this.#end(running, { kind: 'return', message: 'handed back: the worker was stopped and the method went on' });
    }
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
        else if ((await this.#take()) === 'all') await this.#wait();
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
    if (!this.#isRunning || this.#outbox.unsettled >= unsettledMax) return 0;
    const { concurrency } = this.#options;
    const free = concurrency - this.#running.size - arrived;
    return Math.max(0, Math.min(free, Math.ceil(concurrency / 2), limits.consumeGroup));
  }

  /** Begins tasks, group by group, until there are no more, or no room for more. */
  async #take(): Promise<'all' | 'what fits'> {
    let most = this.#room();
    let coming = this.#fetch(most);
    for (;;) {
      const group = await coming;
      if (group.length < most) {
        for (const values of group) this.#begin(values);
        return 'all';
      }
      most = this.#room(group.length);
      if (most > 0) coming = this.#fetch(most);
      for (const values of group) this.#begin(values);
      if (most === 0) return 'what fits';
    }
  }

  async #fetch(most: number): Promise<TakenValue[][]> {
    if (this.#queues.length === 0) return [];
    this.lastTurnAt = Date.now();
    const { keys, run, lockMs } = this.#options;
    const first = this.#turn % this.#queues.length;
    const queues = [...this.#queues.slice(first), ...this.#queues.slice(0, first)];
    const args: (string | number)[] = [keys.prefix, `${keys.bullPrefix}:`, Date.now(), this.#token, lockMs];
    args.push(this.#who, most, this.#turn, this.#workerHash, statisticsLifeMs, ...queues);
    const [dueAt, ...values] = (await run('take', keys.queues, args)) as [number, ...TakenValue[]];
    this.#turn += 1;
    this.#dueAt = dueAt;
    const group: TakenValue[][] = [];
    for (let at = 0; at < values.length; at += valuesATask) group.push(values.slice(at, at + valuesATask));
    return group;
  }

  /** Waits for a sign that there is work in one of the queues, for what is due next, or for a call to this worker. */
  async #wait(): Promise<void> {
    const { blocking, keys, worker } = this.#options;
    const dueInMs = this.#dueAt > 0 ? this.#dueAt - Date.now() : lookEveryMs;
    if (dueInMs <= 0) return;
    const wakeKey = keys.wake(worker.id);
    const markers = this.#queues.map((queue) => `${keys.bullPrefix}:${queue}:marker`);
    const timeoutSeconds = Math.max(0.001, Math.min(dueInMs, lookEveryMs) / 1_000);
    const popped = await blocking.bzpopmin([wakeKey, ...markers], timeoutSeconds);
    if (popped?.[0] === wakeKey) this.#options.onWake();
  }

  #begin(values: TakenValue[]): void {
    const [queue, id, fullName, data] = values as [string, string, string, string | null];
    const [attempt, retriesUsed, lostWorkers, createdAt] = values.slice(4, 8).map(Number) as [
      number,
      number,
      number,
      number,
    ];
    // As the index has it: the moment at which it was taken.
    const startedAt = Number(values[9]);
    const base = { id, queue, fullName, attempt, retriesUsed, lostWorkers, createdAt, startedAt };
    let task: TakenTask;
    try {
      const checkpoint = values[8];
      const lastCheckpoint = typeof checkpoint === 'string' ? (JSON.parse(checkpoint) as Json) : undefined;
      task = { ...base, envelope: decodeEnvelope(data ?? ''), lastCheckpoint };
    } catch (cause) {
      this.#endUnreadable(base, cause as Error);
      return;
    }
    // We may meet a task again that we run already, when our own lock on it was lost: what is new counts.
    this.#running.get(id)?.asked.ask('lock_lost');
    const running: Running = { task, asked: new EndRequest(), isEnded: false };
    this.#running.set(id, running);
    this.#options.execute(task, taskHands(this.#hands, running)).then(
      (ending) => this.#end(running, ending),
      (thrown: unknown) => {
        const cause = thrown instanceof Error ? thrown : new Error('what was thrown is no error');
        this.#options.onError(cause);
        const message = `the worker could not tell how it ended: ${cause.message}`.slice(0, limits.errorMessageBytes);
        const error = { class: 'permanent' as const, name: 'ExecuteError', message };
        this.#end(running, { kind: 'end', outcome: 'error', error });
      },
    );
  }

  /** A task that this version cannot read: a person must look. */
  #endUnreadable(base: Omit<TakenTask, 'envelope' | 'lastCheckpoint'>, cause: Error): void {
    const envelope = decodeEnvelope('{"v":1}');
    const error = {
      class: 'permanent' as const,
      name: 'EnvelopeError',
      message: `this version cannot read the task: ${cause.message}`.slice(0, limits.errorMessageBytes),
    };
    const task = { ...base, envelope, lastCheckpoint: undefined };
    this.#end({ task, asked: new EndRequest(), isEnded: false }, { kind: 'end', outcome: 'error', error });
  }

  /** Only the first end of an execution counts: what was given up may still return some day. */
  #end(running: Running, ending: Ending): void {
    if (running.isEnded) return;
    running.isEnded = true;
    const { task } = running;
    if (this.#running.get(task.id) === running) this.#running.delete(task.id);
    this.#slotFreed?.();
    this.#outbox.finish({ task, ending, endedAt: Date.now() }).then(
      (finished) => {
        if (finished === 'not-ours') this.#options.onLost(task);
        this.#slotFreed?.();
      },
      (error: Error) => this.#options.onError(error),
    );
  }
}
