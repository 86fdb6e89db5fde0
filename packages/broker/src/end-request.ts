import type { AbortReason } from '@drover/core';

/**
 * Whether a running task was asked to end, and why. The signal is made for methods that look at it: it costs more than
 * everything else around a small task, and most methods never do.
 */
export class EndRequest {
  #reason: Error | undefined;
  #controller: AbortController | undefined;

  /** Only the first reason counts. */
  ask(why: AbortReason): void {
    this.#reason ??= endError(why);
    this.#controller?.abort(this.#reason);
  }

  /** Named by the reason; undefined while nobody asked. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Aborted with the reason. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }
}

function endError(why: AbortReason): Error {
  const error = new Error(`the task was asked to end: ${why}`);
  error.name = why;
  return error;
}
