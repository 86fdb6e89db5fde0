import {
  ClusterError,
  type Fault,
  fullMethodName,
  limits,
  type MethodInfo,
  type Task,
  type TaskPatch,
} from '@drover/core';
import { type ArgumentChecker, checkArgumentBounds } from './arguments.ts';
import type { Access, Tasks } from './cluster.ts';
import { decodeEnvelope, encodeEnvelope } from './envelope.ts';
import type { FindTask } from './find-task.ts';
import type { Keys } from './keys.ts';
import { reach } from './redis.ts';
import type { Registry } from './registry.ts';
import type { RunScript } from './scripts.ts';
import type { RawTask } from './task-view.ts';

/** Life of the ledger's record: ended well; ended badly. */
export const ledgerLifeMs = { done: 30 * 86_400_000, other: 90 * 86_400_000 };

type Parts = { keys: Keys; run: RunScript; registry: Registry; checker: ArgumentChecker; find: FindTask };

/** What people do to tasks. What was read may be old by the time of the change: the script has the last word. */
export function taskChanges(parts: Parts): Pick<Tasks, 'cancel' | 'runNow' | 'retry' | 'patch'> {
  const { keys, run, registry, checker, find } = parts;

  const change = async (raw: RawTask, what: string, value: string | number): Promise<boolean> => {
    const args = [keys.prefix, `${keys.bullPrefix}:`, raw.queue, raw.id, what, Date.now(), value];
    args.push(ledgerLifeMs.other, keys.endedChannel, limits.keepFailed);
    return (await reach(run('change', keys.queues, args))) === 1;
  };

  /** The task as it is after the change; 409 with its state where that forbids it. */
  const settle = async (id: string, access: Access, isChanged: boolean, verb: string): Promise<Task> => {
    const { task } = await find(id, access);
    if (!isChanged) throw conflict(task, verb);
    return task;
  };

  return {
    async cancel(id, access, reason = 'cancelled') {
      const { raw } = await find(id, access);
      return settle(id, access, await change(raw, 'cancel', reason), 'cancelled');
    },

    async runNow(id, access) {
      const { raw } = await find(id, access);
      return settle(id, access, await change(raw, 'run-now', ''), 'run now');
    },

    async retry(id, access) {
      const { raw, task } = await find(id, access);
      // What expired was taken once, though there is no execution of it.
      const least = task.outcome === 'expired' ? 1 : 0;
      const last = Math.max(least, Number(raw.job.get('ats') ?? 0), ...task.executions.map(({ attempt }) => attempt));
      const args = [keys.prefix, `${keys.bullPrefix}:`, raw.queue, id, last, Date.now()];
      return settle(id, access, (await reach(run('retry', keys.queues, args))) === 1, 'retried');
    },

    async patch(id, access, patch) {
      const { raw, task } = await find(id, access);
      assertPatchable(task, patch);
      let isChanged = true;
      if (patch.args !== undefined || patch.kwargs !== undefined) {
        isChanged = await change(raw, 'data', await patchedData(raw, task, patch, registry, checker));
      }
      if (patch.priority !== undefined) isChanged &&= await change(raw, 'priority', patch.priority);
      if (patch.runAt !== undefined) isChanged &&= await change(raw, 'run-at', runAtOf(patch.runAt));
      return settle(id, access, isChanged, 'changed');
    },
  };
}

function conflict(task: Task, verb: string): ClusterError {
  return new ClusterError('state_conflict', `a task in state "${task.state}" cannot be ${verb}`);
}

function fault(pointer: string, message: string): { faults: Fault[] } {
  return { faults: [{ pointer, message }] };
}

/** Which fields a state allows to change. */
function assertPatchable(task: Task, patch: TaskPatch): void {
  const needsAttention = task.state === 'requires_attention';
  const hasNotBegun = task.state === 'waiting' || task.state === 'scheduled';
  for (const field of Object.keys(patch) as (keyof TaskPatch)[]) {
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
