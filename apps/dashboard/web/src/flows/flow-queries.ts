import type { Flow } from '@drover/core';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { cluster } from '../cluster.ts';
import { type FlowsSearch, filterOf } from './flows-search.ts';

/** How often a page asks again, ms, while somebody looks at it. */
const often = 1_000;
const steadily = 3_000;
const seldom = 15_000;

/** A flow with more tasks is a large answer: it is not asked for as often. */
const manyTasks = 100;

/** Rows of a page. */
export const pageRows = 25;

export const flowsQuery = (search: FlowsSearch) =>
  queryOptions({
    queryKey: ['flows', search],
    queryFn: ({ signal }) =>
      cluster.flows.list({ ...filterOf(search), limit: pageRows, cursor: search.cursor }, { signal }),
    // A search for words looks through many of them.
    refetchInterval: search.q === undefined ? steadily : seldom,
    placeholderData: keepPreviousData,
  });

export const flowQuery = (id: string) =>
  queryOptions({
    queryKey: ['flow', id],
    queryFn: ({ signal }) => cluster.flows.get(id, { signal }),
    refetchInterval: ({ state }) => flowPause(state.data),
  });

/** One that has ended moves on only when a person resumes it. */
function flowPause(flow: Flow | undefined): number {
  if (flow === undefined) return steadily;
  if (flow.state !== 'running') return seldom;
  return flow.tasks.length > manyTasks ? steadily : often;
}
