import { expect, test } from 'vitest';
import { changed, filterOf, isNarrowed, readResultsSearch } from './results-search.ts';

test('an address is read as far as it is fit', () => {
  const read = readResultsSearch({ status: 'done', job: 'job_1', schedule: 7, cursor: 'x'.repeat(10_000) });
  expect(read).toEqual({ status: undefined, job: 'job_1', schedule: '7', company: undefined, cursor: undefined });
});

test('a change begins with the newest, and the page is no filter', () => {
  const search = changed({ cursor: 'abc' }, { status: 'error' });
  expect(search).toEqual({ status: 'error', cursor: undefined });
  expect(filterOf(search)).toEqual({ status: 'error' });
  expect(isNarrowed({ cursor: 'abc' })).toBe(false);
});
