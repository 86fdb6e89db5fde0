import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 20;

/**
 * Looks again and again until `look` no longer throws, and answers what it returned. When the time is up, it fails with
 * what the last look threw.
 */
export async function eventually<T>(look: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() >= until) throw error;
      await sleep(lookEveryMs);
    }
  }
}
