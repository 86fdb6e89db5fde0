import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ClusterError } from '@drover/core';
import type { Redis } from 'ioredis';
import { type Keys, keysOf } from './keys.ts';
import { connect, reach } from './redis.ts';

/**
 * The dashboard asks the API for browsers, and tells from which address in this header. Anybody can write a header, so
 * it is sealed with a secret that only those know who reach the cluster's Redis; and for one token, so that it is of no
 * use with another.
 */
export const addressHeader = 'drover-browser-address';

export type AddressSeal = {
  /** What the header says: the address, and the seal. @throws ClusterError redis_unavailable before the first answer */
  close(address: string, authorization: string): Promise<string>;
  /** The address; undefined when it was not sealed in this cluster, for this token. */
  open(sealed: string, authorization: string): Promise<string | undefined>;
};

/** A dashboard looks again so often: Redis may have come back empty. */
const freshMs = 10_000;
/** How soon after the last look a seal that does not fit is reason for another one. */
const impatientMs = 1_000;
const sealedLengthMax = 200;

export function createAddressSeal(redis: Redis, keys: Keys): AddressSeal {
  let secret: Buffer | undefined;
  let readAt = 0;
  const read = async (): Promise<Buffer> => {
    readAt = Date.now();
    await reach(redis.setnx(keys.addressSeal, randomBytes(32).toString('base64url')));
    const text = await reach(redis.get(keys.addressSeal));
    if (text === null) throw new ClusterError('redis_unavailable', 'Redis lost its data just now.');
    secret = Buffer.from(text, 'base64url');
    return secret;
  };
  const isOlder = (ageMs: number) => Date.now() - readAt > ageMs;

  return {
    async close(address, authorization) {
      const known = secret ?? (await read());
      if (isOlder(freshMs)) read().catch(() => undefined);
      return `${address} ${sealOf(known, address, authorization)}`;
    },
    async open(sealed, authorization) {
      const [address = '', seal = ''] = sealed.slice(0, sealedLengthMax).split(' ');
      const fitsWith = (known: Buffer) => isSame(seal, sealOf(known, address, authorization));
      if (secret !== undefined && fitsWith(secret)) return address;
      if (secret !== undefined && !isOlder(impatientMs)) return undefined;
      return fitsWith(await read()) ? address : undefined;
    },
  };
}

/** For a process that is not the API: with a connection of its own. Answers at once. */
export function openAddressSeal(options: { redisUrl: string; keyPrefix: string }): AddressSeal & { stop(): void } {
  const redis = connect(options.redisUrl, 'producer');
  return { ...createAddressSeal(redis, keysOf(options.keyPrefix)), stop: () => redis.disconnect() };
}

function sealOf(secret: Buffer, address: string, authorization: string): string {
  return createHmac('sha256', secret).update(`${address}\n${authorization}`).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
