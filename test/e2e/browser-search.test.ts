import { readFile } from 'node:fs/promises';
import type { ExecutionEntry, TaskRequestInput } from '@drover/core';
import { limits } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Finding tasks and executions. */

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({}, 'signed in');
  await visit.open('/');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

/** A page answers within this, also on a machine with other work. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const rows = () => visit.page.getByRole('rowheader').getByRole('link');
const names = () => visit.page.getByRole('rowheader').locator('a[href^="/tasks/tsk_"]').allTextContents();
const chips = () => visit.page.getByRole('list', { name: 'Chosen filters' }).getByRole('listitem').allTextContents();
const search = () => Object.fromEntries(new URL(visit.page.url()).searchParams);
const combobox = (name: string) => visit.page.getByRole('combobox', { name, exact: true });

const probe = (method: string, rest: Partial<TaskRequestInput> = {}) =>
  stage.client.tasks.enqueue({ model: 'probe', method, ...rest });
const later = (rest: Partial<TaskRequestInput>) => probe('echo', { delaySeconds: 3_600, ...rest });

/** The tasks, all ended. */
async function ended(requests: Promise<{ id: string }>[]): Promise<string[]> {
  const ids = (await Promise.all(requests)).map(({ id }) => id);
  for (const id of ids) await stage.client.tasks.waitFor(id);
  return ids;
}

test('filters together find what fits all of them, stand in the address, and go back one by one', async () => {
  await ended([
    probe('succeed', { name: 'Bill of March', tags: ['bills'], company: 'Acme', queue: 'finance' }),
    probe('succeed', { name: 'Bill of April', tags: ['bills'], company: 'Umbrella', queue: 'finance' }),
    probe('fail', { name: 'Bill of May', tags: ['bills'], company: 'Acme', queue: 'finance', maxRetries: 0 }),
    probe('succeed', { name: 'Letter', company: 'Acme' }),
  ]);
  await visit.page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await combobox('Queue').fill('fin');
  await visit.page.getByRole('option', { name: 'finance' }).click();
  await soon(async () => (await names()).sort()).toEqual(['Bill of April', 'Bill of March', 'Bill of May']);
  expect(search()).toEqual({ queue: 'finance' });

  await button('More filters').click();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await visit.page.getByRole('textbox', { name: 'Company' }).fill('Acme');
  await visit.page.keyboard.press('Enter');
  await soon(async () => (await names()).sort()).toEqual(['Bill of March', 'Bill of May']);
  await visit.page.getByRole('link', { name: /^Error/ }).click();
  await soon(names).toEqual(['Bill of May']);
  expect(search()).toEqual({ queue: 'finance', company: 'Acme', state: 'error' });
  await expect.poll(() => chips()).toEqual(['Queue finance', 'Company Acme']);

  await visit.page.reload();
  await soon(names).toEqual(['Bill of May']);
  await visit.page.goBack();
  await soon(async () => (await names()).sort()).toEqual(['Bill of March', 'Bill of May']);
  await button('Remove the filter Queue: finance').click();
  await soon(async () => (await names()).sort()).toEqual(['Bill of March', 'Bill of May', 'Letter']);
  expect(search()).toEqual({ company: 'Acme' });
});

test('all chosen filters are let go of at once; what is unfit is left out, or said at its field', async () => {
  await visit.open('/tasks?state=splendid&queue=finance&tag=bills&range=century&from=yesterday');
  await expect.poll(() => chips()).toEqual(['Queue finance', 'Tag bills']);
  await button('Clear all').click();
  await soon(search).toEqual({});
  await combobox('Queue').fill('Not A Queue');
  await visit.page.keyboard.press('Enter');
  await visit.page.getByRole('alert').getByText('HTTP 422').waitFor();
  await soon(() => combobox('Queue').getAttribute('aria-invalid')).toBe('true');
});

test('methods, models and tags are completed, by keyboard alone', async () => {
  await ended([probe('echo', { name: 'Tagged', tags: ['quarter end'] })]);
  await visit.open('/tasks');
  const method = combobox('Model or method');
  await method.focus();
  await visit.page.keyboard.type('fail_t');
  await visit.page.getByRole('option', { name: 'probe.fail_times' }).waitFor();
  await visit.page.keyboard.press('ArrowDown');
  await visit.page.keyboard.press('Enter');
  await soon(search).toEqual({ method: 'probe.fail_times' });
  await method.fill('probe');
  await visit.page.keyboard.press('Enter');
  await soon(search).toEqual({ model: 'probe' });
  await soon(() => visit.page.getByRole('option').count()).toBe(0);
  await button('More filters').click();
  await combobox('Tag').fill('quarter');
  await visit.page.getByRole('option', { name: 'quarter end' }).click();
  await soon(search).toEqual({ model: 'probe', tag: 'quarter end' });
  await soon(names).toEqual(['Tagged']);
});

