import { type FlowFilter, limits } from '@drover/core';
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
    company: text(address.company, textLengths.company),
    job: text(address.job, textLengths.job),
    schedule: text(address.schedule, textLengths.schedule),
    q: text(address.q, textLengths.q),
    cursor: text(address.cursor, limits.cursorLength),
  };
}

/** An address that people write by hand may hold `q=12`, which is read as a number. */
function text(value: unknown, length: number): string | undefined {
  const said = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof said === 'string' && said.trim() !== '' && said.length <= length ? said.trim() : undefined;
}

/** The search as the API is asked. */
export function filterOf({ cursor: _, ...filters }: FlowsSearch): FlowFilter {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

/** What a change of the filter makes of the address: its pages begin anew. */
export function changed(search: FlowsSearch, change: Partial<FlowsSearch>): FlowsSearch {
  return { ...search, ...change, cursor: undefined };
}

/** Whether it leaves anything out. */
export function isNarrowed(search: FlowsSearch): boolean {
  return Object.keys(filterOf(search)).length > 0;
}

/** How the tasks of a flow are shown. None in the address: what suits the flow and the screen. */
export type FlowView = 'graph' | 'list';

export function readFlowView(value: unknown): FlowView | undefined {
  return value === 'graph' || value === 'list' ? value : undefined;
}
