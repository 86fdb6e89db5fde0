/** Times of a schedule are meant in its own zone, whatever the zone of the person who reads them. */

/** `2027-03-28T03:30:00+02:00`, for people. */
export type Zoned = { day: string; time: string; offset: string };

const days = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const shape = /^(\d{4,}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)/;

/** A local time with its offset → `Sun 28 Mar 2027`, `03:30`, `+02:00`. Seconds are shown where there are any. */
export function wordsOf(local: string): Zoned {
  const [, date, time = '', seconds = '', offset = ''] = shape.exec(local) ?? [];
  if (date === undefined) return { day: local, time: '', offset: '' };
  const day = days.format(new Date(`${date}T00:00:00Z`)).replace(',', '');
  return { day, time: seconds === ':00' ? time : time + seconds, offset: offset === 'Z' ? '+00:00' : offset };
}

/** An instant → the same in a zone, with its offset. In UTC where the browser does not know the zone. */
export function zonedOf(instant: string, timeZone: string): string {
  const at = Date.parse(instant);
  const offset = offsetOf(at, timeZone);
  return `${textOf(at + offset)}${offsetText(offset)}`;
}

/** An instant → `YYYY-MM-DDTHH:mm:ss` in a zone, as `<input type="datetime-local">` speaks it. */
export function localIn(instant: string, timeZone: string): string {
  const at = Date.parse(instant);
  return textOf(at + offsetOf(at, timeZone));
}

/**
 * `2026-03-01T09:30` in a zone → its instant. A time that the clock passes over is as long after the gap as it was meant
 * to be into it; one that comes twice is the first. What is no time stays as it was typed, for the API to refuse.
 */
export function instantIn(local: string, timeZone: string): string {
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return local;
  const before = offsetOf(wall - dayMs, timeZone);
  const after = offsetOf(wall + dayMs, timeZone);
  const fitting = [before, after].find((offset) => offsetOf(wall - offset, timeZone) === offset);
  return new Date(wall - (fitting ?? before)).toISOString();
}

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a zone are ahead of UTC, ms. */
export function offsetOf(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatIn(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = newFormat(timeZone) ?? formatIn('UTC');
  formats.set(timeZone, made);
  return made;
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = 'numeric';
  const fields = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  } as const;
  try {
    return new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...fields });
  } catch {
    return undefined;
  }
}

function textOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19);
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
