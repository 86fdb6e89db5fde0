const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** `2026-11-25` → `25 Nov`: a day of the calendar, whatever the zone of who reads it. */
export function shortDay(date: string): string {
  return short.format(new Date(`${date}T00:00:00Z`));
}

/** → `Wed, 25 Nov`. */
export function longDay(date: string): string {
  return long.format(new Date(`${date}T00:00:00Z`));
}
