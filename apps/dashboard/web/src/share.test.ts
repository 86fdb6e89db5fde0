import { expect, test } from 'vitest';
import { formatShare } from './share.ts';

test.each([
  [0, 0, '–'],
  [0, 5, '0 %'],
  [1, 8, '12.5 %'],
  [1, 100_000, '< 0.1 %'],
  [99_999, 100_000, '> 99.9 %'],
  [5, 5, '100 %'],
])('%i of %i is %s', (part, whole, said) => {
  expect(formatShare(part, whole)).toBe(said);
});
