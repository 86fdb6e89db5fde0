import { type ChildProcess, fork } from 'node:child_process';
import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LastWords, type Logger } from '@drover/runtime';
import { supervisorVariable, type WorkerNews, type WorkerOrder } from './news.ts';

/**
 * One worker process, as its supervisor sees it: starting ──▶ up ──▶ (draining ──▶) ending ──▶ gone.
 *
 * starting  until it says that it takes tasks. It may wait for Redis, as long as that takes; killed if all else takes
 *           longer than its time.
 * draining  takes nothing new; told to end when its tasks are done, or when the patience is over.
 * ending    told by SIGTERM, once; killed if it outlasts its time.
 *
 * In each of them it is killed when its event loop does not turn any more. It runs in a session of its own, so that a
 * Ctrl-C reaches the supervisor alone, and holds a channel to it, so that it notices when it has gone without a word.
 */
export type WorkerProcessOptions = {
  /** Absolute. */
  script: string;
  /** The supervisor's id. */
  supervisor: string;
  logger: Logger;
  /** What it writes, whole lines. */
  onText: (text: string, stream: 'stdout' | 'stderr') => void;
  onBeat: (beat: Beat) => void;
  /** So many seconds without a beat, and it hangs. */
  hangSeconds: number;
  /** How long it may take to end. */
  graceMs: number;
  /** How long it may take to start, beside waiting for Redis. Default: 120. */
  startSeconds?: number;
};

export type Beat = Extract<WorkerNews, { type: 'beat' }>;

/** How it ended, and what is known of why. */
export type WorkerEnd = {
  /** Its exit code, or the signal that ended it. */
  reason: string;
  wasUp: boolean;
  /** It could not start, and said that it would not the next time either. */
  isRefused: boolean;
  /** It was told by others to end for good. */
  isRetired: boolean;
  livedMs: number;
  words: string;
};

/** So long may the tasks of a worker that is replaced go on. */
const patienceMs = 3_600_000;
/** One may have been sent before it heard that it is to take nothing new. */
const idleBeatsMin = 2;
const lookMs = 1_000;
/** Loading its modules, a worker may block its event loop for longer than later. */
const silentStartSeconds = 60;
/** Loading many modules from a cold disk takes a minute; a module that waits for what never comes would take for ever. */
const startSecondsMax = 120;
/** Pipes that its own children hold open are not waited for. */
const outputMs = 1_000;
/** A line without an end is passed on in parts. */
const lineLength = 1_048_576;

export class WorkerProcess {
  readonly id: string;
  /** Resolves when it takes tasks. */
  readonly up: Promise<void>;
  readonly gone: Promise<WorkerEnd>;
  readonly #options: WorkerProcessOptions;
  /** Undefined: it could not be started at all. */
  readonly #child: ChildProcess | undefined;
  readonly #startedAt = performance.now();
  readonly #words = new LastWords();
  readonly #watch: NodeJS.Timeout;
  #late: NodeJS.Timeout | undefined;
  /** Looks since the last beat. Counted, not measured: a supervisor that was stopped itself must not blame the worker. */
  #silentLooks = 0;
  /** Looks while it starts, and does not wait for Redis. */
  #startLooks = 0;
  #isAwaitingRedis = false;
  #isUp = false;
  #isRefused = false;
  #isRetired = false;
  #idleBeats: number | undefined;
  #isEnding = false;
  #isGone = false;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    const child = started(options);
    this.#child = child instanceof Error ? undefined : child;
    this.id = `${hostname()}-${this.#child?.pid}`;
    this.#pass(this.#child?.stdout, 'stdout');
    this.#pass(this.#child?.stderr, 'stderr');
    this.up = new Promise((resolve) => {
      this.#child?.on('message', (news: WorkerNews) => this.#hear(news, resolve));
    });
    this.#watch = setInterval(() => this.#look(), lookMs);
    this.gone = this.#untilGone(child);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** It was told by others to end for good. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Ends it when its tasks are done, however long that takes within reason. */
  async drain(): Promise<void> {
    if (!this.#isEnding && this.#idleBeats === undefined) {
      this.#idleBeats = 0;
      const order: WorkerOrder = { type: 'quiet' };
      if (this.#child?.connected) this.#child.send(order, () => undefined);
      this.#late = setTimeout(() => void this.end(), patienceMs);
    }
    await this.gone;
  }

  /** Ends it in order, or by force if that takes too long. Twice is once. */
  async end(): Promise<void> {
    if (!this.#isEnding) {
      this.#isEnding = true;
      clearTimeout(this.#late);
      const { logger, graceMs } = this.#options;
      // One that was told to end for good has begun to: a second signal would end it the hard way.
      if (!this.#isRetired) this.#child?.kill('SIGTERM');
      this.#late = setTimeout(() => {
        logger.error({ worker: this.id, graceMs }, 'a worker did not end in time, killed');
        this.kill();
      }, graceMs);
    }
    await this.gone;
  }

  /** At once and without a word, with what it has started in its group. */
  kill(): void {
    if (!this.#isGone) this.#killGroup();
  }

  /** Its isolated processes have groups of their own: they end by themselves when they see that it has gone. */
  #killGroup(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of it has ended by itself.
    }
  }

