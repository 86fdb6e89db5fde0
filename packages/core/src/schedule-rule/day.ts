/**
 * Days of the calendar, counted from 1970-01-01, and times on the wall: what a clock shows, as ms since 1970-01-01T00:00
 * of that same clock. Neither knows of zones.
 */
export const dayMs = 86_400_000;

export type CalendarDate = { year: number; month: number; day: number };

/** Months may lie outside 1 to 12, and days outside their month: they count on. */
export function dayOf(year: number, month: number, day: number): number {
  // Not Date.UTC: it takes the years 0 to 99 for those of the 20th century.
  return new Date(0).setUTCFullYear(year, month - 1, day) / dayMs;
}

export function dateOf(day: number): CalendarDate {
  const date = new Date(day * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function monthLength(year: number, month: number): number {
  return dayOf(year, month + 1, 1) - dayOf(year, month, 1);
}

/** 0 is Monday. */
export function weekdayOf(day: number): number {
  return modulo(day + 3, 7);
}

/** The day of a time on the wall, and its time of day in ms. */
export function splitWall(wall: number): { day: number; timeOfDay: number } {
  const day = Math.floor(wall / dayMs);
  return { day, timeOfDay: wall - day * dayMs };
}

export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
