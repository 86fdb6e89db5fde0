import { setTimeout as sleep } from 'node:timers/promises';
import { type Task, TaskRequest } from '@drover/core';
import { cpuMs } from './child.ts';
import type { DroverSide } from './drover-side.ts';
import { beating, begunLateMs, firesEnded, lateMs, makeSchedules, once, startOf, tasksFrom } from './firing.ts';
import type { Ground } from './ground.ts';
import type { Line, Section } from './report.ts';
import { percentile } from './series.ts';
import type { Workers } from './side.ts';
import type { Size } from './size.ts';

type Parts = { ground: Ground; drover: DroverSide; size: Size };

/** How late schedules fire, what a fire costs, and what it costs to wait for one. Two worker processes, 50 tasks each. */
export async function schedules(parts: Parts): Promise<Section[]> {
  const { ground, drover } = parts;
  await ground.clean();
  const alone = await restOf(parts, []);
  const workers = await drover.startWorkers({ processes: 2, concurrency: 50 });
  try {
    await drover.resume();
    const idle = await idling(parts, workers, alone);
    const often = await everySecond(parts, workers);
    const atOnce = await inTheSameSecond(parts, workers);
    return [...often, ...atOnce, idle, await besideBusyWorker(parts, workers)];
  } finally {
    await workers.stop();
  }
}

async function everySecond({ ground, drover, size }: Parts, workers: Workers): Promise<Section[]> {
  const { everySecond: count, seconds } = size.schedules;
  const startAt = startOf(count);
  await makeSchedules(drover, count, (n) => beating(n, startAt, seconds));
  await sleep(Math.max(0, startAt - 500 - Date.now()));
  const before = await look(ground, workers.pids);
  await firesEnded(drover, startAt, count * seconds);
  const { commands, scripts, redisMs, workersMs } = spentSince(before, await look(ground, workers.pids));
  const workerMs = workersMs.reduce((sum, ms) => sum + ms, 0);
  const tasks = await tasksFrom(drover, startAt, count * seconds);
  const each = (value: number) => [value / tasks.length];
  return [
    {
      title: `Schedules, ${count} fires a second for ${seconds} s, all of them on the second`,
      unit: 'ms after the nominal time, by the clock of Redis',
      lines: lateLines(tasks),
      claims: [{ text: 'created, p99', value: percentile(tasks.map(lateMs), 0.99), aim: { below: 250, unit: 'ms' } }],
    },
    {
      title: 'What a fire costs, its task run and recorded',
      unit: 'each',
      lines: [
        { name: 'commands in Redis', values: each(commands) },
        { name: 'script calls', values: each(scripts) },
        { name: 'CPU of Redis, µs', values: each(redisMs * 1_000) },
        { name: 'CPU of both workers, µs', values: each(workerMs * 1_000) },
      ],
      claims: [],
    },
  ];
}

/** The rest of them wait for tomorrow. Then what waiting costs with so many. */
async function inTheSameSecond({ ground, drover, size }: Parts, workers: Workers): Promise<Section[]> {
  const { atOnce, all } = size.schedules;
  await ground.clean();
  const tomorrow = Date.now() + 86_400_000;
  await makeSchedules(drover, all - atOnce, (n) => once(n, tomorrow));
  const waiting = await waited({ ground, drover, size }, workers);
  const startAt = startOf(atOnce);
  await makeSchedules(drover, atOnce, (n) => once(all + n, startAt));
  await firesEnded(drover, startAt, atOnce);
  const tasks = await tasksFrom(drover, startAt, atOnce);
  return [
    {
      title: `Schedules, ${atOnce} fires in the same second, ${all} in all`,
      unit: 'ms after the nominal time, by the clock of Redis',
      lines: lateLines(tasks),
      claims: [],
    },
    { title: `An idle alarm clock, ${all - atOnce} schedules that wait`, unit: 'a second', lines: waiting, claims: [] },
  ];
}

