import { limits } from '../limits.ts';
import { dayMs } from '../schedule-rule/day.ts';
import { ExpressionError } from './expression-error.ts';
import { type ScopeValue, timeOf } from './time-value.ts';

/** Where an expression stands: in a text, from one character on. */
export type Source = { text: string; start: number };

/** `symbol`: operators and brackets; `&&`, `||` under their names `and`, `or`. */
export type Token = { position: number; end: number } & (
  | { kind: 'literal'; value: ScopeValue }
  | { kind: 'name'; name: string }
  | { kind: 'symbol'; symbol: string }
  | { kind: 'end' }
);

const unitMs = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', dayMs],
  ['w', 7 * dayMs],
]);

const words = new Map<string, ScopeValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const operatorWords = new Set(['and', 'or', 'not', 'in']);
const operatorNames = new Map([
  ['&&', 'and'],
  ['||', 'or'],
]);
const escapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

// Each takes its characters in one pass, without going back.
const space = /\s*/y;
const digits = /\d+(?:\.\d+)?/y;
const name = /[\p{L}\p{M}\p{N}_]+/uy;
const symbol = /\$\{|[=!<>]=|&&|\|\||[-+*/%<>!()[\],.}]/y;

/** The token at or after `from`. @throws ExpressionError also where the expression becomes too long */
export function readToken(source: Source, from: number): Token {
  const position = from + take(space, source.text, from).length;
  return within(source, tokenAt(source, position));
}

/** What follows the dot of a path: a name, a word or a number, digits first or not. */
export function readKey(source: Source, from: number): Token {
  const position = from + take(space, source.text, from).length;
  const key = take(name, source.text, position);
  if (key === '') return readToken(source, position);
  return within(source, { kind: 'name', name: key, position, end: position + key.length });
}

function within(source: Source, token: Token): Token {
  if (token.end - source.start <= limits.expressionLength) return token;
  throw new ExpressionError(`is longer than ${limits.expressionLength} characters`, source.start);
}

function take(pattern: RegExp, text: string, from: number): string {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0] ?? '';
}

function tokenAt(source: Source, position: number): Token {
  const { text } = source;
  if (position >= text.length) return { kind: 'end', position, end: position };
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
  if (character === '"' || character === "'") return textAt(source, position, character);
  if (take(digits, text, position) !== '') return numberAt(text, position);

  const word = take(name, text, position);
  const end = position + word.length;
  if (words.has(word)) return { kind: 'literal', value: words.get(word) ?? null, position, end };
  if (operatorWords.has(word)) return { kind: 'symbol', symbol: word, position, end };
  if (word !== '') return { kind: 'name', name: word, position, end };

  const sign = take(symbol, text, position);
  if (sign !== '') {
    return { kind: 'symbol', symbol: operatorNames.get(sign) ?? sign, position, end: position + sign.length };
  }
  const hint = character === '=' ? '; "==" compares' : '';
  throw new ExpressionError(`"${character}" means nothing here${hint}`, position);
}

/** A number, or a duration: a number with a unit. */
function numberAt(text: string, position: number): Token {
  const number = take(digits, text, position);
  const unit = take(name, text, position + number.length);
  const end = position + number.length + unit.length;
  const amount = Number(number);
  if (amount > Number.MAX_SAFE_INTEGER) throw new ExpressionError('the number is too large to be exact', position);
  if (unit === '') return { kind: 'literal', value: amount, position, end };
  const ms = unitMs.get(unit);
  if (ms === undefined) {
    const shown = text.slice(position, Math.min(end, position + limits.expressionQuote));
    throw new ExpressionError(`"${shown}" is no duration; they are like 10s, 15m, 2h, 30d, 1w`, position);
  }
  return { kind: 'literal', value: timeOf('duration', amount * ms, position), position, end };
}

function textAt(source: Source, position: number, quote: string): Token {
  const { text, start } = source;
  let value = '';
  for (let at = position + 1; at < text.length && at - start <= limits.expressionLength; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return { kind: 'literal', value, position, end: at + 1 };
    if (character === '\\') {
      at += 1;
      const meant = escapes.get(text.charAt(at));
      if (meant === undefined) throw new ExpressionError('expected one of \\\\ \\\' \\" \\n \\t', at - 1);
      value += meant;
    } else {
      value += character;
    }
  }
  throw new ExpressionError(`the text that begins here does not end: expected ${quote}`, position);
}
