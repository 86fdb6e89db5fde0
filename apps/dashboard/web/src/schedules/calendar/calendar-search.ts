import { limits } from '@drover/core';
import { isZone, ownZone } from '../../zone.ts';
import { addDays, clockOf, mondayOf } from './zoned-day.ts';

/** What of the calendar is shown, as the address says it. What is left out is as usual. */
export type CalendarSearch = {
  /** Usually a day. */
  view?: 'week' | undefined;
  /** A day `YYYY-MM-DD`, or one of the week. Usually today. */
  date?: string | undefined;
  /** An IANA zone: what a day is. Usually the browser's own. */
  zone?: string | undefined;
  /** Words of the schedules' names. */
  q?: string | undefined;
  /** Usually a picture. */
  as?: 'list' | undefined;
};

/** The same with nothing left out. */
export type Choice = { view: 'day' | 'week'; date: string; zone: string; q: string; isList: boolean };

/** What the address holds and cannot be is as if it was not there. */
export function readCalendarSearch({ view, date, zone, q, as }: Record<string, unknown>): CalendarSearch {
  return {
    view: view === 'week' ? view : undefined,
    date: isDay(date) ? date : undefined,
    zone: typeof zone === 'string' && zone.length <= limits.timeZoneLength && isZone(zone) ? zone : undefined,
    q: words(q),
    as: as === 'list' ? as : undefined,
  };
}

export function chosenBy({ view, date, zone = ownZone(), q = '', as }: CalendarSearch, now: number): Choice {
  return { view: view ?? 'day', zone, q, date: date ?? clockOf(now, zone).date, isList: as === 'list' };
}

/** The days that are shown: one, or a week from its Monday on. */
export function datesOf({ view, date }: Pick<Choice, 'view' | 'date'>): string[] {
  if (view === 'day') return [date];
  const monday = mondayOf(date);
  return Array.from({ length: 7 }, (_, index) => addDays(monday, index));
}

/** The day to show after so many steps of a day, or of a week. It stays within what the address may hold. */
export function stepped({ view, date }: Pick<Choice, 'view' | 'date'>, steps: number): string {
  const other = addDays(date, steps * (view === 'day' ? 1 : 7));
  return isDay(other) ? other : date;
}

/** A day of the calendar, in years of four digits of which zones are known. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^(19[7-9]|2\d\d)\d-\d\d-\d\d$/.test(value)) return false;
  const at = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}

/** An address that people write by hand may hold `q=12`, which is read as a number. */
function words(value: unknown): string | undefined {
  const said = typeof value === 'number' ? String(value) : value;
  return typeof said === 'string' && said.trim() !== '' && said.length <= limits.searchLength ? said : undefined;
}
