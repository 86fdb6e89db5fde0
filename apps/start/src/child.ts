import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LastWords, type Logger, restartPauseMs, wellMs } from '@drover/runtime';

/**
 * One process of Drover, kept alive.
 *
 * starting  its death is a failed start: `failed` rejects with its last words.
 * kept      its death is answered with a new process, after a pause that grows.
 * stopping  SIGTERM, and SIGKILL if it outlasts its time. No new process comes.
 *
 * It runs in a session of its own, so that Ctrl-C reaches us only, and holds a channel to us, so that it notices when
 * we are gone without a word.
 */

export type ChildOptions = {
  name: string;
  /** The app's main module, absolute. */
  script: string;
  env: NodeJS.ProcessEnv;
  logger: Logger;
  /** What ends it at once. */
  killSignal: NodeJS.Signals;
  /** Told of every line that it writes. */
  onLine(line: string): void;
};

export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #startedAt = 0;
  #deaths = 0;
  readonly #said = new LastWords();
  #phase: 'starting' | 'kept' | 'stopping' = 'starting';
  #restart: NodeJS.Timeout | undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Rejects when it dies before `keep` was called. */
  readonly failed: Promise<never>;

  constructor(options: ChildOptions) {
    this.#options = options;
    this.failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.failed.catch(() => undefined);
    this.#spawn();
  }

  /** Undefined while it is dead. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** It is up: from now on it is started again when it dies. */
  keep(): void {
    this.#phase = 'kept';
  }

  /** Ends it, within `graceMs` or by force. */
  async stop(graceMs: number): Promise<void> {
    this.#phase = 'stopping';
    clearTimeout(this.#restart);
    const child = this.#process;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => {
      this.#options.logger.error({ process: this.#options.name, graceMs }, 'did not stop in time, killed');
      child.kill('SIGKILL');
    }, graceMs);
    await gone;
    clearTimeout(late);
  }

  /** At once and without a word, for when this process ends. */
  kill(): void {
    this.#phase = 'stopping';
    this.#process?.kill(this.#options.killSignal);
  }

  #spawn(): void {
    const { script, env } = this.#options;
    this.#startedAt = Date.now();
    const child = spawn(process.execPath, ['--enable-source-maps', script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env,
    });
    this.#process = child;
    this.#listenTo(child.stdout);
    this.#listenTo(child.stderr);
    child.once('error', (error) => this.#hear(error.message));
    // After its last output was read.
    child.once('close', (code, signal) => this.#died(signal ?? `code ${code}`));
  }

  #listenTo(stream: Readable | null): void {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#hear(line));
  }

  #hear(line: string): void {
    this.#said.hear(line);
    this.#options.onLine(line);
  }

  #died(reason: string): void {
    const { name, logger } = this.#options;
    this.#process = undefined;
    switch (this.#phase) {
      case 'stopping':
        return;
      case 'starting':
        this.#reject(new Error(`The ${name} did not start, it ended with ${reason}:\n${this.#said}`));
        return;
      case 'kept': {
        this.#deaths = Date.now() - this.#startedAt > wellMs ? 1 : this.#deaths + 1;
        const pauseMs = restartPauseMs(this.#deaths);
        logger.warn({ process: name, reason, pauseMs }, 'a process died, starting a new one');
        this.#restart = setTimeout(() => this.#spawn(), pauseMs);
        return;
      }
      default:
        this.#phase satisfies never;
    }
  }
}
