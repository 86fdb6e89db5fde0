import type { AbortReason } from '@drover/core';

/**
 * Whether a running task was asked to end, and why. The signal is made for methods that look at it: it costs more than
 * everything else around a small task, and most methods never do.
 */
export class EndRequest {
  #reason: Error | undefined;
  #listener: ((reason: Error) => unknown) | undefined;
  #controller: AbortController | undefined;

  /** Only the first reason counts. */
  ask(why: AbortReason, details?: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = endError(why, details);
    this.#controller?.abort(this.#reason);
    this.#listener?.(this.#reason);
  }

  /** Called with the reason when somebody asks. One listener: who waits for the method. */
  onAsk(listener: ((reason: Error) => unknown) | undefined): void {
    this.#listener = listener;
    if (this.#reason !== undefined) listener?.(this.#reason);
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

/** What a killed task says of its end. */
export function killMessage(reason: string): string {
  return reason === '' ? 'killed' : `killed: ${reason}`;
}

function endError(why: AbortReason, details = ''): Error {
  const error = new Error(details === '' ? `the task was asked to end: ${why}` : details);
  error.name = why;
  return error;
}
