import { ClusterError } from '../cluster-error.ts';

/** A piece of a cron pattern: its text and where it begins, counted from 1. */
export type Piece = { text: string; position: number };

export type CronFieldKind = {
  name: string;
  min: number;
  max: number;
  /** Names of values, from `min` on, in lower case. */
  names?: readonly string[];
};

export const cronFields = {
  second: { name: 'seconds', min: 0, max: 59 },
  minute: { name: 'minutes', min: 0, max: 59 },
  hour: { name: 'hours', min: 0, max: 23 },
  monthDay: { name: 'days of the month', min: 1, max: 31 },
  month: {
    name: 'months',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  weekday: {
    name: 'days of the week',
    min: 0,
    max: 7,
    names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
  },
} satisfies Record<string, CronFieldKind>;

/** What is wrong with a cron pattern, and at which of its characters, counted from 1. */
export function cronFault(position: number, message: string): ClusterError {
  const text = `cron, position ${position}: ${message}`;
  return new ClusterError('request_invalid', text, { faults: [{ pointer: '/frequency/cron', message: text }] });
}

/**
 * The items of a field: what stands between its commas.
 * @throws ClusterError request_invalid at an empty item or a character that no field may hold
 */
export function itemsOf(field: Piece): Piece[] {
  const unknown = field.text.search(/[^0-9A-Za-z*,/#-]/);
  if (unknown >= 0) {
    const character = String.fromCodePoint(field.text.codePointAt(unknown) as number);
    throw cronFault(field.position + unknown, `the character ${JSON.stringify(character)} is not known`);
  }
  let position = field.position;
  return field.text.split(',').map((text) => {
    const item = { text, position };
    if (text === '') throw cronFault(position, 'a value is missing');
    position += text.length + 1;
    return item;
  });
}

/**
 * The values of an item: a value, `*`, a range, or one of the latter two with a step.
 * @throws ClusterError request_invalid
 */
export function valuesOf(item: Piece, kind: CronFieldKind): number[] {
  const [range, step] = splitAt(item, '/');
  if (step !== undefined && range.text !== '*' && !range.text.includes('-')) {
    const hint = range.text === '' ? `"*/${step.text}"` : `"${range.text}-${kind.max}/${step.text}"`;
    throw cronFault(range.position, `a step needs "*" or a range before it, such as ${hint}`);
  }
  const every = step === undefined ? 1 : stepOf(step, kind);
  const [first, last] = boundsOf(range, kind);
  const values: number[] = [];
  for (let value = first; value <= last; value += every) values.push(value);
  return values;
}

/**
 * One value: a number, or a name.
 * @throws ClusterError request_invalid
 */
export function singleValueOf({ text, position }: Piece, kind: CronFieldKind): number {
  if (text === '') throw cronFault(position, 'a value is missing');
  const named = kind.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return kind.min + named;
  if (!/^\d+$/.test(text)) {
    const expected = kind.names ? `a number or a name such as ${kind.names[1]?.toUpperCase()}` : 'a number';
    throw cronFault(position, `"${text}" is not known among the ${kind.name}: expected ${expected}`);
  }
  const value = Number(text);
  if (value >= kind.min && value <= kind.max) return value;
  throw cronFault(position, `${text} is out of range: ${kind.name} go from ${kind.min} to ${kind.max}`);
}

function boundsOf(range: Piece, kind: CronFieldKind): [number, number] {
  // Sunday is both 0 and 7: all of a week is seven days, not eight.
  if (range.text === '*') return [kind.min, kind === cronFields.weekday ? 6 : kind.max];
  const [from, to] = splitAt(range, '-');
  const first = singleValueOf(from, kind);
  if (to === undefined) return [first, first];
  const isUntilSunday = kind === cronFields.weekday && to.text.toLowerCase() === 'sun' && first > 0;
  const last = isUntilSunday ? 7 : singleValueOf(to, kind);
  if (last < first) throw cronFault(range.position, `the range "${range.text}" ends before it begins`);
  return [first, last];
}

function stepOf(step: Piece, kind: CronFieldKind): number {
  if (!/^\d+$/.test(step.text)) throw cronFault(step.position, `"${step.text}" is not a step: expected a number`);
  const value = Number(step.text);
  if (value >= 1 && value <= kind.max) return value;
  throw cronFault(step.position, `a step of ${step.text} is out of range: it goes from 1 to ${kind.max}`);
}

/** What stands before and after the first such character. */
function splitAt({ text, position }: Piece, character: string): [Piece, Piece | undefined] {
  const index = text.indexOf(character);
  if (index < 0) return [{ text, position }, undefined];
  return [
    { text: text.slice(0, index), position },
    { text: text.slice(index + 1), position: position + index + 1 },
  ];
}
