import { expect, test } from 'vitest';
import { readVersion } from './redis-config.ts';
import { type Candidate, candidates, chooseProgram, installCommand, type ProgramProbe } from './server-program.ts';

/** A machine on which only these programs exist. */
function machine(programs: Record<string, ProgramProbe>) {
  return async (candidate: Candidate): Promise<ProgramProbe> => programs[candidate.path] ?? 'missing';
}

const skipped: string[] = [];
const noteSkipped = (candidate: Candidate, reason: string) => skipped.push(`${candidate.path}: ${reason}`);

test('what REDIS_SERVER_BIN names comes first, then PATH with Valkey before Redis, then Homebrew', () => {
  const places = candidates({ REDIS_SERVER_BIN: '/x/redis', PATH: '/a:relative:/b' }).map((place) => place.path);
  expect(places.slice(0, 5)).toEqual([
    '/x/redis',
    '/a/valkey-server',
    '/b/valkey-server',
    '/a/redis-server',
    '/b/redis-server',
  ]);
  expect(places.slice(5)).toContain('/opt/homebrew/bin/redis-server');
  expect(places.slice(5)).toContain('/opt/homebrew/opt/valkey/bin/valkey-server');
});

test('the first server that works is taken', async () => {
  const probe = machine({ '/b/valkey-server': [8, 1, 0], '/a/redis-server': [7, 2, 4] });
  const found = await chooseProgram(candidates({ PATH: '/a:/b' }), probe, noteSkipped);
  expect(found).toMatchObject({ path: '/b/valkey-server', origin: 'PATH', version: [8, 1, 0] });
});

test('a server that is too old or does not run is passed over, and said to be', async () => {
  skipped.length = 0;
  const probe = machine({
    '/a/valkey-server': { broken: 'libssl.so.3: no such file' },
    '/a/redis-server': [6, 0, 16],
    '/b/redis-server': [6, 2, 0],
  });
  const found = await chooseProgram(candidates({ PATH: '/a:/b' }), probe, noteSkipped);
  expect(found?.path).toBe('/b/redis-server');
  expect(skipped).toEqual([
    '/a/valkey-server: it does not run: libssl.so.3: no such file',
    '/a/redis-server: it is version 6.0.16, and 6.2 or newer is needed',
  ]);
});

test('what REDIS_SERVER_BIN names is used or is an error, never replaced', async () => {
  const places = candidates({ REDIS_SERVER_BIN: '/x/redis', PATH: '/a' });
  const other = { '/a/redis-server': [7, 2, 4] as ProgramProbe };
  await expect(chooseProgram(places, machine(other), noteSkipped)).rejects.toThrow(
    'REDIS_SERVER_BIN names /x/redis, but there is no such program',
  );
  await expect(chooseProgram(places, machine({ ...other, '/x/redis': [5, 0, 7] }), noteSkipped)).rejects.toThrow(
    'REDIS_SERVER_BIN names /x/redis, but it is version 5.0.7, and 6.2 or newer is needed',
  );
});

test('nothing is found on a bare machine', async () => {
  expect(await chooseProgram(candidates({ PATH: '/usr/bin' }), machine({}), noteSkipped)).toBeUndefined();
});

test('the versions of Redis and Valkey are read', () => {
  expect(readVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64')).toEqual([7, 0, 15]);
  expect(readVersion('Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0')).toEqual([8, 1, 1]);
  expect(readVersion('something else 1.2.3')).toBeUndefined();
});

test('each platform is told the one command that helps it', () => {
  expect(installCommand('darwin', () => false)).toBe('brew install valkey');
  expect(installCommand('linux', (path) => path === '/usr/bin/dnf')).toBe('sudo dnf install -y valkey');
  expect(installCommand('linux', () => false)).toMatch(/^docker run .*noeviction/);
});
