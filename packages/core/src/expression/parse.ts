/**
 * Reads an expression by precedence (Pratt). By hand, because no library that is kept up reads paths with numbers
 * (`line.10.result.x`) and durations (`30d`) without a grammar that is longer than this, and core would carry it.
 */
import { limits } from '../limits.ts';
import { ExpressionError } from './expression-error.ts';
import { functions } from './functions.ts';
import type { ScopeValue } from './time-value.ts';
import { readKey, readToken, type Source, type Token } from './token.ts';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';
export type BinaryOperator = 'or' | 'and' | Comparison | Arithmetic;

/** `position`: of its operator, where it has one. */
export type Node = { position: number } & (
  | { kind: 'literal'; value: ScopeValue }
  | { kind: 'name'; name: string }
  | { kind: 'key'; of: Node; key: string }
  | { kind: 'call'; name: string; args: Node[] }
  | { kind: 'not'; of: Node }
  | { kind: 'negative'; of: Node }
  | { kind: 'binary'; operator: BinaryOperator; left: Node; right: Node }
);

export type Expression = {
  node: Node;
  /** The names that paths begin with, each as often as it stands there; with the part of it that is asked for. */
  names: { name: string; position: number; part?: string }[];
  /** Where the text goes on. */
  end: number;
};

/** How tightly operators bind: the higher, the tighter. */
const powers = new Map<string, number>([
  ['or', 1],
  ['and', 2],
  ...['==', '!=', '<', '<=', '>', '>=', 'in'].map((operator) => [operator, 4] as const),
  ['+', 5],
  ['-', 5],
  ['*', 6],
  ['/', 6],
  ['%', 6],
]);
const powerOfNot = 3;
const powerOfComparison = 4;
const powerOfSign = 7;

type Parser = { source: Source; token: Token; depth: number; names: Expression['names'] };

/** The expression that is the text from `start` to its end, or to `}`. @throws ExpressionError */
export function parseExpression(text: string, start: number, closer: '}' | 'end'): Expression {
  const source = { text, start };
  const parser: Parser = { source, token: readToken(source, start), depth: 0, names: [] };
  const node = parseAbove(parser, 0);
  const { token } = parser;
  const isClosed = closer === 'end' ? token.kind === 'end' : isSymbol(token, closer);
  if (!isClosed) throw expected(parser, closer === 'end' ? 'an operator or the end' : 'an operator or "}"');
  return { node, names: parser.names, end: token.end };
}

/**
 * @param all names, and `name.part` for each part of those that have these only
 * @throws ExpressionError for a name or a part that nothing is known of
 */
