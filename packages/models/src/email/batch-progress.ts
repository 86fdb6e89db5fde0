import type { Json, TaskContext } from '@drover/core';
import { z } from 'zod';

/** Failures remembered over attempts, so that the checkpoint stays small. */
const failuresMax = 200;
const failureLength = 200;

const Saved = z.object({
  /** Messages before this place are settled, except the deferred ones. */
  next: z.int().min(0),
  /** Places of messages that the server asked to send later. */
  deferred: z.array(z.int()),
  /** What became of messages that will never go: place and reason. */
  failed: z.array(z.tuple([z.int(), z.string()])),
});

/**
 * Which messages of a batch are settled, kept over attempts: one that was sent is never sent again by the next attempt,
 * and one that was deferred is.
 */
export class BatchProgress {
  readonly #task: TaskContext;
  readonly #deferred: Set<number>;
  readonly #failed: Map<number, string>;
  #next: number;

  constructor(task: TaskContext) {
    const saved = Saved.safeParse(task.lastCheckpoint);
    const { next, deferred, failed } = saved.success ? saved.data : { next: 0, deferred: [], failed: [] };
    this.#task = task;
    this.#next = next;
    this.#deferred = new Set(deferred);
    this.#failed = new Map(failed);
  }

  get deferredCount(): number {
    return this.#deferred.size;
  }

  /** What an earlier attempt did with this message; undefined when it is still to be sent. */
  settled(index: number): { failure: string | undefined } | undefined {
    if (index >= this.#next || this.#deferred.has(index)) return undefined;
    return { failure: this.#failed.get(index) };
  }

  async sent(index: number): Promise<void> {
    this.#deferred.delete(index);
    await this.#save(index);
  }

  async failed(index: number, reason: string): Promise<void> {
    this.#deferred.delete(index);
    if (this.#failed.size < failuresMax) this.#failed.set(index, reason.slice(0, failureLength));
    await this.#save(index);
  }

  async deferred(index: number): Promise<void> {
    this.#deferred.add(index);
    await this.#save(index);
  }

  async #save(index: number): Promise<void> {
    this.#next = Math.max(this.#next, index + 1);
    const value: Json = { next: this.#next, deferred: [...this.#deferred], failed: [...this.#failed] };
    await this.#task.checkpoint(value);
  }
}
