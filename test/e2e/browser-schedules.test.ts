import type { Schedule, ScheduleRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Schedules as people find them, and what they do with them from the list. */

let stage: BrowserStage;
let visit: Visit;
const zone = 'Europe/Paris';
const made: Record<string, Schedule> = {};

async function make(name: string, rest: Partial<ScheduleRequestInput> = {}): Promise<Schedule> {
  const task = { model: 'probe', method: 'succeed' };
  const frequency = { every: 'daily', at: '02:30' } as const;
  return stage.client.schedules.create({ name, timing: 'schedule', frequency, timeZone: zone, task, ...rest });
}

beforeAll(async () => {
  stage = await startBrowserStage();
  made.backup = await make('Backup', { description: 'Copies the shop to the other house.' });
  made.letters = await make('Letters', { task: { model: 'probe', method: 'echo', company: 'acme' } });
  made.broken = await make('Broken import', {
    frequency: { every: 'seconds' },
    pauseAfterFailures: 2,
    task: { model: 'probe', method: 'fail', maxRetries: 0 },
  });
  made.slow = await make('Slow count', {
    frequency: { every: 'seconds' },
    task: { model: 'probe', method: 'progress', kwargs: { steps: 100_000, ms: 1_000 } },
  });
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({ timezoneId: zone }, 'signed in');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

const idOf = (name: string) => made[name]?.id ?? '';
const pathOf = (name: string) => `/schedules/${idOf(name)}`;
const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const heading = (name: string) => visit.page.getByRole('heading', { level: 1, name });
const dialog = () => visit.page.getByRole('dialog');
const search = () => Object.fromEntries(new URL(visit.page.url()).searchParams);
const row = (name: string) =>
  visit.page.getByRole('row').filter({ has: visit.page.getByRole('link', { name, exact: true }) });
const names = () => visit.page.getByRole('rowheader').getByRole('link').allTextContents();

test('the list says of each when it fires, how it is, and what came of it', async () => {
  await visit.open('/');
  await visit.page.getByRole('link', { name: 'Schedules', exact: true }).click();
  await heading('Schedules').waitFor();
  await expect
    .poll(() => row('Backup').textContent())
    .toMatch(/every day at 02:30 Europe\/Paris.*probe\.succeed.*Active.*admin/);
  await expect.poll(() => row('Letters').textContent()).toContain('acme');
  await expect.poll(() => row('Daily clean-up of the ledger').textContent()).toContain('Drover');
  await row('Broken import').getByText('2 failures in a row').waitFor();
  await row('Slow count')
    .getByText(/^(Running|Skipped)$/)
    .waitFor();
  await row('Backup')
    .getByText(/^in \d+ /)
    .hover();
  await visit.page
    .getByRole('tooltip')
    // Once a year this time does not exist, and it is an hour later.
    .getByText(/0[23]:30:00/)
    .waitFor();
});

test('filters stand in the address, and are there again from it', async () => {
  await visit.open('/schedules');
  await visit.page.getByLabel('Words').fill('probe.echo');
  await visit.page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['Letters']);
  expect(search()).toEqual({ q: 'probe.echo' });
  await button('Clear the filters').click();
  await visit.page.getByRole('combobox', { name: 'Owner' }).click();
  await visit.page.getByRole('option', { name: 'Drover' }).click();
  await expect.poll(names).toEqual(['Daily clean-up of the ledger', 'Weekly check of the ledger']);
  await visit.page.reload();
  await row('Weekly check of the ledger').waitFor();
  await visit.open('/schedules?company=acme&state=active');
  await expect.poll(() => names()).toEqual(['Letters']);
  await visit.page.getByRole('link', { name: 'Finished' }).click();
  await visit.page.getByText('No schedule matches').waitFor();
});

test('many schedules are paged through', async () => {
  const many = Array.from({ length: 30 }, (_, index) => `Branch ${String(index + 1).padStart(2, '0')}`);
  await Promise.all(many.map((name) => make(name, { description: 'branches' })));
  await visit.open('/schedules?q=branches');
  await expect.poll(async () => (await names()).length).toBe(25);
  await visit.page.getByRole('link', { name: /Next page|Look further/ }).click();
  await expect.poll(names).toEqual(many.slice(25));
  await visit.page.goBack();
  await expect.poll(names).toEqual(many.slice(0, 25));
});

test('a schedule is run from the list, beside its times, and one is led to its task', async () => {
  const { nextFireAt } = await stage.client.schedules.get(idOf('backup'));
  await visit.open('/schedules');
  await button('Actions: Backup').click();
  await visit.page.getByRole('menuitem', { name: 'Run now' }).click();
  await dialog().getByText('Those stay as they are').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Run it now' }).click();
  await visit.page.getByRole('link', { name: 'Show the task' }).click();
  await visit.page.waitForURL(/\/tasks\/tsk_/);
  await heading('Done').waitFor();
  await expect
    .poll(() => stage.client.schedules.get(idOf('backup')))
    .toMatchObject({ nextFireAt, counts: { manual: 1 } });
  await section('Facts').getByRole('link', { name: 'Backup' }).click();
  await heading('Backup').waitFor();
  const newest = visit.page.getByRole('list', { name: 'Fires', exact: true }).getByRole('listitem').first();
  await expect.poll(() => newest.textContent()).toMatch(/by hand by admin.*Done/);
  await section('Fire log').getByRole('link', { name: 'All tasks of this schedule' }).click();
  await heading('Tasks').waitFor();
  expect(search()).toEqual({ schedule: idOf('backup') });
});

test('who may only look sees no button that changes anything, an operator those of every day', async () => {
  const { keys } = stage.client;
  const see = async (scopes: ('read' | 'operate')[]) => {
    const { token } = await keys.create({ name: scopes.join(' '), scopes });
    const theirs = await stage.visit();
    await theirs.signIn(token);
    await theirs.open(pathOf('backup'));
    const shown = await theirs.page.getByRole('main').getByRole('button').allTextContents();
    const edits = await theirs.page.getByRole('link', { name: 'Edit' }).count();
    await theirs.open('/schedules');
    const made = await theirs.page.getByRole('link', { name: 'New schedule' }).count();
    const menus = await theirs.page.getByRole('button', { name: /^Actions:/ }).count();
    expect(theirs.offences).toEqual([]);
    await theirs.close();
    return { shown: shown.filter((text) => text !== ''), edits, made, hasMenus: menus > 0 };
  };
  expect(await see(['read'])).toEqual({ shown: [], edits: 0, made: 0, hasMenus: false });
  expect(await see(['read', 'operate'])).toEqual({
    shown: ['Run now', 'Pause …', 'Unschedule'],
    edits: 0,
    made: 0,
    hasMenus: true,
  });
});

test('without any that fits one is told so, and how to make one', async () => {
  const { token } = await stage.client.keys.create({ name: 'new', scopes: ['admin'], company: 'a new one' });
  const theirs = await stage.visit();
  await theirs.signIn(token);
  await theirs.open('/schedules');
  await theirs.page.getByText('No schedules yet').waitFor();
  await theirs.page.getByRole('link', { name: 'Make a schedule' }).click();
  await theirs.page.getByRole('heading', { level: 1, name: 'New schedule' }).waitFor();
  await theirs.close();
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('%s and %i pixels wide, the list of schedules can be used by everybody', async (colorScheme, width) => {
  const other = await stage.visit({ colorScheme, viewport: { width, height: 800 } }, 'signed in');
  for (const path of ['/schedules', '/schedules?state=finished', '/schedules?q=branches']) {
    await other.open(path);
    expect(await seriousFindings(other.page), path).toEqual([]);
    const tooWide = await other.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, path).toBeLessThanOrEqual(0);
  }
  expect(other.offences).toEqual([]);
  await other.close();
});
