import type { DroverClient } from '@drover/client';
import type { Fire, Schedule, ScheduleRequestInput, Task } from '@drover/core';
import type { Entry } from './disaster.ts';

/** All that is known of a schedule when it is over. */
export type History = {
  schedule: Schedule;
  /** Oldest first. */
  fires: Fire[];
  tasks: Task[];
};

/** What schedules were to do from when to when, and what they did. */
export type Story = {
  histories: History[];
  /** Executions, as the method itself wrote them down. */
  entries: Entry[];
  /** When workers, or Redis, were killed. Unix ms. */
  killedAt: number[];
};

/** `startAt`: default, when it is made. */
export type Beat = { startAt?: number; finishAt: number; everySeconds?: number };

/** A schedule of `journal.mark` that beats, by default every second, from `startAt` to `finishAt`, both included. */
export function beating(
  n: number,
  { startAt, finishAt, everySeconds = 1 }: Beat,
  asked: Partial<ScheduleRequestInput> & { ms?: number } = {},
): ScheduleRequestInput {
  const { ms = 0, ...policies } = asked;
  return {
    name: `beat ${n}`,
    timing: 'schedule',
    frequency: { every: 'seconds', interval: everySeconds },
    ...(startAt === undefined ? {} : { startAt: new Date(startAt).toISOString() }),
    finishAt: new Date(finishAt).toISOString(),
    task: { model: 'journal', method: 'mark', kwargs: { n, ms } },
    ...policies,
  };
}

/** The slots that a beating schedule has, reckoned apart from what is tested. */
export function slotsOf({ startAt, createdAt, finishAt, frequency }: Schedule): number[] {
  const everyMs = (frequency?.interval ?? 1) * 1_000;
  const from = startAt === undefined ? secondAfter(Date.parse(createdAt)) : Date.parse(startAt);
  const to = Date.parse(finishAt ?? '');
  return Array.from({ length: Math.floor((to - from) / everyMs) + 1 }, (_, index) => from + index * everyMs);
}

/** The next whole second after `ms`. */
export function secondAfter(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000 + 1_000;
}

/** Calls together, several at a time. Answers in order. */
export async function inLanes<A, B>(all: A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const answers: B[] = [];
  const left = [...all.entries()];
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) answers[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return answers;
}

export async function readHistory(client: DroverClient, id: string): Promise<History> {
  const fires = await allPages((cursor) => client.schedules.fires(id, { limit: 200, cursor }));
  const tasks = await allPages((cursor) => client.tasks.list({ schedule: id, limit: 200, cursor }));
  return { schedule: await client.schedules.get(id), fires: fires.reverse(), tasks };
}

type Page<T> = { items: T[]; nextCursor: string | null };

async function allPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
