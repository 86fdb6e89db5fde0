import type { Json } from '../json.ts';
import { dayMs } from '../schedule-rule/day.ts';
import { wallOf, zoneOf } from '../schedule-rule/zone.ts';
import { ExpressionError } from './expression-error.ts';

/** JSON has no symbols, so nothing that came as JSON can pass for a time. */
const timeKind = Symbol('time');

export type TimeKind = 'instant' | 'date' | 'duration';

/** `ms`: Unix ms of an instant; of a date that of its midnight in UTC; the length of a duration. */
export type TimeValue = { readonly [timeKind]: TimeKind; readonly ms: number };

/** What names stand for: JSON, with times in it. */
export type ScopeValue = Json | TimeValue | readonly ScopeValue[] | { readonly [key: string]: ScopeValue };
export type ExpressionScope = { readonly [name: string]: ScopeValue };

/** Years that four digits can write. */
const minMs = Date.parse('0001-01-01T00:00:00Z');
const maxMs = Date.parse('9999-12-31T23:59:59.999Z');

/** A time of that kind. Durations and instants have whole milliseconds. @throws ExpressionError */
export function timeOf(kind: TimeKind, ms: number, position?: number): TimeValue {
  if (kind !== 'duration' && !(ms >= minMs && ms <= maxMs)) {
    throw new ExpressionError('lies outside the years 1 to 9999', position);
  }
  if (!Number.isSafeInteger(Math.round(ms))) throw new ExpressionError('is too long a duration', position);
  if (kind === 'date' && ms % dayMs !== 0) {
    throw new ExpressionError('a date moves by whole days, such as 1d or 2w', position);
  }
  return { [timeKind]: kind, ms: Math.round(ms) };
}

export function timeKindOf(value: unknown): TimeKind | undefined {
  return isTime(value) ? value[timeKind] : undefined;
}

export function isTime(value: unknown): value is TimeValue {
  return typeof value === 'object' && value !== null && timeKind in value;
}

/** An instant, for a scope. `ms`: Unix ms. */
export function instantAt(ms: number): TimeValue {
  return timeOf('instant', ms);
}

/** The date in a zone at an instant, for a scope. `ms`: Unix ms. @throws RangeError for a zone that nobody knows */
export function dateAt(ms: number, timeZone: string): TimeValue {
  const wall = wallOf(zoneOf(timeZone), ms);
  return timeOf('date', Math.floor(wall / dayMs) * dayMs);
}

/** The names that every scope has: `now`, and `today` in a zone. */
export function timeScope(nowMs: number, timeZone: string): { now: TimeValue; today: TimeValue } {
  return { now: instantAt(nowMs), today: dateAt(nowMs, timeZone) };
}

/** A time as JSON: an instant in UTC, a date as `YYYY-MM-DD`, a duration in seconds. */
export function jsonOfTime(value: TimeValue): string | number {
  const kind = value[timeKind];
  switch (kind) {
    case 'instant':
      return new Date(value.ms).toISOString();
    case 'date':
      return new Date(value.ms).toISOString().slice(0, 10);
    case 'duration':
      return value.ms / 1_000;
    default:
      return kind satisfies never;
  }
}
