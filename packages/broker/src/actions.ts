import {
  type BulkAction,
  ClusterError,
  limits,
  type TaskActionPreview,
  type TaskActionRequest,
  TaskRequest,
  type TaskState,
} from '@drover/core';
import type { Access, Cluster, Tasks } from './cluster.ts';
import { taskFits } from './search/fits.ts';
import type { RowReader } from './search/rows.ts';
import { countTasks, gather, visibleTo } from './search/search-tasks.ts';
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
      const limit = words === undefined ? limits.actionSamples : limits.searchTasks;
      const { found, next } = await gather({
        reader,
        filter,
        before: undefined,
        limit,
        lookMax: limits.searchTasks,
        words,
        states,
      });
      const samples = found.slice(0, limits.actionSamples).map(({ task }) => task);
      if (words !== undefined) return { action, count: found.length, more: next !== undefined, samples };
      return { action, count: await countTasks(reader, filter, states), more: false, samples };
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
  const known = await Promise.all(ids.map((id) => tasks.get(id, access).catch(unknownAsNone)));
  const fitting = known.filter((task) => task !== undefined && states.includes(task.state) && taskFits(task, filter));
  return {
    action,
    count: fitting.length,
    more: false,
    samples: fitting.slice(0, limits.actionSamples).filter((task) => task !== undefined),
  };
}

/** A task that is not there, or not the caller's, is not among those that match. */
export function unknownAsNone(error: unknown): undefined {
  if (error instanceof ClusterError && error.code === 'task_unknown') return undefined;
  throw error;
}
