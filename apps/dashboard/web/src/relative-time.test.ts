import { expect, test } from 'vitest';
import { formatRelative } from './relative-time.ts';

test.each([
  [0, 'now'],
  [-12_000, '12 sec. ago'],
  [-59_900, '59 sec. ago'],
  [-180_000, '3 min. ago'],
  [5 * 3_600_000, 'in 5 hr.'],
  [-3 * 86_400_000, '3 days ago'],
  [70 * 86_400_000, 'in 2 mo.'],
])('an instant %d ms away reads as "%s"', (distanceMs, text) => {
  expect(formatRelative(1_000_000_000_000 + distanceMs, 1_000_000_000_000)).toBe(text);
});
