import {
  type BulkAction,
  ClusterError,
  limits,
  type Task,
  type TaskActionPreview,
  type TaskActionRequest,
  type TaskFilter,
  TaskRequest,
  type TaskState,
} from '@drover/core';
import type { Access, Cluster, Tasks } from './cluster.ts';
import { taskFits } from './search/fits.ts';
import type { RowReader } from './search/rows.ts';
import { countTasks, gather, lookThrough, visibleTo } from './search/search-tasks.ts';
import { wordsOf } from './search/words.ts';
import { systemMethods } from './system-methods.ts';

/** States from which an action can begin. */
export function statesOf(action: BulkAction): readonly TaskState[] {
  switch (action) {
    case 'cancel':
      return ['scheduled', 'waiting', 'depends', 'requires_attention'];
    case 'retry':
      return ['error', 'cancelled', 'requires_attention'];
    case 'kill':
      return ['running'];
    default:
      return action satisfies never;
  }
}

/** What is done to all tasks that match: shown first, then done by a task of Drover's own, in small steps. */
export function createActions(rows: () => Promise<RowReader>, tasks: Tasks): Cluster['actions'] {
  return {
    async preview(request, access) {
      const { action, ids } = request;
      if (ids !== undefined) return previewOfIds(tasks, request, ids, access);
      const filter = visibleTo(access, request.filter);
      if (filter === undefined) return { action, count: 0, more: false, samples: [] };
      const reader = await rows();
      const states = stateOf(filter.state, action);
      const words = filter.q === undefined ? undefined : wordsOf(filter.q);
      const asked = { reader, filter, words, states };
      if (words !== undefined || isVague(filter)) {
        const { count, samples, isWhole } = await lookThrough(asked, limits.actionSamples);
        if (words !== undefined || isWhole) return { action, count, more: !isWhole, samples };
      }
      const before = undefined;
      const { found } = await gather({ ...asked, before, limit: limits.actionSamples, lookMax: limits.searchTasks });
      const count = await countTasks(reader, filter, states);
      return { action, count, more: false, samples: found.map(({ task }) => task) };
    },

    async start({ action, filter, ids, reason }, access, options = {}) {
      const { model, method } = systemMethods.act;
      const visible = visibleTo(access, filter);
      if (visible === undefined) {
        throw new ClusterError('scope_missing', `this key may act on tasks of company "${access.company}" only`, {
          faults: [{ pointer: '/filter/company', message: `must be "${access.company}" or left out` }],
        });
      }
      const request = TaskRequest.parse({
        model,
        method,
        kwargs: JSON.parse(JSON.stringify({ action, filter: visible, ids, reason, by: access.by })),
        name: `${action} matching tasks`,
        user: access.by?.name,
      });
      return tasks.enqueue(request, access, { isSystem: true, idempotencyKey: options.idempotencyKey });
    },
  };
}

/** Of these the index knows short hashes, or what was so when a task ended: few are counted by reading them. */
function isVague({ tag, worker, failure }: TaskFilter): boolean {
  return tag !== undefined || worker !== undefined || failure !== undefined;
}

/** The states asked for, of those from which the action can begin. */
export function stateOf(state: TaskState | undefined, action: BulkAction): readonly TaskState[] {
  const able = statesOf(action);
  return state === undefined ? able : able.filter((one) => one === state);
}

async function previewOfIds(
  tasks: Tasks,
  { action, filter }: TaskActionRequest,
  ids: string[],
  access: Access,
): Promise<TaskActionPreview> {
  const states = stateOf(filter.state, action);
  const samples: Task[] = [];
  let count = 0;
  for (const group of groupsOf(ids)) {
    const known = await Promise.all(group.map((id) => tasks.get(id, access).catch(unknownAsNone)));
    const found = known.filter((task) => task !== undefined);
    const fitting = found.filter((task) => states.includes(task.state) && taskFits(task, filter));
    samples.push(...fitting.slice(0, limits.actionSamples - samples.length));
    count += fitting.length;
  }
  return { action, count, more: false, samples };
}

/** Each once, and as many at a time as may be held in memory. */
export function groupsOf(ids: string[]): string[][] {
  const each = [...new Set(ids)];
  const size = limits.searchGroup;
  return Array.from({ length: Math.ceil(each.length / size) }, (_, index) =>
    each.slice(index * size, (index + 1) * size),
  );
}

/** A task that is not there, or not the caller's, is not among those that match. */
export function unknownAsNone(error: unknown): undefined {
  if (error instanceof ClusterError && error.code === 'task_unknown') return undefined;
  throw error;
}
