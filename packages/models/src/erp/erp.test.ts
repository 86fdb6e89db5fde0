import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredClass, type ItemResults, runDirectly } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountInvoice } from './account-invoice.ts';
import { report } from './report.ts';
import { saleOrder } from './sale-order.ts';

const header = 'order_id,ordered_at,customer,email,country,product,category,quantity,unit_price,currency,status';
const orders = `${header}
SO-1,2026-01-05,Anna,anna@example.com,CH,Lamp,Lighting,3,19.90,CHF,confirmed
SO-2,2026-01-06,Beat,beat@example.com,DE,Chair,Seating,1,289.00,EUR,draft
SO-3,2026-02-30,Carl,carl@example.com,DE,Chair,Seating,1,289.00,EUR,confirmed
SO-4,2026-03-01,Dora,,CH,Desk,Tables,2,0.10,CHF,shipped
SO-5,2026-03-01,Emil,emil@example.com,CH,Desk,Tables,-1,699.00,CHF,cancelled
SO-6,2026-03-02,Fay,fay@example.com,CH,Desk,Tables,1,1.10,CHF,cancelled
`;

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'drover-erp-'));
  await writeFile(join(dataDir, 'orders.csv'), orders);
});
afterEach(() => rm(dataDir, { recursive: true }));

const source = 'orders.csv';
const invoices = () => readdir(join(dataDir, 'invoices')).catch(() => []);
const statuses = (result: unknown) => (result as ItemResults).results.map(({ status }) => status);

test('a batch posts an invoice for every order that is right, and says what is wrong with the others', async () => {
  const ids = ['SO-1', 2, 3, 4, 5, 6, 99];
  const run = await runDirectly(accountInvoice, 'process_batch', { args: [ids], kwargs: { source } }, { dataDir });
  expect(run.outcome).toBe('warning');
  expect((run.result as ItemResults).results).toEqual([
    {
      id: 'SO-1',
      status: 'success',
      result: { number: 'INV-1', total: 64.54, currency: 'CHF', file: 'invoices/INV-1.json' },
    },
    { id: 2, status: 'error', error: 'order SO-2 is draft, only confirmed and shipped ones are invoiced' },
    { id: 3, status: 'error', error: 'order SO-3: ordered_at is no date' },
    { id: 4, status: 'error', error: 'order SO-4: the e-mail address "" is not right' },
    { id: 5, status: 'error', error: 'order SO-5: quantity must be at least 1' },
    { id: 6, status: 'error', error: 'order SO-6 is cancelled, only confirmed and shipped ones are invoiced' },
    { id: 99, status: 'error', error: 'there is no order SO-99' },
  ]);
  expect(await invoices()).toEqual(['INV-1.json']);
  expect(JSON.parse(await readFile(join(dataDir, 'invoices/INV-1.json'), 'utf8'))).toMatchObject({
    net: 59.7,
    vat: 4.84,
    total: 64.54,
    lines: [{ product: 'Lamp', quantity: 3, amount: 59.7 }],
  });
});

test('posting twice leaves one invoice, and a dry run none', async () => {
  const post = (dryRun: boolean) =>
    runDirectly(accountInvoice, 'post', { args: ['SO-1'], kwargs: { source, dryRun } }, { dataDir });
  expect((await post(true)).result).toMatchObject({ number: 'INV-1', file: null });
  expect(await invoices()).toEqual([]);
  const once = await post(false);
  expect((await post(false)).result).toEqual(once.result);
  expect((await runDirectly(accountInvoice, 'count', {}, { dataDir })).result).toEqual({ count: 1 });
});

test('one wrong order needs a person', async () => {
  const run = runDirectly(accountInvoice, 'post', { args: [4], kwargs: { source } }, { dataDir });
  expect(declaredClass(await run.catch((error: unknown) => error))).toBe('data');
});

test('a draft is confirmed, then invoiced', async () => {
  const confirm = await runDirectly(saleOrder, 'confirm', { args: [[1, 2, 6]], kwargs: { source } }, { dataDir });
  expect(statuses(confirm.result)).toEqual(['success', 'success', 'error']);
  const post = await runDirectly(accountInvoice, 'post', { args: [2], kwargs: { source } }, { dataDir });
  expect(post.result).toMatchObject({ number: 'INV-2' });
});

