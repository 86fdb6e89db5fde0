import { limits } from '../limits.ts';
import { compute, negate } from './arithmetic.ts';
import { compare } from './compare.ts';
import { ExpressionError } from './expression-error.ts';
import { functions } from './functions.ts';
import type { BinaryOperator, Node } from './parse.ts';
import { type ExpressionScope, isTime, type ScopeValue } from './time-value.ts';
import { typeOf } from './value-type.ts';

/** What is left of `limits.expressionSteps`. One meter serves a whole template. */
export type Meter = { steps: number };

/** The value of an expression. @throws ExpressionError */
export function evaluate(node: Node, scope: ExpressionScope, meter: Meter): ScopeValue {
  spend(meter, 1, node.position);
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return partOf(scope, node.name);
    case 'key':
      return partOf(evaluate(node.of, scope, meter), node.key);
    case 'not':
      return !truthOf(evaluate(node.of, scope, meter), '"not"', node.position);
    case 'negative':
      return negate(evaluate(node.of, scope, meter), node.position);
    case 'call': {
      const args = node.args.map((arg) => evaluate(arg, scope, meter));
      for (const arg of args) if (typeof arg === 'string') spend(meter, arg.length, node.position);
      return functions.get(node.name)?.run(args, node.position) ?? null;
    }
    case 'binary':
      return evaluateBinary(node, scope, meter);
    default:
      return node satisfies never;
  }
}

/** @throws ExpressionError for what is neither true nor false: nothing is taken for one of them */
export function truthOf(value: ScopeValue, whose: string, position: number): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`${whose} takes true or false, got ${typeOf(value)}`, position);
}

function evaluateBinary(node: Node & { kind: 'binary' }, scope: ExpressionScope, meter: Meter): ScopeValue {
  const { operator, position } = node;
  const left = evaluate(node.left, scope, meter);
  switch (operator) {
    case 'and':
      return truthOf(left, '"and"', position) && truthOf(evaluate(node.right, scope, meter), '"and"', position);
    case 'or':
      return truthOf(left, '"or"', position) || truthOf(evaluate(node.right, scope, meter), '"or"', position);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      const result = compute(left, operator, evaluate(node.right, scope, meter), position);
      if (typeof result === 'string') spend(meter, result.length, position);
      return result;
    }
    default: {
      const right = evaluate(node.right, scope, meter);
      spend(meter, costOf(left, operator, right), position);
      return compare(left, operator, right, position);
    }
  }
}

/** Items and characters that a comparison looks at, at worst. */
function costOf(left: ScopeValue, operator: BinaryOperator, right: ScopeValue): number {
  const [leftLength, rightLength] = [lengthOf(left), lengthOf(right)];
  if (operator !== 'in') return Math.min(leftLength, rightLength);
  // At worst the whole text is compared at each place; sixty-four characters of it in the time of one step.
  return rightLength * (1 + leftLength / 64);
}

function lengthOf(value: ScopeValue): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

function spend(meter: Meter, steps: number, position: number): void {
  meter.steps -= steps;
  if (meter.steps < 0) throw new ExpressionError(`takes more than ${limits.expressionSteps} steps`, position);
}

/** What stands under a key; null where there is nothing. What an object inherits is not there. */
function partOf(value: ScopeValue, key: string): ScopeValue {
  if (typeof value === 'string') return key === 'length' ? value.length : null;
  if (typeof value !== 'object' || value === null || isTime(value) || !Object.hasOwn(value, key)) return null;
  return (value as Record<string, ScopeValue | undefined>)[key] ?? null;
}
