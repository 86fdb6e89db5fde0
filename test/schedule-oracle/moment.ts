import { clockOf, type Transition } from './clock.ts';

/** A moment around which rules are tried: mostly the one in which a clock is put forward or back. */
export type Moment = {
  zone: string;
  transition: Transition;
  /** Wall times from `low` up to `high` do not exist, or are shown twice; `middle` is one of them. Ms, as of `Date.UTC`. */
  low: number;
  middle: number;
  high: number;
};

const hour = 3_600_000;
const day = 24 * hour;

/** The ends of years, of months of every length, and leap days: for zones that never change their clocks. */
const quiet = ['2024-02-28', '2026-12-31', '2027-04-30', '2028-02-29'];

/** Every transition 2024–2030; of a zone without any, days at which calendars are odd. */
export function momentsOf(zone: string): Moment[] {
  const clock = clockOf(zone);
  const within = clock.transitions.filter(({ at }) => at >= Date.UTC(2024, 0, 1) && at < Date.UTC(2031, 0, 1));
  if (within.length > 0) return within.map((transition) => momentOf(zone, transition));
  return quiet.map((date) => {
    const wall = Date.parse(`${date}T00:00:00Z`) + day;
    const offset = clock.offsetAt(wall);
    return momentOf(zone, { at: wall - offset, before: offset, after: offset });
  });
}

export function momentOf(zone: string, transition: Transition): Moment {
  const { at, before, after } = transition;
  const low = at + Math.min(before, after);
  const high = before === after ? low + hour : at + Math.max(before, after);
  return { zone, transition, low, middle: low + (high - low) / 2, high };
}

/** The instant of a wall time before or during the change, by the clock as it was: what `compatible` makes of it. */
export function instantOf({ transition }: Moment, wall: number): number {
  return wall - transition.before;
}

const two = (value: number) => String(value).padStart(2, '0');

/** What patterns call a wall time. */
export function nameOf(wall: number) {
  const date = new Date(wall);
  const [hours, minutes, dayOfMonth] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCDate()];
  return {
    hours,
    minutes,
    day: dayOfMonth,
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
    nth: Math.ceil(dayOfMonth / 7),
    year: date.getUTCFullYear(),
    time: `${two(hours)}:${two(minutes)}`,
  };
}
