import { expect, test } from 'vitest';
import { chosenFilters } from './filter-words.ts';
import { changed, exportAddress, filterKey, filterOf, methodSearch, readLedgerSearch } from './ledger-search.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

test('an address is read field by field, and what is unfit is as if it was not there', () => {
  const read = readLedgerSearch({
    state: 'error',
    outcome: 'splendid',
    queue: 'mail',
    company: '',
    user: ['ada'],
    q: 12,
    tag: true,
    from: 'yesterday',
    range: 'century',
    cursor: 'x'.repeat(2_000),
    method: 'm'.repeat(201),
    stranger: 'passes nowhere',
  });
  expect(filterOf(read, now)).toEqual({ state: 'error', queue: 'mail', q: '12', tag: 'true' });
  expect(read).toHaveProperty('cursor', undefined);
  expect(read).not.toHaveProperty('stranger');
});

test('every field of a filter comes back from its address', () => {
  const filter = {
    state: 'error',
    outcome: 'timeout',
    model: 'account.invoice',
    method: 'account.invoice.post',
    queue: 'mail',
    company: 'Acme & Söhne',
    user: 'ada',
    tag: 'month end',
    schedule: 'sch_1',
    flow: 'flw_1',
    job: 'job_1',
    worker: 'host-1',
    failure: 'f00',
    from: '2026-02-01T00:00:00.000Z',
    to: '2026-03-01T00:00:00.000Z',
    q: 'no such customer',
  };
  expect(filterOf(readLedgerSearch(filter), now)).toEqual(filter);
});

test('instants of an address may have a zone of their own', () => {
  expect(readLedgerSearch({ from: '2026-03-01T09:30:00+01:00' }).from).toBe('2026-03-01T08:30:00.000Z');
});

test('a moving span is counted from the moment of asking, and gives way to fixed times', () => {
  expect(filterOf({ range: 'hour' }, now)).toEqual({ from: '2026-03-01T11:00:00.000Z' });
  expect(filterOf({ range: 'week' }, now)).toEqual({ from: '2026-02-22T12:00:00.000Z' });
  const midnight = new Date(filterOf({ range: 'today' }, now).from ?? '');
  expect([midnight.getHours(), midnight.getMinutes(), midnight.getDate()]).toEqual([0, 0, new Date(now).getDate()]);
  expect(readLedgerSearch({ range: 'hour', to: '2026-03-01T00:00:00Z' }).range).toBeUndefined();
});

test('a change of the filter begins at the newest again, and one kind of time replaces the other', () => {
  const before = { queue: 'mail', range: 'hour', cursor: 'c1' } as const;
  expect(filterKey(changed(before, { tag: 'month end' }))).toBe(
    filterKey({ queue: 'mail', range: 'hour', tag: 'month end' }),
  );
  expect(changed(before, { tag: 'month end' }).cursor).toBeUndefined();
  expect(filterOf(changed(before, { from: '2026-02-01T00:00:00.000Z' }), now)).toEqual({
    queue: 'mail',
    from: '2026-02-01T00:00:00.000Z',
  });
});

test('pages of one filter have one key', () => {
  expect(filterKey({ queue: 'mail', tag: undefined, cursor: 'c1' })).toBe(filterKey({ queue: 'mail' }));
  expect(filterKey({ queue: 'mail' })).not.toBe(filterKey({ tag: 'mail' }));
});

test('what is written for "model or method" is a model when there is one of that name', () => {
  const models = ['account.invoice'];
  expect(methodSearch('account.invoice', models)).toEqual({ model: 'account.invoice', method: undefined });
  expect(methodSearch('account.invoice.post', models)).toEqual({ model: undefined, method: 'account.invoice.post' });
  expect(methodSearch('post', models)).toEqual({ model: undefined, method: 'post' });
  expect(methodSearch('', models)).toEqual({ model: undefined, method: undefined });
});

test('the filters that were chosen are said in words', () => {
  const chosen = chosenFilters({ state: 'requires_attention', outcome: 'lost', range: 'week', tag: 'month end' });
  expect(chosen.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'State: Needs attention',
    'Outcome: Worker lost',
    'Time: Last 7 days',
    'Tag: month end',
  ]);
});

test('an export is asked for what is shown, and for all of it', () => {
  expect(exportAddress('csv', { company: 'Acme & Co', range: 'hour', cursor: 'c1' }, now)).toBe(
    '/v1/executions?format=csv&company=Acme+%26+Co&from=2026-03-01T11%3A00%3A00.000Z',
  );
});
