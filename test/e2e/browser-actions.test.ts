import type { TaskRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Acting on many tasks at once: the selected ones, or all that match. */

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
const dialog = () => visit.page.getByRole('dialog');
const names = () => visit.page.getByRole('rowheader').locator('a[href^="/tasks/tsk_"]').allTextContents();

const probe = (method: string, rest: Partial<TaskRequestInput> = {}) =>
  stage.client.tasks.enqueue({ model: 'probe', method, ...rest });
const later = (rest: Partial<TaskRequestInput>) => probe('echo', { delaySeconds: 3_600, ...rest });

/** The tasks, all ended. */
async function ended(requests: Promise<{ id: string }>[]): Promise<string[]> {
  const ids = (await Promise.all(requests)).map(({ id }) => id);
  for (const id of ids) await stage.client.tasks.waitFor(id);
  return ids;
}

test('selected tasks are cancelled after a look at what would happen, with a reason', async () => {
  const ids = await Promise.all([1, 2, 3].map((n) => later({ queue: 'some', name: `Reminder ${n}` })));
  await ended([probe('succeed', { queue: 'some', name: 'Reminded' })]);
  await visit.open('/tasks?queue=some');
  for (const name of ['Reminder 1', 'Reminder 3', 'Reminded']) {
    await visit.page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  }
  const bar = visit.page.getByRole('region', { name: 'Selected tasks' });
  await bar.getByText('3 selected').waitFor();
  await expect.poll(() => bar.getByRole('button', { name: 'Retry' }).isDisabled()).toBe(true);
  await bar.getByRole('button', { name: 'Cancel' }).click();
  await dialog().getByText('2 tasks would be cancelled').waitFor();
  await dialog().getByText('The other one does not allow it').waitFor();
  expect((await dialog().getByRole('listitem').allTextContents()).join()).toMatch(/^Reminder 3.*Reminder 1/);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog().getByLabel('Reason').fill('said by telephone');
  await dialog().getByRole('button', { name: 'Cancel 2 tasks' }).click();
  await dialog().getByText('2 matched, 2 changed, 0 refused.').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Close' }).last().click();
  await dialog().waitFor({ state: 'detached' });
  await bar.waitFor({ state: 'detached' });
  await visit.page.getByText('said by telephone').first().waitFor();
  const states = await Promise.all(ids.map(async ({ id }) => (await stage.client.tasks.get(id)).state));
  expect(states).toEqual(['cancelled', 'scheduled', 'cancelled']);
});

test('all that match are retried, on every page, by a task that can be looked at', async () => {
  const fails = Array.from({ length: 30 }, () => probe('fail', { queue: 'all', maxRetries: 0 }));
  const ids = await ended(fails);
  await visit.open('/tasks');
  await button('All that match').click();
  await expect.poll(() => visit.page.getByRole('menuitem', { name: 'Retry …' }).isDisabled()).toBe(true);
  await visit.open('/tasks?queue=all&state=error');
  await button('All that match').click();
  await visit.page.getByRole('menuitem', { name: 'Retry …' }).click();
  await dialog().getByText('30 tasks would run again').waitFor();
  await expect
    .poll(() => dialog().getByRole('list', { name: 'What they match' }).textContent())
    .toContain('Queue: all');
  await expect
    .poll(() => dialog().getByRole('list', { name: 'The newest of them' }).getByRole('listitem').count())
    .toBe(10);
  await dialog().getByText('and 20 more').waitFor();
  await dialog().getByRole('button', { name: 'Retry 30 tasks' }).click();
  await dialog().getByText('30 matched, 30 changed, 0 refused.').waitFor();
  await dialog().getByRole('link', { name: 'The task that does it' }).click();
  await visit.page.getByRole('heading', { level: 1, name: /retry/ }).waitFor();
  for (const id of ids) {
    await soon(async () => (await stage.client.tasks.get(id)).executions.length).toBe(2);
  }
});

test('what runs is killed, after the warning', async () => {
  const { id } = await probe('progress', { kwargs: { steps: 100_000, ms: 100 }, queue: 'long', name: 'A long report' });
  await visit.open('/tasks?queue=long');
  await visit.page
    .getByRole('row', { name: /A long report/ })
    .getByText('Running')
    .waitFor();
  await visit.page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await button('Kill').click();
  await dialog().getByText('Part of their work may be done').waitFor();
  await dialog().getByRole('button', { name: 'Kill 1 task' }).click();
  await dialog().getByText('1 matched, 1 changed, 0 refused.').waitFor();
  await soon(async () => (await stage.client.tasks.get(id)).state).toBe('cancelled');
});

test('rows stay where they are while somebody works with them, and newer ones are counted', async () => {
  await later({ queue: 'calm', name: 'The first' });
  await visit.open('/tasks?queue=calm');
  await visit.page.getByRole('checkbox', { name: 'Select The first' }).check();
  await later({ queue: 'calm', name: 'The second' });
  const newer = button('1 newer: show, and select none');
  await newer.waitFor();
  await expect.poll(() => names()).toEqual(['The first']);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await newer.click();
  await soon(names).toEqual(['The second', 'The first']);
});

test('a key bound to a company finds and changes what is its own, and one that reads only changes nothing', async () => {
  const theirs = await later({ queue: 'shared', company: 'umbrella', name: 'Theirs' });
  const ours = await later({ queue: 'shared', company: 'acme', name: 'Ours' });
  const scopes = ['read', 'operate'] as const;
  const operator = await stage.client.keys.create({ name: 'acme office', scopes: [...scopes], company: 'acme' });
  const reader = await stage.client.keys.create({ name: 'reader', scopes: ['read'] });

  await visit.context.clearCookies();
  await visit.signIn(reader.token);
  await visit.open('/tasks?queue=shared');
  await soon(async () => (await names()).sort()).toEqual(['Ours', 'Theirs']);
  expect(await visit.page.getByRole('checkbox').count()).toBe(0);
  expect(await button('All that match').count()).toBe(0);

  await visit.context.clearCookies();
  await visit.signIn(operator.token);
  await visit.open('/tasks?queue=shared');
  await soon(names).toEqual(['Ours']);
  await button('More filters').click();
  expect(await visit.page.getByRole('textbox', { name: 'Company' }).count()).toBe(0);
  await button('All that match').click();
  await visit.page.getByRole('menuitem', { name: 'Cancel …' }).click();
  await dialog().getByRole('button', { name: 'Cancel 1 task' }).click();
  await dialog().getByText('1 matched, 1 changed, 0 refused.').waitFor();
  expect((await stage.client.tasks.get(ours.id)).state).toBe('cancelled');
  expect((await stage.client.tasks.get(theirs.id)).state).toBe('scheduled');
});

test('on a phone the filters are behind one button, and tasks are selected as well', async () => {
  await later({ queue: 'phone', name: 'A reminder' });
  const phone = await stage.visit({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' }, 'signed in');
  const { page } = phone;
  await phone.open('/tasks');
  await page.getByRole('button', { name: 'Filters', exact: true }).click();
  await page.getByRole('combobox', { name: 'Queue' }).fill('phone');
  await page.keyboard.press('Enter');
  await page.getByRole('checkbox', { name: 'Select A reminder' }).check();
  await page.getByRole('region', { name: 'Selected tasks' }).getByText('1 selected').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(tooWide).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('dialog').getByText('1 task would be cancelled').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  expect(phone.offences).toEqual([]);
  await phone.close();
});
