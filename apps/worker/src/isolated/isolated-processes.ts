import { limits } from '@drover/core';
import { IsolatedProcess, noneFor, type ProcessParts } from './isolated-process.ts';
import { restingGrowthMax } from './memory-bounds.ts';
import type { LoadRequest } from './messages.ts';
import { NoProcess } from './no-process.ts';

type Waiter = {
  memoryMb: number | undefined;
  /** By the process' own clock, ms. */
  since: number;
  take: (process: IsolatedProcess) => void;
  fail: (why: Error) => void;
};
type Resting = { process: IsolatedProcess; timer: NodeJS.Timeout };

export type Take = {
  memoryMb: number | undefined;
  /** Gets what ends the waiting. */
  onWait: (stop: (why: Error) => void) => void;
  /** Before all others: somebody waits for it. */
  isUrgent: boolean;
};

export type ProcessesOptions = Pick<ProcessParts, 'script' | 'startMs'> & {
  /** How long nobody gets a process until all who wait are put off. Default: `limits.isolatedLineMs`. */
  lineMs?: number;
};

/** An idle process is kept so long for the next method. */
const idleMs = 60_000;
/** Who has waited so long is not overtaken by one for whom another process fits: starting one takes a while. */
const overtakenMs = 1_000;

/**
 * The processes of a worker's isolated methods: started when they are needed, used again and again, and one method at a
 * time in each. Who finds none waits in line, and is put off when the line does not move.
 */
export class IsolatedProcesses {
  readonly #request: LoadRequest;
  readonly #options: ProcessesOptions;
  /** All but those that are to end. */
  readonly #all = new Set<IsolatedProcess>();
  readonly #starting = new Set<IsolatedProcess>();
  /** The one that was used last is the last. */
  readonly #idle: Resting[] = [];
  readonly #waiters: Waiter[] = [];
  /** Runs while somebody waits, from anew whenever somebody gets a process. */
  #stuck: NodeJS.Timeout | undefined;

  constructor(request: LoadRequest, options: ProcessesOptions = {}) {
    this.#request = request;
    this.#options = options;
  }

  /**
   * A process for one method.
   * @throws NoProcess when there is none to be had; what `onWait` was told; why it could not start.
   */
  take({ memoryMb, onWait, isUrgent }: Take): Promise<IsolatedProcess> {
    return new Promise((resolve, reject) => {
      const since = isUrgent ? Number.NEGATIVE_INFINITY : performance.now();
      const waiter: Waiter = { memoryMb, since, take: resolve, fail: reject };
      if (isUrgent) this.#waiters.unshift(waiter);
      else this.#waiters.push(waiter);
      onWait((why) => {
        this.#leave(waiter);
        reject(why);
      });
      this.#serve();
    });
  }

  /** It has done its method, and may do another. */
  giveBack(process: IsolatedProcess): void {
    if (!this.#all.has(process)) return;
    const isWorn = process.runs >= limits.isolatedRuns || process.grownMb > restingGrowthMax(process.memoryMb);
    if (isWorn) this.#end(process);
    else this.#rest(process);
    this.#serve();
  }

  /** Kills them all. */
  stop(): void {
    for (const process of this.#all) process.kill();
  }

  /** In order, as far as there are processes. */
  #serve(): void {
    const starting = [...this.#starting].map(({ memoryMb }) => memoryMb);
    for (const waiter of [...this.#waiters]) {
      if (this.#idle.length === 0 && this.#isFull()) break;
      const { memoryMb } = waiter;
      const at = starting.indexOf(memoryMb);
      if (this.#idle.some(({ process }) => process.memoryMb === memoryMb)) this.#hand(waiter);
      else if (at >= 0) starting.splice(at, 1);
      else if (!this.#isFull() || this.#makeRoom(waiter)) this.#start(waiter);
    }
    if (this.#waiters.length > 0) this.#stuck ??= setTimeout(() => this.#putOff(), this.#lineMs()).unref();
  }

  #isFull(): boolean {
    return this.#all.size >= limits.isolatedProcesses;
  }

  #lineMs(): number {
    return this.#options.lineMs ?? limits.isolatedLineMs;
  }

  #hand(waiter: Waiter): void {
    this.#leave(waiter);
    this.#stuck?.refresh();
    waiter.take(this.#wake(({ memoryMb }) => memoryMb === waiter.memoryMb));
  }

  /** By ending an idle one that nobody waits for; for who has waited for long, any. */
  #makeRoom({ since }: Waiter): boolean {
    const isLate = performance.now() - since >= overtakenMs;
    const wanted = new Set(isLate ? [] : this.#waiters.map(({ memoryMb }) => memoryMb));
    const resting = this.#idle.find(({ process }) => !wanted.has(process.memoryMb));
    if (resting === undefined) return false;
    this.#end(this.#wake((one) => one === resting.process));
    return true;
  }

  #start(waiter: Waiter): void {
    const { script, startMs } = this.#options;
    try {
      const process = new IsolatedProcess({
        request: { ...this.#request, memoryMb: waiter.memoryMb },
        onReady: (ready) => {
          this.#starting.delete(ready);
          this.giveBack(ready);
        },
        onGone: (gone, why) => this.#gone(gone, why),
        script,
        startMs,
      });
      this.#all.add(process);
      this.#starting.add(process);
    } catch (error) {
      this.#leave(waiter);
      waiter.fail(noneFor(error));
    }
  }

  #putOff(): void {
    this.#stuck = undefined;
    const why = new NoProcess(`nobody got a process for isolated methods for ${this.#lineMs() / 1_000} s`);
    for (const waiter of this.#waiters.splice(0)) waiter.fail(why);
  }

  #rest(process: IsolatedProcess): void {
    const timer = setTimeout(() => this.#end(this.#wake((one) => one === process)), idleMs).unref();
    this.#idle.push({ process, timer });
  }

  /** The one that was used last, of those that fit. */
  #wake(fits: (process: IsolatedProcess) => boolean): IsolatedProcess {
    const at = this.#idle.findLastIndex(({ process }) => fits(process));
    const [{ process, timer }] = this.#idle.splice(at, 1) as [Resting];
    clearTimeout(timer);
    return process;
  }

  #end(process: IsolatedProcess): void {
    this.#all.delete(process);
    process.end();
  }

  #gone(process: IsolatedProcess, why: Error): void {
    this.#all.delete(process);
    if (this.#idle.some((resting) => resting.process === process)) this.#wake((one) => one === process);
    // It was started for somebody.
    const waiter =
      this.#starting.delete(process) && this.#waiters.find(({ memoryMb }) => memoryMb === process.memoryMb);
    if (waiter) {
      this.#leave(waiter);
      waiter.fail(why);
    }
    this.#serve();
  }

  #leave(waiter: Waiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at >= 0) this.#waiters.splice(at, 1);
    if (this.#waiters.length > 0) return;
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
  }
}
