import { type Logger, restartPauseMs, wellMs } from '@drover/runtime';
import { type Beat, type WorkerEnd, WorkerProcess, type WorkerProcessOptions } from './worker-process.ts';

/**
 * A place for one worker, which is never empty for long.
 *
 * A worker that dies is followed by a new one, after a pause that grows. A replacement is started beside the worker, and
 * takes its place when it is up; only then the old one ends, in order. So there is always somebody to take tasks. A worn
 * one is given time for its tasks, and meanwhile there is not another one.
 */
export type PlaceOptions = Omit<WorkerProcessOptions, 'onBeat'> & {
  bounds: { memoryMb?: number | undefined; tasks?: number | undefined };
  onUp: () => void;
  /** This worker of its should be replaced, in order: tells why, once a minute until it has been. */
  onWorn: (worker: WorkerProcess, reason: string) => void;
  /** No worker starts here; one is tried again after a long pause. */
  onBroken: (end: WorkerEnd) => void;
  /** Its worker ends for good: nobody else takes its place, which is to be left. */
  onRetired: () => void;
};

/** So many starts in a row that failed: something is wrong that does not pass by itself. */
const failedStartsMax = 5;
const brokenPauseMs = 60_000;
/** A bound that a fresh worker exceeds must not cost one start after the other. */
const recycleAfterMs = 10_000;
const tellWornEveryMs = 60_000;

export class Place {
  readonly #options: PlaceOptions;
  readonly #logger: Logger;
  #worker: WorkerProcess | undefined;
  #replacement: WorkerProcess | undefined;
  /** All that are not gone: the worker, its replacement, those that end. */
  readonly #alive = new Set<WorkerProcess>();
  /** Was replaced, and goes on with its tasks. */
  #worn: WorkerProcess | undefined;
  #wornToldAt = Number.NEGATIVE_INFINITY;
  #deaths = 0;
  #failedStarts = 0;
  #isClosed = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: PlaceOptions) {
    this.#options = options;
    this.#logger = options.logger;
  }

  start(): void {
    this.#worker = this.#spawn();
    this.#wornToldAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Puts a new worker in, and ends the old one in order. False: the new one did not come up, so that the old one goes on.
   */
  async replace(): Promise<boolean> {
    if (this.#worker?.isRetired) return true;
    const { isUp, old } = await this.#exchange();
    await old?.end();
    return isUp;
  }

  /**
   * The same, but that the old one has time for its tasks, and only while it is this one. Resolves when the new one is
   * up, or did not come up.
   */
  async recycle(worker: WorkerProcess, reason: string): Promise<void> {
    if (this.#worker !== worker || worker.isRetired || this.#isClosed) return;
    this.#logger.info({ worker: worker.id, reason }, 'a worker is replaced');
    const { old } = await this.#exchange();
    if (old === undefined) return;
    void this.#worn?.end();
    this.#worn = old;
    void old.drain();
  }

  /** Ends all that runs here, in order. Nothing follows. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    await Promise.all([...this.#alive].map((worker) => worker.end()));
  }

  /** The same, but what runs here has time for its tasks, unless it ends already. */
  async leave(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    const leaving = [...this.#alive].map((worker) =>
      worker.isUp && !worker.isRetired ? worker.drain() : worker.end(),
    );
    await Promise.all(leaving);
  }

  /** At once and without a word. */
  kill(): void {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    for (const worker of this.#alive) worker.kill();
  }

  /** `old` is to be ended. */
  async #exchange(): Promise<{ isUp: boolean; old?: WorkerProcess | undefined }> {
    if (this.#isClosed) return { isUp: false };
    clearTimeout(this.#restart);
    const replacement = this.#spawn();
    this.#replacement = replacement;
    const end = await Promise.race([replacement.up, replacement.gone]);
    this.#replacement = undefined;
    if (this.#isClosed) return { isUp: false };
    const old = this.#worker;
    if (end !== undefined) {
      const { reason, words } = end;
      this.#logger.error({ reason, words }, 'a replacement did not start, the old worker goes on');
      // It has died meanwhile.
      if (old === undefined) this.#startAfter(end);
      return { isUp: false };
    }
    this.#worker = replacement;
    this.#wornToldAt = Number.NEGATIVE_INFINITY;
    if (old?.isRetired) {
      this.#retire(old);
      return { isUp: false };
    }
    return { isUp: true, old };
  }

  #spawn(): WorkerProcess {
    const worker = new WorkerProcess({ ...this.#options, onBeat: (beat) => this.#lookAt(worker, beat) });
    this.#alive.add(worker);
    void worker.up.then(() => {
      this.#failedStarts = 0;
      this.#options.onUp();
    });
    void worker.gone.then((end) => {
      this.#alive.delete(worker);
      if (worker === this.#worn) this.#worn = undefined;
      if (worker === this.#worker) this.#lost(worker, end);
    });
    return worker;
  }

  #lost(worker: WorkerProcess, end: WorkerEnd): void {
    const { id } = worker;
    this.#worker = undefined;
    if (this.#isClosed) return;
    if (end.isRetired) {
      this.#retire(worker);
    } else if (this.#replacement === undefined) {
      this.#startAfter(end, id);
    } else {
      this.#logger.warn({ worker: id, reason: end.reason }, 'a worker died, its replacement is on its way');
    }
  }

  #retire({ id }: WorkerProcess): void {
    this.#logger.info({ worker: id }, 'a worker was told to end for good, no other one follows');
    this.#options.onRetired();
  }

  #startAfter(end: WorkerEnd, id?: string): void {
    this.#deaths = end.livedMs > wellMs ? 1 : this.#deaths + 1;
    this.#failedStarts = end.wasUp ? 0 : this.#failedStarts + 1;
    const isBroken = end.isRefused || this.#failedStarts >= failedStartsMax;
    const pauseMs = isBroken ? brokenPauseMs : restartPauseMs(this.#deaths);
    this.#logger.warn({ worker: id, reason: end.reason, pauseMs }, 'a worker died, starting a new one');
    this.#restart = setTimeout(() => this.start(), pauseMs);
    if (isBroken) this.#options.onBroken(end);
  }

  #lookAt(worker: WorkerProcess, beat: Beat): void {
    if (worker !== this.#worker || !worker.isUp || this.#isClosed) return;
    const reason = beat.tainted ?? (this.#worn === undefined ? this.#wearOf(worker, beat) : undefined);
    if (reason === undefined || performance.now() - this.#wornToldAt < tellWornEveryMs) return;
    this.#wornToldAt = performance.now();
    this.#options.onWorn(worker, reason);
  }

  #wearOf({ ageMs }: WorkerProcess, { ended, memoryMb }: Beat): string | undefined {
    const { bounds } = this.#options;
    if (bounds.tasks !== undefined && ended >= bounds.tasks) return `it has ended ${ended} tasks`;
    const isLarge = bounds.memoryMb !== undefined && memoryMb > bounds.memoryMb && ageMs > recycleAfterMs;
    return isLarge ? `it has grown to ${memoryMb} MB` : undefined;
  }
}
