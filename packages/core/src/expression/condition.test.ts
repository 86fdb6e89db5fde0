import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import {
  ExpressionError,
  type ExpressionScope,
  evaluateCondition,
  parseCondition,
  resolveTemplate,
  timeScope,
} from './expression.ts';

const scope: ExpressionScope = {
  ...timeScope(Date.parse('2026-11-26T09:00:00Z'), 'UTC'),
  extract: { count: 3, rows: [{ id: 7 }, { id: 8 }], name: 'orders', at: '2026-11-25T23:00:00-05:00', none: null },
  tags: ['a', 'b', 2],
  été: { x: 1 },
};
const holds = (text: string) => evaluateCondition(parseCondition(text), scope);
const resolved = (text: string) => resolveTemplate(`\${${text}}`, scope);
const faultOf = (text: string): ExpressionError => {
  try {
    holds(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${text} has no fault`);
};

test.each([
  ['extract.count > 0', true],
  ['${extract.count} > 0', true],
  ['${extract.count > 0} and not ${extract.count > 3}', true],
  ['extract.count == 3 and extract.name == "orders"', true],
  ["extract.count != 3 || extract.name == 'orders'", true],
  ['not extract.count > 3', true],
  ['!(extract.count > 3) && true', true],
  ['false or true and false', false],
  ['(false or true) and false', false],
  ['not false and false', false],
  ['extract.count + 1 * 2 == 5 and (extract.count + 1) * 2 == 8', true],
  ['10 - 2 - 3 == 5 and 7 % 4 == 3 and -2 + 3 == 1 and 1 / 4 == 0.25', true],
  ['-extract.count == -3 and - -3 == 3', true],
  ['extract.rows.length == 2 and length(extract.rows) == 2 and length("four") == 4', true],
  ['extract.rows.0.id == 7 and extract["rows"][1]["id"] == 8 and été.x == 1', true],
  ['"b" in tags and 2 in tags and not "2" in tags', true],
  ['"der" in extract.name and "count" in extract and not ("constructor" in extract)', true],
  ['"a" < "b" and 1 <= 1 and 2 >= 2', true],
  ['now - 2h < now and today - 1w < today and 1d == 24h and 90m > 1h', true],
  ['now - (now - 90s) == 90s and today - date("2026-11-01") == 25d', true],
  ['(today - date("2026-11-01")) / 1d == 25 and 2 * 12h == 1d and -1d + 1d == 0s', true],
  ['now - instant(extract.at) < 1d and date(now) == today', true],
  ['extract.count == "3" or extract.count == null or today == "2026-11-26"', false],
  ['default(extract.missing, 5) == 5 and default(extract.count, 5) == 3', true],
])('%s is %s', (text, expected) => {
  expect(holds(text)).toBe(expected);
});

test('the right side of and, or is left alone where the left one decides', () => {
  expect(holds('extract.none != null and extract.none > 3')).toBe(false);
  expect(holds('extract.none == null or extract.none > 3')).toBe(true);
});

test('what is missing is null, at any depth', () => {
  for (const path of [
    'missing',
    'extract.none.a.b',
    'extract.rows.2',
    'extract.rows.x',
    'extract.count.length',
    'now.ms',
  ]) {
    expect(resolved(path), path).toBe(null);
  }
});

test('nothing that an object inherits can be reached', () => {
  const paths = ['__proto__', 'constructor', 'extract.__proto__', 'extract.constructor.constructor', 'tags.map'];
  for (const path of [
    ...paths,
    'extract["__proto__"]',
    'extract.name.constructor',
    'toString',
    'extract.hasOwnProperty',
  ]) {
    expect(resolved(path), path).toBe(null);
  }
  expect(() => resolved('constructor("alert(1)")')).toThrow('no function "constructor"');
  expect(() => resolved('extract.constructor("alert(1)")')).toThrow('expected an operator or "}", found "("');
});

test('dates and instants are written by a pattern', () => {
  expect(resolved("format(today - 30d, 'DD.MM.YYYY')")).toBe('27.10.2026');
  expect(resolved("'export-' + format(now, 'YYYYMMDD-HHmmss')")).toBe('export-20261126-090000');
});

test.each([
  ['', 0, 'expected a value, found the end'],
  ['extract.count >', 15, 'expected a value, found the end'],
  ['extract.count > 0 extract', 18, 'expected an operator or the end, found "extract"'],
  ['(1 > 0', 6, 'expected an operator or ")", found the end'],
  ['${extract.count > 0', 19, 'expected an operator or "}", found the end'],
  ['extract. > 0', 9, 'expected a name or a number after the dot, found ">"'],
  ['extract[now] > 0', 8, 'expected a text or a whole number, found "now"'],
  ['extract["a" > 0', 12, 'expected "]", found ">"'],
  ['extract.count = 3', 14, '"=" means nothing here; "==" compares'],
  ['1 < 2 < 3', 6, 'comparisons do not follow each other'],
  ['now - 2y < now', 6, '"2y" is no duration; they are like 10s, 15m, 2h, 30d, 1w'],
  ['"open', 0, 'the text that begins here does not end: expected "'],
  ['"a\\x"', 2, 'expected one of \\\\ \\\' \\" \\n \\t'],
  ['foo(1)', 0, 'no function "foo"; there are length, default, date, instant, format'],
  ['length()', 7, 'expected a value, found ")"'],
  ['default(1) == 1', 0, 'expected default(value, instead of null)'],
  ['length(1, 2)', 0, 'expected length(list or text)'],
  ['💥 > 1', 0, '"💥" means nothing here'],
  [`${'9'.repeat(400)} > 1`, 0, 'the number is too large'],
])('%s is refused where it goes wrong', (text, position, message) => {
  const fault = faultOf(text);
  expect(fault.detail).toContain(message);
  expect(fault.position).toBe(position);
});

test.each([
  ['extract.count', 'a condition takes true or false, got number'],
  ['extract.count and true', '"and" takes true or false, got number'],
  ['not extract.none', '"not" takes true or false, got null'],
  ['extract.none > 3', 'null > number: they have no order'],
  ['"3" < 4', 'text < number: they have no order'],
  ['now > today', 'instant > date: they have no order'],
  ['extract == extract', 'compare parts, or the length, of each object'],
  ['today - 1 == today', 'date - number means nothing; there is date - duration, date - date'],
  ['today + 2h == today', 'a date moves by whole days'],
  ['today + 999999w == today', 'lies outside the years 1 to 9999'],
  ['1 / 0 == 1', 'divides by zero'],
  ['1 in 5', '"in" takes a value in a list'],
  ['length(extract.none) == 1', 'length() takes a list or a text, got null'],
  ['date("2026-02-30") == today', 'date() takes an instant or a text like YYYY-MM-DD'],
  ['date(extract) == today', 'got object'],
  ['instant("yesterday") < now', 'instant() takes'],
  ['format("x", "YYYY") == "2026"', 'format() takes a date or an instant, got text'],
])('%s has no value, and says why', (text, message) => {
  expect(faultOf(text).detail).toContain(message);
});

test('a condition is told which names there are', () => {
  expect(() => parseCondition('extract.count > 0 and lood.x', ['extract', 'load'])).toThrow(
    'character 23: no "lood" here; there are extract, load',
  );
  expect(parseCondition('a.x > b.y').names.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('length and depth of an expression are bounded', () => {
  const { expressionLength, expressionDepth } = limits;
  expect(holds(`true${' '.repeat(expressionLength - 4)}`)).toBe(true);
  expect(() => holds(`true${' '.repeat(expressionLength - 3)}`)).toThrow('longer than 1000 characters');
  expect(holds(`${'('.repeat(expressionDepth)}true${')'.repeat(expressionDepth)}`)).toBe(true);
  for (const deep of ['(', 'not ', '!', '-', 'length(', '${', '(((1 +']) {
    expect(() => holds(deep.repeat(150)), deep).toThrow('nests deeper than 32 levels');
  }
  for (const huge of ['(', 'a.', '"', '1', 'a', 'a and ', '((((']) {
    expect(() => holds(huge.repeat(1_000_000 / huge.length)), huge).toThrow(ExpressionError);
  }
});

test('what came as JSON cannot pass for a time', () => {
  const forged = { forged: { kind: 'instant', ms: 0, 'Symbol(time)': 'instant' } };
  expect(resolveTemplate('${forged}', forged)).toEqual(forged.forged);
});

test('whatever is written has a value or a fault', () => {
  const pieces = [
    'a',
    '.',
    '0',
    '30d',
    '"t"',
    "'",
    '(',
    ')',
    '[',
    ']',
    '${',
    '}',
    ',',
    'now',
    'today',
    'tags',
    '==',
    '<',
  ]
    .concat([
      'and',
      'or',
      'not',
      '!',
      '+',
      '-',
      '*',
      '/',
      '%',
      'in',
      'length(',
      'default(',
      'date(',
      'format(',
      ' ',
      'null',
    ])
    .concat(['extract.count', 'extract.rows', 'true', '__proto__', '\\', '\u0000', '💥', '1.5', 'length', '$']);
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let values = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: 1 + random(12) }, () => pieces[random(pieces.length)]).join(
      random(2) === 0 ? ' ' : '',
    );
    try {
      resolveTemplate(`\${${text}}`, scope);
      values += 1;
    } catch (error) {
      expect(error, text).toBeInstanceOf(ExpressionError);
    }
  }
  expect(values).toBeGreaterThan(500);
});

test('of many names a fault shows a few', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `task_${index}`);
  expect(() => parseCondition('task_x > 0', names)).toThrow(/there are task_0, .*, task_9, 990 more$/);
});
