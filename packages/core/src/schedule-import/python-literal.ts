import type { Json } from '../json.ts';
import { limits } from '../limits.ts';

/** A text that is no literal. The message says where, counted from 1. */
export class LiteralError extends Error {
  override readonly name = 'LiteralError';
}

/**
 * Reads a Python literal, or JSON: lists, tuples (as lists), dicts with texts as keys, texts, numbers, `True`, `False`,
 * `None`. Nothing is ever called or looked up.
 *
 * @throws LiteralError
 */
export function readLiteral(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(1);
  reader.end();
  return value;
}

const blank = /[ \t\r\n]*/y;
const number = /[+-]?(?:0|[1-9]\d*(?:_\d+)*)(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z_][A-Za-z0-9_.]*/y;
const textStart = /[uUrR]?(?:'''|"""|'|")/y;

const words = new Map<string, Json>([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
]);

const escapes = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['/', '/'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['0', '\0'],
  ['\n', ''],
]);

class Reader {
  readonly #text: string;
  #at = 0;
  /** Whether a comma stands behind the item read last. */
  #hasComma = false;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Json {
    this.#match(blank);
    if (depth > limits.argsDepth) throw this.#fault(`is nested deeper than ${limits.argsDepth} levels`);
    const first = this.#text[this.#at];
    if (first === undefined) throw this.#fault('it ends too early');
    if (first === '[') return this.#list(']', depth);
    if (first === '(') return this.#tuple(depth);
    if (first === '{') return this.#dict(depth);
    const quote = this.#match(textStart);
    if (quote !== undefined) return this.#string(quote);
    return this.#number() ?? this.#word();
  }

  end(): void {
    this.#match(blank);
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  /** `(5)` is 5, `(5,)` is a list of one. */
  #tuple(depth: number): Json {
    const items = this.#list(')', depth);
    return items.length === 1 && !this.#hasComma ? (items[0] as Json) : items;
  }

  #list(close: string, depth: number): Json[] {
    this.#at += 1;
    const items: Json[] = [];
    while (!this.#closes(close)) {
      items.push(this.value(depth + 1));
      this.#separator(close);
    }
    return items;
  }

  #dict(depth: number): Json {
    this.#at += 1;
    const entries = new Map<string, Json>();
    while (!this.#closes('}')) {
      this.#match(blank);
      const start = this.#at;
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || key === '__proto__') {
        this.#at = start;
        throw this.#fault(typeof key === 'string' ? '__proto__ is not allowed as a name' : 'a name must be a text');
      }
      this.#match(blank);
      if (this.#text[this.#at] !== ':') throw this.#unexpected();
      this.#at += 1;
      entries.set(key, this.value(depth + 1));
      this.#separator('}');
    }
    return Object.fromEntries(entries);
  }

  /** Past the closing bracket, if it stands here. */
  #closes(close: string): boolean {
    this.#match(blank);
    if (this.#text[this.#at] !== close) return false;
    this.#at += 1;
    return true;
  }

  #separator(close: string): void {
    this.#match(blank);
    const next = this.#text[this.#at];
    this.#hasComma = next === ',';
    if (this.#hasComma) this.#at += 1;
    else if (next !== close) throw next === undefined ? this.#fault('it ends too early') : this.#unexpected();
  }

  #string(start: string): string {
    const isRaw = /^r/i.test(start);
    const quote = start.replace(/^[urUR]/, '');
    let read = '';
    while (!this.#text.startsWith(quote, this.#at)) {
      const character = this.#text[this.#at];
      if (character === undefined || (character === '\n' && quote.length === 1)) {
        throw this.#fault('a text is not closed');
      }
      this.#at += 1;
      if (character !== '\\') read += character;
      else if (isRaw) {
        read += character + (this.#text[this.#at] ?? '');
        this.#at += 1;
      } else read += this.#escape();
    }
    this.#at += quote.length;
    return read;
  }

  #escape(): string {
    const code = this.#match(/x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y);
    if (code !== undefined) {
      const point = Number.parseInt(code.slice(1), 16);
      if (point > 0x10ffff) throw this.#fault('there is no such character');
      return String.fromCodePoint(point);
    }
    const character = this.#text[this.#at] ?? '';
    this.#at += 1;
    // Python leaves a backslash that means nothing.
    return escapes.get(character) ?? `\\${character}`;
  }

  #number(): number | undefined {
    const start = this.#at;
    const text = this.#match(number);
    if (text === undefined) return undefined;
    const value = Number(text.replaceAll('_', ''));
    const isExact = Number.isFinite(value) && (!/^[+-]?[\d_]+$/.test(text) || Number.isSafeInteger(value));
    if (!isExact) {
      this.#at = start;
      throw this.#fault('the number would be rounded: make it a text');
    }
    // Long integers of Python 2.
    if (/[lL]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return value;
  }

  #word(): Json {
    const start = this.#at;
    const name = this.#match(word);
    const value = name === undefined ? undefined : words.get(name);
    if (value !== undefined) return value;
    this.#at = start;
    if (name === undefined) throw this.#unexpected();
    throw this.#fault(`${name} is no literal: lists, tuples, dicts, texts, numbers, True, False and None are read`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #unexpected(): LiteralError {
    return this.#fault(`unexpected ${JSON.stringify(this.#text[this.#at])}`);
  }

  #fault(message: string): LiteralError {
    return new LiteralError(`at character ${this.#at + 1}: ${message}`);
  }
}
