import {
  ClusterError,
  type Fault,
  fullMethodName,
  limits,
  type MethodInfo,
  type Task,
  type TaskHistoryEntry,
  type TaskPatch,
} from '@drover/core';
import type { Redis } from 'ioredis';
import { type ArgumentChecker, checkArgumentBounds } from './arguments.ts';
import type { Access, Tasks } from './cluster.ts';
import { decodeEnvelope, encodeEnvelope } from './envelope.ts';
import type { FindTask } from './find-task.ts';
import { retryInFlow } from './flows/retry-in-flow.ts';
import { historyEntry } from './history-entry.ts';
import { type Keys, statisticsLifeMs } from './keys.ts';
import { createKill } from './kill.ts';
import { reach } from './redis.ts';
import type { Registry } from './registry.ts';
import type { RunScript } from './scripts.ts';
import { stateConflict } from './state-conflict.ts';
import type { RawTask } from './task-view.ts';

export type ChangeParts = {
  redis: Redis;
  keys: Keys;
  run: RunScript;
  registry: Registry;
  checker: ArgumentChecker;
  find: FindTask;
};

type Changes = Pick<
  Tasks,
  'cancel' | 'kill' | 'killAndWait' | 'runNow' | 'retry' | 'skip' | 'patch' | 'comment' | 'history'
>;

/** What people do to tasks. What was read may be old by the time of the change: the script has the last word. */
export function taskChanges(parts: ChangeParts): Changes {
  const { redis, keys, run, registry, checker, find } = parts;

  const change = async (raw: RawTask, what: string, value: string | number, entry = ''): Promise<boolean> => {
    const args = [keys.prefix, `${keys.bullPrefix}:`, raw.queue, raw.id, what, Date.now(), value];
    args.push(entry, limits.historyEntries, limits.historyBytes, statisticsLifeMs, limits.keepCompleted);
    args.push(limits.keepFailed);
    return (await reach(run('change', keys.queues, args))) === 1;
  };

  /** The task as it is after the change; 409 with its state where that forbids it. */
  const settle = async (id: string, access: Access, isChanged: boolean, verb: string): Promise<Task> => {
    const { task } = await find(id, access);
    if (!isChanged) throw stateConflict(task, verb);
    return task;
  };

  return {
    ...createKill(parts),

    async cancel(id, access, reason = 'cancelled') {
      const { raw } = await find(id, access);
      const entry = historyEntry(access, 'cancel', reason === 'cancelled' ? undefined : reason);
      return settle(id, access, await change(raw, 'cancel', reason, entry), 'cancelled');
    },

    async skip(id, access, comment) {
      const { raw } = await find(id, access);
      const message = comment === undefined || comment === '' ? 'skipped by a person' : comment;
      const isChanged = await change(raw, 'skip', message, historyEntry(access, 'skip', comment));
      return settle(id, access, isChanged, 'skipped');
    },

    async comment(id, access, text) {
      const { raw } = await find(id, access);
      const isKept = await change(raw, 'comment', '', historyEntry(access, 'comment', text));
      if (!isKept) throw new ClusterError('task_unknown', `there is no task "${id}"`);
    },

    async history(id, access) {
      await find(id, access);
      const entries = await reach(redis.lrange(keys.history(id), 0, -1));
      return entries.map((entry) => JSON.parse(entry) as TaskHistoryEntry);
    },

    async runNow(id, access) {
      const { raw } = await find(id, access);
      return settle(id, access, await change(raw, 'run-now', '', historyEntry(access, 'run-now')), 'run now');
    },

    async retry(id, access, comment) {
      const { raw, task } = await find(id, access);
      const { flow, key } = task;
      const isOfFlow =
        flow !== undefined && key !== undefined && (task.state === 'error' || task.state === 'cancelled');
      if (isOfFlow && (await retryInFlow(parts, flow, key, access, comment))) return (await find(id, access)).task;
      // What expired was taken once, though there is no execution of it.
      const least = task.outcome === 'expired' ? 1 : 0;
      const last = Math.max(least, Number(raw.job.get('ats') ?? 0), ...task.executions.map(({ attempt }) => attempt));
      const args = [keys.prefix, `${keys.bullPrefix}:`, raw.queue, id, last, Date.now()];
      args.push(historyEntry(access, 'retry', comment), limits.historyEntries, limits.historyBytes, statisticsLifeMs);
      return settle(id, access, (await reach(run('retry', keys.queues, args))) === 1, 'retried');
    },

    async patch(id, access, patch) {
      const { raw, task } = await find(id, access);
      assertPatchable(task, patch);
      const { args, kwargs, priority, runAt, comment } = patch;
      // Several fields are several steps: what is remembered goes with the first.
      let entry = historyEntry(access, 'patch', comment, beforeOf(task, patch));
      const step = async (what: string, value: string | number): Promise<boolean> => {
        const isChanged = await change(raw, what, value, entry);
        entry = '';
        return isChanged;
      };
      const at = runAt === undefined ? undefined : runAtOf(runAt);
      let isChanged = true;
      if (args !== undefined || kwargs !== undefined) {
        isChanged = await step('data', await patchedData(raw, task, patch, registry, checker));
      }
      if (priority !== undefined) isChanged &&= await step('priority', priority);
      if (at !== undefined) isChanged &&= await step('run-at', at);
      return settle(id, access, isChanged, 'changed');
    },
  };
}

/** The arguments that are about to be replaced. */
function beforeOf({ args, kwargs }: Task, patch: TaskPatch): TaskHistoryEntry['before'] {
  if (patch.args === undefined && patch.kwargs === undefined) return undefined;
  return {
    ...(patch.args === undefined ? {} : { args }),
    ...(patch.kwargs === undefined ? {} : { kwargs }),
  };
}

function fault(pointer: string, message: string): { faults: Fault[] } {
  return { faults: [{ pointer, message }] };
}

/** Which fields a state allows to change. */
function assertPatchable(task: Task, patch: TaskPatch): void {
  const needsAttention = task.state === 'requires_attention';
  const hasNotBegun = task.state === 'waiting' || task.state === 'scheduled';
  for (const field of Object.keys(patch) as (keyof TaskPatch)[]) {
    if (field === 'comment') continue;
    const isData = field === 'args' || field === 'kwargs';
    if (isData ? needsAttention : hasNotBegun) continue;
    const when = isData ? 'while the task requires attention' : 'before the task runs';
    throw new ClusterError(
      'state_conflict',
      `${field} can be changed ${when}, this one is in state "${task.state}"`,
      fault(`/${field}`, `can be changed ${when}`),
    );
  }
}

function runAtOf(instant: string): number {
  const runAt = Date.parse(instant);
  if (runAt - Date.now() <= limits.delayMs) return runAt;
  const message = 'lies more than ten years ahead';
  throw new ClusterError('request_invalid', `/runAt ${message}`, fault('/runAt', message));
}

async function patchedData(
  raw: RawTask,
  task: Task,
  patch: TaskPatch,
  registry: Registry,
  checker: ArgumentChecker,
): Promise<string> {
  const envelope = decodeEnvelope(raw.job.get('data') ?? '');
  const args = patch.args ?? envelope.args;
  const kwargs = patch.kwargs ?? envelope.kwargs;
  const data = encodeEnvelope({ ...envelope, args, kwargs });
  checkArgumentBounds(args, kwargs, data.length);
  const fullName = fullMethodName(task.model, task.method);
  const versions: MethodInfo[] = await registry.versions(fullName);
  if (versions.length > 0) checker.check(fullName, versions, args, kwargs);
  return data;
}