/** With what workers do beside: they beat, and look for work now and then. */
async function idling(parts: Parts, workers: Workers, alone: Spending): Promise<Section> {
  const beside = { name: 'CPU of Redis without any worker, ms', values: [alone.redisMs] };
  return {
    title: 'An idle alarm clock',
    unit: 'a second',
    lines: [...(await waited(parts, workers)), beside],
    claims: [],
  };
}

async function waited(parts: Parts, { pids }: Workers): Promise<Line[]> {
  const { commands, scripts, redisMs, workersMs } = await restOf(parts, pids);
  return [
    { name: 'commands in Redis', values: [commands] },
    { name: 'script calls', values: [scripts] },
    { name: 'CPU of Redis, ms', values: [redisMs] },
    { name: 'CPU of the worker that rings, ms', values: [Math.max(...workersMs)] },
    { name: 'CPU of the other worker, ms', values: [Math.min(...workersMs)] },
  ];
}

type Spending = { commands: number; scripts: number; redisMs: number; workersMs: number[] };

/** What is spent while nothing happens, a second. */
async function restOf({ ground, size }: Parts, pids: number[]): Promise<Spending> {
  const { seconds } = size.schedules;
  const before = await look(ground, pids);
  await sleep(seconds * 1_000);
  const spent = spentSince(before, await look(ground, pids));
  return {
    commands: spent.commands / seconds,
    scripts: spent.scripts / seconds,
    redisMs: spent.redisMs / seconds,
    workersMs: spent.workersMs.map((ms) => ms / seconds),
  };
}

/** One worker's loop is blocked, again and again; it was there first. Another one is free. */
async function besideBusyWorker({ ground, drover, size }: Parts, workers: Workers): Promise<Section> {
  const { everySecond: count, seconds } = size.schedules;
  await workers.stop();
  await ground.clean();
  const busy = await drover.startWorkersOf('busy', { processes: 1, concurrency: 1 });
  const spin = TaskRequest.parse({ model: 'bench', method: 'spin', queue: 'busy' });
  await drover.cluster.tasks.enqueueMany(new Array<TaskRequest>(seconds * 4 + 40).fill(spin), {}, { unchecked: true });
  const free = await drover.startWorkers({ processes: 1, concurrency: 50 });
  try {
    const startAt = startOf(count);
    await makeSchedules(drover, count, (n) => beating(n, startAt, seconds));
    await firesEnded(drover, startAt, count * seconds);
    const tasks = await tasksFrom(drover, startAt, count * seconds);
    return {
      title: `Schedules beside a worker that is blocked 0.4 s at a time, ${count} fires a second`,
      unit: 'ms after the nominal time, by the clock of Redis',
      lines: lateLines(tasks),
      claims: [],
    };
  } finally {
    await Promise.all([busy.stop(), free.stop()]);
  }
}

/** What Redis and processes have spent so far. */
async function look(ground: Ground, pids: number[]): Promise<Spending> {
  const { cpuMs: redisMs, ...calls } = await ground.spent();
  return { ...calls, redisMs, workersMs: pids.map((pid) => cpuMs(pid) ?? Number.NaN) };
}

function spentSince(before: Spending, after: Spending): Spending {
  return {
    commands: after.commands - before.commands,
    scripts: after.scripts - before.scripts,
    redisMs: after.redisMs - before.redisMs,
    workersMs: after.workersMs.map((ms, index) => ms - (before.workersMs[index] ?? 0)),
  };
}

function lateLines(tasks: Task[]): Line[] {
  const shares = [0.5, 0.95, 0.99, 1];
  const lines = (name: string, ms: number[]) =>
    shares.map((share) => ({
      name: `${name}, ${share < 1 ? `p${share * 100}` : 'the last'}`,
      values: [percentile(ms, share)],
    }));
  return [...lines('its task created', tasks.map(lateMs)), ...lines('its task begun', tasks.map(begunLateMs))];
}
