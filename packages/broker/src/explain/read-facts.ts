import { fullMethodName, limits, type Task } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access } from '../cluster.ts';
import type { FindTask } from '../find-task.ts';
import type { Keys } from '../keys.ts';
import { nearestNames } from '../nearest-names.ts';
import type { Registry } from '../registry.ts';
import { patienceMs } from '../stuck/rule.ts';
import { queueOfTaskId } from '../task-id.ts';
import { putOffWhy, type RawTask } from '../task-view.ts';
import { type Facts, isReady, type LostAttempt, type Slots, takers, type WorkerFacts } from './facts.ts';
import { readQueue } from './read-queue.ts';
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
    putOffWhy: putOffWhy(raw),
    patienceMs: Math.max(0, ...versions.map(patienceMs)),
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
