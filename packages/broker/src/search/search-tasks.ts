import { limits, type Task, type TaskFilter, type TaskPage, type TaskState } from '@drover/core';
import type { Access, Search } from '../cluster.ts';
import { envelopeOf, viewTask } from '../task-view.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { taskFits } from './fits.ts';
import { matchOf } from './match.ts';
import { type FoundTask, type RowReader, readRows } from './rows.ts';
import { scanTasks } from './scan.ts';
import { hasWords, wordsOf } from './words.ts';

/** Rows read for one page that turned out not to fit: an index that is far off must not cost without end. */
const missesMax = 5_000;

export type Found = { number: number; task: Task };

/**
 * Tasks that fit, newest first. The index says which rows may; each is read, and its real values have the last word.
 * A page ends when it is full, when nothing is left, or when it has looked at as many as one request may.
 */
export async function searchTasks(reader: RowReader, search: Search, access: Access): Promise<TaskPage> {
  const { limit, cursor, ...asked } = search;
  const before = decodeCursor('rows', cursor);
  const filter = visibleTo(access, asked);
  if (filter === undefined) return { items: [], nextCursor: null };
  const words = filter.q === undefined ? undefined : wordsOf(filter.q);
  const lookMax = words === undefined ? missesMax + limit : limits.searchTasks;
  const page = await gather({ reader, filter, before, limit, lookMax, words });
  const next = page.next === undefined ? null : encodeCursor('rows', page.next);
  return {
    items: page.found.map(({ task }) => task),
    nextCursor: next,
    ...(words === undefined ? {} : { searched: page.looked, more: next !== null }),
  };
}

/** A company's caller searches in his company; in another one he finds nothing. */
export function visibleTo(access: Access, filter: TaskFilter): TaskFilter | undefined {
  if (access.company === undefined) return filter;
  if (filter.company !== undefined && filter.company !== access.company) return undefined;
  return { ...filter, company: access.company };
}

type Gathering = {
  reader: RowReader;
  filter: TaskFilter;
  before: number | undefined;
  limit: number;
  /** Tasks read at most. */
  lookMax: number;
  words: string[] | undefined;
  /** Default: those of the filter. */
  states?: readonly TaskState[];
};

/** `next`: rows below this number are left to look at; undefined when there are none. */
export async function gather(asked: Gathering): Promise<{ found: Found[]; looked: number; next: number | undefined }> {
  const { reader, filter, before, limit, lookMax, words, states } = asked;
  const found: Found[] = [];
  let looked = 0;
  for await (const numbers of scanTasks(reader, matchOf(filter, states), before)) {
    for (let at = 0; at < numbers.length; ) {
      const most = words === undefined ? Math.max(limit - found.length, 10) : limits.searchGroup;
      const group = numbers.slice(at, at + Math.min(most, limits.searchGroup, lookMax - looked));
      for (const row of await readRows(reader, group)) {
        const task = taskOf(row, filter, words, states);
        if (task === undefined) continue;
        found.push({ number: row.number, task });
        if (found.length === limit) return { found, looked: looked + group.indexOf(row.number) + 1, next: row.number };
      }
      looked += group.length;
      at += group.length;
      if (looked >= lookMax) return { found, looked, next: group.at(-1) };
    }
  }
  return { found, looked, next: undefined };
}

function taskOf(
  { raw }: FoundTask,
  filter: TaskFilter,
  words: string[] | undefined,
  states: readonly TaskState[] | undefined,
): Task | undefined {
  const envelope = envelopeOf(raw);
  if (envelope === undefined || (filter.company !== undefined && envelope.company !== filter.company)) return undefined;
  const task = viewTask(raw, envelope);
  if (task === undefined || !taskFits(task, filter)) return undefined;
  if (states !== undefined && !states.includes(task.state)) return undefined;
  return words === undefined || hasWords(task, words) ? task : undefined;
}

/** How many rows fit, by the index alone; for words, see `gather`. */
export async function countTasks(reader: RowReader, filter: TaskFilter, states: readonly TaskState[]): Promise<number> {
  let count = 0;
  for await (const numbers of scanTasks(reader, matchOf(filter, states), undefined)) count += numbers.length;
  return count;
}

/** How many tasks fit, by reading as many as one request may. Few are held in memory at a time: they can be large. */
export async function lookThrough(
  asked: Pick<Gathering, 'reader' | 'filter' | 'words' | 'states'>,
  samplesMax: number,
): Promise<{ count: number; samples: Task[]; isWhole: boolean }> {
  const samples: Task[] = [];
  let count = 0;
  let looked = 0;
  let before: number | undefined;
  do {
    const lookMax = limits.searchTasks - looked;
    const step = await gather({ ...asked, before, limit: limits.searchGroup, lookMax });
    samples.push(...step.found.slice(0, samplesMax - samples.length).map(({ task }) => task));
    count += step.found.length;
    looked += step.looked;
    before = step.next;
  } while (before !== undefined && looked < limits.searchTasks);
  return { count, samples, isWhole: before === undefined };
}
