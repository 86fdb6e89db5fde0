import { limits } from '../limits.ts';
import { evaluate, truthOf } from './evaluate.ts';
import { checkNames, type Expression, parseExpression } from './parse.ts';
import type { ExpressionScope } from './time-value.ts';

/** A condition that was read. */
export type Condition = Pick<Expression, 'node' | 'names'>;

/**
 * Reads a condition, such as `extract.count > 0`; `${extract.count} > 0` is the same.
 *
 * @param names those that it may begin paths with. Default: any
 * @throws ExpressionError with the position in the text
 */
export function parseCondition(text: string, names?: readonly string[]): Condition {
  const condition = parseExpression(text, 0, 'end');
  if (names !== undefined) checkNames(condition, names);
  return condition;
}

/** @throws ExpressionError also when the value is neither true nor false */
export function evaluateCondition(condition: Condition, scope: ExpressionScope): boolean {
  const value = evaluate(condition.node, scope, { steps: limits.expressionSteps });
  return truthOf(value, 'a condition', 0);
}
