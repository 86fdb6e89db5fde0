import {
  ClusterError,
  type Fault,
  fullMethodName,
  limits,
  type Task,
  type TaskLog,
  type TaskRequest,
} from '@drover/core';
import type { Redis } from 'ioredis';
import { type ArgumentChecker, checkArgumentBounds, digestOf } from './arguments.ts';
import type { Access, EnqueueOptions, Tasks } from './cluster.ts';
import { Enqueuer, fingerprintOf, type NewTask, planTask, viewNewTask } from './enqueue.ts';
import { createExplain } from './explain/explain.ts';
import { type FindTask, taskFinder } from './find-task.ts';
import type { Keys } from './keys.ts';
import { nearestNames } from './nearest-names.ts';
import type { NewsDesk } from './news/news-desk.ts';
import { readTasks } from './read-tasks.ts';
import { asClusterError, reach } from './redis.ts';
import type { Registry } from './registry.ts';
import type { RunScript } from './scripts.ts';
import type { RowReader } from './search/rows.ts';
import { searchTasks } from './search/search-tasks.ts';
import { taskChanges } from './task-changes.ts';
import { queueOfTaskId } from './task-id.ts';
import { envelopeOf, type RawTask, stateOf } from './task-view.ts';
import { waitFor } from './wait-for.ts';

type Parts = {
  redis: Redis;
  keys: Keys;
  run: RunScript;
  registry: Registry;
  desk: NewsDesk;
  checker: ArgumentChecker;
  rows: () => Promise<RowReader>;
};

/** What the API and the dashboard do with tasks. */
export function createTasks(parts: Parts): Tasks {
  const { redis, keys, run, registry, desk, checker, rows } = parts;
  const find = taskFinder(run, keys);
  return {
    ...taskIntake(parts, checker, find),
    ...taskChanges({ redis, keys, run, registry, checker, find }),
    get: async (id, access) => (await find(id, access)).task,
    explain: createExplain({ redis, keys, registry, find }),
    waitFor: (id, access, timeoutMs, signal) =>
      waitFor(desk, async () => (await find(id, access)).task, id, timeoutMs, signal),
    list: async (search, access) => searchTasks(await rows(), search, access),

    async log(id, access): Promise<TaskLog> {
      const { raw } = await find(id, access);
      const lines = await reach(redis.lrange(keys.log(id), 0, -1));
      return { items: lines.map((line) => JSON.parse(line)), dropped: Number(raw.ledger.get('ld') ?? 0) };
    },
  };
}

