import {
  ClusterError,
  defaultPriority,
  defaultQueue,
  defaultRetryPolicy,
  defaultTimeoutSeconds,
  fullMethodName,
  limits,
  type MethodInfo,
  resilientRetryPolicy,
  type Task,
  type TaskDependency,
  type TaskRequest,
} from '@drover/core';
import { digestOf } from './arguments.ts';
import type { Access } from './cluster.ts';
import { type Dependency, type Envelope, encodeEnvelope } from './envelope.ts';
import { labelsOf, whatOf, whoOf } from './index-row.ts';
import { type Keys, statisticsLifeMs } from './keys.ts';
import { reach } from './redis.ts';
import type { RunScript } from './scripts.ts';
import { createTaskId } from './task-id.ts';
import { viewTask } from './task-view.ts';

/** What made a task, if that was not a caller. */
export type Origin = Partial<
  Pick<
    Envelope,
    'schedule' | 'fire' | 'flow' | 'job' | 'key' | 'dependsOn' | 'when' | 'filter' | 'isTemplate' | 'timeZone'
  >
>;

/** A task on its way into Redis. */
export type NewTask = {
  id: string;
  queue: string;
  fullName: string;
  envelope: Envelope;
  /** The envelope as it is stored. */
  data: string;
  priority: number;
  createdAt: number;
  /** Unix ms; 0 means now. */
  runAt: number;
  /** Tasks that it waits for, and its pause after the last of them, ms. */
  dependencies?: string[] | undefined;
  pauseMs?: number | undefined;
  /** What it is a part of: see `lua/includes/links.lua`. */
  links?: string | undefined;
  idempotency?: { key: string; fingerprint: string; lifeMs: number } | undefined;
};

/** The rule: a request, its method's defaults and the cluster's defaults make a task. */
export function planTask(
  request: TaskRequest,
  method: MethodInfo | undefined,
  access: Access,
  nowMs: number,
  origin: Origin = {},
): NewTask {
  const queue = request.queue ?? method?.queue ?? defaultQueue;
  const isResilient = request.retry === 'resilient';
  const asked = typeof request.retry === 'object' ? request.retry : {};
  const preset = isResilient ? resilientRetryPolicy : defaultRetryPolicy;
  const retry = {
    delaySeconds: asked.delaySeconds ?? preset.delaySeconds,
    delaySecondsMax: asked.delaySecondsMax ?? preset.delaySecondsMax,
    maxRetries: request.maxRetries ?? (isResilient ? preset.maxRetries : (method?.maxRetries ?? preset.maxRetries)),
  };
  const dependsOn = request.dependsOn?.map(dependencyOf);
  const hasPause = dependsOn !== undefined && dependsOn.length > 0 && request.delaySeconds !== undefined;
  const runAt = hasPause ? 0 : runTimeOf(request, nowMs);
  const envelope: Envelope = {
    args: request.args,
    kwargs: request.kwargs,
    name: request.name,
    user: request.user,
    company: companyOf(request, access),
    concurrencyKey: request.concurrencyKey,
    tags: [...new Set([...(method?.tags ?? []), ...(request.tags ?? [])])].slice(0, limits.tags),
    timeoutSeconds: request.timeoutSeconds ?? method?.timeoutSeconds ?? defaultTimeoutSeconds,
    retry,
    expiresAt: expiryOf(request, Math.max(runAt, nowMs)),
    notifyOnFailure: request.notifyOnFailure ?? isResilient,
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...origin,
  };
  return {
    id: createTaskId(queue, nowMs),
    queue,
    fullName: fullMethodName(request.model, request.method),
    envelope,
    data: encodeEnvelope(envelope),
    priority: request.priority ?? method?.priority ?? defaultPriority,
    createdAt: nowMs,
    runAt,
    ...(dependsOn === undefined ? {} : { dependencies: [...new Set(dependsOn.map(({ id }) => id))] }),
    ...(hasPause ? { pauseMs: Math.round((request.delaySeconds ?? 0) * 1_000) } : {}),
  };
}

function dependencyOf(dependency: TaskDependency): Dependency {
  if (typeof dependency === 'string') return { id: dependency };
  const { task, as, onFailure } = dependency;
  return { id: task, ...(as === undefined ? {} : { key: as }), ...(onFailure === 'continue' ? { onFailure } : {}) };
}

function invalid(pointer: string, message: string): ClusterError {
  return new ClusterError('request_invalid', `${pointer} ${message}`, { faults: [{ pointer, message }] });
}

function runTimeOf(request: TaskRequest, nowMs: number): number {
  if (request.delaySeconds !== undefined) {
    return request.delaySeconds === 0 ? 0 : nowMs + Math.round(request.delaySeconds * 1_000);
  }
  if (request.runAt === undefined) return 0;
  const runAt = Date.parse(request.runAt);
  if (runAt - nowMs > limits.delayMs) throw invalid('/runAt', 'lies more than ten years ahead');
  return runAt <= nowMs ? 0 : runAt;
}

function expiryOf(request: TaskRequest, startMs: number): number | undefined {
  if (request.expiresAt === undefined) return undefined;
  const expiresAt = Date.parse(request.expiresAt);
  if (expiresAt <= startMs) throw invalid('/expiresAt', 'must lie after the time at which the task may run');
  return expiresAt;
}

