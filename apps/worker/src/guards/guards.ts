import type { HoldBack, WorkerSession, WorkerStatus } from '@drover/broker';
import type { Pressure } from '@drover/core';
import type { Machine, MachineReading } from '@drover/runtime';
import { halved } from './pressure-rule.ts';
import {
  type GuardLimits,
  lowestUrgentPriority,
  megabytes,
  nextStates,
  noPressure,
  percentOf,
  pressuresOf,
} from './pressures.ts';

/**
 * Keeps a worker careful with its machine. It reads how it is with memory, CPU and disk, again and again, and holds the
 * worker back while too much is used: see `pressure-rule.ts` for when, and `Pressure` for what.
 */
export type GuardsOptions = {
  machine: Machine;
  limits: GuardLimits;
  worker: Pick<WorkerSession, 'concurrency' | 'holdBack'>;
  /** Runs what frees disk; asked again and again while the disk is nearly full, once at a time. Answers what it began. */
  cleanUp: () => Promise<string[]>;
  logger: Record<'info' | 'warn', (fields: Record<string, unknown>, message: string) => void>;
  /** Default 2000. */
  everyMs?: number;
  /** Unix ms. */
  now?: () => number;
};

const kinds: readonly Pressure['kind'][] = ['memory', 'cpu', 'disk'];
/** Two readings make a pressure: memory that is used up within seconds is seen in time, and reading costs next to nothing. */
const lookEveryMs = 2_000;
/** The first reading of the CPU has nothing to compare with. */
const firstLooks = 2;
const nothingHeld: HoldBack = { highestPriority: 0, concurrencyMax: Number.POSITIVE_INFINITY };

export class Guards {
  readonly #options: GuardsOptions;
  readonly #now: () => number;
  readonly #unread = new Set<Pressure['kind']>();
  #states = noPressure;
  #held: HoldBack = nothingHeld;
  #isCleaning = false;
  #reading: MachineReading = {};
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: GuardsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    void this.#lookOn();
  }

  /** What was held back stays so: whoever stops takes nothing new anyway. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  get isDiskFull(): boolean {
    return this.#states.disk.step > 0;
  }

  /** For the worker's record in the registry. */
  status(): Pick<WorkerStatus, 'concurrencyNow' | 'memoryLimitMb' | 'pressure'> {
    const { limits, worker } = this.#options;
    const { memory } = this.#reading;
    const concurrency = worker.concurrency();
    const concurrencyNow = halved(concurrency, this.#states.cpu.step);
    const pressure = pressuresOf(this.#states, this.#reading, limits, concurrency);
    return {
      ...(concurrencyNow < concurrency ? { concurrencyNow } : {}),
      ...(memory === undefined ? {} : { memoryLimitMb: megabytes(memory.limitBytes) }),
      ...(pressure.length === 0 ? {} : { pressure }),
    };
  }

  #hold(): HoldBack {
    const { memory, cpu } = this.#states;
    return {
      highestPriority: memory.step > 0 ? lowestUrgentPriority : 0,
      concurrencyMax: cpu.step > 0 ? halved(this.#options.worker.concurrency(), cpu.step) : Number.POSITIVE_INFINITY,
    };
  }

  async #lookOn(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'guards could not do their work');
    }
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#lookOn(), this.#options.everyMs ?? lookEveryMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { machine, limits, worker } = this.#options;
    const reading = await machine.read();
    if (this.#isStopped) return;
    const before = this.#states;
    this.#reading = reading;
    this.#looks += 1;
    this.#states = nextStates(before, reading, limits, worker.concurrency(), this.#now());
    this.#sayUnread();
    const isOther = kinds.some((kind) => before[kind].step !== this.#states[kind].step);
    const hold = this.#hold();
    // While the CPU is busy, somebody may set another number of tasks at a time.
    if (isOther || hold.concurrencyMax !== this.#held.concurrencyMax) worker.holdBack(hold);
    this.#held = hold;
    for (const kind of kinds) this.#sayChange(kind, before[kind].step, this.#states[kind].step);
    if (this.isDiskFull) void this.#cleanUp();
  }

  /** Nobody waits for it: while Redis is away it takes its time, and memory must be looked at all the same. */
  async #cleanUp(): Promise<void> {
    if (this.#isCleaning) return;
    const { cleanUp, logger } = this.#options;
    this.#isCleaning = true;
    try {
      const methods = await cleanUp();
      if (methods.length > 0) logger.info({ methods }, 'clean-up was asked for: the disk is nearly full');
    } catch (error) {
      logger.warn({ err: error }, 'guards could not do their work');
    } finally {
      this.#isCleaning = false;
    }
  }

  #sayChange(kind: Pressure['kind'], before: number, after: number): void {
    const { logger } = this.#options;
    if (before === 0 && after > 0) {
      const told = this.status().pressure?.find((pressure) => pressure.kind === kind);
      logger.warn({ kind, percent: told?.percent, message: told?.message }, 'pressure began');
    } else if (before > 0 && after === 0) {
      const seconds = Math.round((this.#now() - this.#states[kind].since) / 1_000);
      logger.info({ kind, percent: percentOf(kind, this.#reading), seconds }, 'pressure ended');
    }
  }

  /** A guard that has nothing to look at says so once, and once when it has again. */
  #sayUnread(): void {
    if (this.#looks < firstLooks) return;
    const { limits, logger } = this.#options;
    for (const kind of kinds) {
      const isUnread = limits[kind] > 0 && percentOf(kind, this.#reading) === undefined;
      if (isUnread === this.#unread.has(kind)) continue;
      if (isUnread) {
        this.#unread.add(kind);
        logger.warn({ kind }, 'cannot be read on this machine: its guard is off');
      } else {
        this.#unread.delete(kind);
        logger.info({ kind }, 'can be read again: its guard is on');
      }
    }
  }
}
