import { expect, test } from 'vitest';
import { scanJson } from './json-text.ts';

const good = ['{}', '[]', ' [1, 2.5e-3, -0, true, null, "a\\u00e9\\n"] ', '{"a":{"b":[{}]},"c":"\u007f"}', '"ü"', '0'];

test.each(good)('%s is JSON', (text) => {
  expect(scanJson(text).faultAt).toBeUndefined();
  expect(() => JSON.parse(text)).not.toThrow();
});

const broken: [text: string, faultAt: number][] = [
  ['', 0],
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ['[1,2', 4],
  ['"abc', 4],
  ['"a\nb"', 2],
  ['"a\\x"', 2],
  ['{x}', 1],
  ['[1 2]', 3],
  ['[1}', 2],
  ['tru', 0],
  ['01', 1],
  ['1.', 1],
  ['[] []', 3],
  ["{'a':1}", 1],
  ['[NaN]', 1],
];

test.each(broken)('%s breaks at %i', (text, faultAt) => {
  expect(scanJson(text).faultAt).toBe(faultAt);
  expect(() => JSON.parse(text)).toThrow();
});

test('whole numbers that a double would round are found where they stand', () => {
  const text = '{"a":[1,9007199254740993],"b/c":{"d":12345678901234567890},"ok":[9007199254740992,1e300,1e400,0.1]}';
  expect(scanJson(text).inexact).toEqual([
    ['a', 1],
    ['b/c', 'd'],
  ]);
});

test('text may be long and deep', () => {
  const deep = 500_000;
  expect(scanJson('['.repeat(deep) + ']'.repeat(deep)).faultAt).toBeUndefined();
  expect(scanJson('{"a":'.repeat(deep)).faultAt).toBe(deep * 5);
  const long = `["${'ü\\n'.repeat(deep)}",1${'0'.repeat(deep)}]`;
  expect(scanJson(long).faultAt).toBeUndefined();
  expect(scanJson(long.slice(0, 300_002)).faultAt).toBe(300_002);
});
