import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkValue } from './schema-check.ts';

const schema = z.toJSONSchema(
  z.strictObject({ amount: z.int().min(1), lines: z.array(z.object({ id: z.string() })).optional() }),
  { io: 'input' },
) as Record<string, unknown>;

test('what fits has no faults', () => {
  expect(checkValue(schema, { amount: 3, lines: undefined }, '/kwargs')).toEqual([]);
});

test('a fault is told at its own place, once', () => {
  const faults = checkValue(schema, { amount: 0, lines: [{ id: 'a' }, { id: 7 }] }, '/kwargs');
  expect(faults.map(({ pointer }) => pointer)).toEqual(['/kwargs/amount', '/kwargs/lines/1/id']);
});

test('what is missing and what is too much is told', () => {
  expect(checkValue(schema, { amuont: 1 }, '/kwargs')).toEqual([
    { pointer: '/kwargs/amount', message: 'is missing' },
    { pointer: '/kwargs/amuont', message: 'is not known to this method' },
  ]);
});

test('of several forms that do not fit only the choice is told', () => {
  const choice = z.toJSONSchema(z.object({ at: z.union([z.int(), z.array(z.int())]) })) as Record<string, unknown>;
  expect(checkValue(choice, { at: 'x' }, '/kwargs')).toEqual([
    { pointer: '/kwargs/at', message: 'has none of the forms that are allowed' },
  ]);
});

test('checking compiles no code', () => {
  const { Function: before } = globalThis;
  globalThis.Function = (() => {
    throw new Error('code was compiled');
  }) as unknown as FunctionConstructor;
  try {
    expect(checkValue(schema, { amount: 1 }, '/kwargs')).toEqual([]);
  } finally {
    globalThis.Function = before;
  }
});
