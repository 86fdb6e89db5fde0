import type { RuleInput } from '@drover/core';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { cluster } from '../cluster.ts';
import { filterOf, type SchedulesSearch } from './schedules-search.ts';

/** How often a page asks again, ms, while somebody looks at it. */
const steadily = 5_000;
const seldom = 15_000;

/** Rows of a page. */
export const pageRows = 25;
/** Next times that are listed. */
export const nextCount = 10;

export const schedulesQuery = (search: SchedulesSearch) =>
  queryOptions({
    queryKey: ['schedules', search],
    queryFn: ({ signal }) =>
      cluster.schedules.list({ ...filterOf(search), limit: pageRows, cursor: search.cursor }, { signal }),
    // A search for words looks through all of them.
    refetchInterval: search.q === undefined ? steadily : seldom,
    placeholderData: keepPreviousData,
  });

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedule', id],
    queryFn: ({ signal }) => cluster.schedules.get(id, { signal }),
    refetchInterval: steadily,
  });

export const firesQuery = (id: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['schedule-fires', id, cursor ?? ''],
    queryFn: ({ signal }) => cluster.schedules.fires(id, { limit: pageRows, cursor }, { signal }),
    refetchInterval: cursor === undefined ? steadily : seldom,
    placeholderData: keepPreviousData,
  });

/** @param version of the schedule: an edit has other times */
export const nextFiresQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['schedule-next', id, version],
    queryFn: ({ signal }) => cluster.schedules.previewOf(id, { count: nextCount }, { signal }),
    refetchInterval: steadily,
    placeholderData: keepPreviousData,
  });

/** The next times of a rule that somebody is typing. `anchorAt`: when the schedule was created that is edited. */
export const previewQuery = (rule: RuleInput, anchorAt?: string) =>
  queryOptions({
    queryKey: ['schedule-preview', rule, anchorAt],
    queryFn: ({ signal }) =>
      cluster.schedules.preview({ ...rule, ...(anchorAt && { anchorAt }), count: nextCount }, { signal }),
    refetchInterval: steadily,
    placeholderData: keepPreviousData,
  });
