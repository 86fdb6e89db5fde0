import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, type DroverClient } from '@drover/client';
import { expect, vi } from 'vitest';
import { guardsOff } from './processes.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'apps', 'start', 'dist', 'main.js');

/** What `npm start` runs, as a process of its own on ports of its own. */
export type Started = {
  readonly process: ChildProcess;
  /** What it wrote so far, stdout and stderr. */
  readonly output: string;
  /** Waits until it has written this. */
  wrote(text: string | RegExp): Promise<void>;
  /** Waits for its end. */
  ended(): Promise<number | NodeJS.Signals>;
  /** The processes that it started, and that those started. */
  children(): number[];
  apiUrl(): string;
  /** With the token that it printed. */
  client(): DroverClient;
};

export type StartOptions = { dataDir: string; args?: string[]; env?: NodeJS.ProcessEnv; command?: string[] };

const running = new Set<Started>();

export function start({ dataDir, args = [], env = {}, command = [process.execPath, main] }: StartOptions): Started {
  const { REDIS_URL: _, ADMIN_TOKEN: __, ...inherited } = process.env;
  const [program = '', ...first] = command;
  const child = spawn(program, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      DATA_DIR: dataDir,
      API_PORT: '0',
      DASHBOARD_PORT: '0',
      WORKERS: '1',
      LOG_LEVEL: 'info',
      ...guardsOff,
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const found = (pattern: RegExp) => pattern.exec(output)?.[1] ?? '';
  const started: Started = {
    process: child,
    get output() {
      return output;
    },
    wrote: (text) =>
      vi.waitFor(() => expect(output).toMatch(text), { timeout: 120_000, interval: 50 }) as unknown as Promise<void>,
    async ended() {
      const [code, signal] = await closed;
      running.delete(started);
      return code ?? signal ?? -1;
    },
    children: () => descendantsOf(child.pid),
    apiUrl: () => found(/API +(http:\/\/\S+)/),
    client: () => createClient({ baseUrl: started.apiUrl(), token: found(/Token +(drv_\S+)/) }),
  };
  running.add(started);
  return started;
}

/** For afterEach: ends what a failed test left, and the Redis of its folder. */
export async function endAll(dataDir: string): Promise<void> {
  for (const started of running) {
    const children = started.children();
    started.process.kill('SIGKILL');
    for (const pid of children) killQuietly(pid);
    await started.ended();
  }
  const pid = await redisPid(dataDir);
  if (pid !== undefined) killQuietly(pid);
}

/** Of the embedded server, while there is one. */
export async function redisPid(dataDir: string): Promise<number | undefined> {
  const state = await readFile(join(dataDir, 'redis', 'state.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(state) as { pid?: number }).pid;
}

export function isAlive(pid: number): boolean {
  // A process that nobody has collected yet has ended.
  return processes().some((process) => process.pid === pid && !process.state.startsWith('Z'));
}

function descendantsOf(parent: number | undefined): number[] {
  const children = processes()
    .filter((process) => process.ppid === parent && !process.state.startsWith('Z'))
    .filter((process) => !process.args.startsWith('ps '))
    .map((process) => process.pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

function processes() {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid, ppid, state = '', ...args] = line.trim().split(/\s+/);
    return { pid: Number(pid), ppid: Number(ppid), state, args: args.join(' ') };
  });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
