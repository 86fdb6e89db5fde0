import { expect, test } from 'vitest';
import type { Row } from './row.ts';
import { checkColumns, compileRowSpec, RowSpec } from './row-spec.ts';

const apply = (spec: unknown, row: Row) => compileRowSpec(RowSpec.parse(spec))(row);

test('columns are selected in the given order, renamed, and typed', () => {
  const spec = { types: { n: 'integer', at: 'date' }, select: ['at', 'n'], rename: { n: 'count' } };
  const row = apply(spec, { n: '07', at: '2026-02-28', other: 'x' });
  expect(JSON.stringify(row)).toBe('{"at":"2026-02-28","count":7}');
});

test.each([
  ['integer', '12', 12],
  ['integer', '-3', -3],
  ['number', ' 1.50 ', 1.5],
  ['number', '2e3', 2_000],
  ['number', '', null],
  ['boolean', 'Yes', true],
  ['boolean', '0', false],
  ['date', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z'],
  ['json', '[1,{"a":2}]', [1, { a: 2 }]],
  ['text', 5, '5'],
  ['text', '', ''],
])('as %s, %j becomes %j', (type, value, expected) => {
  expect(apply({ types: { x: type } }, { x: value })).toEqual({ x: expected });
});

test.each([
  ['integer', '1.5'],
  ['integer', '99999999999999999999'],
  ['number', '12,50'],
  ['number', '0x10'],
  ['number', 'Infinity'],
  ['boolean', 'maybe'],
  ['date', '2026-02-30'],
  ['date', '31.12.2025'],
  ['json', '{a}'],
])('as %s, %j is a bad row', (type, value) => {
  expect(() => apply({ types: { x: type } }, { x: value })).toThrow(`"x" is no ${type}: ${JSON.stringify(value)}`);
});

test.each([
  [{ column: 'n', op: '>', value: 9 }, true],
  [{ column: 'n', op: '<', value: 9 }, false],
  [{ column: 'n', op: '=', value: 10 }, true],
  [{ column: 'n', op: '>', value: '9' }, false],
  [{ column: 'day', op: '>=', value: '2026-01-31' }, true],
  [{ column: 'day', op: '!=', value: '2026-02-01' }, false],
  [{ column: 'land', op: 'in', value: ['CH', 'DE'] }, true],
  [{ column: 'land', op: 'not_in', value: ['CH', 'DE'] }, false],
  [{ column: 'mail', op: 'contains', value: '@' }, true],
  [{ column: 'mail', op: 'starts_with', value: 'b' }, false],
  [{ column: 'mail', op: 'ends_with', value: '.ch' }, true],
  [{ column: 'none', op: 'empty' }, true],
  [{ column: 'none', op: 'not_empty' }, false],
  [{ column: 'none', op: '>', value: 0 }, false],
  [{ column: 'none', op: '<', value: 0 }, false],
  [{ column: 'mail', op: '>', value: 0 }, false],
  [{ column: 'absent', op: '=', value: null }, true],
  [{ column: 'toString', op: 'empty' }, true],
])('the condition %j is %s', (condition, holds) => {
  const row = { n: '10', day: '2026-02-01', land: 'CH', mail: 'a@b.ch', none: '' };
  expect(apply({ filter: [condition] }, row) !== undefined).toBe(holds);
});

test('every condition must hold', () => {
  const filter = [
    { column: 'a', op: '=', value: 1 },
    { column: 'b', op: '=', value: 2 },
  ];
  expect(apply({ filter }, { a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
  expect(apply({ filter }, { a: 1, b: 3 })).toBeUndefined();
});

test('columns that do not exist, and two of one name, are refused before any row is read', () => {
  const check = (spec: unknown) => () => checkColumns(RowSpec.parse(spec), ['a', 'b']);
  expect(check({ select: ['c'] })).toThrow('there is no column "c"; there are a, b');
  expect(check({ rename: { a: 'b' } })).toThrow('two columns would be called "b"');
  expect(check({ rename: { a: 'b', b: 'a' } })).not.toThrow();
  expect(() => apply({ rename: { a: 'b' } }, { a: 1, b: 2 })).toThrow('two columns would have one name');
});

test('a spec holds comparisons, never code', () => {
  expect(RowSpec.safeParse({ filter: [{ column: 'a', op: 'eval', value: '1' }] }).success).toBe(false);
  expect(RowSpec.safeParse({ filter: ['a > 1'] }).success).toBe(false);
});