/** @throws ClusterError scope_missing */
export function companyOf(request: Pick<TaskRequest, 'company'>, access: Access): string | undefined {
  if (access.company === undefined) return request.company;
  if (request.company === undefined || request.company === access.company) return access.company;
  throw new ClusterError('scope_missing', `this key may enqueue for company "${access.company}" only`, {
    faults: [{ pointer: '/company', message: `must be "${access.company}" or left out` }],
  });
}

/** What tells two requests under one idempotency key apart. */
export function fingerprintOf(request: TaskRequest): string {
  return digestOf(JSON.stringify(sorted(request)));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => [key, sorted(entry)]);
}

/** The task as it is answered when it has just been added: no need to read it back. */
export function viewNewTask(task: NewTask): Task {
  const isScheduled = task.runAt > 0;
  const job = new Map([
    ['name', task.fullName],
    ['priority', String(task.priority)],
    ['timestamp', String(task.createdAt)],
  ]);
  if (isScheduled) job.set('ra', String(task.runAt));
  const place = isScheduled ? 'delayed' : 'prioritized';
  const view = viewTask(
    { id: task.id, queue: task.queue, place, delayedScore: undefined, job, ledger: new Map() },
    task.envelope,
  );
  if (view === undefined) throw new Error(`task ${task.id} has no view`);
  return view;
}

/** What became of a new task: added, or the one that an earlier request under the same idempotency key made. */
export type Added = { isNew: true } | { isNew: false; id: string };

/**
 * Adds tasks, those of many callers in one script call: what comes while a call is under way goes with the next.
 */
export class Enqueuer {
  readonly #keys: Keys;
  readonly #run: RunScript;
  #pending: { task: NewTask; resolve: (added: Added) => void; reject: (error: unknown) => void }[] = [];
  #isScheduled = false;

  constructor(keys: Keys, run: RunScript) {
    this.#keys = keys;
    this.#run = run;
  }

  /** @throws ClusterError queue_limit, idempotency_key_reused, redis_unavailable */
  add(task: NewTask): Promise<Added> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ task, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#flush();
      });
    });
  }

  #flush(): void {
    while (this.#pending.length > 0) {
      const group = this.#pending.splice(0, limits.enqueueGroup);
      const args: (string | number)[] = [this.#keys.prefix, `${this.#keys.bullPrefix}:`, limits.queues];
      args.push(Date.now(), statisticsLifeMs);
      for (const { task } of group) pushTask(args, task);
      reach(this.#run('enqueue', this.#keys.queues, args)).then(
        (results) => {
          for (const [index, { task, resolve, reject }] of group.entries()) {
            const result = (results as (number | string)[])[index];
            if (result === 1) resolve({ isNew: true });
            else if (result === 2) reject(dependencyGone());
            else if (typeof result === 'string') settleReplay(task, result, resolve, reject);
            else reject(tooManyQueues(task.queue));
          }
        },
        (error: unknown) => {
          for (const { reject } of group) reject(error);
        },
      );
    }
  }
}

/** A task as `newTasks.lua` reads it. */
export function pushTask(args: (string | number)[], task: NewTask): void {
  const { idempotency, envelope } = task;
  args.push(task.queue, task.id, task.fullName, task.data);
  args.push(`{"attempts":${task.envelope.retry.maxRetries + 1}}`, task.createdAt, task.runAt, task.priority);
  if (idempotency === undefined) args.push('', '', 0);
  else args.push(idempotency.key, `${idempotency.fingerprint} ${task.id}`, idempotency.lifeMs);
  args.push(envelope.company ?? '', whatOf(task.fullName, task.queue), whoOf(envelope), labelsOf(envelope));
  args.push(task.dependencies?.join(' ') ?? '', task.pauseMs ?? 0, task.links ?? '', keyOf(envelope));
}

/** A key of its own, within its company, as `keyWithin` in `lua/includes/line.lua` has it: companies never share one. */
function keyOf({ company, concurrencyKey }: Envelope): string {
  if (concurrencyKey === undefined) return '';
  return `${company ?? ''}\t${concurrencyKey}`;
}

function settleReplay(
  task: NewTask,
  stored: string,
  resolve: (added: Added) => void,
  reject: (error: unknown) => void,
): void {
  const [fingerprint, id = ''] = stored.split(' ');
  if (fingerprint === task.idempotency?.fingerprint) resolve({ isNew: false, id });
  else reject(new ClusterError('idempotency_key_reused', 'this Idempotency-Key came with another request before'));
}

/** It was there when the request was checked. */
function dependencyGone(): ClusterError {
  const message = 'names a task that is not known any more';
  return new ClusterError('request_invalid', `/dependsOn ${message}`, { faults: [{ pointer: '/dependsOn', message }] });
}

export function tooManyQueues(queue: string): ClusterError {
  return new ClusterError('queue_limit', `queue "${queue}" would be one too many: there may be ${limits.queues}`, {
    faults: [{ pointer: '/queue', message: `there are ${limits.queues} queues already` }],
  });
}
