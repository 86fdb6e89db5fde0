import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@drover/core';
import type { Redis } from 'ioredis';
import { ControlAnswer, type ControlRequest } from './control.ts';
import type { Keys } from './keys.ts';
import { reach } from './redis.ts';
import { readAgain } from './wait-for.ts';

/** Asks a worker for something, and hears what it answers. A kill is put into its list by `kill.lua`. */

const lookEveryMs = 100;

export function newRequestId(): string {
  return randomBytes(12).toString('base64url');
}

export async function askWorker(redis: Redis, keys: Keys, workerId: string, request: ControlRequest): Promise<void> {
  const key = keys.control(workerId);
  const asking = redis
    .multi()
    .rpush(key, JSON.stringify(request))
    .ltrim(key, -limits.controlRequests, -1)
    .pexpire(key, limits.controlMs)
    .zadd(keys.wake(workerId), 0, 'control')
    .pexpire(keys.wake(workerId), limits.controlMs);
  await reach(asking.exec());
}

/** The answer; undefined when the time is up, or the signal aborts. */
export async function hearWorker(
  redis: Redis,
  keys: Keys,
  requestId: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ControlAnswer['result'] | undefined> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const encoded = await readAgain(() => reach(redis.get(keys.answer(requestId))));
    // Of what a newer version says, as of silence: the registry shows what came of it.
    if (encoded !== null) return ControlAnswer.safeParse(JSON.parse(encoded)).data?.result;
    if (signal?.aborted || performance.now() >= until) return undefined;
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
