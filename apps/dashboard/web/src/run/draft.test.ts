import type { MethodInfo } from '@drover/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Draft, draftOf, faultsOf, turned, valuesOf } from './draft.ts';

const method = {
  argsSchema: z.toJSONSchema(z.tuple([z.string(), z.int().optional()]), { io: 'input' }),
  kwargsSchema: z.toJSONSchema(z.strictObject({ dryRun: z.boolean().default(false) }), { io: 'input' }),
} as unknown as MethodInfo;

test('the form of a tuple has all its places from the beginning', () => {
  expect(draftOf(method, undefined).args).toHaveLength(2);
});

test('places that were left empty are not told as faults, but for those that must be filled', () => {
  const filled: Draft = { mode: 'form', args: ['a', undefined], kwargs: {} };
  expect(faultsOf(method, filled)).toEqual([]);
  expect(faultsOf(method, draftOf(method, undefined)).map(({ pointer }) => pointer)).toEqual(['/args']);
});

test('arguments typed in the form are the same as JSON, and back', () => {
  const form: Draft = { mode: 'form', args: ['a', undefined], kwargs: { dryRun: true } };
  const json = turned(method, form);
  expect(json).toMatchObject({ mode: 'json', args: '[\n  "a"\n]' });
  expect(json && turned(method, json)).toEqual(form);
});

test('texts that are no list and no object of JSON stay texts', () => {
  expect(turned(method, { mode: 'json', args: '[', kwargs: '{}' })).toBeUndefined();
  expect(turned(method, { mode: 'json', args: '{}', kwargs: '{}' })).toBeUndefined();
});

test('a text that is not JSON is a fault of its field', () => {
  const faults = faultsOf(method, { mode: 'json', args: '[]', kwargs: '{"dryRun": ' });
  expect(faults).toMatchObject([{ pointer: '/kwargs', message: expect.stringContaining('not JSON') }]);
  expect(valuesOf({ mode: 'json', args: '["a"]', kwargs: '{}' })).toEqual({ args: ['a'], kwargs: {} });
});
