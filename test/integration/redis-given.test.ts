import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, findRedis } from '@drover/runtime';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';

const logger = createLogger({ name: 'test', level: 'error' });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'drover-given-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

const find = (REDIS_URL: string) => findRedis({ dataDir, logger, env: { ...process.env, REDIS_URL } });

test('a given Redis is used, and not stopped', async () => {
  const redis = await find(inject('redisUrl'));
  expect(redis).toMatchObject({ origin: 'REDIS_URL', url: inject('redisUrl') });
  await redis.stop();
  expect((await find(inject('redisUrl'))).origin).toBe('REDIS_URL');
});

test('a given Redis that does not answer is an error, and no other is started in its place', async () => {
  // Nobody is given this one, and nobody listens there.
  const port = 1;
  await expect(find(`redis://:hunter22@127.0.0.1:${port}`)).rejects.toThrow(
    `REDIS_URL is set, but the Redis on 127.0.0.1:${port} does not answer`,
  );
  await expect(find(`redis://:hunter22@127.0.0.1:${port}`)).rejects.not.toThrow('hunter22');
  expect(await readdir(dataDir)).toEqual([]);
});

test('a wrong password for a given Redis is told', async () => {
  const { host } = new URL(inject('redisUrl'));
  await expect(find(`redis://:wrong@${host}`)).rejects.toThrow('WRONGPASS');
  await expect(find(`redis://${host}`)).rejects.toThrow('NOAUTH');
});

test('something that is no address is refused', async () => {
  await expect(find('localhost')).rejects.toThrow('REDIS_URL is not an address such as redis://host:6379');
});