  async #untilGone(child: ChildProcess | Error): Promise<WorkerEnd> {
    const closed = new Promise((resolve) => this.#child?.once('close', resolve));
    const reason = child instanceof Error ? child.message : await endOf(child);
    this.#isGone = true;
    clearInterval(this.#watch);
    clearTimeout(this.#late);
    // What a method started may live longer than its worker, and hold its output open.
    this.#killGroup();
    // Its last words may come after its end.
    if (this.#child?.pid !== undefined) await Promise.race([closed, sleep(outputMs)]);
    return {
      reason,
      wasUp: this.#isUp,
      isRefused: this.#isRefused,
      isRetired: this.#isRetired,
      livedMs: this.ageMs,
      words: `${this.#words}`,
    };
  }

  #hear(news: WorkerNews, onUp: () => void): void {
    switch (news.type) {
      case 'ready':
        this.#isUp = true;
        this.#silentLooks = 0;
        onUp();
        return;
      case 'beat':
        this.#silentLooks = 0;
        this.#isAwaitingRedis = news.isAwaitingRedis;
        if (this.#idleBeats === undefined) this.#options.onBeat(news);
        else this.#drainBeat(news);
        return;
      case 'refused':
        this.#isRefused = true;
        return;
      case 'retire':
        this.#isRetired = true;
        return;
      default:
        news satisfies never;
    }
  }

  #drainBeat({ running }: Beat): void {
    this.#idleBeats = running === 0 ? (this.#idleBeats ?? 0) + 1 : 0;
    if (this.#idleBeats >= idleBeatsMin) void this.end();
  }

  #look(): void {
    const { logger, hangSeconds, startSeconds = startSecondsMax } = this.#options;
    const seconds = this.#isUp ? hangSeconds : Math.max(hangSeconds, silentStartSeconds);
    this.#silentLooks += 1;
    if (!this.#isUp && !this.#isAwaitingRedis) this.#startLooks += 1;
    if (this.#silentLooks > seconds) {
      logger.warn({ worker: this.id, seconds }, 'a worker hangs: its event loop does not turn, killed');
    } else if (this.#startLooks > startSeconds && !this.#isUp) {
      logger.warn({ worker: this.id, seconds: startSeconds }, 'a worker did not start in time, killed');
    } else return;
    this.kill();
  }

  /** Whole lines, so that those of several workers never mix. */
  #pass(stream: Readable | null | undefined, name: 'stdout' | 'stderr'): void {
    let rest = '';
    const pass = (text: string) => {
      for (const line of text.trimEnd().split('\n')) this.#words.hear(line);
      this.#options.onText(text, name);
    };
    stream?.setEncoding('utf8').on('data', (text: string) => {
      rest += text;
      const end = rest.length > lineLength ? rest.length : rest.lastIndexOf('\n') + 1;
      if (end > 0) pass(rest.slice(0, end));
      rest = rest.slice(end);
    });
    stream?.once('end', () => rest !== '' && pass(`${rest}\n`));
  }
}

/** Or why it cannot be started: without memory, the call itself fails. */
function started({ script, supervisor }: WorkerProcessOptions): ChildProcess | Error {
  const sourceMaps = '--enable-source-maps';
  const { execArgv } = process;
  try {
    return fork(script, [], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, [supervisorVariable]: supervisor },
      execArgv: execArgv.includes(sourceMaps) ? execArgv : [...execArgv, sourceMaps],
    });
  } catch (error) {
    return error as Error;
  }
}

/** Its exit code, or the signal that ended it, or why it could not be started. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    child.on('error', (error) => child.pid === undefined && resolve(error.message));
  });
}
