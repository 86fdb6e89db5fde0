import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { limits } from '@drover/core';
import { channelFd, listen, saidMax, write } from './channel.ts';
import { environmentOf } from './environment.ts';
import { FromProcess, type LoadRequest, type ToProcess } from './messages.ts';
import { NoProcess } from './no-process.ts';
import { isOutOfMemory } from './out-of-memory.ts';

/** Kept of what a process wrote last, characters: it may say why it ended. */
const writtenMax = 4_096;
/** What it said and wrote may come a little after its end. */
const lastWordsMs = 200;
/** How long a process that is to end may take. */
const endMs = 2_000;

/** Told what a process says of its run, and, if it ends meanwhile, why. */
export type RunListener = { onMessage: (message: FromProcess) => void; onGone: (why: Error) => void };

export type ProcessParts = {
  request: LoadRequest;
  /** It can run methods. Told once. */
  onReady: (process: IsolatedProcess) => void;
  /** Told once, whether it was ready or not. */
  onGone: (process: IsolatedProcess, why: Error) => void;
  /** Default: `child.js`. */
  script?: string | undefined;
  /** How long it may take until it is ready. Default: `limits.isolatedStartMs`. */
  startMs?: number | undefined;
};

/**
 * One process that runs isolated methods, as the worker sees it.
 *
 * starting ──▶ idle ◀──▶ busy ──▶ gone. It is gone when it was told to end, was killed, or ended by itself; and it is
 * killed, too, when it takes too long to start, or says what it may not.
 */
export class IsolatedProcess {
  readonly memoryMb: number | undefined;
  /** Methods that it was given. */
  runs = 0;
  /** By how much it had grown when a method ended, MB. */
  grownMb = 0;
  /** While it is busy. */
  listener: RunListener | undefined;
  readonly #parts: ProcessParts;
  readonly #child: ChildProcess;
  readonly #late: NodeJS.Timeout;
  #written = '';
  #isReady = false;
  #isGone = false;
  #isKilled = false;
  /** Why we killed it, where it is its own fault. */
  #fault: Error | undefined;

  /** @throws Error when the system has no process to give. */
  constructor(parts: ProcessParts) {
    const { request, startMs = limits.isolatedStartMs } = parts;
    this.memoryMb = request.memoryMb;
    this.#parts = parts;
    const script = parts.script ?? fileURLToPath(new URL('./child.js', import.meta.url));
    this.#child = spawn(process.execPath, [...flagsFor(request), script, String(process.pid)], {
      // A group of its own: what a method starts is killed with it, and Ctrl-C is left to the worker.
      detached: true,
      env: environmentOf(process.env),
      stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
    });
    this.#late = setTimeout(() => this.#end(new NoProcess(late(startMs))), startMs).unref();
    // Without a pid it has never been there, and tells no end.
    this.#child.on('error', (error) => this.#child.pid === undefined && this.#gone(noneFor(error)));
    this.#child.on('exit', (code, signal) => void this.#exited(code, signal));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      this.#written = (this.#written + text).slice(-writtenMax);
    });
    const channel = this.#channel();
    if (channel === undefined) return;
    // Whoever is gone is known by its end.
    channel.on('error', () => undefined);
    const onFault = (fault: string) => this.#end(notAllowed(fault));
    listen(channel, { onMessage: (message) => this.#hear(message), onFault }, saidMax);
    this.send({ kind: 'load', ...request });
  }

  /** What cannot be sent any more is known by its end. */
  send(message: ToProcess): void {
    const channel = this.#channel();
    if (channel !== undefined) write(channel, JSON.stringify(message));
  }

  /** Tells an idle one to end. */
  end(): void {
    this.#channel()?.end();
    const late = setTimeout(() => this.kill(), endMs).unref();
    this.#child.once('exit', () => clearTimeout(late));
  }

  /** Ends it for certain, with all that it has started. */
  kill(): void {
    this.#isKilled = true;
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has gone by itself.
    }
  }

  #channel(): Socket | undefined {
    return (this.#child.stdio?.[channelFd] ?? undefined) as Socket | undefined;
  }

  #hear(said: unknown): void {
    if (this.#fault !== undefined) return;
    const { success, data: message, error } = FromProcess.safeParse(said);
    if (!success) {
      const [issue] = error.issues;
      this.#end(notAllowed(`${issue?.path.join('.')}: ${issue?.message}`));
    } else if (message.kind === 'unfit') this.#end(new Error(unfit(message.message)));
    else if (message.kind !== 'ready') this.listener?.onMessage(message);
    else if (!this.#isReady) {
      this.#isReady = true;
      clearTimeout(this.#late);
      this.#parts.onReady(this);
    }
  }

  #end(fault: Error): void {
    this.#fault ??= fault;
    this.kill();
  }

  async #exited(code: number | null, signal: string | null): Promise<void> {
    const channel = this.#channel();
    const { stderr } = this.#child;
    const last = Promise.all([closed(channel), this.#isKilled ? undefined : closed(stderr)]);
    await Promise.race([last, sleep(lastWordsMs, undefined, { ref: false })]);
    this.#gone(this.#fault ?? endOf(code, signal, this.#written, this.memoryMb));
  }

  #gone(why: Error): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#late);
    // What a method started may live longer than its process.
    this.kill();
    this.#channel()?.destroy();
    this.#parts.onGone(this, why);
    this.listener?.onGone(why);
  }
}

/** As the worker was started, but for a debugger, of which each needs a port of its own. */
function flagsFor({ memoryMb }: LoadRequest): string[] {
  const flags = process.execArgv.filter((flag) => !flag.startsWith('--inspect'));
  return memoryMb === undefined ? flags : [...flags, `--max-old-space-size=${memoryMb}`];
}

function closed(stream: Readable | null | undefined): Promise<void> | undefined {
  if (stream === null || stream === undefined || stream.closed) return undefined;
  return new Promise((resolve) => stream.once('close', resolve));
}

export function noneFor(cause: unknown): NoProcess {
  return new NoProcess(`no process could be started for it: ${(cause as Error).message}`, { cause });
}

function late(startMs: number): string {
  return `its process was not ready after ${startMs / 1_000} s`;
}

function unfit(message: string): string {
  return `a process for isolated methods could not start: ${message}`;
}

function notAllowed(fault: string): Error {
  return named('BadMessage', `the process of the isolated method said what it may not, and was killed: ${fault}`);
}

/** Why a process ended in the middle of a method, as the task's error. */
function endOf(code: number | null, signal: string | null, written: string, memoryMb: number | undefined): Error {
  if (isOutOfMemory(written)) {
    const bound = memoryMb === undefined ? 'than its process may have' : `than ${memoryMb} MB`;
    return named('OutOfMemory', `the method used more memory ${bound}; only its own process was ended`);
  }
  const how = signal === null ? `ended itself with exit code ${code}` : `was ended by ${signal}`;
  const hint = signal === 'SIGKILL' ? ': somebody killed it, or the machine was out of memory' : '';
  return named('ProcessEnded', `the process of the isolated method ${how}${hint}`, written);
}

/** What the process wrote last takes the place of a traceback, which nobody has. */
function named(name: string, message: string, written = ''): Error {
  const error = new Error(message);
  error.name = name;
  error.stack =
    written.trim() === '' ? `${name}: ${message}` : `${name}: ${message}\nIt wrote last:\n${written.trim()}`;
  return error;
}
