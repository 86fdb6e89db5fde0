import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('without options the first start decides about the tour', () => {
  expect(readOptions([])).toEqual({ help: false, tour: undefined, exit: false, file: undefined });
});

test('what only the tour can use asks for the tour', () => {
  expect(readOptions(['--exit']).tour).toBe(true);
  expect(readOptions(['--file', 'my.csv'])).toMatchObject({ tour: true, file: 'my.csv' });
  expect(readOptions(['--no-tour']).tour).toBe(false);
});

test('an option that makes no sense is refused by name', () => {
  expect(() => readOptions(['--turo'])).toThrow("'--turo'");
  expect(() => readOptions(['--file'])).toThrow('--file');
  expect(() => readOptions(['surplus'])).toThrow("'surplus'");
  expect(() => readOptions(['--no-tour', '--exit'])).toThrow('not with --no-tour');
});
