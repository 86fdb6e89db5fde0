import { limits, type TaskFilter } from '@drover/core';
import { outcomes, taskStates } from '../state.ts';
import { changed as changedIn, textOf } from './address.ts';

/** A span of time that ends now. It moves along, so that an address that is kept goes on meaning the same. */
export type Range = 'hour' | 'today' | 'week';

export const rangeLabels: Record<Range, string> = { hour: 'Last hour', today: 'Today', week: 'Last 7 days' };

/** What of the ledger is shown, as the address says it: a filter of the API, or a moving span instead of its times. */
export type LedgerSearch = { [Field in keyof TaskFilter]?: TaskFilter[Field] | undefined } & {
  range?: Range | undefined;
  cursor?: string | undefined;
};
export type LedgerField = Exclude<keyof LedgerSearch, 'cursor'>;

/** The fields that hold a text as a person wrote it, and how long it may be. Whether it is fit, the API says. */
export const textLengths = {
  q: limits.searchLength,
  model: limits.methodLength,
  method: limits.methodLength,
  queue: limits.queueLength,
  tag: limits.tagLength,
  company: limits.identityLength,
  user: limits.identityLength,
  worker: limits.identityLength,
  schedule: limits.identityLength,
  flow: limits.identityLength,
  job: limits.identityLength,
  failure: limits.identityLength,
} satisfies { [Field in keyof TaskFilter]?: number };
type TextField = keyof typeof textLengths;

/** Every field is named, if only as undefined: what is not named here would pass as it is. */
export function readLedgerSearch(address: Record<string, unknown>): LedgerSearch {
  const from = instant(address.from);
  const to = instant(address.to);
  const isBound = from !== undefined || to !== undefined;
  return {
    state: oneOf(taskStates, address.state),
    outcome: oneOf(outcomes, address.outcome),
    ...texts(address),
    range: isBound ? undefined : oneOf(Object.keys(rangeLabels) as Range[], address.range),
    from,
    to,
    cursor: textOf(address.cursor, limits.cursorLength),
  };
}

function texts(address: Record<string, unknown>): Record<TextField, string | undefined> {
  const read = Object.entries(textLengths).map(([field, length]) => [field, textOf(address[field], length)]);
  return Object.fromEntries(read) as Record<TextField, string | undefined>;
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}

function instant(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** The search as the API is asked at this moment. */
export function filterOf({ range, cursor: _, ...search }: LedgerSearch, nowMs: number): TaskFilter {
  const asked = { ...search, from: range === undefined ? search.from : startOf(range, nowMs) };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as TaskFilter;
}

function startOf(range: Range, nowMs: number): string {
  switch (range) {
    case 'hour':
      return new Date(nowMs - 3_600_000).toISOString();
    case 'today':
      return new Date(new Date(nowMs).setHours(0, 0, 0, 0)).toISOString();
    case 'week':
      return new Date(nowMs - 7 * 86_400_000).toISOString();
    default:
      return range satisfies never;
  }
}

/** What a change of the filter makes of the address: its pages begin anew. */
export function changed(search: LedgerSearch, change: Partial<LedgerSearch>): LedgerSearch {
  const isTime = 'range' in change || 'from' in change || 'to' in change;
  const times = isTime ? { range: undefined, from: undefined, to: undefined } : {};
  return changedIn(search, { ...times, ...change });
}

/** The same for two searches that find the same. */
export function filterKey({ cursor: _, ...search }: LedgerSearch): string {
  return JSON.stringify(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** A text for `model or method`: what is the name of a known model is one. */
export function methodSearch(said: string, models: readonly string[]): Pick<LedgerSearch, 'model' | 'method'> {
  if (said === '') return { model: undefined, method: undefined };
  return models.includes(said) ? { model: said, method: undefined } : { model: undefined, method: said };
}

/** Where the export of all that is found lies. */
export function exportAddress(format: 'csv' | 'ndjson', search: LedgerSearch, nowMs: number): string {
  const query = new URLSearchParams({ format, ...(filterOf(search, nowMs) as Record<string, string>) });
  return `/v1/executions?${query}`;
}
