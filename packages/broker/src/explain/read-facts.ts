import { fullMethodName, limits, type Task } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access } from '../cluster.ts';
import type { FindTask } from '../find-task.ts';
import type { Keys } from '../keys.ts';
import { nearestNames } from '../nearest-names.ts';
import type { Registry } from '../registry.ts';
import { queueOfTaskId } from '../task-id.ts';
import type { RawTask } from '../task-view.ts';
import {
  type Facts,
  isReady,
  type LostAttempt,
  type QueueFacts,
  type Slots,
  takers,
  type WorkerFacts,
} from './facts.ts';
import { ownOf, readSlots } from './read-slots.ts';
import { roundTrip } from './round-trip.ts';

export type FactsParts = { redis: Redis; keys: Keys; registry: Registry; find: FindTask };

/** @throws ClusterError task_unknown, also for another company's task */
export async function readFacts(parts: FactsParts, id: string, access: Access): Promise<Facts> {
  const facts = await readOnce(parts, id, access);
  const seemsLost = facts.task.state === 'running' && facts.lockLeftMs === undefined;
  // It may just have ended, between the task and its lock: a second look tells.
  return seemsLost ? readOnce(parts, id, access) : facts;
}

async function readOnce(parts: FactsParts, id: string, access: Access): Promise<Facts> {
  const { registry, find } = parts;
  const { raw, task } = await find(id, access);
  const method = fullMethodName(task.model, task.method);
  const workers = await registry.workersNow();
  const versions = await registry.versions(method);
  const offering = new Set(versions.flatMap((version) => version.workers));
  const facts: Facts = {
    nowMs: Date.now(),
    task,
    isPutOff: task.state === 'scheduled' && raw.job.has('pp'),
    lostWorkers: Number(raw.job.get('stc') ?? 0),
    lostAttempt: lostAttemptOf(raw, task),
    ...(await readQueue(parts, raw, task)),
    workers: workers.map((worker): WorkerFacts => ({ ...worker, offers: offering.has(worker.id) })),
    nearestMethods: versions.length > 0 ? [] : nearestNames(method, registry.names()),
    slots: { holders: [], isWhole: true, visible: undefined },
    dependsOn: await readDependsOn(parts, raw, access),
  };
  return { ...facts, slots: await slotsFor(parts, facts, access) };
}

function lostAttemptOf(raw: RawTask, task: Task): LostAttempt | undefined {
  const attempt = Number(raw.job.get('ats') ?? 0);
  const recorded = task.executions.at(-1)?.attempt ?? 0;
  if (task.state !== 'waiting' || Number(raw.job.get('stc') ?? 0) === 0 || attempt <= recorded) return undefined;
  const [worker = '?', host = '?'] = (raw.job.get('pb') ?? '').split('|');
  return { attempt, worker, host, startedAtMs: Number(raw.job.get('processedOn') ?? 0) };
}

/** BullMQ's score of a task in line is its priority times this, plus its place among those of the same priority. */
const priorityStep = 0x100000000;

/** How it is with the queue and with the task's place in it, in one round trip. */
async function readQueue(
  { redis, keys }: FactsParts,
  raw: RawTask,
  task: Task,
): Promise<Pick<Facts, 'queue' | 'lockLeftMs'>> {
  const base = `${keys.bullPrefix}:${task.queue}:`;
  const better = `(${task.priority * priorityStep}`;
  const upToSame = `(${(task.priority + 1) * priorityStep}`;
  const values = await roundTrip(
    redis
      .pipeline()
      .hmget(`${base}meta`, 'paused', 'concurrency', 'max', 'duration')
      .llen(`${base}active`)
      .llen(`${base}wait`)
      .zrank(`${base}prioritized`, raw.id)
      .zcount(`${base}prioritized`, '-inf', better)
      .zcount(`${base}prioritized`, '-inf', upToSame)
      .get(`${base}limiter`)
      .pttl(`${base}limiter`)
      .pttl(`${base}${raw.id}:lock`)
      .lpos(`${base}wait`, raw.id),
  );
  const number = (index: number): number => Number(values[index] ?? 0);
  const [paused, concurrency, max, durationMs] = (values[0] ?? []) as (string | null)[];
  const rate = max == null ? undefined : { max: Number(max), durationMs: Number(durationMs ?? 0) };
  const ahead = aheadOf(raw, values);
  const queue: QueueFacts = {
    name: task.queue,
    isPaused: paused != null,
    running: number(1),
    concurrency: concurrency == null ? undefined : Number(concurrency),
    rate,
    rateLeftMs: rate !== undefined && number(6) >= rate.max && number(7) > 0 ? number(7) : undefined,
    ahead,
    aheadByPriority: Math.min(ahead, raw.place === 'wait' ? 0 : number(2) + number(4)),
  };
  return { queue, lockLeftMs: number(8) > 0 ? number(8) : undefined };
}

/** `wait` is emptied first, from its right, then `prioritized`. What is due enters behind those of its priority. */
function aheadOf(raw: RawTask, values: unknown[]): number {
  const waiting = Number(values[2] ?? 0);
  if (raw.place === 'wait') return values[9] == null ? 0 : waiting - 1 - Number(values[9]);
  return waiting + Number(values[raw.place === 'delayed' ? 5 : 3] ?? 0);
}

/** What the workers that could take it run now: it may stand in any of their queues. */
async function slotsFor(parts: FactsParts, facts: Facts, access: Access): Promise<Slots> {
  if (!isReady(facts)) return facts.slots;
  const own = facts.task.queue;
  const others = new Set(takers(facts).flatMap(({ queues }) => queues));
  others.delete(own);
  return readSlots(parts, [own, ...others].slice(0, limits.queues), access);
}

/** The tasks that it waits for: BullMQ keeps their job keys. */
async function readDependsOn({ redis, keys }: FactsParts, raw: RawTask, access: Access): Promise<Facts['dependsOn']> {
  if (raw.place !== 'waiting-children') return { count: 0, ids: [] };
  const key = `${keys.bullPrefix}:${raw.queue}:${raw.id}:dependencies`;
  const [count, scanned] = await roundTrip(redis.pipeline().scard(key).sscan(key, '0', 'COUNT', limits.explainNames));
  const [, members] = scanned as [string, string[]];
  const tasks = members.slice(0, limits.explainNames).flatMap((member) => {
    const id = member.slice(member.lastIndexOf(':') + 1);
    const queue = queueOfTaskId(id);
    return queue === undefined ? [] : [{ queue, id }];
  });
  const own = access.company === undefined ? undefined : await ownOf({ redis, keys }, tasks, access.company);
  return { count: Number(count), ids: tasks.map(({ id }) => id).filter((id) => own === undefined || own.has(id)) };
}
