/** Calendar days of a time zone, as instants. */
export type Day = { date: string; fromMs: number; toMs: number };

const quarterMs = 900_000;
const dayMs = 86_400_000;
/** No zone lies further from UTC. */
const offsetMaxMs = 15 * 3_600_000;

/** The last so many days, today included, oldest first. Days on which clocks change have 23 or 25 hours. */
export function lastDays(count: number, timeZone: string, nowMs: number): Day[] {
  const dateOf = dateFormat(timeZone);
  const today = dateOf(nowMs);
  const days: Day[] = [];
  let toMs = startOf(shifted(today, 1), dateOf);
  for (let back = 0; back < count; back += 1) {
    const date = shifted(today, -back);
    const fromMs = startOf(date, dateOf);
    days.unshift({ date, fromMs, toMs });
    toMs = fromMs;
  }
  return days;
}

type DateOf = (ms: number) => string;

/** `2026-11-25`, as it is in the zone. */
function dateFormat(timeZone: string): DateOf {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (ms) => format.format(ms);
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/**
 * When a date begins: the first quarter of an hour at which the zone's calendar shows it. All zones differ from UTC by
 * whole quarters. Where midnight is skipped, the day begins after the gap.
 */
function startOf(date: string, dateOf: DateOf): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  let before = Math.floor((utc - offsetMaxMs) / quarterMs);
  let within = Math.ceil((utc + offsetMaxMs) / quarterMs);
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dateOf(middle * quarterMs) >= date) within = middle;
    else before = middle;
  }
  return within * quarterMs;
}

/** The quarters of an hour that a day holds: numbers as in the names of counters. */
export function quartersOf({ fromMs, toMs }: Day): number[] {
  const first = Math.ceil(fromMs / quarterMs);
  return Array.from({ length: Math.max(0, Math.ceil(toMs / quarterMs) - first) }, (_, index) => first + index);
}
