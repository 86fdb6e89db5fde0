import { dateOf, dayOf, modulo, monthLength, weekdayOf } from './day.ts';
import type { Days } from './day-times.ts';
import { type Frequency, Weekday } from './rule.ts';

/** Every so many days, counted from a day. */
export function dailyDays(anchorDay: number, interval: number): Days {
  const upTo = (day: number) => day - modulo(day - anchorDay, interval);
  return { upTo, from: (day) => upTo(day + interval - 1) };
}

/** Days of every so many weeks, counted from the week of a day. Weeks begin on Monday. Weekdays count from 0, ascending. */
export function weeklyDays(anchorDay: number, interval: number, weekdays: number[]): Days {
  const anchorMonday = mondayOf(anchorDay);
  const weeks = dailyDays(anchorMonday, 7 * interval);
  const first = weekdays[0] as number;
  const last = weekdays.at(-1) as number;
  return {
    from(day) {
      const week = weeks.upTo(day) as number;
      const weekday = weekdays.find((each) => week + each >= day);
      return weekday === undefined ? week + 7 * interval + first : week + weekday;
    },
    upTo(day) {
      const week = weeks.upTo(day) as number;
      const weekday = weekdays.findLast((each) => week + each <= day);
      return weekday === undefined ? week - 7 * interval + last : week + weekday;
    },
  };
}

/** A day of every so many months, counted from the month of a day. A month that is shorter has it as its last one. */
export function monthlyDays(anchorDay: number, interval: number, monthDay: number | 'last'): Days {
  const anchor = dateOf(anchorDay);
  const anchorMonth = anchor.year * 12 + anchor.month - 1;
  /** The day in the month of the rule that holds a day, or came last before it; or so many steps later. */
  const dayIn = (day: number, steps: number) => {
    const date = dateOf(day);
    const month = date.year * 12 + date.month - 1;
    const chosen = month - modulo(month - anchorMonth, interval) + steps * interval;
    const year = Math.floor(chosen / 12);
    const length = monthLength(year, modulo(chosen, 12) + 1);
    return dayOf(year, modulo(chosen, 12) + 1, monthDay === 'last' ? length : Math.min(monthDay, length));
  };
  return {
    from(day) {
      const here = dayIn(day, 0);
      return here >= day ? here : dayIn(day, 1);
    },
    upTo(day) {
      const here = dayIn(day, 0);
      return here <= day ? here : dayIn(day, -1);
    },
  };
}

/** The days of the week of a rule, from Monday (0) on: those asked for, else that of its anchor. */
export function weekdaysOf(frequency: Frequency, anchorDay: number): number[] {
  const asked = frequency.weekdays?.map((weekday) => Weekday.options.indexOf(weekday));
  return asked?.toSorted((a, b) => a - b) ?? [weekdayOf(anchorDay)];
}

/** The day of the month of a rule: the one asked for, else that of its anchor. */
export function monthDayOf(frequency: Frequency, anchorDay: number): number | 'last' {
  return frequency.monthDay ?? dateOf(anchorDay).day;
}

function mondayOf(day: number): number {
  return day - weekdayOf(day);
}
