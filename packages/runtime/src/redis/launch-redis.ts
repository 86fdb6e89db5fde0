import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from '../process-identity.ts';
import { redisConfig } from './redis-config.ts';
import { probeRedis } from './redis-connection.ts';
import type { ServerProgram } from './server-program.ts';

/** A log of an earlier run that is larger than this is put aside. */
const logBytes = 4 * 1_024 * 1_024;
/** Reading a large append-only file takes its time. */
const readyMs = 120_000;
const lookMs = 20;

export type LaunchOptions = {
  program: ServerProgram;
  /** For its files; made if it is not there. Absolute. */
  folder: string;
  port: number;
  /** Empty: none. */
  password: string;
  aof: boolean;
  /** Called when the process exists, before it answers. */
  onSpawn?(process: { pid: number; identity: string | undefined }): Promise<void>;
};

export type LaunchedRedis = { url: string; pid: number; process: ChildProcess };

/** The server could not take its port: try another. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * Starts a server in a session of its own, so that Ctrl-C in this terminal does not reach it, and waits until it answers.
 * @throws PortTakenError; Error with the end of its log when it does not come up
 */
export async function launchRedis(options: LaunchOptions): Promise<LaunchedRedis> {
  const { program, folder, port, password, aof } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const logFile = join(folder, 'redis.log');
  const log = await openLog(logFile);
  const logStart = (await log.stat()).size;
  const child = spawn(program.path, ['-'], {
    cwd: folder,
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
    env: { ...process.env, ...program.env },
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(redisConfig({ version: program.version, port, password, folder, aof }));
  child.unref();
  await log.close();
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${program.path} could not be started: ${await ended}`);
  await options.onSpawn?.({ pid, identity: await processIdentity(pid) });

  const url = redisUrl(port, password);
  const failure = await Promise.race([ended, untilReady(url)]);
  if (failure === undefined) return { url, pid, process: child };
  child.kill('SIGKILL');
  const tail = (await readFile(logFile)).subarray(logStart).toString('utf8').trim().split('\n').slice(-8).join('\n  ');
  if (/address already in use/i.test(tail)) throw new PortTakenError(`port ${port} is taken`);
  throw new Error(
    `The Redis server (${program.path}) did not start: ${failure}. Its log, ${logFile}, ends with:\n  ${tail}`,
  );
}

export function redisUrl(port: number, password: string): string {
  return `redis://${password === '' ? '' : `:${password}@`}127.0.0.1:${port}`;
}

/** A port of 127.0.0.1 that nobody has at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Undefined when the server answers, else what is wrong. */
async function untilReady(url: string): Promise<string | undefined> {
  const until = Date.now() + readyMs;
  for (;;) {
    const probe = await probeRedis(url);
    if (probe.state === 'ready') return undefined;
    if (probe.state === 'foreign') return `somebody else answers on its port: ${probe.detail}`;
    if (Date.now() > until) return `it did not answer within ${readyMs / 1_000} s: ${probe.detail}`;
    await sleep(lookMs);
  }
}

async function openLog(file: string) {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logBytes) await rename(file, `${file}.old`);
  return open(file, 'a', 0o600);
}
