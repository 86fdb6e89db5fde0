import { expect, test } from 'vitest';
import { isNarrowed } from '../search/address.ts';
import { readAuditSearch } from './audit-search.ts';

test('what the address holds and cannot be is as if it was not there', () => {
  const search = readAuditSearch({ action: '', key: 7, target: {}, outcome: 'fine', from: 'yesterday', cursor: [] });
  expect(search).toEqual({ key: '7' });
  expect(Object.keys(search)).toContain('outcome');
});

test('instants of any zone are the same in the address', () => {
  expect(readAuditSearch({ from: '2026-03-01T09:30:00+01:00', outcome: 'refused' })).toEqual({
    from: '2026-03-01T08:30:00.000Z',
    outcome: 'refused',
  });
});

test('a further page of everything leaves nothing out', () => {
  expect(isNarrowed(readAuditSearch({ cursor: 'abc' }))).toBe(false);
  expect(isNarrowed(readAuditSearch({ cursor: 'abc', action: 'task.' }))).toBe(true);
});
