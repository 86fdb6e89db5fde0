import type { Fault } from '../cluster-error.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';
import { evaluate, type Meter } from './evaluate.ts';
import { ExpressionError } from './expression-error.ts';
import { checkNames, type Expression, parseExpression } from './parse.ts';
import { type ExpressionScope, isTime, jsonOfTime, type ScopeValue } from './time-value.ts';

const encoder = new TextEncoder();
/** `args` and `kwargs` may come together, in one object. */
const templateDepth = limits.argsDepth + 1;

/** `characters`: how much longer the result may become, at least. */
type ResultMeter = Meter & { characters: number };

/**
 * The faults of a template, without a value for anything: what cannot be read, and names that are not in `names`.
 * One fault a text, at most `limits.faults`.
 *
 * @param pointer JSON Pointer of `value`: those of the faults begin with it
 */
export function checkTemplate(value: Json, names: readonly string[], pointer: string): Fault[] {
  const faults: Fault[] = [];
  const check = (at: string, run: () => void) => {
    try {
      run();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const place = error.pointer === '' ? at : error.pointer;
      faults.push({
        pointer: place.slice(0, limits.faultPointerLength),
        message: new ExpressionError(error.detail, error.position).message,
      });
    }
  };
  const visit = (text: string, at: string) => {
    if (faults.length >= limits.faults) return null;
    check(at, () => {
      for (const expression of expressionsOf(text)) checkNames(expression, names);
    });
    return null;
  };
  check(pointer, () => mapTexts(value, pointer, visit));
  return faults;
}

/** The names that a template's paths begin with. @throws ExpressionError */
export function namesIn(value: Json): string[] {
  const names = new Set<string>();
  mapTexts(value, '', (text) => {
    for (const expression of expressionsOf(text)) for (const { name } of expression.names) names.add(name);
    return null;
  });
  return [...names];
}

/**
 * The template with values in place of its expressions. A text that is one expression becomes its value: a list stays
 * a list. In other texts values are written: texts as they are, times as in JSON, everything else as JSON.
 *
 * @param pointer JSON Pointer of `value`, for the error
 * @throws ExpressionError whose message names the text; also when the result exceeds `limits.argsBytes`
 */
export function resolveTemplate(value: Json, scope: ExpressionScope, pointer = ''): Json {
  const meter: ResultMeter = { steps: limits.expressionSteps, characters: limits.argsBytes };
  const resolved = mapTexts(value, pointer, (text, at) => {
    try {
      return resolveText(text, scope, meter);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new ExpressionError(error.detail, error.position, at);
    }
  });
  const bytes = encoder.encode(JSON.stringify(resolved)).byteLength;
  if (bytes > limits.argsBytes) throw tooLarge(pointer);
  return resolved;
}

function resolveText(text: string, scope: ExpressionScope, meter: ResultMeter): Json {
  const pieces = piecesOf(text);
  const [first] = pieces;
  if (pieces.length === 1 && typeof first === 'object') return jsonOf(evaluate(first.node, scope, meter), meter);
  let resolved = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      take(meter, piece.length);
      resolved += piece;
    } else {
      const json = jsonOf(evaluate(piece.node, scope, meter), meter);
      resolved += typeof json === 'string' ? json : JSON.stringify(json);
    }
  }
  return resolved;
}

function expressionsOf(text: string): Expression[] {
  return piecesOf(text).filter((piece) => typeof piece === 'object');
}

/** What a text consists of: plain texts and expressions. `$${` is a plain `${`. */
function piecesOf(text: string): (string | Expression)[] {
  const pieces: (string | Expression)[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('${', at);
    if (open === -1) break;
    const isPlain = open > at && text[open - 1] === '$';
    const before = isPlain ? `${text.slice(at, open - 1)}\${` : text.slice(at, open);
    if (before !== '') pieces.push(before);
    at = open + 2;
    if (isPlain) continue;
    const expression = parseExpression(text, at, '}');
    pieces.push(expression);
    at = expression.end;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** The same JSON with other texts. Keys stay. */
function mapTexts(value: Json, pointer: string, change: (text: string, pointer: string) => Json, depth = 0): Json {
  if (typeof value === 'string') return change(value, pointer);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= templateDepth) throw new ExpressionError(tooDeep, undefined, pointer);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapTexts(item, `${pointer}/${index}`, change, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return [key, mapTexts(part, at, change, depth + 1)];
    }),
  );
}

const tooDeep = `nests deeper than ${limits.argsDepth} levels`;

/** A value as JSON. */
function jsonOf(value: ScopeValue, meter: ResultMeter, depth = 0): Json {
  take(meter, typeof value === 'string' ? value.length : 1);
  if (typeof value !== 'object' || value === null) return value;
  if (isTime(value)) return jsonOfTime(value);
  if (depth >= templateDepth) throw new ExpressionError(tooDeep, undefined);
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, meter, depth + 1));
  return Object.fromEntries(
    Object.entries(value as Record<string, ScopeValue>).map(([key, part]) => {
      take(meter, key.length);
      return [key, jsonOf(part, meter, depth + 1)];
    }),
  );
}

/** Stops a result that grows too large before it is there. The bytes of the whole are counted at its end. */
function take(meter: ResultMeter, characters: number): void {
  meter.characters -= characters;
  if (meter.characters < 0) throw tooLarge();
}

function tooLarge(pointer = ''): ExpressionError {
  return new ExpressionError(`the result is larger than ${limits.argsBytes} bytes of JSON`, undefined, pointer);
}
