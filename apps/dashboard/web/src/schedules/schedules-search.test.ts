import { expect, test } from 'vitest';
import { filterOf, readSchedulesSearch } from './schedules-search.ts';

test('what the address holds and cannot be is as if it was not there', () => {
  const search = readSchedulesSearch({ state: 'asleep', owner: 'me', company: {}, drift: 'yes', q: ' ', cursor: [] });
  expect(Object.values(search).every((value) => value === undefined)).toBe(true);
  expect(Object.keys(search)).toContain('drift');
});

test('what is chosen stands in the address, and the API is asked for it', () => {
  const search = readSchedulesSearch({ state: 'paused', owner: 'code', drift: true, q: 12, cursor: 'abc' });
  expect(search).toMatchObject({ state: 'paused', owner: 'code', drift: true, q: '12', cursor: 'abc' });
  expect(filterOf(search)).toEqual({ state: 'paused', owner: 'code', drift: 'true', q: '12' });
});
