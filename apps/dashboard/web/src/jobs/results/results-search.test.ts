import { expect, test } from 'vitest';
import { filterOf, readResultsSearch } from './results-search.ts';

test('an address is read as far as it is fit', () => {
  const read = readResultsSearch({ status: 'done', job: 'job_1', schedule: 7, cursor: 'x'.repeat(10_000) });
  expect(read).toEqual({ status: undefined, job: 'job_1', schedule: '7', company: undefined, cursor: undefined });
});

test('the API is asked for what was chosen, without the page', () => {
  expect(filterOf({ status: 'error', cursor: 'abc' })).toEqual({ status: 'error' });
});
