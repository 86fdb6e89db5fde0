import { limits } from '../limits.ts';
import type { Cron, MonthDays, Weekdays } from './cron.ts';
import { dateOf, dayOf, modulo, monthLength, weekdayOf } from './day.ts';
import type { Days } from './day-times.ts';

const monthsSearched = limits.scheduleYears * 12;

/** The days that a cron pattern names. It walks from month to month, and remembers the month it was in last. */
export function cronDays(cron: Cron): Days {
  let known: { month: number; days: number[] } = { month: Number.NaN, days: [] };
  const daysIn = (month: number) => {
    if (month !== known.month) known = { month, days: daysOfMonth(cron, month) };
    return known.days;
  };
  return {
    from(day) {
      const start = monthOf(day);
      for (let month = start; month <= start + monthsSearched; month += 1) {
        const found = daysIn(month).find((each) => each >= day);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    upTo(day) {
      const start = monthOf(day);
      for (let month = start; month >= start - monthsSearched; month -= 1) {
        const found = daysIn(month).findLast((each) => each <= day);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** Months are counted from the year 0. */
function monthOf(day: number): number {
  const { year, month } = dateOf(day);
  return year * 12 + month - 1;
}

function daysOfMonth(cron: Cron, month: number): number[] {
  const numberInYear = modulo(month, 12) + 1;
  if (!cron.months.includes(numberInYear)) return [];
  const year = Math.floor(month / 12);
  const first = dayOf(year, numberInYear, 1);
  const length = monthLength(year, numberInYear);
  const { monthDays, weekdays } = cron;
  const byMonthDay = monthDays && numbersByMonthDay(monthDays, first, length);
  const byWeekday = weekdays && numbersByWeekday(weekdays, first, length);
  const isNamed = (number: number) =>
    byMonthDay || byWeekday ? byMonthDay?.has(number) || byWeekday?.has(number) : true;
  return numbersUpTo(length)
    .filter(isNamed)
    .map((number) => first + number - 1);
}

function numbersByMonthDay(monthDays: MonthDays, first: number, length: number): Set<number> {
  const numbers = new Set(monthDays.days.filter((number) => number <= length));
  if (monthDays.hasLast) numbers.add(length);
  for (const number of monthDays.nearestTo) {
    if (number <= length) numbers.add(nearestWorkday(number, first, length));
  }
  return numbers;
}

/** From Monday to Friday, and in the same month. */
function nearestWorkday(number: number, first: number, length: number): number {
  const weekday = weekdayOf(first + number - 1);
  if (weekday === 5) return number === 1 ? 3 : number - 1;
  if (weekday === 6) return number === length ? number - 2 : number + 1;
  return number;
}

function numbersByWeekday(weekdays: Weekdays, first: number, length: number): Set<number> {
  /** 0 is Sunday, as in the pattern. */
  const weekdayOfNumber = (number: number) => (weekdayOf(first + number - 1) + 1) % 7;
  const isNamed = (number: number) => {
    const weekday = weekdayOfNumber(number);
    const n = Math.ceil(number / 7);
    return (
      weekdays.days.includes(weekday) ||
      (weekdays.lastOf.includes(weekday) && number > length - 7) ||
      weekdays.nth.some((each) => each.weekday === weekday && each.n === n)
    );
  };
  return new Set(numbersUpTo(length).filter(isNamed));
}

function numbersUpTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1);
}