export function checkNames(expression: Pick<Expression, 'names'>, all: readonly string[]): void {
  for (const { name, position, part } of expression.names) {
    const parts = all.filter((known) => known.startsWith(`${name}.`)).map((known) => known.slice(name.length + 1));
    if (part === undefined || parts.length === 0 || parts.includes(part)) continue;
    const shown = part.slice(0, limits.expressionQuote);
    throw new ExpressionError(`"${name}" has no "${shown}"; it has ${parts.join(', ')}`, position);
  }
  const known = all.filter((name) => !name.includes('.'));
  const unknown = expression.names.find(({ name }) => !known.includes(name));
  if (unknown === undefined) return;
  const shown = unknown.name.slice(0, limits.expressionQuote);
  const more = known.length - limits.explainNames;
  const there = [...known.slice(0, limits.explainNames), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  throw new ExpressionError(`no "${shown}" here; there are ${there}`, unknown.position);
}

/** Operands, and the operators between them that bind tighter than `power`. */
function parseAbove(parser: Parser, power: number): Node {
  let left = parsePrefix(parser);
  let isCompared = false;
  for (;;) {
    const { token } = parser;
    const next = token.kind === 'symbol' ? powers.get(token.symbol) : undefined;
    if (token.kind !== 'symbol' || next === undefined || next <= power) return left;
    if (next === powerOfComparison && isCompared) {
      throw new ExpressionError('comparisons do not follow each other: write a < b and b < c', token.position);
    }
    isCompared ||= next === powerOfComparison;
    advance(parser);
    const operator = token.symbol as BinaryOperator;
    left = { kind: 'binary', operator, left, right: parseAbove(parser, next), position: token.position };
  }
}

function parsePrefix(parser: Parser): Node {
  const { token } = parser;
  if (token.kind === 'symbol') {
    const { position } = token;
    if (token.symbol === 'not') return { kind: 'not', of: parseInside(parser, powerOfNot), position };
    if (token.symbol === '!') return { kind: 'not', of: parseInside(parser, powerOfSign), position };
    if (token.symbol === '-') return { kind: 'negative', of: parseInside(parser, powerOfSign), position };
  }
  return parseKeys(parser, parseOperand(parser));
}

/** What stands behind the current token, one level deeper. */
function parseInside(parser: Parser, power: number): Node {
  parser.depth += 1;
  if (parser.depth > limits.expressionDepth) {
    throw new ExpressionError(`nests deeper than ${limits.expressionDepth} levels`, parser.token.position);
  }
  advance(parser);
  const node = parseAbove(parser, power);
  parser.depth -= 1;
  return node;
}

function parseOperand(parser: Parser): Node {
  const { token } = parser;
  const { position } = token;
  if (token.kind === 'literal') {
    advance(parser);
    return { kind: 'literal', value: token.value, position };
  }
  if (token.kind === 'name') {
    advance(parser);
    if (isSymbol(parser.token, '(')) return parseCall(parser, token.name, position);
    parser.names.push({ name: token.name, position });
    return { kind: 'name', name: token.name, position };
  }
  // In a condition `${path}` is the path itself.
  const closer = isSymbol(token, '(') ? ')' : isSymbol(token, '${') ? '}' : undefined;
  if (closer === undefined) throw expected(parser, 'a value');
  const node = parseInside(parser, 0);
  if (!isSymbol(parser.token, closer)) throw expected(parser, `an operator or "${closer}"`);
  advance(parser);
  return node;
}

function parseKeys(parser: Parser, operand: Node): Node {
  let node = operand;
  // That of the operand was read last.
  const name = operand.kind === 'name' ? parser.names.at(-1) : undefined;
  for (;;) {
    const { position } = parser.token;
    if (name !== undefined && node.kind === 'key' && node.of === operand) name.part = node.key;
    if (isSymbol(parser.token, '.')) {
      parser.token = readKey(parser.source, parser.token.end);
      if (parser.token.kind !== 'name') throw expected(parser, 'a name or a number after the dot');
      node = { kind: 'key', of: node, key: parser.token.name, position };
    } else if (isSymbol(parser.token, '[')) {
      advance(parser);
      node = { kind: 'key', of: node, key: keyOf(parser), position };
      advance(parser);
      if (!isSymbol(parser.token, ']')) throw expected(parser, '"]"');
    } else {
      return node;
    }
    advance(parser);
  }
}

/** What stands in brackets. */
function keyOf(parser: Parser): string {
  const value = parser.token.kind === 'literal' ? parser.token.value : null;
  if (typeof value !== 'string' && !Number.isSafeInteger(value)) throw expected(parser, 'a text or a whole number');
  return String(value);
}

function parseCall(parser: Parser, name: string, position: number): Node {
  const called = functions.get(name);
  if (called === undefined) {
    const shown = name.slice(0, limits.expressionQuote);
    throw new ExpressionError(`no function "${shown}"; there are ${[...functions.keys()].join(', ')}`, position);
  }
  const args: Node[] = [];
  do {
    args.push(parseInside(parser, 0));
  } while (isSymbol(parser.token, ','));
  if (!isSymbol(parser.token, ')')) throw expected(parser, 'an operator, "," or ")"');
  if (args.length !== called.arity) throw new ExpressionError(`expected ${called.usage}`, position);
  advance(parser);
  return { kind: 'call', name, args, position };
}

function advance(parser: Parser): void {
  parser.token = readToken(parser.source, parser.token.end);
}

function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.symbol === symbol;
}

function expected({ source, token }: Parser, what: string): ExpressionError {
  const end = Math.min(token.end, token.position + limits.expressionQuote);
  const found = token.kind === 'end' ? 'the end' : `"${source.text.slice(token.position, end)}"`;
  return new ExpressionError(`expected ${what}, found ${found}`, token.position);
}
