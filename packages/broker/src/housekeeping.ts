import { ClusterError, TaskRequest } from '@drover/core';
import type { Tasks } from './cluster.ts';
import { systemMethods } from './system-methods.ts';

const lookEveryMs = 3_600_000;
/** The first look is soon after the start: the worker's own methods are in the catalogue by then. */
const firstLookMs = 10_000;

/**
 * Asks for the daily housekeeping until schedules do: every worker does, under one idempotency key a day, so that it
 * happens once.
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
    const day = new Date().toISOString().slice(0, 10);
    const { model, method } = systemMethods.prune;
    const request = TaskRequest.parse({ model, method, name: 'Daily clean-up of the ledger' });
    const idempotencyKey = `${model}.${method} ${day}`;
    this.#intake.enqueue(request, {}, { isSystem: true, idempotencyKey }).catch((error: Error) => {
      // Workers without the system's models are none of those that could do it.
      if (!(error instanceof ClusterError && error.code === 'method_unknown')) this.#onError(error);
    });
  }
}
