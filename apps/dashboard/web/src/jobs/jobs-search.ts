import { type JobFilter, limits } from '@drover/core';
import { textOf } from '../search/address.ts';

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

/** The search as the API is asked. */
export function filterOf({ cursor: _, active, ...texts }: JobsSearch): JobFilter {
  const asked = { ...texts, active: active === undefined ? undefined : (String(active) as JobFilter['active']) };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
