import { AsyncLocalStorage } from 'node:async_hooks';
import { EndRequest, type TakenTask, type TaskHands } from '@drover/broker';
import {
  type BatchDefinition,
  declaredClass,
  type ItemResults,
  isTaskEnd,
  type LogLine,
  limits,
  type Method,
  parseArguments,
  type TaskContext,
} from '@drover/core';
import { nothing } from '../dependencies.ts';
import { errorRecord } from '../error-record.ts';
import { type Call, isForGood, type Place } from '../running.ts';
import type { Single } from './single.ts';

export type MergedParts = {
  batch: BatchDefinition;
  /** The method that does many. */
  into: { fullName: string; method: Method };
  place: Place;
  /** Where a single runs that the call cannot do. */
  alone: Place;
};

/**
 * One call that does many single tasks. A single ends as soon as its own item is done, so that a worker that dies costs
 * only those that were not; one whose item cannot be made fails by itself. Answers false, and makes no call, when the
 * items do not fit the method that does many.
 */
export function runMerged(gathered: readonly Single[], parts: MergedParts): boolean {
  const { batch, into } = parts;
  const singles: Single[] = [];
  const items: unknown[] = [];
  for (const single of gathered) {
    try {
      items.push(itemOf(batch, single.call));
      singles.push(single);
    } catch (error) {
      single.fail(error);
    }
  }
  const [first] = singles;
  if (first === undefined) return true;
  let input: Call['input'];
  try {
    input =
      batch.itemsIn === undefined
        ? parseArguments(into.method, [items], {})
        : parseArguments(into.method, [], { [batch.itemsIn]: items });
  } catch {
    return false;
  }
  const list = batch.itemsIn === undefined ? input.args[0] : input.kwargs[batch.itemsIn];
  // A schema may make something else of a list: whose items these are is not known then.
  if (!Array.isArray(list) || list.length !== singles.length) return false;
  new MergedCall(singles, list, parts).begin(first.call.task, input);
  return true;
}

class MergedCall {
  readonly #singles: readonly Single[];
  readonly #parts: MergedParts;
  readonly #asked = new EndRequest();
  /** Whose items these are. Of equal ones each is any of their singles'. */
  readonly #owners = new Map<unknown, Single[]>();
  /** Whose item is being done, for what it writes to the log. */
  readonly #doing = new AsyncLocalStorage<Single>();
  readonly #message: string;

  constructor(singles: readonly Single[], list: readonly unknown[], parts: MergedParts) {
    this.#singles = singles;
    this.#parts = parts;
    this.#message = `done by one call of ${parts.into.fullName}, with ${singles.length - 1} others`;
    for (const [at, single] of singles.entries()) {
      const owners = this.#owners.get(list[at]);
      if (owners === undefined) this.#owners.set(list[at], [single]);
      else owners.push(single);
    }
  }

  begin(first: TakenTask, input: Call['input']): void {
    const { into, place } = this.#parts;
    for (const single of this.#singles) single.merge(() => this.#ask());
    let returned: unknown;
    // What it returns is bounded item by item.
    const run: Method['run'] = async (given, task) => {
      returned = await into.method.run(given, this.#watched(task));
    };
    const running = place.begin({
      method: { ...into.method, run },
      task: this.#task(first),
      hands: this.#hands(),
      waited: nothing,
      input,
    });
    Promise.resolve(running.done)
      .then(() => this.#settle(returned))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => running.close());
  }

  /** The call goes on while one of its singles is wanted. Each of these has its own time, so the call needs none. */
  #ask(): void {
    if (!this.#singles.every(({ isEnded, isAsked }) => isEnded || isAsked)) return;
    const left = this.#singles.filter(({ isEnded, isGivenUp }) => !isEnded || isGivenUp);
    const reasons = left.flatMap(({ call }) => call.hands.asked.reason ?? []);
    const reason = reasons.find((asked) => !isForGood(asked)) ?? reasons[0];
    if (reason === undefined) return;
    this.#asked.ask(isForGood(reason) ? 'kill' : (reason.name as 'shutdown' | 'lock_lost'), reason.message);
  }

  #task(first: TakenTask): TakenTask {
    const envelope = { ...first.envelope, timeoutSeconds: limits.timeoutSeconds };
    return { ...first, fullName: this.#parts.into.fullName, lastCheckpoint: undefined, envelope };
  }

  #hands(): TaskHands {
    return {
      asked: this.#asked,
      log: (line) => this.#log(line),
      progress: () => undefined,
      checkpoint: async () => undefined,
      dependencies: async () => [],
      resolved: async () => undefined,
    };
  }

  /** A line of an item goes to its task, any other to the first that has not ended. */
  #log(line: Omit<LogLine, 'attempt'>, to?: Single): void {
    const single = to ?? this.#doing.getStore() ?? this.#singles.find(({ isEnded }) => !isEnded);
    if (single === undefined || single.isEnded) return;
    const { hands, task } = single.call;
    hands.log({ ...line, attempt: task.attempt });
  }

  /** `task.each` tells what becomes of each item while the call goes on. Of what is none of the items it tells nothing. */
  #watched(task: TaskContext): TaskContext {
    return {
      ...task,
      each: (items, run, options) =>
        task.each(
          items,
          (item, index) => {
            const single = this.#owners.get(item)?.shift();
            if (single === undefined) return run(item, index);
            return this.#doing.run(single, () => this.#tried(single, () => run(item, index)));
          },
          options,
        ),
    };
  }

  async #tried(single: Single, run: () => unknown): Promise<unknown> {
    const { reason } = single.call.hands.asked;
    if (reason !== undefined) {
      single.fail(reason);
      throw reason;
    }
    try {
      const value = await run();
      single.end(value, this.#message);
      return value;
    } catch (error) {
      // What ends all of them is told when it has.
      if (this.#asked.reason === undefined) single.fail(error);
      // It would end them all.
      if (isTaskEnd(error)) return undefined;
      throw error;
    }
  }

  /** Those whose end is not known yet, by what the method returned. */
  #settle(returned: unknown): void {
    const { results } = (returned ?? {}) as Partial<ItemResults>;
    const isComplete = Array.isArray(results) && results.length === this.#singles.length;
    for (const [index, single] of this.#singles.entries()) {
      if (single.isEnded) continue;
      const item = isComplete ? results[index] : undefined;
      if (item?.status === 'success') single.end(item.result ?? null, this.#message);
      else single.fail(new Error(item?.error ?? `${this.#parts.into.fullName} did not say what became of it`));
    }
  }

  /** What would end a task for good may be the fault of one of them: each is to see for itself. */
  #fail(error: unknown): void {
    const isOfOne = this.#asked.reason === undefined && isForGoodOrDone(error);
    const message = `${this.#parts.into.fullName} failed, so it runs alone: ${errorRecord(error, 'unclassified').message}`;
    for (const single of this.#singles) {
      if (single.isEnded) continue;
      if (!isOfOne || single.isAsked) {
        single.fail(error);
        continue;
      }
      this.#log({ at: new Date().toISOString(), level: 'warn', message }, single);
      single.runAlone(this.#parts.alone);
    }
  }
}

function isForGoodOrDone(error: unknown): boolean {
  try {
    const errorClass = declaredClass(error);
    return errorClass === 'data' || errorClass === 'permanent' || isTaskEnd(error);
  } catch {
    // Even to look at what was thrown may fail: a proxy, a getter.
    return false;
  }
}

function itemOf({ item }: BatchDefinition, { input, task: { id } }: Call): unknown {
  if (item !== undefined) return item(input, { id });
  return Object.keys(input.kwargs).length > 0 ? input.kwargs : input.args[0];
}
