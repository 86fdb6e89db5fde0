/**
 * What a clock on the wall shows, asked of `Intl.DateTimeFormat` and of nothing else: no Temporal, no library, no code of
 * the rule. A wall time is the number of ms that `Date.UTC` makes of what the clock shows.
 */

/** The clock is put from one offset to another. Offsets are ms, east of Greenwich positive. */
export type Transition = { at: number; before: number; after: number };

const minute = 60_000;
const week = 7 * 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Asked of Intl at this very instant. */
export function wallByIntl(zone: string, at: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, format);
  const shown = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day: date = 0, hour = 0, minute: minutes = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, date, hour, minutes, second);
}

function offsetByIntl(zone: string, at: number): number {
  return wallByIntl(zone, at) - at;
}

/** Every transition of a zone in [from, to): looked for week by week, then narrowed to the minute. Both are whole minutes. */
export function transitionsOf(zone: string, from: number, to: number): Transition[] {
  const found: Transition[] = [];
  let after = offsetByIntl(zone, from);
  for (let left = from; left < to; left += week) {
    const before = after;
    after = offsetByIntl(zone, left + week);
    if (before === after) continue;
    let [low, high] = [left, left + week];
    while (high - low > minute) {
      const middle = low + Math.floor((high - low) / 2 / minute) * minute;
      if (offsetByIntl(zone, middle) === before) low = middle;
      else high = middle;
    }
    if (before % minute !== 0 || after % minute !== 0 || offsetByIntl(zone, high - 1_000) !== before)
      throw new Error(`${zone}: a transition at ${new Date(high).toISOString()} is not at a whole minute`);
    found.push({ at: high, before, after });
  }
  return found;
}

export type Clock = {
  zone: string;
  transitions: readonly Transition[];
  offsetAt(at: number): number;
  /** The last transition at or before an instant. */
  lastChange(at: number): Transition | undefined;
};

/** The years that clocks know: before and after, a rule of the vectors has no business. */
export const clockFrom = Date.UTC(2010, 0, 1);
export const clockTo = Date.UTC(2034, 0, 1);

const clocks = new Map<string, Clock>();

export function clockOf(zone: string): Clock {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const transitions = transitionsOf(zone, clockFrom, clockTo);
  const first = offsetByIntl(zone, clockFrom);
  // Walks ask again and again of the same stretch between two of them.
  let [since, until, latest] = [Number.NaN, Number.NaN, undefined as Transition | undefined];
  const lastChange = (at: number) => {
    if (at >= since && at < until) return latest;
    if (at < clockFrom || at >= clockTo) throw new Error(`${new Date(at).toISOString()}: the clock does not know it`);
    latest = transitions.findLast((one) => one.at <= at);
    since = latest?.at ?? clockFrom;
    until = transitions.find((one) => one.at > at)?.at ?? clockTo;
    return latest;
  };
  const clock: Clock = { zone, transitions, lastChange, offsetAt: (at) => lastChange(at)?.after ?? first };
  clocks.set(zone, clock);
  return clock;
}
