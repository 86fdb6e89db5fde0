import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError, limits } from '@drover/core';
import type { FollowedEvent, Following } from '../cluster.ts';

/** While Redis is away nobody begins to listen. */
const beginMs = 2_000;

/** Where a stream of events comes from. */
export type Source = {
  /** What comes next, together; undefined: that was all. */
  take(): Promise<FollowedEvent[] | undefined>;
  /** From here on somebody goes on who has all that was taken; empty while that is nowhere. */
  lastId(): string;
  /** Aborted when who takes was too slow. */
  cutOff: AbortSignal;
  stop(): void;
};

/** The live streams of this process: only so many, since each holds memory and a connection. */
export class EventStreams {
  #count = 0;

  /** @throws ClusterError too_many_requests, and whatever `open` throws */
  async begin<T extends Source | undefined>(open: () => Promise<T>): Promise<Following | (T & undefined)> {
    if (this.#count >= limits.eventStreams) {
      throw new ClusterError('too_many_requests', `this process serves ${limits.eventStreams} live streams already`);
    }
    this.#count += 1;
    let isOpen = true;
    const close = () => {
      if (isOpen) this.#count -= 1;
      isOpen = false;
    };
    try {
      const source = await open();
      if (source !== undefined) return followingOf(source, close);
      close();
      return source as T & undefined;
    } catch (error) {
      close();
      throw error;
    }
  }
}

function followingOf(source: Source, close: () => void): Following {
  const stop = () => {
    source.stop();
    close();
  };
  return {
    get lastId() {
      return source.lastId();
    },
    cutOff: source.cutOff,
    stop,
    async *[Symbol.asyncIterator]() {
      try {
        for (let batch = await source.take(); batch !== undefined; batch = await source.take()) yield batch;
      } finally {
        stop();
      }
    },
  };
}

/** @throws ClusterError redis_unavailable when nobody has begun to listen for so long as one waits for it */
export async function begunInTime<T>(begun: Promise<T>): Promise<T> {
  const late = new AbortController();
  const first = await Promise.race([begun.then((value) => ({ value })), sleep(beginMs, undefined, late)]);
  late.abort();
  if (first !== undefined) return first.value;
  throw new ClusterError('redis_unavailable', 'Redis does not tell what happens now: there is no connection to it');
}
