import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

const pulseMs = 5_000;

/**
 * Tells waiters that a task has ended: one connection and one channel a process, whatever the number of waiters. After
 * a break of the connection everybody is woken once, to look for himself.
 */
export class Ended {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #pulse: NodeJS.Timeout;
  #subscribing: Promise<void> | undefined;

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
    redis.on('message', (_channel, ids: string) => {
      if (this.#waiters.size === 0) return;
      for (const id of ids.split(' ')) this.#wake(id);
    });
    redis.on('ready', () => {
      if (this.#subscribing === undefined && this.#waiters.size === 0) return;
      this.#subscribing = this.#subscribe().then(() => {
        for (const id of [...this.#waiters.keys()]) this.#wake(id);
      });
    });
    // Who only listens would never learn that the connection is dead.
    this.#pulse = setInterval(() => {
      if (this.#waiters.size > 0) redis.ping().catch(() => undefined);
    }, pulseMs);
    this.#pulse.unref();
  }

  stop(): void {
    clearInterval(this.#pulse);
    this.#redis.disconnect();
  }

  /** Begins to listen; `woken` resolves at the next sign. Call `stop` in any case. */
  listen(id: string): { woken: Promise<void>; stop: () => void } {
    this.#subscribing ??= this.#subscribe();
    const waiters = this.#waiters.get(id) ?? new Set();
    this.#waiters.set(id, waiters);
    let wake: () => void = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    waiters.add(wake);
    return {
      woken,
      stop: () => {
        waiters.delete(wake);
        if (waiters.size === 0) this.#waiters.delete(id);
      },
    };
  }

  /** Resolves when the subscription stands: what ends after that is heard. */
  async ready(): Promise<void> {
    await this.#subscribing;
  }

  async #subscribe(): Promise<void> {
    await this.#redis.subscribe(this.#keys.endedChannel).catch(() => {
      this.#subscribing = undefined;
    });
  }

  #wake(id: string): void {
    for (const wake of this.#waiters.get(id) ?? []) wake();
  }
}
