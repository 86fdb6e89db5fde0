import type { Clock } from './clock.ts';
import { DroverError } from './drover-error.ts';

type Polled<T> = {
  /** `task tsk_…` */
  what: string;
  /** Asks, and lets the server hold its answer. */
  look(signal: AbortSignal): Promise<T>;
  onSeen?: ((seen: T) => void) | undefined;
  /** For the error. */
  stateOf(seen: T): string;
  isOver(seen: T): boolean;
};

/** A server that does not hold its answer back is not asked more often than this. */
const pollMsMin = 500;
/** Timers hold no more than this. */
const timerMsMax = 2 ** 31 - 1;

/** Long polls until it is over. @throws DroverError wait_timeout */
export async function poll<T>(
  { what, look, onSeen, stateOf, isOver }: Polled<T>,
  clock: Clock,
  {
    timeoutMs = Number.POSITIVE_INFINITY,
    signal,
  }: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined },
): Promise<T> {
  const deadline = AbortSignal.timeout(Math.min(timeoutMs, timerMsMax));
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  let seen: T | undefined;
  try {
    for (;;) {
      const askedAt = clock.now();
      seen = await look(stop);
      onSeen?.(seen);
      if (isOver(seen)) return seen;
      await clock.sleep(Math.max(0, pollMsMin - (clock.now() - askedAt)), stop);
    }
  } catch (error) {
    if (signal?.aborted || !deadline.aborted || error instanceof DroverError) throw error;
    const state = seen === undefined ? 'not answered' : `"${stateOf(seen)}"`;
    throw new DroverError('wait_timeout', `${what} is ${state} after ${timeoutMs} ms; it goes on`);
  }
}
