import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, type DroverClient } from '@drover/client';
import { eventually } from './eventually.ts';

/** Kept of what a process wrote. */
const linesMax = 2_000;
/** Its last lines may come after its end; pipes that its own children hold open are not waited for. */
const lastLinesMs = 2_000;

/** A real process of Drover, with real signals. */
export type TestProcess = {
  readonly pid: number;
  /** What it wrote, newest last. */
  readonly lines: string[];
  readonly isAlive: boolean;
  /** Resolves when a line holds this text, also one that was written before; answers the line. */
  wrote(text: string, timeoutMs?: number): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. Fails when it goes on. */
  ended(timeoutMs?: number): Promise<number | NodeJS.Signals>;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
};

const scripts = {
  api: 'api/dist/main.js',
  /** One worker, without a supervisor. */
  worker: 'worker/dist/worker.js',
  supervisor: 'worker/dist/main.js',
};

/** A machine that tests keep busy is no reason to hold back what they wait for. */
export const guardsOff = { MEMORY_PERCENT: '0', CPU_PERCENT: '0', DISK_PERCENT: '0' };

/** Runs an app as it is built, in this environment and no other; its guards are off. */
export function startApp(app: keyof typeof scripts, env: Record<string, string>): TestProcess {
  const main = fileURLToPath(new URL(`../apps/${scripts[app]}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...guardsOff, ...env },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > linesMax) lines.shift();
    });
  }
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    const closed = new Promise((close) => child.once('close', close));
    child.once('exit', (code, signal) => {
      void Promise.race([closed, sleep(lastLinesMs)]).then(() => resolve(signal ?? code ?? -1));
    });
  });
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? -1,
    lines,
    get isAlive() {
      return isAlive();
    },
    wrote: (text, timeoutMs = 15_000) =>
      eventually(() => {
        const line = lines.find((written) => written.includes(text));
        if (line === undefined) throw new Error(`"${text}" was not written; last:\n${lines.slice(-8).join('\n')}`);
        return line;
      }, timeoutMs),
    signal(name) {
      child.kill(name);
    },
    async ended(timeoutMs = 15_000) {
      const end = await Promise.race([exited, eventually(() => assertEnded(isAlive()), timeoutMs).then(() => exited)]);
      return end;
    },
    async kill() {
      if (!isAlive()) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function assertEnded(isAlive: boolean): void {
  if (isAlive) throw new Error('the process goes on');
}

export const adminToken = 'admin-token-of-the-faults';

export type TestApi = { process: TestProcess; url: string; client: DroverClient };

/** An API process; it listens when this resolves, whether Redis is there or not. */
export async function startApi(redisUrl: string, env: Record<string, string> = {}): Promise<TestApi> {
  const process = startApp('api', {
    REDIS_URL: redisUrl,
    API_PORT: '0',
    ADMIN_TOKEN: adminToken,
    SHUTDOWN_GRACE_SECONDS: '1',
    ...env,
  });
  const line = await process.wrote('API listens', 60_000).catch(async (error: unknown) => {
    await process.kill();
    throw error;
  });
  const { url } = JSON.parse(line) as { url: string };
  return { process, url, client: createClient({ baseUrl: url, token: adminToken }) };
}

/** A module of a user's own, for MODULES; needs JOURNAL_DIR, where its methods write down that they ran. */
export const journalModel = fileURLToPath(new URL('./e2e/journal-model.mjs', import.meta.url));

/** Of the workers of tests: a lock of 2 s. */
const workerSettings = {
  MODULES: '@drover/models/probe',
  LOCK_SECONDS: '2',
  CONCURRENCY: '10',
  SHUTDOWN_GRACE_SECONDS: '2',
};

/** A worker process without a supervisor; it may still be starting when this returns. */
export function startWorkerProcess(redisUrl: string, env: Record<string, string> = {}): TestProcess {
  return startApp('worker', { REDIS_URL: redisUrl, ...workerSettings, ...env });
}

/** A supervisor with two workers; they may still be starting when this returns. */
export function startSupervisor(redisUrl: string, env: Record<string, string> = {}): TestProcess {
  return startApp('supervisor', { REDIS_URL: redisUrl, ...workerSettings, WORKERS: '2', ...env });
}
