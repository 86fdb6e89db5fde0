import { type JobResultFilter, limits } from '@drover/core';
import { jobStatuses } from '../job-looks.ts';
import { textOf } from '../jobs-search.ts';

/** Which results of jobs the list shows, as the address says it. */
export type ResultsSearch = {
  status?: JobResultFilter['status'] | undefined;
  job?: string | undefined;
  schedule?: string | undefined;
  company?: string | undefined;
  cursor?: string | undefined;
};

/** Every field is named, if only as undefined: what is not named here would pass as it is. */
export function readResultsSearch(address: Record<string, unknown>): ResultsSearch {
  return {
    status: jobStatuses.find((status) => status === address.status),
    job: textOf(address.job, limits.identityLength),
    schedule: textOf(address.schedule, limits.identityLength),
    company: textOf(address.company, limits.identityLength),
    cursor: textOf(address.cursor, limits.cursorLength),
  };
}

/** The search as the API is asked. */
export function filterOf({ cursor: _, ...filters }: ResultsSearch): JobResultFilter {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

/** What a change of the filter makes of the address: its pages begin anew. */
export function changed(search: ResultsSearch, change: Partial<ResultsSearch>): ResultsSearch {
  return { ...search, ...change, cursor: undefined };
}

/** Whether it leaves anything out. */
export function isNarrowed(search: ResultsSearch): boolean {
  return Object.keys(filterOf(search)).length > 0;
}
