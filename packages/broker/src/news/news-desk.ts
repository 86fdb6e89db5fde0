import type { Redis } from 'ioredis';
import type { Keys } from '../keys.ts';
import { type News, type NewsEntry, newsOf } from './news-entry.ts';
import { NewsReader } from './news-reader.ts';
import { type Position, streamStart } from './position.ts';

/** Somebody who listens. */
export type Listener = {
  /** All that is told after this position is heard. Again after a break: what was told meanwhile is not known. */
  begun(position: Position): void;
  heard(news: News, position: Position): void;
};

/**
 * Spreads what happens to tasks over those of this process who listen: to one task, or to all. One reader serves them
 * all; who listens to one task costs nothing while others are told of.
 */
export class NewsDesk {
  readonly #reader: NewsReader;
  readonly #ofTask = new Map<string, Set<Listener>>();
  readonly #ofAll = new Set<Listener>();
  #at: Position = { events: streamStart, pulse: streamStart };

  constructor(redis: Redis, keys: Keys) {
    this.#reader = new NewsReader(redis, keys, {
      isWanted: () => this.#ofAll.size + this.#ofTask.size > 0,
      begun: (position) => {
        this.#at = position;
        for (const listener of [...this.#ofAll, ...[...this.#ofTask.values()].flatMap((each) => [...each])]) {
          listener.begun(position);
        }
      },
      heard: (entries) => this.#spread(entries),
    });
  }

  stop(): void {
    this.#reader.stop();
  }

  /** Begins to listen to one task, or to all; answers what ends it, which must be called in any case. */
  listen(listener: Listener, taskId?: string): () => void {
    const listeners = taskId === undefined ? this.#ofAll : (this.#ofTask.get(taskId) ?? new Set());
    if (taskId !== undefined) this.#ofTask.set(taskId, listeners);
    listeners.add(listener);
    const { position } = this.#reader;
    if (position === undefined) this.#reader.wake();
    else listener.begun(position);
    return () => {
      listeners.delete(listener);
      if (taskId !== undefined && listeners.size === 0 && this.#ofTask.get(taskId) === listeners) {
        this.#ofTask.delete(taskId);
      }
    };
  }

  #spread(entries: NewsEntry[]): void {
    const isWanted = (taskId: string) => this.#ofAll.size > 0 || this.#ofTask.has(taskId);
    for (const entry of entries) {
      for (const news of newsOf(entry, isWanted)) {
        const position = after(this.#at, news);
        for (const listener of this.#ofTask.get(news.taskId) ?? []) listener.heard(news, position);
        for (const listener of this.#ofAll) listener.heard(news, position);
      }
      this.#at = { ...this.#at, lines: undefined, [entry.stream]: entry.id };
    }
  }
}

/** Where one stands who was at `position` and has heard this. */
export function after(position: Position, { entry, line, isLast }: News): Position {
  if (entry.stream === 'pulse') return { ...position, pulse: entry.id };
  return { events: entry.id, lines: isLast ? undefined : line + 1, pulse: position.pulse };
}
