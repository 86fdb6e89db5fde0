import { limits, type ScheduleFilter } from '@drover/core';
import { textOf } from '../search/address.ts';
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
    model: textOf(address.model, textLengths.model),
    method: textOf(address.method, textLengths.method),
    company: textOf(address.company, textLengths.company),
    drift: address.drift === true || undefined,
    q: textOf(address.q, textLengths.q),
    cursor: textOf(address.cursor, limits.cursorLength),
  };
}

/** The search as the API is asked. */
export function filterOf({ cursor: _, drift, ...search }: SchedulesSearch): ScheduleFilter {
  const asked = { ...search, drift: drift && 'true' };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
