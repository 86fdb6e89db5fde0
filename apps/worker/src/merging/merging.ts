import { defaultMinItems, type Method } from '@drover/core';
import type { Call, Place, Running } from '../running.ts';
import { runMerged } from './merged-call.ts';
import { Single } from './single.ts';

/** What gathering must know of the worker. */
export type MergingParts = {
  methods: ReadonlyMap<string, Method>;
  /** Where a method runs when it is its turn. */
  placeOf: (method: Method) => Place;
  graceMs: number;
  /** Whether the worker can take no more tasks now, and how many it has. */
  isFull: () => boolean;
  running: () => number;
  /** The worker takes nothing new from now on. */
  closing: AbortSignal;
};

type Group = { singles: Set<Single>; batch: NonNullable<Method['batch']>; timer: NodeJS.Timeout };

/**
 * Gathers single tasks that this worker has taken, until there are enough of them, the first has waited long enough, or
 * no more can come; then one call does them all. Every single stays a task of its own: if the worker dies, each is taken
 * over, and nothing of the gathering has to be remembered.
 */
export class Merging implements Place {
  readonly #parts: MergingParts;
  /** By method, and for whom: one call acts on behalf of one user. */
  readonly #groups = new Map<string, Group>();
  #gathered = 0;

  constructor(parts: MergingParts) {
    this.#parts = parts;
    parts.closing.addEventListener('abort', () => this.#runAll(), { once: true });
  }

  /** What failed before, or was there when a worker died, runs alone: it may have been what spoilt the others. */
  takes({ method, task }: Call): boolean {
    const isFirst = task.retriesUsed === 0 && task.lostWorkers === 0;
    return method.batch !== undefined && isFirst && !this.#parts.closing.aborted;
  }

  begin(call: Call): Running {
    const { batch } = call.method;
    if (batch === undefined) return this.#parts.placeOf(call.method).begin(call);
    const { user = '', company = '' } = call.task.envelope;
    const key = [call.task.fullName, company, user].join('\n');
    const single = new Single(call, this.#parts.graceMs, (asked) => this.#leave(key, asked));
    if (!single.isEnded) this.#join(key, single, batch);
    return single;
  }

  cancel(call: Call): unknown {
    return this.#parts.placeOf(call.method).cancel(call);
  }

  #join(key: string, single: Single, batch: Group['batch']): void {
    let group = this.#groups.get(key);
    if (group === undefined) {
      const timer = setTimeout(() => this.#run(key), batch.maxWaitSeconds * 1_000);
      group = { singles: new Set(), batch, timer };
      this.#groups.set(key, group);
    }
    group.singles.add(single);
    this.#gathered += 1;
    if (group.singles.size >= batch.maxItems) this.#run(key);
    // All that it has waits here, so nothing will end and make room.
    else if (this.#gathered >= this.#parts.running() && this.#parts.isFull()) this.#runAll();
  }

  #leave(key: string, single: Single): void {
    const group = this.#groups.get(key);
    if (group?.singles.delete(single) !== true) return;
    this.#gathered -= 1;
    if (group.singles.size === 0) this.#drop(key, group);
  }

  #runAll(): void {
    for (const key of [...this.#groups.keys()]) this.#run(key);
  }

  #run(key: string): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    this.#drop(key, group);
    const singles = [...group.singles];
    this.#gathered -= singles.length;
    const [first] = singles;
    if (first === undefined) return;
    const { placeOf, methods } = this.#parts;
    const { method, task } = first.call;
    const fullName = `${task.fullName.slice(0, task.fullName.lastIndexOf('.'))}.${group.batch.into}`;
    const into = methods.get(fullName);
    const isEnough = singles.length >= (group.batch.minItems ?? defaultMinItems);
    if (isEnough && into !== undefined) {
      const called = { fullName, method: into };
      const parts = { batch: group.batch, into: called, place: placeOf(into), alone: placeOf(method) };
      if (runMerged(singles, parts)) return;
    }
    for (const single of singles) if (!single.isEnded) single.runAlone(placeOf(method));
  }

  #drop(key: string, group: Group): void {
    clearTimeout(group.timer);
    this.#groups.delete(key);
  }
}
