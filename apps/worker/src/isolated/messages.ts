import type { TakenTask } from '@drover/broker';
import { ItemResults, Json, LogLine, limits, Progress } from '@drover/core';
import { z } from 'zod';
import type { Waited } from '../dependencies.ts';
import { Thrown } from './thrown.ts';

/**
 * What a worker and a process of its isolated methods say to each other, as lines of JSON. Whatever a method does to its
 * process, the worker believes nothing that it has not looked at.
 *
 *   worker                          process
 *   load ─────────────────────────▶         once
 *         ◀───────────────────────── ready, or unfit
 *   run, or cancel ───────────────▶         one at a time; `run` counts them
 *         ◀───────────────────────── begun                       before anything of the method's own
 *         ◀───────────────────────── log, progress, items        while it runs
 *         ◀───────────────────────── checkpoint, enqueue         each is answered
 *   answer ───────────────────────▶
 *   abort ────────────────────────▶
 *         ◀───────────────────────── returned, or thrown         then the next may come
 */
export type ToProcess =
  | ({ kind: 'load' } & LoadRequest)
  | ({ kind: 'run' | 'cancel'; run: number } & SentCall)
  | { kind: 'abort'; run: number; name: string; message: string }
  | { kind: 'answer'; run: number; call: number; value?: string | undefined; thrown?: Thrown | undefined };

const run = z.int();
const call = z.int();
/** Missing: it was undefined, which is no JSON. */
const value = Json.optional();
/** By how much the process has grown since it was ready, MB (resident). */
const grownMb = z.number();

/** They fit, as every result of `each` does. */
const Items = ItemResults.refine(
  (items) => Buffer.byteLength(JSON.stringify(items)) <= limits.resultBytes,
  `expected at most ${limits.resultBytes} bytes`,
);
const SentProgress = Progress.extend({ message: z.string().max(limits.progressMessageLength).optional() });

export const FromProcess = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('unfit'), message: z.string() }),
  z.object({ kind: z.literal('begun'), run }),
  z.object({ kind: z.literal('log'), run, line: LogLine }),
  z.object({ kind: z.literal('progress'), run, progress: SentProgress }),
  z.object({ kind: z.literal('items'), run, items: Items }),
  z.object({ kind: z.literal('checkpoint'), run, call, value }),
  /** The request is looked at where every request is. */
  z.object({ kind: z.literal('enqueue'), run, call, request: z.unknown().optional() }),
  z.object({ kind: z.literal('returned'), run, value, grownMb }),
  z.object({ kind: z.literal('thrown'), run, thrown: Thrown, grownMb }),
]);
export type FromProcess = z.infer<typeof FromProcess>;

export type LoadRequest = {
  /** As the setting MODULES names them, from `folder`. */
  modules: string[];
  folder: string;
  dataDir: string;
  /** Bound of its memory, MB. */
  memoryMb?: number | undefined;
};

/** Arguments travel as they were sent, so that the process parses them by its own schemas. */
export type SentCall = { task: TakenTask; waited: Waited };