/** How tasks come in. */
export function taskIntake(
  { redis, keys, run, registry }: Pick<Parts, 'redis' | 'keys' | 'run' | 'registry'>,
  checker: ArgumentChecker,
  find: FindTask,
): Pick<Tasks, 'enqueue' | 'enqueueMany'> {
  const enqueuer = new Enqueuer(keys, run);

  const plan = async (request: TaskRequest, access: Access, options: EnqueueOptions): Promise<NewTask> => {
    const fullName = fullMethodName(request.model, request.method);
    if (isSystemModel(request.model) && options.isSystem !== true) throw systemRefused(request.model);
    const versions = registry.versionsAtHand(fullName) ?? (await registry.versions(fullName));
    if (versions.length === 0 && !options.unchecked) throw unknownMethod(fullName, registry.names());
    const task = planTask(request, versions[0], access, Date.now(), options.origin);
    if (task.dependencies !== undefined) await requireDependencies(run, keys, task.dependencies, access);
    checkArgumentBounds(request.args, request.kwargs, task.data.length);
    if (!options.unchecked) checker.check(fullName, versions, request.args, request.kwargs);
    return task;
  };

  /** What is refused today may have been a good request yesterday: its worker is gone since, or its time has passed. */
  const earlier = async (request: TaskRequest, access: Access, key: string): Promise<Task | undefined> => {
    const [fingerprint, id = ''] = (await reach(redis.get(key)))?.split(' ') ?? [];
    return fingerprint === fingerprintOf(request) ? (await find(id, access)).task : undefined;
  };

  const add = async (request: TaskRequest, access: Access, options: EnqueueOptions): Promise<Task> => {
    if (options.idempotencyKey === undefined) return put(await plan(request, access, options), access);
    const key = keys.idempotency(digestOf(`${access.company ?? ''}\n${options.idempotencyKey}`));
    let task: NewTask;
    try {
      task = await plan(request, access, options);
    } catch (error) {
      const known = error instanceof ClusterError && !error.canRetry ? await earlier(request, access, key) : undefined;
      if (known !== undefined) return known;
      throw error;
    }
    const lifeMs = limits.idempotencyMs + Math.max(0, task.runAt - task.createdAt);
    return put({ ...task, idempotency: { key, fingerprint: fingerprintOf(request), lifeMs } }, access);
  };

  const put = async (task: NewTask, access: Access): Promise<Task> => {
    const added = await enqueuer.add(task);
    // Whether it waits is known where it was added.
    const isPlain = added.isNew && task.dependencies === undefined;
    return isPlain ? viewNewTask(task) : (await find(added.isNew ? task.id : added.id, access)).task;
  };

  const addOrError = async (request: TaskRequest, access: Access, options: EnqueueOptions) => {
    try {
      return await add(request, access, options);
    } catch (error) {
      const known = asClusterError(error);
      if (known instanceof ClusterError) return known;
      throw error;
    }
  };

  return {
    enqueue: (request, access, options = {}) => add(request, access, options),
    enqueueMany(requests, access, options = {}) {
      const { idempotencyKey: key, ...rest } = options;
      return Promise.all(
        requests.map((request, index) =>
          addOrError(request, access, key === undefined ? rest : { ...rest, idempotencyKey: `${key}#${index}` }),
        ),
      );
    },
  };
}

/** What somebody else's task waits for is none of the caller's business. @throws ClusterError request_invalid */
async function requireDependencies(run: RunScript, keys: Keys, ids: string[], access: Access): Promise<void> {
  const faults: Fault[] = [];
  for (let at = 0; at < ids.length; at += dependenciesAtOnce) {
    const group = ids.slice(at, at + dependenciesAtOnce);
    const raws = await readTasks(
      run,
      keys,
      group.map((id) => ({ queue: queueOfTaskId(id) ?? '', id })),
    );
    for (const [index, raw] of raws.entries()) {
      if (isVisible(raw, access)) continue;
      faults.push({ pointer: `/dependsOn/${at + index}`, message: `there is no task "${group[index]}"` });
    }
  }
  const [first] = faults;
  if (first === undefined) return;
  throw new ClusterError('request_invalid', `${first.pointer}: ${first.message}`, {
    faults: faults.slice(0, limits.faults),
  });
}

const dependenciesAtOnce = 100;

function isVisible(raw: RawTask, { company }: Access): boolean {
  const envelope = envelopeOf(raw);
  return (
    envelope !== undefined && stateOf(raw) !== undefined && (company === undefined || envelope.company === company)
  );
}

/** Drover's own methods reach over all companies and queues. */
export function isSystemModel(model: string): boolean {
  return model === 'system' || model.startsWith('system.');
}

export function systemRefused(model: string): ClusterError {
  const message = `${model} works on the whole cluster: a key with the scope "admin", bound to no company, may ask for it`;
  return new ClusterError('scope_missing', message, { faults: [{ pointer: '/model', message }] });
}

export function unknownMethod(fullName: string, known: string[]): ClusterError {
  const near = nearestNames(fullName, known);
  const message = `no live worker offers ${fullName}${near.length > 0 ? `; nearest: ${near.join(', ')}` : ''}`;
  return new ClusterError('method_unknown', message, { faults: [{ pointer: '/method', message }] });
}
