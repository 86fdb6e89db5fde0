import { expect, test } from 'vitest';
import { filterOf, readFlowsSearch, readFlowView } from './flows-search.ts';

test('what the address holds and cannot be is as if it was not there', () => {
  const search = readFlowsSearch({ state: 'asleep', company: {}, job: [], q: ' ', cursor: 'x'.repeat(5_000) });
  expect(Object.values(search).every((value) => value === undefined)).toBe(true);
  expect(Object.keys(search)).toContain('schedule');
  expect(readFlowView('table')).toBe(undefined);
});

test('what is chosen stands in the address, and the API is asked for it', () => {
  const search = readFlowsSearch({ state: 'error', schedule: 'nightly', q: 12, cursor: 'abc' });
  expect(search).toMatchObject({ state: 'error', schedule: 'nightly', q: '12', cursor: 'abc' });
  expect(filterOf(search)).toEqual({ state: 'error', schedule: 'nightly', q: '12' });
  expect(readFlowView('list')).toBe('list');
});
