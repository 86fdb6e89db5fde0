import {
  type CronFieldKind,
  cronFault,
  cronFields,
  itemsOf,
  type Piece,
  singleValueOf,
  valuesOf,
} from './cron-field.ts';

/**
 * A cron pattern, read. Values ascend and come once.
 *
 *     [second] minute hour day-of-month month day-of-week
 *
 * Each is `*`, a value, a range `1-5`, one of these two with a step `1-31/2`, or a list of them. Months and days of the
 * week have names too; Sunday is 0 and 7. Days of the month may be `L`, the last one, or `15W`, the day from Monday to
 * Friday that is nearest to the 15th in its month; days of the week `5L`, the last Friday of a month, or `1#2`, its
 * second Monday.
 */
export type Cron = {
  seconds: number[];
  minutes: number[];
  hours: number[];
  months: number[];
  /** Undefined where every day will do. If both are asked for, either is enough. */
  monthDays: MonthDays | undefined;
  weekdays: Weekdays | undefined;
  /** Its hours are `*` or a step, so that it follows elapsed time when the clocks are changed. */
  isRoundTheClock: boolean;
};

export type MonthDays = { days: number[]; hasLast: boolean; nearestTo: number[] };

/** 0 is Sunday. */
export type Weekdays = { days: number[]; lastOf: number[]; nth: { weekday: number; n: number }[] };

const macros: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** @throws ClusterError request_invalid that names the position of what is wrong, counted from 1 */
export function parseCron(pattern: string): Cron {
  const fields = fieldsOf(pattern);
  const [second, minute, hour, monthDay, month, weekday] = fields as [Piece, Piece, Piece, Piece, Piece, Piece];
  return {
    seconds: listOf(second, cronFields.second),
    minutes: listOf(minute, cronFields.minute),
    hours: listOf(hour, cronFields.hour),
    monthDays: isEvery(monthDay) ? undefined : monthDaysOf(monthDay),
    months: listOf(month, cronFields.month),
    weekdays: isEvery(weekday) ? undefined : weekdaysOf(weekday),
    isRoundTheClock: hour.text.split(',').some((item) => item.startsWith('*')),
  };
}

/** Six fields, the seconds first. */
function fieldsOf(pattern: string): Piece[] {
  const words: Piece[] = [...pattern.matchAll(/[^ \t]+/g)].map((match) => ({
    text: match[0],
    position: match.index + 1,
  }));
  const [first] = words;
  if (first === undefined) throw cronFault(1, 'it is empty: expected 5 fields, or 6 with the seconds first');
  if (first.text.startsWith('@')) {
    const macro = macros[first.text.toLowerCase()];
    if (macro === undefined) {
      throw cronFault(
        first.position,
        `"${first.text}" is not known: expected one of ${Object.keys(macros).join(', ')}`,
      );
    }
    if (words[1] !== undefined) throw cronFault(words[1].position, `nothing may follow "${first.text}"`);
    return fieldsOf(macro);
  }
  if (words.length === 5) return [{ text: '0', position: 0 }, ...words];
  if (words.length === 6) return words;
  const position = words[6]?.position ?? pattern.trimEnd().length + 1;
  throw cronFault(position, `expected 5 fields, or 6 with the seconds first; there are ${words.length}`);
}

/** A field that rules nothing out. */
function isEvery(field: Piece): boolean {
  return field.text === '*' || field.text === '*/1';
}

function listOf(field: Piece, kind: CronFieldKind): number[] {
  return ascending(itemsOf(field).flatMap((item) => valuesOf(item, kind)));
}

function monthDaysOf(field: Piece): MonthDays {
  const found: MonthDays = { days: [], hasLast: false, nearestTo: [] };
  for (const item of itemsOf(field)) {
    if (/^l$/i.test(item.text)) found.hasLast = true;
    else if (/^\d+w$/i.test(item.text)) found.nearestTo.push(singleValueOf(withoutEnd(item), cronFields.monthDay));
    else found.days.push(...valuesOf(item, cronFields.monthDay));
  }
  return { ...found, days: ascending(found.days) };
}

function weekdaysOf(field: Piece): Weekdays {
  const found: Weekdays = { days: [], lastOf: [], nth: [] };
  for (const item of itemsOf(field)) {
    const hash = item.text.indexOf('#');
    if (hash >= 0) found.nth.push(nthOf(item, hash));
    else if (/^.+l$/i.test(item.text)) found.lastOf.push(singleValueOf(withoutEnd(item), cronFields.weekday) % 7);
    else found.days.push(...valuesOf(item, cronFields.weekday).map((day) => day % 7));
  }
  return { ...found, days: ascending(found.days) };
}

function nthOf({ text, position }: Piece, hash: number): { weekday: number; n: number } {
  const weekday = singleValueOf({ text: text.slice(0, hash), position }, cronFields.weekday) % 7;
  const n = text.slice(hash + 1);
  if (/^[1-5]$/.test(n)) return { weekday, n: Number(n) };
  throw cronFault(position + hash + 1, `"${n}" is out of range: a day of the week comes 1 to 5 times in a month`);
}

function withoutEnd({ text, position }: Piece): Piece {
  return { text: text.slice(0, -1), position };
}

function ascending(values: number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
