/**
 * A reader of JSON text (RFC 8259) that tells where things are. `JSON.parse` is much faster, so this one is asked only
 * when that has refused the text, or has read a number that it may not hold exactly. It uses no recursion: text may be
 * nested as deep as it is long.
 */

type Place = (string | number)[];

type Container = { kind: 'array'; index: number } | { kind: 'object'; key: string };

export type JsonScan = {
  /** Where the text stops being JSON, counted in characters from 0; undefined when it is JSON. */
  faultAt: number | undefined;
  /** Places of whole numbers that a double does not hold exactly. */
  inexact: Place[];
};

const space = /[ \t\n\r]*/y;
/** From the space on, all but the quote and the backslash. */
const insideString = /[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*/y;
const string = new RegExp(`"${insideString.source}"`, 'y');
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const literal = /true|false|null/y;

export function scanJson(text: string): JsonScan {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  readonly #open: Container[] = [];
  readonly #inexact: Place[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): JsonScan {
    const isJson = this.#values();
    return { faultAt: isJson ? undefined : this.#at, inexact: this.#inexact };
  }

  /** Reads values until the outermost one has ended. False: the text breaks at `#at`. */
  #values(): boolean {
    for (;;) {
      const opened = this.#value();
      if (opened === undefined) return false;
      if (opened === 'container') continue;
      const next = this.#afterValue();
      if (next !== 'value') return next === 'end';
    }
  }

  /** Reads a scalar or an empty container, or opens a container up to its first value. */
  #value(): 'done' | 'container' | undefined {
    this.#skip(space);
    const first = this.#text[this.#at];
    if (first === '[') return this.#openArray();
    if (first === '{') return this.#openObject();
    if (first === '"') return this.#skip(string) === undefined ? this.#insideString() : 'done';
    if (this.#skip(literal) !== undefined) return 'done';
    return this.#number();
  }

  #number(): 'done' | undefined {
    const match = this.#skip(number);
    if (match === undefined) return undefined;
    const [digits, fraction, exponent] = match;
    if (fraction === undefined && exponent === undefined && digits.length > 15) {
      const value = Number(digits);
      if (!Number.isFinite(value) || BigInt(value) !== BigInt(digits)) this.#inexact.push(this.#place());
    }
    return 'done';
  }

  /** Moves to the character that a string breaks at. */
  #insideString(): undefined {
    this.#at += 1;
    this.#skip(insideString);
    return undefined;
  }

  #openArray(): 'done' | 'container' {
    this.#at += 1;
    this.#skip(space);
    if (this.#take(']')) return 'done';
    this.#open.push({ kind: 'array', index: 0 });
    return 'container';
  }

  #openObject(): 'done' | 'container' | undefined {
    this.#at += 1;
    this.#skip(space);
    if (this.#take('}')) return 'done';
    const key = this.#key();
    if (key === undefined) return undefined;
    this.#open.push({ kind: 'object', key });
    return 'container';
  }

  #key(): string | undefined {
    this.#skip(space);
    const match = this.#skip(string);
    if (match === undefined) return this.#text[this.#at] === '"' ? this.#insideString() : undefined;
    this.#skip(space);
    return this.#take(':') ? (JSON.parse(match[0]) as string) : undefined;
  }

  /** Closes what ends here. `value`: another value follows; `end`: the text is complete. */
  #afterValue(): 'value' | 'end' | undefined {
    for (;;) {
      this.#skip(space);
      const container = this.#open.at(-1);
      if (container === undefined) return this.#at === this.#text.length ? 'end' : undefined;
      if (this.#take(',')) return this.#nextIn(container);
      if (!this.#take(container.kind === 'array' ? ']' : '}')) return undefined;
      this.#open.pop();
    }
  }

  #nextIn(container: Container): 'value' | undefined {
    if (container.kind === 'array') {
      container.index += 1;
      return 'value';
    }
    const key = this.#key();
    if (key === undefined) return undefined;
    container.key = key;
    return 'value';
  }

  #place(): Place {
    return this.#open.map((container) => (container.kind === 'array' ? container.index : container.key));
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }
}
