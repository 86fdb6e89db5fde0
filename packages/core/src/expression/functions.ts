import { Instant } from '../names.ts';
import { dayMs } from '../schedule-rule/day.ts';
import { ExpressionError } from './expression-error.ts';
import { isTime, type ScopeValue, timeKindOf, timeOf } from './time-value.ts';
import { typeOf } from './value-type.ts';

type Run = (args: ScopeValue[], position: number) => ScopeValue;

/** What an expression may call. `usage` shows how many arguments it takes. */
export const functions: ReadonlyMap<string, { arity: number; usage: string; run: Run }> = new Map([
  ['length', { arity: 1, usage: 'length(list or text)', run: length }],
  ['default', { arity: 2, usage: 'default(value, instead of null)', run: ([value, other]) => value ?? other ?? null }],
  ['date', { arity: 1, usage: "date('YYYY-MM-DD')", run: date }],
  ['instant', { arity: 1, usage: "instant('YYYY-MM-DDTHH:MM:SSZ')", run: instant }],
  ['format', { arity: 2, usage: "format(date or instant, 'YYYY-MM-DD')", run: format }],
]);

function length([value]: ScopeValue[], position: number): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  throw new ExpressionError(`length() takes a list or a text, got ${typeOf(value)}`, position);
}

/** The date that a text says. Of an instant: its date in UTC. */
function date([value]: ScopeValue[], position: number): ScopeValue {
  if (timeKindOf(value) === 'date') return value ?? null;
  const isDate = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  const ms = isDate ? msOf(`${value}T00:00:00Z`) : instantMs(value);
  if (ms !== undefined) return timeOf('date', Math.floor(ms / dayMs) * dayMs, position);
  throw new ExpressionError(`date() takes an instant or a text like YYYY-MM-DD, got ${typeOf(value)}`, position);
}

function instant([value]: ScopeValue[], position: number): ScopeValue {
  const ms = instantMs(value);
  if (ms !== undefined) return timeOf('instant', ms, position);
  const expected = 'an instant or a text like YYYY-MM-DDTHH:MM:SSZ';
  throw new ExpressionError(`instant() takes ${expected}, got ${typeOf(value)}`, position);
}

function instantMs(value: ScopeValue | undefined): number | undefined {
  if (isTime(value)) return timeKindOf(value) === 'instant' ? value.ms : undefined;
  return typeof value === 'string' ? msOf(value) : undefined;
}

function msOf(text: string): number | undefined {
  return Instant.safeParse(text).success ? Date.parse(text) : undefined;
}

/** Replaces YYYY, MM, DD, HH, mm and ss. An instant is written in UTC. */
function format([value, pattern]: ScopeValue[], position: number): string {
  if (!isTime(value) || timeKindOf(value) === 'duration') {
    throw new ExpressionError(`format() takes a date or an instant, got ${typeOf(value)}`, position);
  }
  if (typeof pattern !== 'string') {
    throw new ExpressionError(`format() takes a text like 'YYYY-MM-DD', got ${typeOf(pattern)}`, position);
  }
  const iso = new Date(value.ms).toISOString();
  const parts = new Map([
    ['YYYY', iso.slice(0, 4)],
    ['MM', iso.slice(5, 7)],
    ['DD', iso.slice(8, 10)],
    ['HH', iso.slice(11, 13)],
    ['mm', iso.slice(14, 16)],
    ['ss', iso.slice(17, 19)],
  ]);
  return pattern.replace(/YYYY|MM|DD|HH|mm|ss/g, (part) => parts.get(part) ?? part);
}
