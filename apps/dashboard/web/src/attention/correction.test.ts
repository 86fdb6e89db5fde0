import type { MethodInfo, Task } from '@drover/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { correctionOf, faultsOfCorrection, isFormFit, patchOf } from './correction.ts';

const method = {
  argsSchema: z.toJSONSchema(z.tuple([z.int()]), { io: 'input' }),
  kwargsSchema: z.toJSONSchema(z.strictObject({}), { io: 'input' }),
} as unknown as MethodInfo;
const task = { args: [1], kwargs: { b: 2, a: { y: 1, x: 2 } } } as unknown as Task;
const typed = (args: string, kwargs: string) => ({ mode: 'json', args, kwargs }) as const;

test('only what is new is sent; the order of names is nothing new', () => {
  expect(patchOf(undefined, task, correctionOf(undefined, task))).toEqual({});
  expect(patchOf(undefined, task, typed('[1]', '{"a": {"x": 2, "y": 1}, "b": 2}'))).toEqual({});
  expect(patchOf(undefined, task, typed('[2]', '{"b": 2, "a": {"y": 1, "x": 2}}'))).toEqual({ args: [2] });
  expect(patchOf(undefined, task, { mode: 'form', args: [1, undefined], kwargs: { b: 3 } })).toEqual({
    kwargs: { b: 3 },
  });
});

test('where nothing is known of the arguments, they must be a list and an object of JSON', () => {
  expect(faultsOfCorrection(undefined, typed('[1]', '{}'))).toEqual([]);
  expect(faultsOfCorrection(undefined, typed('{}', '[')).map(({ pointer }) => pointer)).toEqual(['/args', '/kwargs']);
});

test('where the schema is known, faults are found before the API is asked', () => {
  expect(faultsOfCorrection(method, { mode: 'form', args: ['x'], kwargs: {} })).toMatchObject([{ pointer: '/args/0' }]);
  expect(faultsOfCorrection(method, typed('7', '{}'))).toMatchObject([
    { pointer: '/args', message: 'must be a list: [ … ]' },
  ]);
});

test('a form fits where it has a place for everything that was given', () => {
  expect(isFormFit(method, { args: [1], kwargs: {} })).toBe(true);
  expect(isFormFit(method, { args: [1], kwargs: { unknown: 1 } })).toBe(false);
});

test('what a form fills in by itself is no change', () => {
  const withFolder = {
    argsSchema: z.toJSONSchema(z.tuple([z.int(), z.string().default('x')]), { io: 'input' }),
    kwargsSchema: z.toJSONSchema(z.strictObject({ to: z.string(), dryRun: z.boolean().default(true) }), {
      io: 'input',
    }),
  } as unknown as MethodInfo;
  const given = { args: [1], kwargs: { to: 'Ada' } };
  const form = (args: unknown[], kwargs: unknown) => patchOf(withFolder, given, { mode: 'form', args, kwargs });
  expect(form([1, undefined], { to: 'Ada' })).toEqual({});
  expect(form([1, undefined], { to: 'Ada', dryRun: true })).toEqual({});
  expect(form([1, 'y'], { to: 'Ada', dryRun: false })).toEqual({
    args: [1, 'y'],
    kwargs: { to: 'Ada', dryRun: false },
  });
});
