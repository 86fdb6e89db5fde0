import { type JobResultFilter, limits } from '@drover/core';
import { textOf } from '../../search/address.ts';
import { jobStatuses } from '../job-looks.ts';

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
