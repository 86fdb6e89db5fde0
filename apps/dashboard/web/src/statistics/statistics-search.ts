import { limits, type StatisticsGrouping } from '@drover/core';
import { isSort, type Sort } from './group-order.ts';

/** What of the statistics is shown, as the address says it. What is left out is as usual. */
export type StatisticsSearch = {
  /** The last so many days, today included. */
  days?: number | undefined;
  /** An IANA zone: what a day is. Usually the browser's own. */
  zone?: string | undefined;
  by?: StatisticsGrouping | undefined;
  sort?: Sort | undefined;
};

export const usualDays = 7;
export const ranges = [7, 14, 30, 90] as const;

/** What the address holds and cannot be is as if it was not there. */
export function readStatisticsSearch({ days, zone, by, sort }: Record<string, unknown>): StatisticsSearch {
  return {
    days: isDays(days) ? days : undefined,
    zone: typeof zone === 'string' && zone !== '' && zone.length <= 64 ? zone : undefined,
    by: by === 'method' || by === 'queue' || by === 'company' ? by : undefined,
    sort: isSort(sort) ? sort : undefined,
  };
}

function isDays(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= limits.statisticsDays;
}
