import type { ScheduleCalendar } from '@drover/core';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { cluster } from '../../cluster.ts';
import { type Choice, datesOf } from './calendar-search.ts';
import { byName, type Entry, entriesOf, type Minute, minutesOf, withWords } from './fires.ts';
import { addDays, type Quarter, quarterAt, quartersOf, startOfDay, timeIn } from './zoned-day.ts';

/** How often the page asks again, ms. */
const seldom = 15_000;

type Range = { view: Choice['view']; zone: string; dates: string[]; from: number; to: number };

/** What was asked for stands beside the answer: the page shows the one before while the next is on its way. */
export type Answer = Range & { calendar: ScheduleCalendar };

/** All that is drawn of an answer. */
export type Sheet = Range & {
  quarters: Quarter[];
  entries: Entry[];
  minutes: Minute[];
  /** They fire too often to be drawn. */
  dense: ScheduleCalendar['dense'];
  isMore: boolean;
};

export const calendarQuery = ({ view, date, zone }: Choice) => {
  const dates = datesOf({ view, date });
  return queryOptions({
    queryKey: ['schedule-calendar', view, dates[0], zone],
    queryFn: async ({ signal }): Promise<Answer> => {
      const from = startOfDay(dates[0] ?? date, zone);
      const to = startOfDay(addDays(dates.at(-1) ?? date, 1), zone);
      const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      return { view, zone, dates, from, to, calendar: await cluster.schedules.calendar(range, { signal }) };
    },
    refetchInterval: seldom,
    placeholderData: keepPreviousData,
  });
};

/** @param words those of the schedules whose name holds all of them */
export function sheetOf({ calendar, ...range }: Answer, words: string): Sheet {
  const { items, dense, isMore } = calendar;
  const entries = entriesOf({ ...calendar, items: withWords(items, words) });
  return {
    ...range,
    quarters: quartersOf(range.from, range.to, range.zone),
    entries,
    minutes: minutesOf(entries),
    dense: withWords(dense, words).sort(byName),
    isMore,
  };
}

const weekdays = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });

/** `02:05` on a day, `Mon 02:05` in a week; what the clock shows a second time is told. */
export function timeOf({ view, quarters }: Pick<Sheet, 'view' | 'quarters'>, at: number): string {
  const quarter = quarterAt(quarters, at);
  if (quarter === undefined) return '';
  const time = `${timeIn(quarter, at)}${quarter.isAgain ? ' again' : ''}`;
  return view === 'day' ? time : `${weekdays.format(new Date(`${quarter.date}T00:00:00Z`))} ${time}`;
}

/** Times that are written out. */
const timesFirst = 6;

/** `02:00, 03:00`; of a week `every day at 02:00`, where that is so. */
export function timesOf(sheet: Pick<Sheet, 'view' | 'quarters' | 'dates'>, minutes: readonly number[]): string {
  if (sheet.view === 'day') return listed(minutes.map((at) => timeOf(sheet, at)));
  const days = new Map<string, number[]>();
  for (const at of minutes) {
    const time = timeOf({ ...sheet, view: 'day' }, at);
    const known = days.get(time);
    if (known === undefined) days.set(time, [at]);
    else known.push(at);
  }
  const isDaily = ([, at]: [string, number[]]) => at.length === sheet.dates.length;
  const daily = [...days].filter(isDaily).map(([time]) => time);
  const others = [...days].filter((times) => !isDaily(times)).flatMap(([, at]) => at);
  return [
    daily.length > 0 && `every day at ${listed(daily)}`,
    others.length > 0 && listed(others.sort((a, b) => a - b).map((at) => timeOf(sheet, at))),
  ]
    .filter((said) => said !== false)
    .join('; ');
}

function listed(times: readonly string[]): string {
  if (times.length <= timesFirst + 1) return times.join(', ');
  return `${times.length} times: ${times.slice(0, timesFirst).join(', ')} … ${times.at(-1)}`;
}

/** Where an instant lies in what is shown, percent. */
export function shareOf({ from, to }: Range, at: number): number {
  return (100 * (at - from)) / (to - from);
}
