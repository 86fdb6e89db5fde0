import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@drover/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endAll, isAlive, redisPid, start } from '../start-stage.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'drover-start-'));
});

afterEach(async () => {
  await endAll(dataDir);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const isUp = 'Ctrl-C finishes begun tasks';

test('the first start shows the tour and a token, the next one neither, and the token goes on to count', async () => {
  const first = start({ dataDir });
  await first.wrote(isUp);
  expect(first.output).toContain('All 7 steps went as they should.');
  const token = /Token +(drv_\S+)/.exec(first.output)?.[1];
  first.process.kill('SIGINT');
  expect(await first.ended()).toBe(0);

  const second = start({ dataDir });
  await second.wrote(isUp);
  expect(second.output).not.toContain('The tour');
  expect(second.output).not.toMatch(/drv_/);
  const answer = await fetch(`${second.apiUrl()}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
});

test('the tour works on a file of yours, and ends with its exit code', async () => {
  const file = join(dataDir, 'my orders.csv');
  await writeFile(file, 'key,name\n1,a\n2,b\n,nobody\n');
  const toured = start({ dataDir, args: ['--tour', '--exit', '--file', file] });
  expect(await toured.ended()).toBe(0);
  expect(toured.output).toMatch(/extracted 3 rows from .*my orders\.csv/);
  expect(toured.output).toMatch(/loaded 2 rows into/);
});

test('a tour that meets what it did not expect ends with 1', async () => {
  const file = join(dataDir, 'broken.csv');
  await writeFile(file, '');
  const toured = start({ dataDir, args: ['--tour', '--exit', '--file', file] });
  expect(await toured.ended()).toBe(1);
  expect(toured.output).toContain('1 of 7 steps did not go as they should.');
});

test('Ctrl-C ends begun tasks and leaves no process behind, Redis last', async () => {
  const started = start({ dataDir, args: ['--no-tour'], env: { WORKERS: '2' } });
  await started.wrote(isUp);
  const client = started.client();
  const task = await client.tasks.enqueue({ model: 'probe', method: 'slow', kwargs: { ms: 6_000 } });
  await vi.waitFor(async () => expect((await client.tasks.get(task.id)).state).toBe('running'), 30_000);
  const pids = [...started.children(), (await redisPid(dataDir)) ?? 0];
  expect(pids.length).toBeGreaterThanOrEqual(5);
  started.process.kill('SIGINT');
  expect(await started.ended()).toBe(0);
  expect(started.output).toMatch(new RegExp(`"taskId":"${task.id}".*"outcome":"success"`));
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a second Ctrl-C ends at once, though a task does not listen', async () => {
  const started = start({ dataDir, args: ['--no-tour'] });
  await started.wrote(isUp);
  const client = started.client();
  const task = await client.tasks.enqueue({ model: 'probe', method: 'hang' });
  await vi.waitFor(async () => expect((await client.tasks.get(task.id)).state).toBe('running'), 30_000);
  const redis = await redisPid(dataDir);
  const pids = started.children().filter((pid) => pid !== redis);
  started.process.kill('SIGINT');
  await started.wrote('Ctrl-C again ends at once');
  await new Promise((resolve) => setTimeout(resolve, 600));
  const since = Date.now();
  started.process.kill('SIGINT');
  expect(await started.ended()).toBe(130);
  // Far less than its grace, also on a machine that does other things too.
  expect(Date.now() - since).toBeLessThan(10_000);
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), 15_000);
});

test('a worker that dies is replaced', async () => {
  const started = start({ dataDir, args: ['--no-tour'] });
  await started.wrote(isUp);
  const client = started.client();
  // What the API shows of workers may be a second old.
  const worker = await vi.waitFor(async () => {
    const [shown] = await client.workers.list();
    if (shown === undefined) throw new Error('there is no worker');
    return shown;
  }, 10_000);
  process.kill(worker.pid, 'SIGKILL');
  await vi.waitFor(async () => {
    const running = (await client.workers.list()).filter(({ state, pid }) => state === 'running' && pid !== worker.pid);
    expect(running).toHaveLength(1);
  }, 60_000);
  await started.wrote('a worker died, starting a new one');
  const task = await client.tasks.enqueue({ model: 'probe', method: 'succeed' });
  expect((await client.tasks.waitFor(task.id, { timeoutMs: 60_000 })).state).toBe('done');
});

test('a Redis that is killed comes back with its tasks, and everybody goes on', async () => {
  const started = start({ dataDir, args: ['--no-tour'] });
  await started.wrote(isUp);
  const client = started.client();
  const waiting = await client.tasks.enqueue({ model: 'probe', method: 'succeed', delaySeconds: 8 });
  // Every write is on disk within a second, or two while the disk is busy.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  const before = (await redisPid(dataDir)) ?? 0;
  process.kill(before, 'SIGKILL');
  expect((await client.tasks.waitFor(waiting.id, { timeoutMs: 60_000 })).state).toBe('done');
  await vi.waitFor(async () => expect([undefined, before]).not.toContain(await redisPid(dataDir)), 10_000);
  await started.wrote('the connection to Redis was lost, it runs again');
});

test('killed without a word, its processes end by themselves, and the next start takes over the Redis that it left', async () => {
  const first = start({ dataDir, args: ['--no-tour'] });
  await first.wrote(isUp);
  const redis = await redisPid(dataDir);
  const pids = first.children().filter((pid) => pid !== redis);
  expect(pids.length).toBeGreaterThanOrEqual(3);
  first.process.kill('SIGKILL');
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), 60_000);
  const second = start({ dataDir, args: ['--no-tour'] });
  await second.wrote(isUp);
  expect(second.output).toContain('Redis is there (running)');
  expect(await redisPid(dataDir)).toBe(redis);
  second.process.kill('SIGTERM');
  expect(await second.ended()).toBe(0);
  expect(isAlive(redis ?? 0)).toBe(false);
});

test('npm start passes a signal on: SIGTERM to npm ends everything cleanly', async () => {
  const started = start({ dataDir, command: ['npm', 'start', '--', '--no-tour'] });
  await started.wrote(isUp);
  const redis = (await redisPid(dataDir)) ?? 0;
  started.process.kill('SIGTERM');
  await started.ended();
  expect(started.output).toContain('Drover has stopped.');
  expect(isAlive(redis)).toBe(false);
});

test('a port that was chosen and is taken is an error that names its setting', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const started = start({ dataDir, env: { API_PORT: String(address.port) } });
  expect(await started.ended()).toBe(1);
  expect(started.output).toContain(`Port ${address.port} is taken by another process: set API_PORT to a free one`);
  other.close();
});

test('a REDIS_URL where nobody answers is an error, and no other Redis is started', async () => {
  const port = await freePort();
  const started = start({ dataDir, env: { REDIS_URL: `redis://127.0.0.1:${port}` } });
  expect(await started.ended()).toBe(1);
  expect(started.output).toContain(`REDIS_URL is set, but the Redis on 127.0.0.1:${port} does not answer`);
  expect(await redisPid(dataDir)).toBeUndefined();
});

test('settings that are not valid are told all at once', async () => {
  const started = start({ dataDir, env: { WORKERS: 'many', LOG_LEVEL: 'loud', QUEUES: 'Not one' } });
  expect(await started.ended()).toBe(1);
  expect(started.output).toContain('3 settings are not valid:');
  expect(await redisPid(dataDir)).toBeUndefined();
});

test('an option that nobody knows is refused, with the usage', async () => {
  const started = start({ dataDir, args: ['--turo'] });
  expect(await started.ended()).toBe(2);
  expect(started.output).toContain('npm start -- --tour');
});
