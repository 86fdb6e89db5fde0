import type { ClusterError } from '@drover/core';
import { expect, test } from 'vitest';
import { parseCsv } from './csv-rows.ts';

function faultOf(text: string): string | undefined {
  try {
    parseCsv(text);
  } catch (error) {
    return (error as ClusterError).faults[0]?.message;
  }
  throw new Error('it was read');
}

test('rows are read by their columns, quotes and line breaks in them too', () => {
  expect(parseCsv('﻿name, args\r\n"Ada, ""the"" first","[1,\n2]"\r\n\r\nBob,\r\n')).toEqual([
    { row: { name: 'Ada, "the" first', args: '[1,\n2]' } },
    { row: { name: 'Bob', args: '' } },
  ]);
});

test.each([';', '\t', '|'])('fields may be parted by %j', (mark) => {
  expect(parseCsv(`name${mark}"a,b"\nx${mark}y`)).toEqual([{ row: { name: 'x', 'a,b': 'y' } }]);
});

test('a row of another length is a problem of its own', () => {
  expect(parseCsv('a,b\n1\n1,2')).toEqual([{ problem: 'has 1 fields instead of 2' }, { row: { a: '1', b: '2' } }]);
});

test('what is no CSV is refused', () => {
  expect(faultOf('')).toBe('is empty: expected CSV with a header line');
  expect(faultOf('a,b,a\n1,2,3')).toBe('has the column "a" twice');
  expect(faultOf('a,b\n"open,2')).toMatch(/^is not CSV: .*line 2/i);
  expect(faultOf(`${'a,'.repeat(1_000)}b`)).toBe('has 1001 columns, and may have 1000');
});
