import { createClient } from '@drover/client';
import type { Task } from '@drover/core';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { pauseOf } from './live/pause.ts';
import { filterOf, type LedgerSearch } from './search/ledger-search.ts';

/**
 * The way to the cluster: this page's own origin, which adds the session's token. A failed request is shown, not hidden
 * behind retries: what is on a page asks again by itself, and what a person does is repeated by the person.
 */
export const cluster = createClient({ baseUrl: '', retry: false });

/** How often a page asks again, ms, for what no stream tells. It stops while nobody looks at it. */
const often = 1_000;
const steadily = 3_000;
const seldom = 15_000;

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => cluster.monitor({ signal }),
  refetchInterval: () => pauseOf('all', steadily),
});

export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  queryFn: ({ signal }) => cluster.queues.list({ signal }),
  refetchInterval: () => pauseOf('all', steadily),
});

export const workersQuery = queryOptions({
  queryKey: ['workers'],
  queryFn: ({ signal }) => cluster.workers.list({ signal }),
  refetchInterval: steadily,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => cluster.models.list({ signal }),
  refetchInterval: seldom,
});

/** Rows of a page of the ledger. */
export const pageRows = 25;

/** A search for words looks through many tasks: it is not repeated as often. */
const searchPause = ({ q }: LedgerSearch) => (q === undefined ? pauseOf('all', steadily) : seldom);

export const tasksQuery = (search: LedgerSearch) =>
  queryOptions({
    queryKey: ['tasks', search],
    queryFn: ({ signal }) => cluster.tasks.list(pageOf(search), { signal }),
    refetchInterval: () => searchPause(search),
    placeholderData: keepPreviousData,
  });

export const executionsQuery = (search: LedgerSearch) =>
  queryOptions({
    queryKey: ['executions', search],
    queryFn: ({ signal }) => cluster.executions.list(pageOf(search), { signal }),
    refetchInterval: () => searchPause(search),
    placeholderData: keepPreviousData,
  });

function pageOf(search: LedgerSearch) {
  return { ...filterOf(search, Date.now()), limit: pageRows, cursor: search.cursor };
}

/** A task that moves is looked at often; one that only a person can move, seldom. */
function taskPause(task: Task | undefined): number {
  if (task === undefined) return steadily;
  switch (task.state) {
    case 'depends':
      return steadily;
    case 'scheduled':
      return Date.parse(task.runAt) - Date.now() > 60_000 ? steadily : often;
    case 'waiting':
    case 'running':
      return often;
    case 'done':
    case 'error':
    case 'cancelled':
    case 'requires_attention':
      return seldom;
    default:
      return task.state satisfies never;
  }
}

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id],
    queryFn: ({ signal }) => cluster.tasks.get(id, { signal }),
    refetchInterval: ({ state }) => pauseOf(id, taskPause(state.data)),
  });

export const logQuery = (task: Task) =>
  queryOptions({
    queryKey: ['log', task.id],
    queryFn: ({ signal }) => cluster.tasks.log(task.id, { signal }),
    refetchInterval: () => pauseOf(task.id, taskPause(task)),
  });

/** A state of its own is asked for at once; until it is told, the sentence of the last one stands. */
export const explainQuery = (task: Task) =>
  queryOptions({
    queryKey: ['explain', task.id, task.state, task.executions.length],
    queryFn: ({ signal }) => cluster.tasks.explain(task.id, { signal }),
    refetchInterval: taskPause(task),
    placeholderData: (before) => (before?.taskId === task.id && before.state === task.state ? before : undefined),
  });

export const historyQuery = (task: Task) =>
  queryOptions({
    queryKey: ['history', task.id],
    queryFn: ({ signal }) => cluster.tasks.history(task.id, { signal }),
    refetchInterval: task.finishedAt === undefined ? steadily : seldom,
  });
