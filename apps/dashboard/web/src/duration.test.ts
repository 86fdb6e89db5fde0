import { expect, test } from 'vitest';
import { formatDuration } from './duration.ts';

test.each([
  [0, '0 ms'],
  [0.0123, '12 ms'],
  [0.9, '900 ms'],
  [4.25, '4.3 s'],
  [59.99, '1 min'],
  [125, '2 min 5 s'],
  [3_599.8, '1 h'],
  [7_500, '2 h 5 min'],
  [200_000, '2 d 7 h'],
])('%d seconds read as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
