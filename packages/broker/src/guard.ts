import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** What Redis must be, or nothing starts: each failure says what was found and what to do. */
export class GuardError extends Error {
  override readonly name = 'GuardError';
}

const skewMaxMs = 1_000;

type Facts = { version: string; policy: string | undefined; skewMs: number; queueVersions: Map<string, string> };

/** The rule, apart from I/O. */
export function faultsOf(facts: Facts): string[] {
  const faults: string[] = [];
  const [major = 0, minor = 0] = facts.version.split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    faults.push(`Redis is version ${facts.version}, but 6.2 or newer is needed: upgrade the server.`);
  }
  if (facts.policy !== undefined && facts.policy !== 'noeviction') {
    faults.push(
      `maxmemory-policy is "${facts.policy}": Redis would throw tasks away when memory runs out. ` +
        'Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf).',
    );
  }
  if (Math.abs(facts.skewMs) >= skewMaxMs) {
    faults.push(
      `the clock of this machine is ${Math.abs(facts.skewMs)} ms ${facts.skewMs > 0 ? 'ahead of' : 'behind'} that of Redis, ` +
        `but less than ${skewMaxMs} ms is needed: tasks would run at wrong times. Synchronise both with NTP.`,
    );
  }
  for (const [queue, version] of facts.queueVersions) {
    const bullMajor = Number(/^bullmq:(\d+)\./.exec(version)?.[1] ?? 6);
    if (bullMajor < 6) {
      faults.push(
        `queue "${queue}" holds data of ${version}, which this version cannot share: ` +
          'drain it with the old version, or choose another KEY_PREFIX.',
      );
    }
  }
  return faults;
}

/** @throws GuardError with every fault */
export async function guardRedis(redis: Redis, keys: Keys): Promise<void> {
  const faults = faultsOf(await readFacts(redis, keys));
  if (faults.length > 0) throw new GuardError(`Drover cannot use this Redis:\n- ${faults.join('\n- ')}`);
}

/** Waits for Redis, then checks it. Resolves with the faults' error, or undefined, or never while it is away. */
export async function guardWhenReady(redis: Redis, keys: Keys, signal: AbortSignal): Promise<GuardError | undefined> {
  // A command that waits for a connection is not ended with the connection.
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  while (!signal.aborted) {
    try {
      await Promise.race([guardRedis(redis, keys), aborted]);
      return undefined;
    } catch (error) {
      if (error instanceof GuardError) return error;
      await sleep(250, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

async function readFacts(redis: Redis, keys: Keys): Promise<Facts> {
  const info = await redis.info();
  const version = /^(?:valkey_version|redis_version):(.+)$/m.exec(info)?.[1]?.trim() ?? '0';
  const policy = /^maxmemory_policy:(.+)$/m.exec(info)?.[1]?.trim();
  const before = Date.now();
  const [seconds, micros] = await redis.time();
  const after = Date.now();
  const redisMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
  const skewMs = before > redisMs ? Math.round(before - redisMs) : after < redisMs ? Math.round(after - redisMs) : 0;
  const queueVersions = new Map<string, string>();
  for (const queue of await redis.smembers(keys.queues)) {
    const found = await redis.hget(`${keys.bullPrefix}:${queue}:meta`, 'version');
    if (found !== null) queueVersions.set(queue, found);
  }
  return { version, policy, skewMs, queueVersions };
}
