import { ClusterError, limits, type Task, type WorkerAnswer, type WorkerDetails, type WorkerInfo } from '@drover/core';
import type { Redis } from 'ioredis';
import { askWorker, hearWorker, newRequestId } from './ask-worker.ts';
import type { Access, Cluster } from './cluster.ts';
import { controlLookMs } from './control.ts';
import { ownOf, readSlots } from './explain/read-slots.ts';
import type { Keys } from './keys.ts';
import { readTasks } from './read-tasks.ts';
import type { Registry } from './registry.ts';
import type { RunScript } from './scripts.ts';
import { viewTask } from './task-view.ts';

export type WorkersParts = {
  redis: Redis;
  keys: Keys;
  run: RunScript;
  registry: Registry;
  queueNames: () => Promise<string[]>;
};

/** What is asked of a worker beside a kill. */
type Asked = { kind: 'quiet' | 'resume' | 'stop' } | { kind: 'concurrency'; concurrency: number };

/** What the API and the dashboard do with workers. */
export function createWorkers(parts: WorkersParts): Cluster['workers'] {
  const { redis, keys, registry } = parts;
  const find = async (id: string): Promise<WorkerInfo> => {
    const worker = (await registry.workersNow()).find((known) => known.id === id);
    if (worker === undefined) throw new ClusterError('worker_unknown', `there is no worker "${id.slice(0, 200)}"`);
    return worker;
  };

  const ask = async (id: string, asked: Asked): Promise<WorkerAnswer> => {
    const worker = await find(id);
    if (worker.state === 'lost') throw conflict(id, 'is lost: it does not answer any more');
    if (worker.state === 'stopping' || worker.state === 'stopped') throw conflict(id, onItsWayOut(asked));
    const request = newRequestId();
    await askWorker(redis, keys, id, { request, startedAt: worker.startedAt, ...asked });
    const result = await hearWorker(redis, keys, request, controlLookMs + limits.controlAnswerMs);
    if (result === 'gone') throw new ClusterError('worker_unknown', `worker "${id}" ended, and another began as it`);
    if (result === 'refused')
      throw conflict(id, asked.kind === 'stop' ? 'is ended by the program that it is part of' : onItsWayOut(asked));
    // It may be gone by now: then it is shown as it was.
    return { acknowledged: result === 'done', worker: (await registry.workerAfter(id)) ?? worker };
  };

  return {
    list: () => registry.workers(),

    async get(id, access) {
      const worker = await find(id);
      const [offers, running] = await Promise.all([registry.offersOf(id), runningOn(parts, id, access)]);
      return { ...worker, offers, tasks: running };
    },

    quiet: (id) => ask(id, { kind: 'quiet' }),
    resume: (id) => ask(id, { kind: 'resume' }),
    stop: (id) => ask(id, { kind: 'stop' }),
    patch: (id, { concurrency }) => ask(id, { kind: 'concurrency', concurrency }),
  };
}

/** Those that run longest, a page of them: more than that, nobody reads at once. */
async function runningOn(parts: WorkersParts, worker: string, { company }: Access): Promise<WorkerDetails['tasks']> {
  const { holders } = await readSlots(parts, await parts.queueNames(), {}, limits.workerLook);
  const own = holders.filter((holder) => holder.worker === worker).sort((a, b) => a.startedAtMs - b.startedAtMs);
  const visible = company === undefined ? undefined : await ownOf(parts, own, company);
  const shown = own.filter(({ id }) => visible === undefined || visible.has(id)).slice(0, limits.pageMax);
  const tasks: WorkerDetails['tasks'] = [];
  // A request may be large.
  for (let at = 0; at < shown.length; at += limits.searchGroup) {
    for (const raw of await readTasks(parts.run, parts.keys, shown.slice(at, at + limits.searchGroup))) {
      const task = viewTask(raw);
      // It may have ended since.
      if (task?.state === 'running') tasks.push(listed(task));
    }
  }
  return tasks;
}

function listed({ id, name, model, method, startedAt }: Task): WorkerDetails['tasks'][number] {
  return { id, name, method: `${model}.${method}`, ...(startedAt === undefined ? {} : { startedAt }) };
}

function onItsWayOut({ kind }: Asked): string {
  return `is on its way out${kind === 'resume' ? ': it cannot be resumed' : ''}`;
}

function conflict(id: string, why: string): ClusterError {
  return new ClusterError('state_conflict', `worker "${id}" ${why}`);
}