test('what is found by status and date is closed, and nothing but drafts', async () => {
  const find = (orderedBefore: string) =>
    runDirectly(saleOrder, 'find', { kwargs: { source, orderedBefore } }, { dataDir });
  expect((await find('2026-01-06')).result).toMatchObject({ ids: [] });
  const found = (await find('2026-01-07')).result as { ids: string[] };
  expect(found.ids).toEqual(['SO-2']);
  const close = (ids: (string | number)[]) =>
    runDirectly(saleOrder, 'close', { args: [ids], kwargs: { source } }, { dataDir });
  expect(statuses((await close([...found.ids, 1])).result)).toEqual(['success', 'error']);
  expect((await find('2026-01-07')).result).toMatchObject({ ids: [] });
  expect(await close(found.ids)).toMatchObject({
    outcome: 'success',
    result: { results: [{ id: 'SO-2', result: { status: 'closed', before: 'closed' } }] },
  });
});

test('old drafts are closed once, and only they', async () => {
  const close = (kwargs: Record<string, unknown>) =>
    runDirectly(saleOrder, 'close_old', { kwargs: { source, today: '2026-04-01', ...kwargs } }, { dataDir });
  expect((await close({ dryRun: true })).result).toMatchObject({
    results: [{ id: 'SO-2', result: { closed: false } }],
  });
  expect(await close({ olderThanDays: 365 })).toMatchObject({ outcome: 'info' });
  expect((await close({})).result).toMatchObject({ processed: 1, results: [{ id: 'SO-2', result: { closed: true } }] });
  expect(await close({})).toMatchObject({ outcome: 'info' });
  const find = await runDirectly(saleOrder, 'find', { kwargs: { source, status: 'closed' } }, { dataDir });
  expect(find.result).toEqual({ ids: ['SO-2'], count: 1, bad: 2 });
});

test('a report has the totals of every group, and counts the rows that do not fit', async () => {
  const kwargs = { source, groupBy: ['currency'], to: 'reports/q1.json' };
  const run = await runDirectly(report, 'generate', { kwargs }, { dataDir });
  expect(run.result).toMatchObject({
    file: 'reports/q1.json',
    rows: 6,
    bad: 0,
    groups: [
      { currency: 'EUR', count: 2, amount: 578 },
      { currency: 'CHF', count: 4, amount: -638 },
    ],
  });
  const filtered = { ...kwargs, to: 'reports/q1.csv', filter: [{ column: 'quantity', op: '>', value: 0 }] };
  await runDirectly(report, 'generate', { kwargs: filtered }, { dataDir });
  expect(await readFile(join(dataDir, 'reports/q1.csv'), 'utf8')).toBe('currency,count,amount\nEUR,2,578\nCHF,3,61\n');
});

test('a report of a file without the columns says which one is missing', async () => {
  await writeFile(join(dataDir, 'other.csv'), 'a,b\n1,2\n');
  const run = runDirectly(report, 'generate', { kwargs: { source: 'other.csv' } }, { dataDir });
  await expect(run).rejects.toThrow('there is no column "quantity"; there are a, b');
  const counted = { source: 'other.csv', groupBy: ['a'], multiply: [] };
  expect((await runDirectly(report, 'generate', { kwargs: counted }, { dataDir })).result).toMatchObject({
    groups: [{ a: '1', count: 1 }],
  });
});

test('the shipped sample serves every method, dirty rows included', async () => {
  const found = await runDirectly(saleOrder, 'find', { kwargs: { status: 'draft', limit: 10 } }, { dataDir });
  const { ids } = found.result as { ids: string[] };
  expect(ids).toHaveLength(10);
  expect(await runDirectly(saleOrder, 'confirm', { args: [ids] }, { dataDir })).toMatchObject({ outcome: 'success' });
  const run = await runDirectly(report, 'generate', {}, { dataDir, id: 't_1' });
  expect(run.result).toMatchObject({ file: 'reports/t_1.json', bad: expect.any(Number) });
  expect((run.result as { rows: number; bad: number }).bad).toBeGreaterThan(0);
});
