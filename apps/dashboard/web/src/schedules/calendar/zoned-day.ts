import { offsetOf } from '../zoned-time.ts';

/** Days and times of day in a zone, by Intl alone. An instant is Unix ms, a day of the calendar `YYYY-MM-DD`. */

export const minuteMs = 60_000;
export const quarterMs = 15 * minuteMs;
const dayMs = 86_400_000;
/** No zone is further from UTC. */
const furthestMs = 16 * 3_600_000;

/** What a clock on the wall shows. */
export type Clock = {
  date: string;
  hour: number;
  minute: number;
  /** Ahead of UTC. */
  offsetMs: number;
};

/** A quarter of an hour. Clocks are put forward and back between two of them, never within one. */
export type Quarter = Clock & {
  at: number;
  /** The clock has shown this time before. */
  isAgain: boolean;
};

/** What a clock shows as one hour: shorter where it is put forward or back meanwhile. */
export type Hour = Quarter & { /** Before this instant. */ toAt: number };

export function clockOf(at: number, zone: string): Clock {
  const offsetMs = offsetOf(at, zone);
  const shown = new Date(at + offsetMs);
  return {
    date: shown.toISOString().slice(0, 10),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    offsetMs,
  };
}

/** The first instant of a day: not midnight where the clock is put forward at midnight. */
export function startOfDay(date: string, zone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Seconds. At `before` it is another day still, at `from` it is this one.
  let [before, from] = [(midnight - furthestMs) / 1_000, (midnight + furthestMs) / 1_000];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (clockOf(middle * 1_000, zone).date < date) before = middle;
    else from = middle;
  }
  return from * 1_000;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** The Monday of its week. */
export function mondayOf(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}

export function quartersOf(from: number, to: number, zone: string): Quarter[] {
  /** How far the clock has come, as it shows it. */
  let shownUntil = Number.NEGATIVE_INFINITY;
  return Array.from({ length: Math.ceil((to - from) / quarterMs) }, (_, index) => {
    const at = from + index * quarterMs;
    const clock = clockOf(at, zone);
    const shown = at + clock.offsetMs;
    const isAgain = shown < shownUntil;
    shownUntil = Math.max(shownUntil, shown + quarterMs);
    return { at, ...clock, isAgain };
  });
}

/** The quarter that an instant lies in, of those that follow one another. */
export function quarterAt(quarters: readonly Quarter[], at: number): Quarter | undefined {
  const first = quarters[0];
  return first === undefined ? undefined : quarters[Math.floor((at - first.at) / quarterMs)];
}

export function hoursOf(quarters: readonly Quarter[]): Hour[] {
  const hours: Hour[] = [];
  for (const quarter of quarters) {
    const { at, date, hour, offsetMs } = quarter;
    const last = hours.at(-1);
    if (last?.date === date && last.hour === hour && last.offsetMs === offsetMs) last.toAt = at + quarterMs;
    else hours.push({ ...quarter, toAt: at + quarterMs });
  }
  return hours;
}

/** `02:05`: what the clock shows at an instant within the quarter. */
export function timeIn(quarter: Quarter, at: number): string {
  const minute = quarter.minute + Math.floor((at - quarter.at) / minuteMs);
  return `${twoDigits(quarter.hour)}:${twoDigits(minute)}`;
}

export function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
