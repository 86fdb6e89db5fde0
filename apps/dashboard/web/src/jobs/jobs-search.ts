import { type JobFilter, limits } from '@drover/core';

/** Which jobs the list shows, as the address says it. */
export type JobsSearch = {
  active?: boolean | undefined;
  module?: string | undefined;
  company?: string | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
};

/** The fields that hold a text as a person wrote it, and how long it may be. Whether it is fit, the API says. */
export const textLengths = {
  module: limits.identityLength,
  company: limits.identityLength,
  q: limits.searchLength,
} as const;

/** Every field is named, if only as undefined: what is not named here would pass as it is. */
export function readJobsSearch(address: Record<string, unknown>): JobsSearch {
  return {
    active: typeof address.active === 'boolean' ? address.active : undefined,
    module: textOf(address.module, textLengths.module),
    company: textOf(address.company, textLengths.company),
    q: textOf(address.q, textLengths.q),
    cursor: textOf(address.cursor, limits.cursorLength),
  };
}

/** An address that people write by hand may hold `q=12`, which is read as a number. */
export function textOf(value: unknown, length: number): string | undefined {
  const said = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof said === 'string' && said.trim() !== '' && said.length <= length ? said.trim() : undefined;
}

/** The search as the API is asked. */
export function filterOf({ cursor: _, active, ...texts }: JobsSearch): JobFilter {
  const asked = { ...texts, active: active === undefined ? undefined : (String(active) as JobFilter['active']) };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** What a change of the filter makes of the address: its pages begin anew. */
export function changed(search: JobsSearch, change: Partial<JobsSearch>): JobsSearch {
  return { ...search, ...change, cursor: undefined };
}

/** Whether it leaves anything out. */
export function isNarrowed(search: JobsSearch): boolean {
  return Object.keys(filterOf(search)).length > 0;
}
