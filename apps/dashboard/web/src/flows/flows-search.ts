import { type FlowFilter, limits } from '@drover/core';
import { textOf } from '../search/address.ts';
import { flowStates } from './flow-looks.ts';

/** Which flows the list shows, as the address says it. */
export type FlowsSearch = {
  state?: FlowFilter['state'] | undefined;
  company?: string | undefined;
  job?: string | undefined;
  schedule?: string | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
};

/** The fields that hold a text as a person wrote it, and how long it may be. */
export const textLengths = {
  company: limits.identityLength,
  job: limits.identityLength,
  schedule: limits.identityLength,
  q: limits.searchLength,
} as const;

/** Every field is named, if only as undefined: what is not named here would pass as it is. */
export function readFlowsSearch(address: Record<string, unknown>): FlowsSearch {
  return {
    state: flowStates.find((state) => state === address.state),
    company: textOf(address.company, textLengths.company),
    job: textOf(address.job, textLengths.job),
    schedule: textOf(address.schedule, textLengths.schedule),
    q: textOf(address.q, textLengths.q),
    cursor: textOf(address.cursor, limits.cursorLength),
  };
}

/** The search as the API is asked. */
export function filterOf({ cursor: _, ...filters }: FlowsSearch): FlowFilter {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

/** How the tasks of a flow are shown. None in the address: what suits the flow and the screen. */
export type FlowView = 'graph' | 'list';

export function readFlowView(value: unknown): FlowView | undefined {
  return value === 'graph' || value === 'list' ? value : undefined;
}
