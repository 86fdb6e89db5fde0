import { expect, test } from 'vitest';
import { filterOf, readJobsSearch } from './jobs-search.ts';

test('an address is read as far as it is fit', () => {
  const read = readJobsSearch({ active: false, module: ' stock ', q: 12, company: {}, cursor: 'abc', other: 'x' });
  expect(read).toEqual({ active: false, module: 'stock', q: '12', company: undefined, cursor: 'abc' });
  expect(readJobsSearch({ active: 'perhaps' }).active).toBeUndefined();
});

test('the API is asked for what was chosen, without the page', () => {
  expect(filterOf({ active: true, q: 'orders', cursor: 'abc' })).toEqual({ active: 'true', q: 'orders' });
  expect(filterOf({ active: false })).toEqual({ active: 'false' });
});
