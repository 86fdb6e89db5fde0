import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '@drover/core';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { IsolatedProcess } from './isolated-process.ts';
import { IsolatedProcesses, type ProcessesOptions } from './isolated-processes.ts';
import { NoProcess } from './no-process.ts';

/** On real processes, which do and say what a test wants. */
const folder = mkdtempSync(join(tmpdir(), 'drover-isolated-'));
const request = { modules: [], folder, dataDir: folder };
/** Says that it is ready, then runs `text` for every message. */
const ready = (text = '') => `
  import { Socket } from 'node:net';
  const channel = new Socket({ fd: 3 });
  const say = (message) => channel.write(JSON.stringify(message) + '\\n');
  channel.on('close', () => process.exit());
  channel.setEncoding('utf8').on('data', (said) => {
    if (said.includes('"load"')) say({ kind: 'ready' });
    else { ${text} }
  });`;

let processes: IsolatedProcesses;

afterEach(() => {
  processes.stop();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(script: string, options: ProcessesOptions = {}): void {
  const path = join(folder, 'child.mjs');
  writeFileSync(path, script);
  processes = new IsolatedProcesses(request, { script: path, ...options });
}

function take(memoryMb?: number, isUrgent = false): Promise<IsolatedProcess> {
  return processes.take({ memoryMb, isUrgent, onWait: () => undefined });
}

/** As many as there may be, none of them idle. */
function takeAll(memoryMb?: number): Promise<IsolatedProcess[]> {
  return Promise.all(Array.from({ length: limits.isolatedProcesses }, () => take(memoryMb)));
}

/** Who of them got a process, in order. */
function served(waiting: Record<string, Promise<IsolatedProcess>>): string[] {
  const names: string[] = [];
  for (const [name, taken] of Object.entries(waiting)) void taken.then(() => names.push(name));
  return names;
}

/** What becomes of a process that is asked to run something. */
async function endOf(process: IsolatedProcess): Promise<Error> {
  return new Promise((resolve) => {
    process.listener = { onMessage: () => undefined, onGone: resolve };
    process.send({ kind: 'abort', run: 1, name: 'kill', message: '' });
  });
}

test.each([
  ['what is no JSON', `channel.write('no JSON\\n')`, /a message that is not JSON/],
  ['what is no message', `say({ kind: 'result', of: 'nothing' })`, /kind: Invalid/],
  ['what is not whole', `say({ kind: 'returned', run: 'one' })`, /run: Invalid/],
  ['a line without an end', `for (let n = 0; n < 20; n += 1) channel.write('x'.repeat(100_000))`, /more than 1048576/],
  ['a long one', `channel.write('"' + 'x'.repeat(2_000_000) + '"\\n')`, /more than 1048576/],
])('a process that says %s is killed, and its task fails', async (_, text, reason) => {
  start(ready(text));
  expect(await endOf(await take())).toMatchObject({ name: 'BadMessage', message: expect.stringMatching(reason) });
});

test('who waits is served in order; a clean-up, for which somebody waits, comes first', async () => {
  start(ready());
  const all = await takeAll();
  const names = served({ first: take(), second: take(), cleanUp: take(undefined, true) });
  for (const process of all.slice(0, 3)) processes.giveBack(process);
  await vi.waitFor(() => expect(names).toEqual(['cleanUp', 'first', 'second']));
});

test('one with another bound of memory is overtaken for a second at most', async () => {
  start(ready());
  const [one, other] = await takeAll();
  const names = served({ bound: take(64), first: take() });
  processes.giveBack(one as IsolatedProcess);
  await vi.waitFor(() => expect(names).toEqual(['first']));
  await pause(1_050);
  const late = served({ last: take() });
  processes.giveBack(other as IsolatedProcess);
  await vi.waitFor(() => expect(names).toEqual(['first', 'bound']));
  expect(late).toEqual([]);
});

test('who waits no longer leaves the line', async () => {
  start(ready());
  const [process] = await takeAll();
  let stop: (why: Error) => void = () => undefined;
  const left = processes.take({
    memoryMb: undefined,
    isUrgent: false,
    onWait: (end) => {
      stop = end;
    },
  });
  const next = take();
  stop(new Error('killed'));
  await expect(left).rejects.toThrow('killed');
  processes.giveBack(process as IsolatedProcess);
  expect(await next).toBe(process);
});

test('a line that does not move is put off, one that moves is not', async () => {
  start(ready(), { lineMs: 2_000 });
  const [process] = await takeAll();
  const first = take();
  const second = take();
  await pause(1_200);
  processes.giveBack(process as IsolatedProcess);
  await first;
  await pause(1_200);
  processes.giveBack(process as IsolatedProcess);
  expect(await second).toBe(process);
  await expect(take()).rejects.toBeInstanceOf(NoProcess);
});

test('a process that takes too long to start is ended, and its task put off', async () => {
  start(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000);`, { startMs: 300 });
  await expect(take()).rejects.toMatchObject({ name: 'NoProcess', message: 'its process was not ready after 0.3 s' });
});

test('one that ends before it is ready fails one task, and no other is started in vain', async () => {
  const log = join(folder, 'starts');
  start(`import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(log)}, '.'); process.exit(4);`);
  await expect(take()).rejects.toThrow('ended itself with exit code 4');
  await pause(300);
  expect(readFileSync(log, 'utf8')).toBe('.');
});

test('when the system has no process to give, tasks are put off', async () => {
  start(ready());
  vi.stubEnv('TOO_LARGE', 'x'.repeat(200_000));
  await expect(take()).rejects.toMatchObject({ name: 'NoProcess', message: expect.stringContaining('E2BIG') });
  vi.unstubAllEnvs();
  const { execPath } = process;
  process.execPath = join(folder, 'missing');
  try {
    await expect(take()).rejects.toMatchObject({ name: 'NoProcess', message: expect.stringContaining('ENOENT') });
  } finally {
    process.execPath = execPath;
  }
  expect(await take()).toBeDefined();
});

test('one that rests with much memory is ended, any other is used again', async () => {
  start(ready());
  const first = await take(64);
  processes.giveBack(first);
  expect(await take(64)).toBe(first);
  first.grownMb = 65;
  processes.giveBack(first);
  expect(await take(64)).not.toBe(first);
});

test('methods are told neither where the cluster is, nor its keys', async () => {
  for (const name of ['REDIS_URL', 'ADMIN_TOKEN', 'SESSION_SECRET', 'SHOP_KEY']) vi.stubEnv(name, 'set');
  start(
    ready(
      `console.error(Object.keys(process.env).filter((name) => process.env[name] === 'set').join()); process.exit();`,
    ),
  );
  expect((await endOf(await take())).stack).toMatch(/It wrote last:\nSHOP_KEY$/);
});
