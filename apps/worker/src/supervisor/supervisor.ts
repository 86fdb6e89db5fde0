import type { Logger } from '@drover/runtime';
import { Place, type PlaceOptions } from './place.ts';
import type { WorkerEnd, WorkerProcess } from './worker-process.ts';

/**
 * Keeps so many workers alive on this host.
 *
 * The first one is started alone: what is wrong with all of them is told once. When it is up, the others follow.
 * Workers are replaced one at a time, whatever the reason, so that a host never runs more than one in addition.
 */
export type SupervisorOptions = Pick<
  PlaceOptions,
  'script' | 'supervisor' | 'logger' | 'onText' | 'hangSeconds' | 'graceMs' | 'bounds'
> & {
  /** How many, to begin with. */
  workers: number;
};

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #logger: Logger;
  readonly #places = new Set<Place>();
  /** Those that are not wanted any more, while their tasks go on. */
  readonly #left = new Set<Place>();
  /** Worn ones that wait for their turn. */
  readonly #worn = new Set<WorkerProcess>();
  #wanted: number;
  #isProven = false;
  #isStopped = false;
  #turn: Promise<unknown> = Promise.resolve();
  #rollings = 0;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#wanted = options.workers;
  }

  /** How many there should be. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Resolves when the first worker is up, or when it was stopped. @throws Error that says why none starts */
  async start(): Promise<void> {
    const settled = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#open();
    await settled;
  }

  setWanted(wanted: number): void {
    this.#wanted = wanted;
    this.#fill();
  }

  /** Replaces all, one after the other. Asked again meanwhile, it is done once more. */
  restartAll(): void {
    if (this.#isStopped || !this.#isProven) return;
    if (this.#rollings > 0) {
      this.#rollings = 2;
      return;
    }
    this.#rollings = 1;
    void this.#restartAll();
  }

  /** All end, in order. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#places, ...this.#left].map((place) => place.close()));
    this.#settle?.resolve();
  }

  /** At once and without a word, for when this process ends. */
  kill(): void {
    for (const place of [...this.#places, ...this.#left]) place.kill();
  }

  async #restartAll(): Promise<void> {
    for (; this.#rollings > 0; this.#rollings -= 1) {
      this.#logger.info({ workers: this.#places.size }, 'rolling restart');
      for (const place of [...this.#places]) {
        const isReplaced = await this.#inTurn(() => !this.#places.has(place) || place.replace());
        if (this.#isStopped) return;
        if (isReplaced || !this.#places.has(place)) continue;
        this.#logger.error('rolling restart given up: a new worker does not start, the old ones go on');
        this.#rollings = 0;
        return;
      }
      this.#logger.info({ workers: this.#places.size }, 'rolling restart done');
    }
  }

  #fill(): void {
    if (this.#isStopped || !this.#isProven) return;
    while (this.#places.size < this.#wanted) this.#open();
    // The newest go first: what they would have to load again is the least.
    for (const place of [...this.#places].slice(this.#wanted)) this.#leave(place);
  }

  #leave(place: Place): void {
    this.#places.delete(place);
    this.#left.add(place);
    void place.leave().then(() => this.#left.delete(place));
  }

  #open(): void {
    const place = new Place({
      ...this.#options,
      onUp: () => this.#prove(),
      onWorn: (worker, reason) => this.#recycle(place, worker, reason),
      onBroken: (end) => this.#despair(end),
      onRetired: () => this.#forget(place),
    });
    this.#places.add(place);
    place.start();
  }

  #prove(): void {
    if (this.#isProven) return;
    this.#isProven = true;
    this.#settle?.resolve();
    this.#fill();
  }

  #despair({ reason, words }: WorkerEnd): void {
    const error = new Error(`No worker starts here. The last one ended with ${reason}:\n${words}`);
    if (this.#isProven) this.#logger.error({ err: error }, 'a worker does not start, tried again after a long pause');
    else this.#settle?.reject(error);
  }

  #recycle(place: Place, worker: WorkerProcess, reason: string): void {
    if (this.#worn.has(worker)) return;
    this.#worn.add(worker);
    void this.#inTurn(async () => {
      this.#worn.delete(worker);
      await place.recycle(worker, reason);
    });
  }

  #forget(place: Place): void {
    this.#leave(place);
    this.#wanted = Math.max(0, this.#wanted - 1);
    this.#logger.info({ wanted: this.#wanted }, 'one worker less is wanted here');
  }

  #inTurn<T>(step: () => T | Promise<T>): Promise<T> {
    const done = this.#turn.then(() => step());
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
