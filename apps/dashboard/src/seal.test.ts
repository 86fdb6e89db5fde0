import { expect, test } from 'vitest';
import { createSeal } from './seal.ts';

const seal = createSeal('a secret', 'test');

test('what was sealed is opened with the same secret, and never looks the same', () => {
  const sealed = seal.close('the tøken');
  expect(createSeal('a secret', 'test').open(sealed)).toBe('the tøken');
  expect(seal.close('the tøken')).not.toBe(sealed);
});

test('another secret, another purpose, or a changed text opens nothing', () => {
  const sealed = seal.close('the token');
  expect(createSeal('b secret', 'test').open(sealed)).toBeUndefined();
  expect(createSeal('a secret', 'other').open(sealed)).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64url');
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(seal.open(changed.toString('base64url'))).toBeUndefined();
  }
});

test.each(['', 'AQ', 'not sealed at all', 'A'.repeat(1_000)])('%j opens nothing', (text) => {
  expect(seal.open(text)).toBeUndefined();
});
