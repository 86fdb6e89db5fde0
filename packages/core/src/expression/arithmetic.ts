import { ExpressionError } from './expression-error.ts';
import type { Arithmetic } from './parse.ts';
import { isTime, type ScopeValue, timeOf } from './time-value.ts';
import { typeOf } from './value-type.ts';

/** All that can be worked out, and what comes of it. Two texts are joined by `+`. */
const outcomes = new Map<string, 'number' | 'instant' | 'date' | 'duration'>([
  ['number + number', 'number'],
  ['instant + duration', 'instant'],
  ['date + duration', 'date'],
  ['duration + duration', 'duration'],
  ['duration + instant', 'instant'],
  ['duration + date', 'date'],
  ['number - number', 'number'],
  ['instant - duration', 'instant'],
  ['instant - instant', 'duration'],
  ['date - duration', 'date'],
  ['date - date', 'duration'],
  ['duration - duration', 'duration'],
  ['number * number', 'number'],
  ['duration * number', 'duration'],
  ['number * duration', 'duration'],
  ['number / number', 'number'],
  ['duration / number', 'duration'],
  ['duration / duration', 'number'],
  ['number % number', 'number'],
]);

/** @throws ExpressionError for kinds of values that do not go together, and for what is no finite number */
export function compute(left: ScopeValue, operator: Arithmetic, right: ScopeValue, position: number): ScopeValue {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  const outcome = outcomes.get(`${typeOf(left)} ${operator} ${typeOf(right)}`);
  if (outcome === undefined) throw mismatch(left, operator, right, position);
  const result = calculate(amountOf(left), operator, amountOf(right));
  if (!Number.isFinite(result)) {
    const isDivided = (operator === '/' || operator === '%') && amountOf(right) === 0;
    throw new ExpressionError(isDivided ? 'divides by zero' : 'the result is too large', position);
  }
  return outcome === 'number' ? result : timeOf(outcome, result, position);
}

/** The same value with the other sign. */
export function negate(value: ScopeValue, position: number): ScopeValue {
  if (typeof value === 'number') return -value;
  if (typeOf(value) === 'duration') return timeOf('duration', -amountOf(value), position);
  throw new ExpressionError(`"-" takes a number or a duration, got ${typeOf(value)}`, position);
}

function calculate(left: number, operator: Arithmetic, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return operator satisfies never;
  }
}

function amountOf(value: ScopeValue): number {
  if (isTime(value)) return value.ms;
  return typeof value === 'number' ? value : Number.NaN;
}

function mismatch(left: ScopeValue, operator: Arithmetic, right: ScopeValue, position: number): ExpressionError {
  const known = [...outcomes.keys(), 'text + text'].filter((key) => key.startsWith(`${typeOf(left)} ${operator} `));
  const instead = known.length === 0 ? '' : `; there is ${known.join(', ')}`;
  return new ExpressionError(`${typeOf(left)} ${operator} ${typeOf(right)} means nothing${instead}`, position);
}
