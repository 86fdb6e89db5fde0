import { ClusterError, limits } from '@drover/core';

/** What one listener has been told and not taken yet. Who lets too much pile up is cut off: nothing grows without end. */
export class Inbox<T> {
  #items: T[] = [];
  #bytes = 0;
  #isOver = false;
  readonly #cutOff = new AbortController();
  #wake: (() => void) | undefined;

  /** Aborted when too much has piled up. */
  get cutOff(): AbortSignal {
    return this.#cutOff.signal;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** @param bytes about how much it takes */
  put(item: T, bytes: number): void {
    if (this.#isOver) return;
    this.#items.push(item);
    this.#bytes += bytes;
    if (this.#bytes > limits.eventLagBytes) {
      this.end();
      this.#cutOff.abort(new ClusterError('too_many_requests', `it is ${limits.eventLagBytes} bytes behind`));
    }
    this.#wake?.();
  }

  /** Nothing comes any more. What has not been taken is dropped. */
  end(): void {
    this.#isOver = true;
    this.#items = [];
    this.#wake?.();
  }

  /**
   * All that has come; waits for something to come. Undefined: that was all.
   * @throws ClusterError too_many_requests who takes was too slow
   */
  async take(): Promise<T[] | undefined> {
    if (this.#items.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#cutOff.signal.throwIfAborted();
    if (this.#isOver) return undefined;
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    return items;
  }
}
