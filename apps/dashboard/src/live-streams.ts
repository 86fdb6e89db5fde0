import type { Response } from 'express';
import type { Session, Sessions } from './sessions.ts';

/** Answers that go on and on. One ends in order with its session, or when its reader has gone; all of them when the process stops. */
export class LiveStreams {
  readonly #sessions: Sessions;
  readonly #open = new Set<Response>();
  #isStopping: boolean;

  constructor(sessions: Sessions, stopping: AbortSignal | undefined) {
    this.#sessions = sessions;
    this.#isStopping = stopping?.aborted === true;
    stopping?.addEventListener('abort', () => {
      this.#isStopping = true;
      for (const response of this.#open) response.end();
    });
  }

  hold(session: Session, response: Response): void {
    if (this.#isStopping) {
      response.end();
      return;
    }
    this.#open.add(response);
    const leave = this.#sessions.whenEnded(session, () => response.end());
    response.once('close', () => {
      this.#open.delete(response);
      leave();
    });
  }
}
