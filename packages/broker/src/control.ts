import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Keys } from './keys.ts';

/** What others ask of a worker. */
const ControlRequest = z.object({ kind: z.literal('kill'), id: z.string(), attempt: z.int(), reason: z.string() });

export type ControlParts = {
  redis: Redis;
  keys: Keys;
  workerId: string;
  /** Whether there is anything that a request could be about. */
  isBusy: () => boolean;
  onKill: (id: string, attempt: number, message: string) => void;
  onError: (error: Error) => void;
};

const lookEveryMs = 1_000;
const requestsAtOnce = 100;

/**
 * Hears what others ask of this worker: requests wait in a list of its own, so that one that was sent while the worker
 * was cut off is not lost. It is looked at every second while tasks run.
 */
export class Control {
  readonly #parts: ControlParts;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { redis, keys, workerId, isBusy, onError } = this.#parts;
    if (this.#isLooking || !isBusy() || redis.status !== 'ready') return;
    this.#isLooking = true;
    try {
      for (const encoded of (await redis.lpop(keys.control(workerId), requestsAtOnce)) ?? []) this.#hear(encoded);
    } catch (error) {
      onError(error as Error);
    } finally {
      this.#isLooking = false;
    }
  }
  /** One that this version does not understand must not cost the others. */
  #hear(encoded: string): void {
    try {
      const request = ControlRequest.parse(JSON.parse(encoded));
      this.#parts.onKill(request.id, request.attempt, request.reason === '' ? 'killed' : `killed: ${request.reason}`);
    } catch (error) {
      this.#parts.onError(error as Error);
    }
  }
}
