import { hash, randomBytes } from 'node:crypto';
import { ClusterError, Identity, KeyInfo, type KeyRequest, limits, type NewKey } from '@drover/core';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Caller } from './cluster.ts';
import type { Keys } from './keys.ts';
import { reach } from './redis.ts';

/** Tokens. Redis holds their SHA-256 digests only; a token has 192 bits of chance, so a slow digest adds nothing. */
const KeyRecord = KeyInfo.extend({ digest: z.string(), company: Identity.optional() });
type KeyRecord = z.infer<typeof KeyRecord>;

const freshMs = 1_000;
/** How soon after the last look an unknown token is reason for another one: its key may just have been made elsewhere. */
const impatientMs = 100;
/** The key that `ADMIN_TOKEN` sets, or that the first start makes. */
const adminKeyId = 'key_admin';
const tokenLengthMax = 512;

function digestOf(token: string): string {
  return hash('sha256', token, 'hex');
}

function infoOf({ digest: _, ...info }: KeyRecord): KeyInfo {
  return info;
}

export class ApiKeys {
  readonly #redis: Redis;
  readonly #keys: Keys;
  #byDigest = new Map<string, KeyRecord>();
  #readAt = 0;
  #reading: Promise<void> | undefined;
  /** The admin's key as this process ensured it. */
  #admin: string | undefined;

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async create(request: KeyRequest): Promise<NewKey> {
    if ((await reach(this.#redis.hlen(this.#keys.apiKeys))) >= limits.apiKeys) {
      throw new ClusterError('key_limit', `there may be ${limits.apiKeys} keys: revoke one first`);
    }
    const id = `key_${randomBytes(8).toString('hex')}`;
    const token = `drv_${randomBytes(24).toString('base64url')}`;
    const record: KeyRecord = {
      id,
      name: request.name,
      scopes: [...new Set(request.scopes)],
      ...(request.company === undefined ? {} : { company: request.company }),
      createdAt: new Date().toISOString(),
      digest: digestOf(token),
    };
    await reach(this.#redis.hset(this.#keys.apiKeys, id, JSON.stringify(record)));
    this.#readAt = 0;
    return { ...infoOf(record), token };
  }

  async list(): Promise<KeyInfo[]> {
    await this.#read(0);
    return [...this.#byDigest.values()].map(infoOf).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  }

  async revoke(id: string): Promise<void> {
    const removed = await reach(this.#redis.hdel(this.#keys.apiKeys, id));
    if (removed === 0) throw new ClusterError('key_unknown', `there is no key "${id}"`);
    this.#readAt = 0;
  }

  async authenticate(token: string): Promise<Caller | undefined> {
    if (token.length > tokenLengthMax) return undefined;
    const isOld = Date.now() - this.#readAt > freshMs;
    if (isOld && this.#byDigest.size === 0) await this.#read(freshMs);
    // Keys are known already: while Redis is away they go on to be, so that the answer is 503 and not 401.
    else if (isOld) await this.#read(freshMs).catch(() => undefined);
    const digest = digestOf(token);
    if (!this.#byDigest.has(digest)) await this.#read(impatientMs);
    const record = this.#byDigest.get(digest);
    if (record === undefined) return undefined;
    return { keyId: record.id, name: record.name, scopes: record.scopes, company: record.company };
  }

  async ensureAdmin(token: string | undefined): Promise<{ generatedToken: string | undefined }> {
    const isGiven = token !== undefined;
    const used = token ?? `drv_${randomBytes(24).toString('base64url')}`;
    const record: KeyRecord = {
      id: adminKeyId,
      name: 'admin',
      scopes: ['admin'],
      createdAt: new Date().toISOString(),
      digest: digestOf(used),
    };
    const encoded = JSON.stringify(record);
    this.#readAt = 0;
    if (isGiven) {
      const known = await reach(this.#redis.hget(this.#keys.apiKeys, adminKeyId));
      const isSame = known !== null && KeyRecord.parse(JSON.parse(known)).digest === record.digest;
      if (!isSame) await reach(this.#redis.hset(this.#keys.apiKeys, adminKeyId, encoded));
      this.#admin = encoded;
      return { generatedToken: undefined };
    }
    const isNew = await reach(this.#redis.hsetnx(this.#keys.apiKeys, adminKeyId, encoded));
    if (isNew === 0) return { generatedToken: undefined };
    this.#admin = encoded;
    return { generatedToken: used };
  }

  async #read(maxAgeMs: number): Promise<void> {
    if (Date.now() - this.#readAt <= maxAgeMs && maxAgeMs > 0) return;
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #readNow(): Promise<void> {
    const readAt = Date.now();
    const records = await reach(this.#redis.hvals(this.#keys.apiKeys));
    if (records.length === 0 && this.#admin !== undefined) {
      // The server came back empty: without its admin nobody could do anything.
      await reach(this.#redis.hsetnx(this.#keys.apiKeys, adminKeyId, this.#admin));
      records.push(this.#admin);
    }
    this.#byDigest = new Map(
      records.map((encoded) => {
        const record = KeyRecord.parse(JSON.parse(encoded));
        return [record.digest, record];
      }),
    );
    this.#readAt = readAt;
  }
}
