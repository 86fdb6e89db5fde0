import { limits, type ScheduleFilter } from '@drover/core';
import { owners, scheduleStates } from './schedule-looks.ts';

/** Which schedules the list shows, as the address says it. */
export type SchedulesSearch = {
  state?: ScheduleFilter['state'] | undefined;
  owner?: ScheduleFilter['owner'] | undefined;
  model?: string | undefined;
  method?: string | undefined;
  company?: string | undefined;
  /** Only those that were edited and differ from the code. */
  drift?: true | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
};

/** The fields that hold a text as a person wrote it, and how long it may be. Whether it is fit, the API says. */
export const textLengths = {
  model: limits.methodLength,
  method: limits.methodLength,
  company: limits.identityLength,
  q: limits.searchLength,
} as const;

/** Every field is named, if only as undefined: what is not named here would pass as it is. */
export function readSchedulesSearch(address: Record<string, unknown>): SchedulesSearch {
  return {
    state: scheduleStates.find((state) => state === address.state),
    owner: owners.find((owner) => owner === address.owner),
    model: text(address.model, textLengths.model),
    method: text(address.method, textLengths.method),
    company: text(address.company, textLengths.company),
    drift: address.drift === true || undefined,
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
export function filterOf({ cursor: _, drift, ...search }: SchedulesSearch): ScheduleFilter {
  const asked = { ...search, drift: drift && 'true' };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** What a change of the filter makes of the address: its pages begin anew. */
export function changed(search: SchedulesSearch, change: Partial<SchedulesSearch>): SchedulesSearch {
  return { ...search, ...change, cursor: undefined };
}

/** Whether it leaves anything out. */
export function isNarrowed({ cursor: _, ...filters }: SchedulesSearch): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}
