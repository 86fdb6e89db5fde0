import type { Json } from '@drover/core';
import type { TakenTask } from './ending.ts';
import { decodeEnvelope } from './envelope.ts';
import { type Keys, statisticsLifeMs } from './keys.ts';
import type { RunScript } from './scripts.ts';

/** What is asked of `take.lua`. */
export type TakeRequest = {
  /** Lock token of this process, and the life of a lock. */
  token: string;
  lockMs: number;
  /** Who takes: `worker|host|pid`, and the hash of the worker's id. */
  who: string;
  workerHash: string;
  /** How many at most. */
  most: number;
  /** Asked again in the same turn, it hands out the same tasks. */
  turn: number;
  /** The highest priority number that is taken; 0: all. */
  highestPriority: number;
  /** In the order in which to look. */
  queues: string[];
};

/** `unreadable`: why this version cannot read it; its envelope is an empty one then. */
export type Taken = { task: TakenTask; unreadable?: Error };

/** `dueInMs`: to the next due time; 0: none. `heldQueues`: tasks wait there that `highestPriority` forbids. */
export type TakeAnswer = { taken: Taken[]; dueInMs: number; heldQueues: string[] };

/** What the script answers of a task, one after the other. */
type Value = string | number | null;
const valuesATask = 10;

export async function takeTasks(run: RunScript, keys: Keys, request: TakeRequest): Promise<TakeAnswer> {
  const { token, lockMs, who, workerHash, most, turn, highestPriority, queues } = request;
  const args: (string | number)[] = [keys.prefix, `${keys.bullPrefix}:`, token, lockMs, who, most, turn];
  args.push(workerHash, statisticsLifeMs, highestPriority, ...queues);
  const [dueInMs, held, ...values] = (await run('take', keys.queues, args)) as [number, string, ...Value[]];
  const taken: Taken[] = [];
  for (let at = 0; at < values.length; at += valuesATask) taken.push(read(values.slice(at, at + valuesATask)));
  return { taken, dueInMs, heldQueues: held === '' ? [] : held.split(' ') };
}

function read(values: Value[]): Taken {
  const [queue, id, fullName, data] = values as [string, string, string, string | null];
  const counts = values.slice(4, 8).map(Number) as [number, number, number, number];
  const [attempt, retriesUsed, lostWorkers, createdAt] = counts;
  // As the index has it: the moment at which it was taken.
  const startedAt = Number(values[9]);
  const base = { id, queue, fullName, attempt, retriesUsed, lostWorkers, createdAt, startedAt };
  try {
    const checkpoint = values[8];
    const lastCheckpoint = typeof checkpoint === 'string' ? (JSON.parse(checkpoint) as Json) : undefined;
    return { task: { ...base, envelope: decodeEnvelope(data ?? ''), lastCheckpoint } };
  } catch (cause) {
    const envelope = decodeEnvelope('{"v":1}');
    return { task: { ...base, envelope, lastCheckpoint: undefined }, unreadable: cause as Error };
  }
}
