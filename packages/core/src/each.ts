import type { Json } from './json.ts';
import { limits } from './limits.ts';
import type { Outcome } from './state.ts';
import type { ItemResults } from './task.ts';
import { isTaskEnd } from './task-end.ts';

export type EachOptions = {
  /** Items tried at the same time. Default 1. */
  concurrency?: number;
  /** How many items there are, where `items` cannot tell. */
  total?: number;
  /** Once aborted, no further item begins; those begun are awaited, then `signal.reason` is thrown. */
  signal?: AbortSignal;
  /** Told at the beginning how to read what became of the items so far. */
  onBegin?: (soFar: () => ItemResults) => void;
  /** Told after every item. `total` is undefined when nobody knows it. */
  onProgress?: (processed: number, total: number | undefined) => void;
};

type ItemResult = ItemResults['results'][number];
type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

/**
 * Tries every item on its own: one that fails spoils only itself. Results come in the order of the items. They are
 * counted in full and listed while they fit (`limits.itemResultsBytes` for each kind), so that a batch of any length
 * has a result; `omitted` says how many are not listed.
 *
 * An item is named by itself if it is a string or a number, else by its `id`, else by its index.
 *
 * @throws signal.reason once the signal is aborted; what `items` throws; what `task.skip` and `task.info` throw.
 */
export async function runEach<Item>(
  items: Items<Item>,
  run: (item: Item, index: number) => unknown,
  options: EachOptions = {},
): Promise<ItemResults> {
  const { concurrency = 1, total = lengthOf(items), signal, onBegin, onProgress } = options;
  const collector = new Collector();
  onBegin?.(() => collector.results());
  const source = takeFrom(items);
  let failure: { error: unknown } | undefined;

  const lane = async (): Promise<void> => {
    while (failure === undefined && !signal?.aborted) {
      const next = await source.next();
      if (next === undefined) return;
      const result = await tryItem(next.item, next.index, run, signal);
      collector.add(next.index, result);
      onProgress?.(collector.processed, total);
      // A breath, so that timers, heartbeats and the abort itself are heard between items that never wait.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const guarded = () =>
    lane().catch((error: unknown) => {
      failure ??= { error };
    });
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(concurrency)) }, guarded));
  if (signal?.aborted || failure !== undefined) await source.close();
  if (signal?.aborted) throw signal.reason;
  if (failure !== undefined) throw failure.error;
  return collector.results();
}

/** Some items failed → `warning`; all of them → `error`; there were none → `info`. */
export function outcomeOfItems(items: Pick<ItemResults, 'processed' | 'errorCount'>): Outcome {
  if (items.processed === 0) return 'info';
  if (items.errorCount === 0) return 'success';
  return items.errorCount < items.processed ? 'warning' : 'error';
}

/** The outcome of a method that returned: decided by its item results if it returned such, else `success`. */
export function outcomeOfResult(result: unknown): Outcome {
  return isItemResults(result) ? outcomeOfItems(result) : 'success';
}

/** Whether a result is, or extends, what `task.each` returns. */
export function isItemResults(result: unknown): result is ItemResults {
  if (typeof result !== 'object' || result === null) return false;
  const { processed, successCount, errorCount, results } = result as Record<string, unknown>;
  const counts = [processed, successCount, errorCount];
  return counts.every((count) => Number.isInteger(count)) && Array.isArray(results);
}

async function tryItem<Item>(
  item: Item,
  index: number,
  run: (item: Item, index: number) => unknown,
  signal: AbortSignal | undefined,
): Promise<ItemResult> {
  const id = idOf(item, index);
  try {
    const returned = JSON.stringify(await run(item, index));
    return returned === undefined
      ? { id, status: 'success' }
      : { id, status: 'success', result: JSON.parse(returned) as Json };
  } catch (error) {
    // What an abort broke off is no fault of the item.
    if (signal?.aborted || isTaskEnd(error)) throw error;
    return { id, status: 'error', error: messageOf(error) };
  }
}

function idOf(item: unknown, index: number): Json {
  if (isName(item)) return item;
  const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
  return isName(id) ? id : index;
}

function isName(value: unknown): value is string | number {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.length > limits.itemErrorLength ? `${message.slice(0, limits.itemErrorLength)}…` : message;
}

function lengthOf(items: unknown): number | undefined {
  if (Array.isArray(items)) return items.length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}

type Source<Item> = { next(): Promise<{ item: Item; index: number } | undefined>; close(): Promise<void> };

/** One item at a time for many takers: generators must not be asked twice at once. */
function takeFrom<Item>(items: Items<Item>): Source<Item> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let index = 0;
  let isOver = false;
  let turn: Promise<unknown> = Promise.resolve();
  const take = async () => {
    if (isOver) return undefined;
    try {
      const { done, value } = await iterator.next();
      if (!done) return { item: value as Item, index: index++ };
      isOver = true;
      return undefined;
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  return {
    next() {
      const taken = turn.then(take);
      turn = taken.catch(() => undefined);
      return taken;
    },
    async close() {
      if (isOver) return;
      isOver = true;
      await iterator.return?.();
    },
  };
}

/** Counts all results, and lists as many as fit: failures have their own share, so that successes never hide them. */
class Collector {
  processed = 0;
  #errorCount = 0;
  #omitted = 0;
  readonly #listed: { index: number; result: ItemResult }[] = [];
  readonly #bytes = { success: 0, error: 0 };
  readonly #encoder = new TextEncoder();

  add(index: number, result: ItemResult): void {
    this.processed += 1;
    if (result.status === 'error') this.#errorCount += 1;
    const bytes = this.#encoder.encode(JSON.stringify(result)).byteLength;
    if (this.#bytes[result.status] + bytes > limits.itemResultsBytes) {
      this.#omitted += 1;
      return;
    }
    this.#bytes[result.status] += bytes;
    this.#listed.push({ index, result });
  }

  results(): ItemResults {
    this.#listed.sort((a, b) => a.index - b.index);
    return {
      processed: this.processed,
      successCount: this.processed - this.#errorCount,
      errorCount: this.#errorCount,
      results: this.#listed.map(({ result }) => result),
      ...(this.#omitted > 0 ? { omitted: this.#omitted } : {}),
    };
  }
}
