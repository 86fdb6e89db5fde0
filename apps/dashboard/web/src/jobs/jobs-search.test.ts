import { expect, test } from 'vitest';
import { changed, filterOf, isNarrowed, readJobsSearch } from './jobs-search.ts';

test('an address is read as far as it is fit', () => {
  const read = readJobsSearch({ active: false, module: ' stock ', q: 12, company: {}, cursor: 'abc', other: 'x' });
  expect(read).toEqual({ active: false, module: 'stock', q: '12', company: undefined, cursor: 'abc' });
  expect(readJobsSearch({ active: 'perhaps' }).active).toBeUndefined();
});

test('the API is asked for what was chosen, without the page', () => {
  expect(filterOf({ active: true, q: 'orders', cursor: 'abc' })).toEqual({ active: 'true', q: 'orders' });
  expect(filterOf({ active: false })).toEqual({ active: 'false' });
});

test('another filter begins with the first page', () => {
  expect(changed({ q: 'x', cursor: 'abc' }, { active: true })).toEqual({ q: 'x', active: true, cursor: undefined });
});

test('a page alone leaves nothing out', () => {
  expect(isNarrowed({ cursor: 'abc' })).toBe(false);
  expect(isNarrowed({ active: false })).toBe(true);
});
