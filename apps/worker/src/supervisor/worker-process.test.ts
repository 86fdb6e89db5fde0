import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@drover/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Supervisor } from './supervisor.ts';
import { WorkerProcess } from './worker-process.ts';

/** A supervisor's view of its workers, on processes that say and do only what a test is about. */

let folder: string;
let started: { kill(): void }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-workers-'));
});

afterEach(async () => {
  for (const one of started) one.kill();
  started = [];
  await rm(folder, { recursive: true });
});

const options = () => ({
  script: join(folder, 'worker.mjs'),
  supervisor: 'test-1',
  logger: createLogger({ name: 'supervisor', level: 'silent' }),
  onText: () => undefined,
  hangSeconds: 30,
  graceMs: 5_000,
});

const beat = (isAwaitingRedis: boolean) =>
  `setInterval(() => process.send({ type: 'beat', memoryMb: 1, running: 0, ended: 0, isAwaitingRedis: ${isAwaitingRedis} }), 100);`;

async function start(script: string, asked: { startSeconds?: number } = {}): Promise<WorkerProcess> {
  await writeFile(join(folder, 'worker.mjs'), script);
  const worker = new WorkerProcess({ ...options(), ...asked, onBeat: () => undefined });
  started.push(worker);
  return worker;
}

test('a worker that does not come to its end of starting is killed, unless it waits for Redis', async () => {
  const stuck = await start(beat(false), { startSeconds: 1 });
  const end = await stuck.gone;
  expect(end).toMatchObject({ reason: 'SIGKILL', wasUp: false });
  // As long again, and longer.
  const waiting = await start(beat(true), { startSeconds: 1 });
  const isUp = waiting.up.then(() => true);
  await expect(Promise.race([waiting.gone, sleep(end.livedMs * 2)])).resolves.toBeUndefined();
  waiting.kill();
  expect(await Promise.race([isUp, waiting.gone])).toMatchObject({ reason: 'SIGKILL' });
});

test('what a worker has started and left behind goes with it', async () => {
  const worker = await start(`
    import { spawn } from 'node:child_process';
    const child = spawn('sleep', ['60'], { stdio: 'inherit' });
    console.error(\`left \${child.pid}\`);
    setTimeout(() => process.exit(7), 200);
  `);
  const { reason, words } = await worker.gone;
  expect(reason).toBe('code 7');
  const left = Number(/left (\d+)/.exec(words)?.[1]);
  await vi.waitFor(() => expect(() => process.kill(left, 0)).toThrow('ESRCH'), 10_000);
});

test('a supervisor whose workers cannot even be started says so, and ends nothing else', async () => {
  await writeFile(join(folder, 'worker.mjs'), '');
  const broken = { ...options(), workers: 1, bounds: {}, script: `${folder}\0` };
  const supervisor = new Supervisor(broken);
  started.push(supervisor);
  await expect(supervisor.start()).rejects.toThrow(/No worker starts here.*null bytes/s);
}, 30_000);
