import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Keys } from '../keys.ts';
import { newsBlockMs } from '../redis.ts';
import { entryOf, merged, type NewsEntry, type RawEntry } from './news-entry.ts';
import { type Position, streamStart } from './position.ts';

/** So many entries of each stream are kept at least; who is further behind may have missed some. */
export const newsKept = 1_000;

const againMs = 50;
/** Reads that follow each other at once, before entries are gathered for a moment: a busy cluster tells without end. */
const burst = 50;
const burstMs = 100;
const gatherMs = 5;

export type Hearer = {
  /** Whether anybody listens. If not, the reader rests. */
  isWanted(): boolean;
  /** All that is told after this position is heard. Again after a break: what was told meanwhile is not known. */
  begun(position: Position): void;
  heard(entries: NewsEntry[]): void;
};

/**
 * Reads both streams of news for this process, on a connection of its own.
 *
 * resting ──▶ beginning ──▶ reading, and back to beginning whenever the connection breaks or entries were missed; to
 * rest when nobody listens any more. A read waits at most `newsBlockMs` for news, so that a dead server is noticed.
 */
export class NewsReader {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #hearer: Hearer;
  #position: Position | undefined;
  #isAtWork = false;
  #isStopped = false;
  #reads = { since: 0, count: 0 };

  constructor(redis: Redis, keys: Keys, hearer: Hearer) {
    this.#redis = redis;
    this.#keys = keys;
    this.#hearer = hearer;
  }

  /** What is told after it is heard; undefined while it rests or begins. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Somebody listens. */
  wake(): void {
    if (this.#isAtWork || this.#isStopped) return;
    this.#isAtWork = true;
    void this.#work();
  }

  stop(): void {
    this.#isStopped = true;
    this.#redis.disconnect();
  }

  async #work(): Promise<void> {
    while (!this.#isStopped && this.#hearer.isWanted()) {
      try {
        if (this.#position === undefined) await this.#begin();
        else await this.#read(this.#position);
      } catch {
        this.#position = undefined;
        if (!this.#isStopped) await sleep(againMs);
      }
    }
    this.#position = undefined;
    this.#isAtWork = false;
  }

  async #begin(): Promise<void> {
    const newest = async (key: string) => (await this.#redis.xrevrange(key, '+', '-', 'COUNT', 1))[0]?.[0];
    const [events, pulse] = await Promise.all([newest(this.#keys.events), newest(this.#keys.pulse)]);
    this.#position = { events: events ?? streamStart, pulse: pulse ?? streamStart };
    this.#hearer.begun(this.#position);
  }

  async #read({ events: eventsSeen, pulse: pulseSeen }: Position): Promise<void> {
    const { events: eventsKey, pulse: pulseKey } = this.#keys;
    await this.#gather();
    const streams = [eventsKey, pulseKey, eventsSeen, pulseSeen] as const;
    const reply = await this.#redis.xread('COUNT', newsKept, 'BLOCK', newsBlockMs, 'STREAMS', ...streams);
    if (reply === null) return;
    const byKey = new Map(reply as [string, RawEntry[]][]);
    const events = byKey.get(eventsKey) ?? [];
    const pulse = byKey.get(pulseKey) ?? [];
    if (events.length >= newsKept || pulse.length >= newsKept) {
      this.#position = undefined;
      return;
    }
    this.#position = { events: events.at(-1)?.[0] ?? eventsSeen, pulse: pulse.at(-1)?.[0] ?? pulseSeen };
    const entries = merged(
      events.map((entry) => entryOf('events', entry)),
      pulse.map((entry) => entryOf('pulse', entry)),
    );
    this.#hearer.heard(entries);
  }

  async #gather(): Promise<void> {
    const now = performance.now();
    if (now - this.#reads.since > burstMs) this.#reads = { since: now, count: 0 };
    this.#reads.count += 1;
    if (this.#reads.count > burst) await sleep(gatherMs);
  }
}
