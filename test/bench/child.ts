import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Reply } from './process/answering.ts';

/** A process beside the bench. All of them end when it does: they watch their channel to it. */
export type Child = {
  readonly pid: number;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
};

/** A process of the bench's own, to be asked one question at a time. */
export type AskedChild<Q, A> = Child & { ask(question: Q): Promise<A> };

export function forkAsked<Q, A>(name: string): AskedChild<Q, A> {
  const child = fork(fileURLToPath(new URL(`./process/${name}.js`, import.meta.url)));
  return {
    ...stoppable(child),
    async ask(question) {
      child.send(question as object);
      const ended = new AbortController();
      const gone = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
        throw new Error(`${name} ended with ${code} before it answered`);
      });
      gone.catch(() => undefined);
      const answered = once(child, 'message', { signal: ended.signal }) as Promise<[Reply<A>]>;
      const [reply] = await Promise.race([answered, gone]);
      ended.abort();
      if ('failure' in reply) throw new Error(`${name}: ${reply.failure}`);
      return reply.answer;
    },
  };
}

/** One of Drover's own processes, as it was built. What it logs is formatted and written, to nowhere. */
export function spawnApp(name: string, env: Record<string, string>): Child {
  const script = name === 'worker' ? './worker.js' : './main.js';
  const main = fileURLToPath(new URL(script, import.meta.resolve(`@drover/${name}`)));
  const nowhere = openSync(devNull, 'w');
  const { LOG_LEVEL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [...profiling(name), main], {
    stdio: ['ignore', nowhere, 'inherit', 'ipc'],
    env: { ...inherited, ...env },
  });
  return stoppable(child);
}

/** `BENCH_PROFILE=<folder>` leaves a CPU profile of each of Drover's processes there. */
function profiling(name: string): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder === undefined
    ? []
    : ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`];
}

function stoppable(child: ChildProcess): Child {
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** CPU that a process has used so far, ms; undefined where the system does not say it cheaply. */
export function cpuMs(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}
