import { expect, test } from 'vitest';
import { changed, isNarrowed, textOf } from './address.ts';

test('a text is taken from the address as far as it is one, and no longer than it may be', () => {
  expect(textOf(' stock ', 10)).toBe('stock');
  expect(textOf(12, 10)).toBe('12');
  expect([{}, [], undefined, ' ', 'too long for it'].map((value) => textOf(value, 10))).toEqual(
    Array(5).fill(undefined),
  );
});

test('another filter begins at its first page', () => {
  const search: { q?: string; state?: string; cursor?: string | undefined } = { cursor: 'abc', q: 'orders' };
  expect(changed(search, { state: 'done' })).toEqual({ q: 'orders', state: 'done', cursor: undefined });
});

test('a page alone leaves nothing out', () => {
  expect(isNarrowed({ cursor: 'abc', active: undefined })).toBe(false);
  expect(isNarrowed({ active: false, cursor: 'abc' })).toBe(true);
});
