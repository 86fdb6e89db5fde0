import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleRequest, type ScheduleRequestInput, type Task } from '@drover/core';
import type { DroverSide } from './drover-side.ts';
import { taskRequest } from './payload.ts';

const lanes = 32;
const lookMs = 500;
const endsWithinMs = 120_000;
const pageSize = 200;
/** From the first schedule that is made to the first fire, and what a thousand of them take more. */
const leadMs = 2_000;
const leadMsAThousand = 5_000;

/** A whole second before which so many schedules can be made. */
export function startOf(schedules: number): number {
  return Math.ceil((Date.now() + leadMs + (schedules / 1_000) * leadMsAThousand) / 1_000) * 1_000;
}

/** So many times, every second. */
export function beating(n: number, startAt: number, times: number): ScheduleRequestInput {
  const finishAt = new Date(startAt + (times - 1) * 1_000).toISOString();
  const frequency = { every: 'seconds' as const, interval: 1 };
  return { ...named(n, startAt), timing: 'schedule', frequency, finishAt, overlap: 'allow' };
}

export function once(n: number, at: number): ScheduleRequestInput {
  return { ...named(n, at), timing: 'later' };
}

function named(n: number, at: number) {
  return { name: `bench ${n} at ${at}`, startAt: new Date(at).toISOString(), task: taskRequest };
}

export async function makeSchedules(
  { cluster }: DroverSide,
  count: number,
  make: (n: number) => ScheduleRequestInput,
): Promise<void> {
  let made = 0;
  const lane = async () => {
    for (let n = made++; n < count; n = made++) {
      await cluster.schedules.create(ScheduleRequest.parse(make(n)), {}, { unchecked: true });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Waits until so many fires have made a task that ended; looks seldom, to disturb nobody. */
export async function firesEnded({ cluster, queue }: DroverSide, startAt: number, count: number): Promise<void> {
  const until = startAt + endsWithinMs;
  await sleep(Math.max(0, startAt - Date.now()));
  for (;;) {
    await sleep(lookMs);
    const open = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
    const { done = 0 } = (await cluster.queues.list({})).find(({ name }) => name === queue.name)?.counts ?? {};
    const isQuiet = Object.values(open).every((waiting) => waiting === 0);
    if (isQuiet && done >= count) return;
    if (Date.now() > until) throw new Error(`${done} of ${count} fires made a task that ended`);
  }
}

/** The tasks of the slots from then on. */
export async function tasksFrom({ cluster, queue }: DroverSide, startAt: number, count: number): Promise<Task[]> {
  const tasks: Task[] = [];
  let cursor: string | undefined;
  do {
    const page = await cluster.tasks.list({ queue: queue.name, limit: pageSize, cursor }, {});
    tasks.push(...page.items.filter(({ fireAt = '' }) => Date.parse(fireAt) >= startAt));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  if (tasks.length !== count) throw new Error(`${tasks.length} tasks were made, not ${count}`);
  return tasks;
}

export function lateMs({ fireAt = '', createdAt }: Task): number {
  return Date.parse(createdAt) - Date.parse(fireAt);
}

export function begunLateMs({ fireAt = '', startedAt = '' }: Task): number {
  return Date.parse(startedAt) - Date.parse(fireAt);
}