test('a span of time may move along, or have two ends of its own', async () => {
  await ended([probe('succeed', { name: 'A moment ago', queue: 'times' })]);
  await visit.open('/tasks?queue=times');
  await combobox('Time').click();
  await visit.page.getByRole('option', { name: 'Last hour' }).click();
  await soon(names).toEqual(['A moment ago']);
  expect(search()).toEqual({ queue: 'times', range: 'hour' });
  await combobox('Time').click();
  await visit.page.getByRole('option', { name: 'From … to …' }).click();
  await visit.page.getByLabel('Before', { exact: true }).fill('2020-01-01T00:00:00');
  await visit.page.getByLabel('From', { exact: true }).fill('2019-01-01T00:00:00');
  await visit.page.keyboard.press('Enter');
  await visit.page.getByText('No task matches').waitFor();
  expect(new Set(Object.keys(search()))).toEqual(new Set(['queue', 'from', 'to']));
});

test('words are looked for in a bounded number of tasks, which is said, and further on', async () => {
  const many = { model: 'probe', method: 'echo', queue: 'haystack', delaySeconds: 3_600 };
  await later({ queue: 'haystack', name: 'A Needle of gold' });
  await stage.client.tasks.enqueueMany(Array.from({ length: 2 * limits.searchTasks + 100 }, () => many));
  await later({ queue: 'haystack', name: 'A needle of iron' });
  await visit.open('/tasks?queue=haystack');
  await visit.page.getByRole('textbox', { name: 'Words' }).fill('needle');
  await visit.page.keyboard.press('Enter');
  await soon(names).toEqual(['A needle of iron']);
  await visit.page.getByText('Looked through 2,000 tasks, found 1.').waitFor();
  await button('Look further').click();
  await soon(names).toEqual(['A Needle of gold']);
  await visit.page.getByText('Nothing older is left.').waitFor();
  await visit.page.goBack();
  await soon(names).toEqual(['A needle of iron']);
});

test('whoever reads an older page is told what came meanwhile', async () => {
  const request = { model: 'probe', method: 'echo', queue: 'pages', delaySeconds: 3_600 };
  await stage.client.tasks.enqueueMany(Array.from({ length: 30 }, () => request));
  await visit.open('/tasks?queue=pages');
  await soon(() => rows().count()).toBe(25);
  await visit.page.getByRole('link', { name: 'Older' }).click();
  await soon(() => rows().count()).toBe(5);
  await later({ queue: 'pages', name: 'The newest' });
  await visit.page.getByRole('link', { name: 'Newest · 1 newer' }).click();
  await soon(async () => (await names())[0]).toBe('The newest');
  expect(search()).toEqual({ queue: 'pages' });
});

test('executions are found by how they ended, lead to their task, and are exported as they are filtered', async () => {
  const [id = ''] = await ended([
    probe('fail', { queue: 'monitor', maxRetries: 0, name: 'Goes wrong', kwargs: { message: 'no, "never"' } }),
    probe('succeed', { queue: 'monitor', name: 'Goes well' }),
  ]);
  await visit.page.getByRole('link', { name: 'Executions', exact: true }).click();
  await combobox('Queue').fill('monitor');
  await visit.page.keyboard.press('Enter');
  await soon(async () => (await names()).sort()).toEqual(['Goes well', 'Goes wrong']);
  await visit.page.getByRole('link', { name: 'Error', exact: true }).click();
  await soon(names).toEqual(['Goes wrong']);
  expect(search()).toEqual({ queue: 'monitor', outcome: 'error' });
  await visit.page.getByText('no, "never"').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);

  const exported = async (format: string) => {
    const [download] = await Promise.all([
      visit.page.waitForEvent('download'),
      visit.page.getByRole('link', { name: `Export as ${format}` }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^executions-.*\.(csv|ndjson)$/);
    return (await readFile(await download.path(), 'utf8')).trimEnd();
  };
  expect((await exported('CSV')).split('\r\n')).toEqual([
    expect.stringMatching(/^id,/),
    expect.stringContaining('"no, ""never"""'),
  ]);
  expect(JSON.parse(await exported('NDJSON')) as ExecutionEntry).toMatchObject({ taskId: id, outcome: 'error' });

  await visit.page.getByRole('link', { name: 'Running', exact: true }).click();
  await visit.page.getByText('No execution matches').waitFor();
  await visit.page.goBack();
  await visit.page.getByRole('link', { name: 'Goes wrong' }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Goes wrong' }).waitFor();
});
