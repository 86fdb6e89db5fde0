import { ClusterError, TaskRequest } from '@drover/core';
import type { Tasks } from './cluster.ts';
import { systemMethods } from './system-methods.ts';

const lookEveryMs = 3_600_000;
/** The first look is soon after the start: the worker's own methods are in the catalogue by then. */
const firstLookMs = 10_000;

/** A Sunday, UTC: when ledger, index and queues are compared. */
const verifyDay = 0;

/**
 * Asks for the housekeeping until schedules do: forgetting what is old every day, comparing all on Sundays. Every worker
 * asks, under one idempotency key a day, so that it happens once.
 */
export class Housekeeping {
  readonly #intake: Pick<Tasks, 'enqueue'>;
  readonly #onError: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(intake: Pick<Tasks, 'enqueue'>, onError: (error: Error) => void) {
    this.#intake = intake;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#look(), firstLookMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = setTimeout(() => this.#look(), lookEveryMs);
    const now = new Date();
    this.#ask('Daily clean-up of the ledger', systemMethods.prune, now);
    if (now.getUTCDay() === verifyDay) this.#ask('Weekly check of the ledger', systemMethods.verify, now);
  }

  #ask(name: string, { model, method }: { model: string; method: string }, now: Date): void {
    const request = TaskRequest.parse({ model, method, name });
    const idempotencyKey = `${model}.${method} ${now.toISOString().slice(0, 10)}`;
    this.#intake.enqueue(request, {}, { isSystem: true, idempotencyKey }).catch((error: Error) => {
      // Workers without the system's models are none of those that could do it. What was done today may be forgotten by now.
      const isNone = error instanceof ClusterError && ['method_unknown', 'task_unknown'].includes(error.code);
      if (!isNone) this.#onError(error);
    });
  }
}
