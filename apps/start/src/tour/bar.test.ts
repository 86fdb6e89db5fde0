import { expect, test } from 'vitest';
import { bar } from './bar.ts';

test('a bar is empty at the start and full at the end', () => {
  expect(bar(0, 'begun')).toBe(`${' '.repeat(28)}   0 %  begun`);
  expect(bar(100, 'done')).toBe(`${'█'.repeat(28)} 100 %  done`);
  expect(bar(50, '')).toContain(`${'█'.repeat(14)} `);
});

test('a bar has the same length whatever the percentage', () => {
  const lengths = new Set(Array.from({ length: 1_001 }, (_, n) => bar(n / 10, 'x').length));
  expect([...lengths]).toEqual([bar(0, 'x').length]);
});

test('a long message is cut to the width of the terminal', () => {
  expect(bar(10, 'm'.repeat(200), 80)).toHaveLength(80);
});
