import { ExpressionError } from './expression-error.ts';
import type { Comparison } from './parse.ts';
import { isTime, type ScopeValue } from './time-value.ts';
import { typeOf, type ValueType } from './value-type.ts';

const ordered: ReadonlySet<ValueType> = new Set(['number', 'text', 'instant', 'date', 'duration']);
const hasParts: ReadonlySet<ValueType> = new Set(['list', 'object']);

/**
 * Values of different kinds are not equal, and have no order.
 *
 * @throws ExpressionError for an order between different kinds, and for lists and objects, of which only parts compare
 */
export function compare(left: ScopeValue, operator: Comparison, right: ScopeValue, position: number): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right, position);
    case '!=':
      return !isEqual(left, right, position);
    case 'in':
      return isIn(left, right, position);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isInOrder(left, operator, right, position);
    default:
      return operator satisfies never;
  }
}

function isEqual(left: ScopeValue, right: ScopeValue, position: number): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if (hasParts.has(type)) throw new ExpressionError(`compare parts, or the length, of each ${type}`, position);
  return comparable(left) === comparable(right);
}

function isInOrder(left: ScopeValue, operator: '<' | '<=' | '>' | '>=', right: ScopeValue, position: number): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right) || !ordered.has(type)) {
    throw new ExpressionError(`${type} ${operator} ${typeOf(right)}: they have no order`, position);
  }
  const [a, b] = [comparable(left) ?? 0, comparable(right) ?? 0];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

/** An item of a list, a part of a text, a key of an object. */
function isIn(item: ScopeValue, whole: ScopeValue, position: number): boolean {
  const type = typeOf(whole);
  if (Array.isArray(whole)) {
    if (hasParts.has(typeOf(item))) throw new ExpressionError(`"in" takes no ${typeOf(item)} before it`, position);
    return whole.some((other) => !hasParts.has(typeOf(other)) && isEqual(item, other, position));
  }
  if ((type !== 'text' && type !== 'object') || typeof item !== 'string') {
    const expected = 'a value in a list, a text in a text or a key in an object';
    throw new ExpressionError(`"in" takes ${expected}, got ${typeOf(item)} in ${type}`, position);
  }
  return typeof whole === 'string' ? whole.includes(item) : Object.hasOwn(whole as object, item);
}

/** What JavaScript compares; only of two values of the same kind, without parts. */
function comparable(value: ScopeValue): string | number | boolean | null {
  return isTime(value) ? value.ms : (value as string | number | boolean | null);
}
