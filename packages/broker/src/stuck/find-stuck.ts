import { fullMethodName, limits, type StuckTask, type WorkerInfo } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access } from '../cluster.ts';
import { decodeEnvelope } from '../envelope.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import type { Registry } from '../registry.ts';
import { patienceMs, type Run, stuckOf } from './rule.ts';

export type StuckParts = { redis: Redis; keys: Keys; registry: Registry; queueNames: () => Promise<string[]> };

/** A task with what its request says of it. */
type Known = { fullName: string; name: string; company: string | undefined; timeoutSeconds: number };
type Found = StuckTask & { company: string | undefined };
type Active = { id: string; jobKey: string; startedAt: number; worker: string; lostWorkers: number };

/** So old, what was found is looked for again. */
const freshMs = 10_000;
/** What began since then is well, or will be found at the next look: the registry may not know its worker yet. */
const youngMs = 15_000;
const tasksAtOnce = 500;
/** A request may be large. */
const requestsAtOnce = 50;
const knownMax = 10_000;

/** Finds running tasks that are stuck: at most so many are looked at, the oldest of each queue first. */
export class StuckTasks {
  readonly #parts: StuckParts;
  /** By task and start: a request does not change while it runs, and may be large. */
  readonly #known = new Map<string, Known>();
  #found: Found[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(parts: StuckParts) {
    this.#parts = parts;
  }

  /** Those stuck for the longest time first. */
  async list({ company }: Access): Promise<StuckTask[]> {
    if (performance.now() - this.#readAt > freshMs) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    const visible = this.#found.filter((task) => company === undefined || task.company === company);
    return visible.slice(0, limits.stuckTasks).map(({ company: _, ...task }) => task);
  }

  async #read(): Promise<void> {
    const { redis, registry, queueNames } = this.#parts;
    const [workers, names, [seconds]] = await Promise.all([registry.workers(), queueNames(), reach(redis.time())]);
    const nowMs = Number(seconds) * 1_000;
    const byId = new Map(workers.map((worker) => [worker.id, worker]));
    const methods = (await registry.models()).flatMap((model) => model.methods);
    const patience = new Map(
      methods.map((method) => [fullMethodName(method.model, method.method), patienceMs(method)]),
    );
    const found: Found[] = [];
    for (const queue of names) {
      const old = (await this.#activeIn(queue)).filter(({ startedAt }) => nowMs - startedAt > youngMs);
      await this.#learn(old);
      for (const active of old) {
        const known = this.#known.get(nameOf(active));
        const stuck =
          known && stuckOf(runOf(active, known, byId.get(active.worker), patience.get(known.fullName)), nowMs);
        if (known === undefined || stuck === undefined) continue;
        const { reason, sinceMs } = stuck;
        const { name, company } = known;
        found.push({ taskId: active.id, name, reason, since: new Date(sinceMs).toISOString(), company });
      }
    }
    this.#found = found.sort((a, b) => (a.since < b.since ? -1 : 1));
    this.#readAt = performance.now();
  }

  async #activeIn(queue: string): Promise<Active[]> {
    const { redis, keys } = this.#parts;
    const base = `${keys.bullPrefix}:${queue}:`;
    // BullMQ adds in front: the oldest are the last.
    const ids = await reach(redis.lrange(`${base}active`, -limits.stuckLook, -1));
    const active: Active[] = [];
    for (let at = 0; at < ids.length; at += tasksAtOnce) {
      const group = ids.slice(at, at + tasksAtOnce);
      const pipeline = redis.pipeline();
      for (const id of group) pipeline.hmget(base + id, 'processedOn', 'pb', 'stc');
      const replies = (await reach(pipeline.exec())) ?? [];
      for (const [index, id] of group.entries()) {
        const [startedAt, by, lost] = (replies[index]?.[1] ?? []) as (string | null)[];
        if (startedAt == null || by == null) continue;
        const worker = by.slice(0, by.indexOf('|'));
        active.push({ id, jobKey: base + id, startedAt: Number(startedAt), worker, lostWorkers: Number(lost ?? 0) });
      }
    }
    return active;
  }

  async #learn(tasks: Active[]): Promise<void> {
    const { redis } = this.#parts;
    if (this.#known.size + tasks.length > knownMax) this.#known.clear();
    const unknown = tasks.filter((task) => !this.#known.has(nameOf(task)));
    for (let at = 0; at < unknown.length; at += requestsAtOnce) {
      const group = unknown.slice(at, at + requestsAtOnce);
      const pipeline = redis.pipeline();
      for (const { jobKey } of group) pipeline.hmget(jobKey, 'name', 'data');
      const replies = (await reach(pipeline.exec())) ?? [];
      for (const [index, task] of group.entries()) {
        const [fullName, data] = (replies[index]?.[1] ?? []) as (string | null)[];
        if (fullName == null || data == null) continue;
        this.#known.set(nameOf(task), knownOf(fullName, data));
      }
    }
  }
}

function nameOf({ id, startedAt }: Active): string {
  return `${id} ${startedAt}`;
}

/** One that a newer version wrote is not overdue for us, but its worker may be lost. */
function knownOf(fullName: string, data: string): Known {
  try {
    const { name = fullName, company, timeoutSeconds } = decodeEnvelope(data);
    return { fullName, name, company, timeoutSeconds };
  } catch {
    return { fullName, name: fullName, company: undefined, timeoutSeconds: limits.timeoutSeconds };
  }
}

/** A worker that nobody knows left, or was forgotten: its task should not be running. */
function runOf(
  { startedAt, lostWorkers }: Active,
  { timeoutSeconds }: Known,
  worker: WorkerInfo | undefined,
  patience = 0,
): Run {
  const isLost = worker === undefined || worker.state === 'lost';
  const silentSince = isLost ? Date.parse(worker?.lastHeartbeatAt ?? '') || startedAt : undefined;
  return { startedAt, timeoutSeconds, patienceMs: patience, lostWorkers, silentSince };
}
