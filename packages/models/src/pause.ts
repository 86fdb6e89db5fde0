import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, unless told to stop. @throws signal.reason */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
