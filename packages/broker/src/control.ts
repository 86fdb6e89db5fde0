import { limits } from '@drover/core';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Keys } from './keys.ts';

/**
 * What others ask of a worker, and how it hears of it.
 *
 * A request waits in a list of the worker's own, so that one that was sent while the worker was cut off is not lost. A
 * worker that waits for work is called for it; else it looks at its list every second, and now and then in any case.
 * What it heard goes from the list only then: a reply that is lost on its way costs nothing but another look. When it has
 * done what was asked, it leaves the answer under the request's id.
 *
 * A request may be heard twice, and may be for an earlier process under the same name: those name the moment at which
 * the process began, a kill names the attempt.
 */
const forProcess = { request: z.string(), startedAt: z.string() };
export const ControlRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('kill'),
    /** Where the answer is left. An API of an earlier version waits for none. */
    request: z.string().optional(),
    id: z.string(),
    attempt: z.int(),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('quiet'), ...forProcess }),
  z.object({ kind: z.literal('resume'), ...forProcess }),
  z.object({ kind: z.literal('stop'), ...forProcess }),
  z.object({ kind: z.literal('concurrency'), ...forProcess, concurrency: z.int() }),
]);
export type ControlRequest = z.infer<typeof ControlRequest>;

/**
 * done     quiet, resume, stop, concurrency: it is so now.
 * refused  resume: it is on its way out. stop: only the program that it is part of ends it.
 * ended, killed  a kill: the task ended when asked, or was ended the hard way; its end is recorded.
 * gone     the attempt is not here, or ended in another way; or the request was for another process.
 */
export const ControlAnswer = z.object({ result: z.enum(['done', 'refused', 'ended', 'killed', 'gone']) });
export type ControlAnswer = z.infer<typeof ControlAnswer>;

/** An answer waits so long for the one who asked. */
const answerLifeMs = 60_000;

export type ControlParts = {
  redis: Redis;
  keys: Keys;
  workerId: string;
  /** It hears at once when somebody calls it. */
  isWaiting: () => boolean;
  /** Does what is asked. Twice the same must be harmless. */
  obey: (request: ControlRequest) => Promise<ControlAnswer>;
  /** An answer was left, or could not be. */
  onAnswered: (request: ControlRequest, answer: ControlAnswer) => void;
  onError: (error: Error) => void;
};

export const controlLookMs = 1_000;
/** Of one that would be called: a call may be lost with a connection. */
const waitingLookMs = 5_000;
const requestsAtOnce = 100;
/** Requests heard are remembered, in case that they cannot be taken from the list at once. */
const rememberedMax = 2 * limits.controlRequests;

export class Control {
  readonly #parts: ControlParts;
  readonly #heard = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isCalled = false;
  /** By the clock that measures how long things last. */
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#lookInTurn(), controlLookMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #lookInTurn(): Promise<void> {
    const { redis, isWaiting } = this.#parts;
    // After an outage there may be requests that nobody could call for.
    if (redis.status !== 'ready') this.#lookedAt = Number.NEGATIVE_INFINITY;
    else if (!isWaiting() || performance.now() - this.#lookedAt >= waitingLookMs) await this.look();
  }

  async look(): Promise<void> {
    const { redis, onError } = this.#parts;
    // Called while it looks: what it was called for may have come behind its look.
    this.#isCalled = true;
    if (this.#isLooking || redis.status !== 'ready') return;
    this.#isLooking = true;
    this.#lookedAt = performance.now();
    try {
      while (this.#isCalled) {
        this.#isCalled = false;
        await this.#lookOnce();
      }
    } catch (error) {
      onError(error as Error);
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookOnce(): Promise<void> {
    const { redis, keys, workerId } = this.#parts;
    const key = keys.control(workerId);
    const waiting = await redis.lrange(key, 0, requestsAtOnce - 1);
    if (waiting.length === 0) return;
    for (const encoded of waiting) this.#hear(encoded);
    const taking = redis.pipeline();
    for (const encoded of waiting) taking.lrem(key, 1, encoded);
    await taking.exec();
    if (waiting.length === requestsAtOnce) this.#isCalled = true;
  }

  /** One that this version does not understand must not cost the others. */
  #hear(encoded: string): void {
    if (this.#heard.has(encoded)) return;
    this.#heard.add(encoded);
    for (const oldest of this.#heard) {
      if (this.#heard.size <= rememberedMax) break;
      this.#heard.delete(oldest);
    }
    this.#obey(encoded).catch(this.#parts.onError);
  }

  async #obey(encoded: string): Promise<void> {
    const { redis, keys, obey, onAnswered } = this.#parts;
    const request = ControlRequest.parse(JSON.parse(encoded));
    const answer = await obey(request);
    try {
      if (request.request === undefined) return;
      await redis.set(keys.answer(request.request), JSON.stringify(answer), 'PX', answerLifeMs);
    } finally {
      onAnswered(request, answer);
    }
  }
}
