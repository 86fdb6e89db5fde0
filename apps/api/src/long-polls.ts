import type { ServerResponse } from 'node:http';

/**
 * Requests that wait for a task. One ends early when its client has gone, and all do when this process stops: they
 * answer with what is known then.
 */
export class LongPolls {
  readonly #held = new Set<AbortController>();
  readonly #stopping: AbortSignal;

  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
    stopping.addEventListener('abort', () => this.#endAll(), { once: true });
  }

  async hold<T>(response: ServerResponse, wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const held = new AbortController();
    const end = () => held.abort();
    if (this.#stopping.aborted || response.destroyed) end();
    this.#held.add(held);
    response.once('close', end);
    try {
      return await wait(held.signal);
    } finally {
      response.off('close', end);
      this.#held.delete(held);
    }
  }

  #endAll(): void {
    for (const held of this.#held) held.abort();
  }
}
