import { isRunOver, type JobResult, limits } from '@drover/core';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { cluster } from '../cluster.ts';
import { filterOf, type JobsSearch } from './jobs-search.ts';
import { type ResultsSearch, filterOf as resultFilterOf } from './results/results-search.ts';

/** How often a page asks again, ms, while somebody looks at it. */
const often = 1_000;
const steadily = 3_000;
const seldom = 15_000;

/** Rows of a page. */
export const pageRows = 25;

export const jobsQuery = (search: JobsSearch) =>
  queryOptions({
    queryKey: ['jobs', search],
    queryFn: ({ signal }) =>
      cluster.jobs.list({ ...filterOf(search), limit: pageRows, cursor: search.cursor }, { signal }),
    // A search for words looks through all of them.
    refetchInterval: search.q === undefined ? steadily : seldom,
    placeholderData: keepPreviousData,
  });

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => cluster.jobs.get(id, { signal }),
    refetchInterval: steadily,
  });

/** @param rows of a page */
export const resultsQuery = (search: ResultsSearch, rows = pageRows) =>
  queryOptions({
    queryKey: ['job-results', search, rows],
    queryFn: ({ signal }) =>
      cluster.jobs.results.list({ ...resultFilterOf(search), limit: rows, cursor: search.cursor }, { signal }),
    refetchInterval: search.cursor === undefined ? steadily : seldom,
    placeholderData: keepPreviousData,
  });

export const resultQuery = (id: string) =>
  queryOptions({
    queryKey: ['job-result', id],
    queryFn: ({ signal }) => cluster.jobs.results.get(id, { signal }),
    refetchInterval: ({ state }) => resultPause(state.data),
  });

/** One that is over moves on only when a person has a task of it run again. */
function resultPause(result: JobResult | undefined): number {
  if (result === undefined) return steadily;
  return isRunOver(result.status) ? seldom : often;
}

/** The schedules that run a job. The API has no such filter: it is found among those that run any. */
export const schedulesOfJobQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', { job: id }],
    queryFn: async ({ signal }) => {
      const { items } = await cluster.schedules.list({ model: 'system.jobs', limit: limits.pageMax }, { signal });
      return items.filter(({ job }) => job === id);
    },
    refetchInterval: seldom,
  });
