import { createClient } from '@drover/client';
import type { BrowserContextOptions, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Who changed what: as an admin finds it, on real processes. */

let stage: BrowserStage;
let visit: Visit;
let taskId: string;

beforeAll(async () => {
  stage = await startBrowserStage();
  const { client } = stage;
  taskId = (await client.tasks.enqueue({ model: 'probe', method: 'succeed', delaySeconds: 86_400 })).id;
  await client.tasks.cancel(taskId, { reason: 'ordered twice' });
  await client.tasks.cancel(taskId).catch(() => undefined);
  await client.queues.pause('default');
  await client.queues.resume('default');
  const { token } = await client.keys.create({ name: 'night watch', scopes: ['read', 'operate'], company: 'acme' });
  const nightWatch = createClient({ baseUrl: stage.apiUrl, token });
  await nightWatch.queues.pause('default').catch(() => undefined);
});

afterAll(() => stage?.stop());

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

async function openAudit(search = '', options: BrowserContextOptions = {}): Promise<void> {
  visit = await stage.visit(options, 'signed in');
  await visit.open(`/audit${search}`);
}

const rows = () => visit.page.getByRole('rowheader');
const row = (name: RegExp) => visit.page.getByRole('row', { name });
const address = (name: string) => new URL(visit.page.url()).searchParams.get(name);

async function choose(field: string, option: string): Promise<void> {
  await visit.page.getByRole('combobox', { name: field }).click();
  await visit.page.getByRole('option', { name: option, exact: true }).click();
}

async function expectCount(list: Locator, count: number): Promise<void> {
  await expect.poll(() => list.count()).toBe(count);
}

test('an admin comes from the menu to who did what, from where, and what came of it', async () => {
  visit = await stage.visit({}, 'signed in');
  await visit.open('/');
  await visit.page.getByRole('link', { name: 'Audit', exact: true }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  await expectCount(rows(), 6);
  await row(/Cancel a task.*admin.*127\.0\.0\.1.*Done/).waitFor();
  await row(/Cancel a task.*admin.*127\.0\.0\.1.*Refused.*state_conflict/).waitFor();
  await row(/Pause a queue.*night watch.*acme.*Refused.*scope_missing/).waitFor();
});

test('what a person changes on a page stands in the audit with the address of the browser', async () => {
  await openAudit('?action=queue.');
  const { page } = visit;
  await expectCount(rows(), 3);
  await visit.open('/cluster/queues');
  await page.getByRole('button', { name: 'Pause queue default' }).click();
  await page.getByRole('button', { name: 'Pause default' }).click();
  await page
    .getByRole('row', { name: /default/ })
    .getByText('Paused')
    .waitFor();
  await visit.open('/audit?action=queue.');
  await expectCount(rows(), 4);
  await row(/Pause a queue.*admin.*127\.0\.0\.1.*Done/)
    .first()
    .waitFor();
  await stage.client.queues.resume('default');
});

test('filters narrow the list, stand in the address, and go back with the browser', async () => {
  await openAudit();
  const { page } = visit;
  await choose('Outcome', 'Refused');
  await expectCount(rows(), 2);
  expect(address('outcome')).toBe('refused');
  await choose('Action', 'All on tasks');
  await expectCount(rows(), 1);
  expect(address('action')).toBe('task.');
  await page.goBack();
  await expectCount(rows(), 2);
  await page.getByLabel('Key', { exact: true }).fill('night watch');
  await page.keyboard.press('Enter');
  await expectCount(rows(), 1);
  expect(address('key')).toBe('night watch');
  await page.getByLabel('Target', { exact: true }).fill('letters');
  await page.keyboard.press('Tab');
  await page.getByText('No change fits').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(() => rows().count()).toBeGreaterThan(5);
  expect(new URL(page.url()).search).toBe('');
  await expect.poll(() => page.getByLabel('Key', { exact: true }).inputValue()).toBe('');
});

test('a span of time is chosen in the zone of the person and shared as instants', async () => {
  await openAudit('', { timezoneId: 'Asia/Tokyo' });
  const { page } = visit;
  await page.getByLabel('Before', { exact: true }).fill('2020-01-01T09:00:00');
  await page.keyboard.press('Enter');
  await page.getByText('No change fits').waitFor();
  expect(address('to')).toBe('2020-01-01T00:00:00.000Z');
  await page.getByLabel('Before', { exact: true }).fill('');
  await page.getByLabel('Since', { exact: true }).fill('2020-01-01T09:00:00');
  await page.keyboard.press('Enter');
  await expect.poll(() => rows().count()).toBeGreaterThan(5);
  expect(address('to')).toBeNull();
});

test('a change opens to all that is known of it, and leads to its task', async () => {
  await openAudit(`?target=${taskId}&outcome=done`);
  const { page } = visit;
  await expectCount(rows(), 1);
  const button = page.getByRole('button', { name: /^Details of: Cancel a task/ });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByText('"reason": "ordered twice"').waitFor();
  await page.getByText('HTTP 200').waitFor();
  await expect.poll(() => button.getAttribute('aria-expanded')).toBe('true');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('link', { name: taskId }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Cancelled' }).waitFor();
});

test('many changes are paged through', async () => {
  for (let count = 0; count < 30; count += 1) {
    await stage.client.tasks.runNow(`tsk_paged${count}`).catch(() => undefined);
  }
  await openAudit('?action=task.run-now');
  await expectCount(rows(), 25);
  await visit.page.getByRole('link', { name: 'Next page' }).click();
  await expectCount(rows(), 5);
  expect(address('action')).toBe('task.run-now');
  await visit.page.getByRole('link', { name: 'First page' }).click();
  await expectCount(rows(), 25);
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('the page, %s and %i pixels wide, can be used by everybody', async (colorScheme, width) => {
  await openAudit('', { colorScheme, viewport: { width, height: 800 } });
  const { page } = visit;
  const look = async () => {
    expect(await seriousFindings(page)).toEqual([]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide).toBeLessThanOrEqual(0);
  };
  await look();
  if (width === 360) await page.getByText('Details', { exact: true }).first().click();
  else
    await page
      .getByRole('button', { name: /^Details of/ })
      .first()
      .click();
  await page.getByText('Entry', { exact: true }).first().waitFor();
  await look();
  await visit.open('/audit?key=nobody');
  await page.getByText('No change fits').waitFor();
  await look();
});

test('who is no admin finds no way there, and is told why when he comes all the same', async () => {
  const { token } = await stage.client.keys.create({ name: 'reader', scopes: ['read'] });
  visit = await stage.visit();
  await visit.signIn(token);
  expect(await visit.page.getByRole('link', { name: 'Audit', exact: true }).count()).toBe(0);
  await visit.page.goto(`${stage.url}/audit`);
  await visit.page.getByRole('alert').getByText('scope_missing').waitFor();
});
