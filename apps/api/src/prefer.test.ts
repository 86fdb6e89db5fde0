import { limits } from '@drover/core';
import { expect, test } from 'vitest';
import { parsePrefer } from './prefer.ts';

test('preferences are read as RFC 7240 writes them', () => {
  expect(parsePrefer(undefined)).toEqual({});
  expect(parsePrefer('wait=10')).toEqual({ waitSeconds: 10 });
  expect(parsePrefer('respond-async, Wait = "5"; foo=bar,RETURN=minimal')).toEqual({
    respondAsync: true,
    waitSeconds: 5,
    return: 'minimal',
  });
});

test('given twice, the first counts', () => {
  expect(parsePrefer('wait=1, wait=2, return=minimal, return=representation')).toEqual({
    waitSeconds: 1,
    return: 'minimal',
  });
});

test('nobody waits for ever', () => {
  expect(parsePrefer('wait=999999999')).toEqual({ waitSeconds: limits.waitSeconds });
});

test.each(['', ',', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=x', 'return=all', 'lenient', '"wait"=1', 'wait=1 2'])(
  '%o means nothing',
  (header) => {
    expect(parsePrefer(header)).toEqual({});
  },
);

test('a header as long as can be is read in no time', () => {
  const startedAt = performance.now();
  for (const header of ['wait'.repeat(4_000), ' '.repeat(16_000), `a=${'"'.repeat(16_000)}`, 'a;'.repeat(8_000)]) {
    expect(parsePrefer(header)).toEqual({});
  }
  expect(performance.now() - startedAt).toBeLessThan(500);
});
