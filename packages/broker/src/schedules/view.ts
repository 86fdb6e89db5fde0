import { type Fire, type Schedule, sentenceOf, type Task } from '@drover/core';
import type { Redis } from 'ioredis';
import { decodeFlow, flowFields, flowStateOf } from '../flows/flow-record.ts';
import type { Keys } from '../keys.ts';
import { readTasks } from '../read-tasks.ts';
import { reach } from '../redis.ts';
import type { Registry } from '../registry.ts';
import type { RunScript } from '../scripts.ts';
import { queueOfTaskId } from '../task-id.ts';
import { envelopeOf, viewTask } from '../task-view.ts';
import { driftOf } from './drift.ts';
import { ruleOf, type ScheduleRecord } from './record.ts';

export type ViewParts = { redis: Redis; run: RunScript; keys: Keys; registry: Registry };

const readAtOnce = 100;

/** Schedules as people see them, with what became of their newest task. */
export async function viewSchedules(parts: ViewParts, records: ScheduleRecord[]): Promise<Schedule[]> {
  const newest = records.map(({ situation }) => situation.newest);
  const [fires, models] = await Promise.all([
    viewFires(
      parts,
      newest.filter((fire) => fire !== undefined),
    ),
    parts.registry.models(),
  ]);
  const byId = new Map(
    fires.flatMap((fire) => {
      const id = fire.task?.id ?? fire.run?.id;
      return id === undefined ? [] : [[id, fire] as const];
    }),
  );
  const offered = new Set(models.map(({ model }) => model));
  return records.map((record, index) => {
    const fire = newest[index];
    const id = fire?.task?.id ?? fire?.run?.id;
    const lastFire = (id === undefined ? undefined : byId.get(id)) ?? fire;
    return viewSchedule(record, lastFire, offered);
  });
}

/** Lines of the log with what became of their tasks. */
export async function viewFires({ redis, run, keys }: ViewParts, fires: Fire[]): Promise<Fire[]> {
  const ids = fires.flatMap(({ task }) => (task === undefined ? [] : [task.id]));
  const tasks = await tasksOf(run, keys, ids);
  const runs = await statesOf(
    { redis, keys },
    fires.flatMap((fire) => (fire.run === undefined ? [] : [fire.run.id])),
  );
  return fires.map((fire) => {
    const status = fire.run && runs.get(fire.run.id);
    if (fire.run !== undefined && status !== undefined) return { ...fire, run: { id: fire.run.id, status } };
    const task = fire.task && tasks.get(fire.task.id);
    if (task === undefined) return fire;
    const { id, state, outcome } = task;
    return { ...fire, task: { id, state, ...(outcome === undefined ? {} : { outcome }) } };
  });
}

/** States of runs of jobs, those that are known. */
async function statesOf(
  { redis, keys }: Pick<ViewParts, 'redis' | 'keys'>,
  ids: string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(keys.flow(id), ...flowFields);
  const replies = (await reach(pipeline.exec())) ?? [];
  const states = new Map<string, string>();
  for (const [index, id] of ids.entries()) {
    const stored = decodeFlow(replies[index]?.[1] as (string | null)[]);
    if (stored !== undefined) states.set(id, flowStateOf(stored.counts));
  }
  return states;
}

async function tasksOf(run: RunScript, keys: Keys, ids: string[]): Promise<Map<string, Task>> {
  const asked = ids.flatMap((id) => {
    const queue = queueOfTaskId(id);
    return queue === undefined ? [] : [{ queue, id }];
  });
  const tasks = new Map<string, Task>();
  for (let at = 0; at < asked.length; at += readAtOnce) {
    for (const raw of await readTasks(run, keys, asked.slice(at, at + readAtOnce))) {
      const envelope = envelopeOf(raw);
      const task = envelope === undefined ? undefined : viewTask(raw, envelope);
      if (task !== undefined) tasks.set(task.id, task);
    }
  }
  return tasks;
}

function viewSchedule(
  { definition, situation }: ScheduleRecord,
  lastFire: Fire | undefined,
  offered: Set<string>,
): Schedule {
  const { request, company, owner, createdAt, updatedAt, updatedBy, version } = definition;
  const { state, next, pause, counts, failuresInARow, queued } = situation;
  const drift = driftOf(definition);
  return {
    id: definition.id,
    ...request,
    timeZone: request.timeZone ?? 'UTC',
    state,
    sentence: sentenceOf(ruleOf(definition)),
    ...(company === undefined ? {} : { company }),
    owner,
    nextFireAt: next === undefined ? null : isoOf(next),
    ...(lastFire === undefined ? {} : { lastFire }),
    counts,
    failuresInARow,
    queued: queued.length,
    ...(pause === undefined ? {} : { pause: pauseView(pause) }),
    ...(drift === undefined ? {} : { drift }),
    ...(owner.kind !== 'key' && !offered.has(owner.name) ? { isUndeclared: true } : {}),
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
    ...(updatedBy === undefined ? {} : { updatedBy }),
    version,
  };
}

function pauseView({ note, until, at, by }: NonNullable<ScheduleRecord['situation']['pause']>): Schedule['pause'] {
  return {
    ...(note === undefined ? {} : { note }),
    ...(until === undefined ? {} : { until: isoOf(until) }),
    at: isoOf(at),
    ...(by === undefined ? {} : { by }),
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
