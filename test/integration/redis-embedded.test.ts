import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type FoundRedis, findRedis } from '@drover/runtime';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';

const logger = createLogger({ name: 'test', level: 'error' });
let dataDir: string;
let open: FoundRedis[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'drover-embedded-'));
  open = [];
});

afterEach(async () => {
  for (const redis of open) await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<FoundRedis> {
  const redis = await findRedis({ dataDir, logger });
  open.push(redis);
  return redis;
}

async function ask<T>(redis: FoundRedis, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(redis.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

const stateFile = () => join(dataDir, 'redis', 'state.json');
const state = async () => JSON.parse(await readFile(stateFile(), 'utf8')) as { pid: number; port: number };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('an embedded server is set up for queues and shuts out others', async () => {
  const redis = await start();
  const settings = ['maxmemory-policy', 'hz', 'hash-max-listpack-value', 'appendonly', 'appendfsync', 'save', 'bind'];
  const values = await ask(redis, async (client) => {
    const pairs = (await client.config('GET', ...(settings as [string]))) as string[];
    return Object.fromEntries(settings.map((name) => [name, pairs[pairs.indexOf(name) + 1]]));
  });
  expect(values).toEqual({
    'maxmemory-policy': 'noeviction',
    hz: '100',
    'hash-max-listpack-value': '1024',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    bind: '127.0.0.1',
  });
  const stranger = { ...redis, url: redis.url.replace(/\/\/:[^@]*@/, '//') };
  await expect(ask(stranger, (client) => client.ping())).rejects.toThrow('NOAUTH');
  expect((await stat(join(dataDir, 'redis'))).mode & 0o777).toBe(0o700);
  expect((await stat(stateFile())).mode & 0o777).toBe(0o600);
});

test('the password stands in no command line', async () => {
  const redis = await start();
  const password = decodeURIComponent(new URL(redis.url).password);
  expect(password.length).toBeGreaterThanOrEqual(32);
  const { pid } = await state();
  expect(execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })).not.toContain(password);
});

test('the last to stop takes the server along, and what was written is there at the next start', async () => {
  const first = await start();
  await ask(first, (client) => client.set('kept', 'yes'));
  const { pid } = await state();
  await first.stop();
  await eventually(() => expect(isAlive(pid)).toBe(false));
  expect(await readdir(join(dataDir, 'redis'))).not.toContain('state.json');
  const second = await start();
  expect(await ask(second, (client) => client.get('kept'))).toBe('yes');
});

test('two starts on one folder share one server, whoever of them stops first', async () => {
  const [first, second] = await Promise.all([start(), start()]);
  expect(second.url).toBe(first.url);
  expect([first.origin, second.origin].filter((origin) => origin === 'running')).toHaveLength(1);
  const { pid } = await state();
  await first.stop();
  expect(await ask(second, (client) => client.ping())).toBe('PONG');
  await second.stop();
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test('two that stop at the same moment leave no server behind', async () => {
  const [first, second] = await Promise.all([start(), start()]);
  const { pid } = await state();
  await Promise.all([first.stop(), second.stop()]);
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test('a server that is killed comes back on the same address with its data', async () => {
  const redis = await start();
  await ask(redis, (client) => client.set('kept', 'yes'));
  await eventually(async () => {
    const info = await ask(redis, (client) => client.info('persistence'));
    expect(info).toContain('aof_pending_bio_fsync:0');
  });
  const before = await state();
  process.kill(before.pid, 'SIGKILL');
  await eventually(async () => expect(await ask(redis, (client) => client.get('kept'))).toBe('yes'), 20_000);
  const after = await state();
  expect(after.port).toBe(before.port);
  expect(after.pid).not.toBe(before.pid);
});

test('a state file that nobody can read counts for nothing', async () => {
  await (await start()).stop();
  await writeFile(stateFile(), '{"port": "seven"');
  const redis = await start();
  expect(redis.origin).not.toBe('running');
  expect(await ask(redis, (client) => client.ping())).toBe('PONG');
});

test('a state file of a server that died, and whose process id is in use again, is passed over', async () => {
  const password = 'x'.repeat(32);
  await (await start()).stop();
  await writeFile(stateFile(), JSON.stringify({ port: 1, password, pid: process.pid, identity: 'an earlier one' }));
  const redis = await start();
  expect(redis.origin).not.toBe('running');
  expect(isAlive(process.pid)).toBe(true);
});

test('a stranger on the old port is not taken for our server, and never gets its new password', async () => {
  const heard: string[] = [];
  const stranger = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write('-WRONGPASS invalid username-password pair or user is disabled.\r\n');
    });
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  try {
    await (await start()).stop();
    const old = 'o'.repeat(32);
    await writeFile(stateFile(), JSON.stringify({ port: address.port, password: old, pid: 999_999, identity: '1' }));
    const redis = await start();
    expect(new URL(redis.url).port).not.toBe(String(address.port));
    expect(new URL(redis.url).password).not.toBe(old);
    expect(heard.join('')).not.toContain(new URL(redis.url).password);
  } finally {
    stranger.close();
  }
});
