import type { ScheduleRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** When schedules fire, and which of them together, as people see it. */

const zone = 'Europe/Paris';
const year = new Date().getUTCFullYear() + 1;
/** A day to come that is like any other. */
const day = `${year}-01-14`;
/** The day on which the clocks of Europe are put forward: the last Sunday of March. */
const shortDay = lastSunday(2);

let stage: BrowserStage;
let visit: Visit;
const ids: Record<string, string> = {};

function lastSunday(month: number): string {
  const last = new Date(Date.UTC(year, month + 1, 0));
  last.setUTCDate(last.getUTCDate() - last.getUTCDay());
  return last.toISOString().slice(0, 10);
}

beforeAll(async () => {
  stage = await startBrowserStage();
  const daily = (at: string): Partial<ScheduleRequestInput> => ({ frequency: { every: 'daily', at } });
  const schedules: Record<string, Partial<ScheduleRequestInput>> = {
    'Shop backup': daily('02:00'),
    'Shop invoices': daily('02:00'),
    'Shop prune': daily('02:00'),
    'Shop report': daily('14:37'),
    'Shop rates': { frequency: { every: 'cron', cron: '0 * * * *' } },
    'Shop on holiday': daily('02:00'),
    'Shop heartbeat': { frequency: { every: 'minutes' } },
  };
  const task = { model: 'probe', method: 'succeed' };
  for (const [name, rule] of Object.entries(schedules)) {
    const request: ScheduleRequestInput = { name, timing: 'schedule', timeZone: zone, ...rule, task };
    ids[name] = (await stage.client.schedules.create(request)).id;
  }
  await stage.client.schedules.pause(ids['Shop on holiday'] ?? '');
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({ timezoneId: zone }, 'signed in');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

/** Drover's own schedules are left out by their names. */
const open = (search: Record<string, string>, on = visit) =>
  on.open(`/schedules/calendar?${new URLSearchParams({ q: 'shop', ...search })}`);
const search = () => Object.fromEntries(new URL(visit.page.url()).searchParams);
const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const lane = (name: string) =>
  visit.page.getByRole('list', { name: 'Schedules and their times' }).getByRole('listitem').filter({ hasText: name });
/** The row of a time, in the list. */
const row = (time: string) =>
  visit.page.getByRole('row').filter({ has: visit.page.getByRole('rowheader', { name: time, exact: true }) });

test('a day shows every schedule with its times, what is paused, and what is too much to draw', async () => {
  await open({ date: day });
  const { page } = visit;
  await page.getByText('28 fires of 5 schedules').waitFor();
  await page.getByText('1 paused', { exact: true }).waitFor();
  await expect.poll(() => lane('Shop').count()).toBe(6);
  await expect.poll(() => lane('Shop report').textContent()).toContain('1 fire: 14:37');
  await expect.poll(() => lane('Shop rates').textContent()).toContain('24 fires: 00:00, 01:00');
  await expect.poll(() => lane('Shop on holiday').textContent()).toContain('Paused.');
  const dense = section('Runs all the time').getByRole('listitem');
  await expect.poll(() => dense.count()).toBe(1);
  await expect.poll(() => dense.textContent()).toMatch(/Shop heartbeat.*every minute/);
});

test('what fires at the same minute is counted, and named on demand and below', async () => {
  await open({ date: day });
  const { page } = visit;
  const mark = page.getByRole('button', { name: '4 at once, 02:00' });
  await mark.focus();
  await page.keyboard.press('Enter');
  const told = page.getByRole('dialog', { name: '4 at once, 02:00' });
  await told.waitFor();
  const names = ['Shop backup', 'Shop invoices', 'Shop prune', 'Shop rates'];
  await expect.poll(() => told.getByRole('link').allTextContents()).toEqual(names);
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await told.waitFor({ state: 'detached' });
  await expect.poll(() => mark.evaluate((element) => element === document.activeElement)).toBe(true);
  // What is paused fires with nobody.
  const collisions = section('At the same minute').getByRole('listitem').filter({ hasText: 'at once' });
  await expect.poll(() => collisions.count()).toBe(1);
  await expect.poll(() => collisions.getByRole('link').allTextContents()).toEqual(names);
});

test('a click on a fire leads to its schedule', async () => {
  await open({ date: day });
  const { page } = visit;
  const track = lane('Shop report').locator('a[aria-hidden="true"]');
  const { width = 0, height = 0 } = (await track.boundingBox()) ?? {};
  const position = { x: (width * (14 + 37 / 60)) / 24, y: height / 2 };
  await track.hover({ position });
  await lane('Shop report').getByText('14:37', { exact: true }).waitFor();
  await track.click({ position });
  await page.waitForURL(`**/schedules/${ids['Shop report']}`);
  await page.getByRole('heading', { level: 1, name: 'Shop report' }).waitFor();
});

test('the same is there as a table, hour by hour', async () => {
  await open({ date: day });
  const { page } = visit;
  await page.getByRole('button', { name: 'Show as list' }).click();
  await page.getByRole('table', { name: 'Fires by time' }).waitFor();
  expect(search()).toMatchObject({ as: 'list' });
  await expect
    .poll(() => row('02:00').textContent())
    .toMatch(/4 at once.*Shop backup.*Shop rates.*Shop on holiday.*paused/);
  await expect.poll(() => row('14:37').getByRole('link').getAttribute('href')).toBe(`/schedules/${ids['Shop report']}`);
  await expect.poll(() => page.getByRole('rowheader', { name: '02:00 – 03:00 4 fires' }).count()).toBe(1);
  await page.reload();
  await row('14:37').waitFor();
  await page.getByRole('button', { name: 'Show as calendar' }).click();
  await lane('Shop report').waitFor();
});

test('a day whose clock is put forward has 23 hours, and its times are those of the zone', async () => {
  await open({ date: shortDay, as: 'list' });
  const { page } = visit;
  await page.getByText('The clock is put forward by one hour: this day has 23 hours.').waitFor();
  await page.getByText('27 fires of 5 schedules').waitFor();
  expect(await row('02:00').count()).toBe(0);
  await expect.poll(() => row('03:00').textContent()).toContain('Shop backup');
  await page.getByRole('combobox', { name: 'Time zone' }).click();
  await page.getByRole('combobox', { name: 'Time zone' }).fill('utc');
  await page.getByRole('option', { name: 'UTC', exact: true }).click();
  await expect.poll(search).toMatchObject({ zone: 'UTC' });
  await page.getByText('28 fires of 5 schedules').waitFor();
  await expect.poll(() => row('01:00').textContent()).toContain('Shop backup');
  expect(await page.getByText('The clock is put').count()).toBe(0);
});

test('a week counts each hour and names what fires in it, and leads to its days', async () => {
  await open({ date: shortDay, view: 'week' });
  const { page } = visit;
  const week = page.getByRole('table', { name: /^Fires of the week/ });
  await week.waitFor();
  await expect.poll(() => page.getByRole('columnheader').count()).toBe(1 + 7);
  const cells = row('02:00').getByRole('cell');
  await expect.poll(() => cells.first().textContent()).toMatch(/^44at once\s*Shop backup.*\+3$/);
  // The hour that the clock passes over.
  await expect.poll(() => cells.nth(6).textContent()).toBe('The clock passes over it');
  await expect.poll(() => row('03:00').getByRole('cell').nth(6).textContent()).toMatch(/^4/);
  await section('At the same minute').getByText('Sun 03:00').waitFor();
  await cells.nth(5).getByRole('link').click();
  await lane('Shop backup').waitFor();
  const saturday = new Date(Date.parse(shortDay) - 86_400_000).toISOString().slice(0, 10);
  expect(search()).toEqual({ q: 'shop', date: saturday });
});

test('what is shown stands in the address: days, week, today, words', async () => {
  await open({ date: day });
  const { page } = visit;
  await page.getByRole('link', { name: 'Next day' }).click();
  await expect.poll(search).toMatchObject({ date: `${year}-01-15` });
  await page.getByText('Week', { exact: true }).click();
  await page.getByRole('link', { name: 'Previous week' }).click();
  await expect.poll(search).toMatchObject({ view: 'week', date: `${year}-01-08` });
  await page.getByText('Day', { exact: true }).click();
  await page.getByLabel('Date', { exact: true }).fill(day);
  await expect.poll(search).toEqual({ q: 'shop', date: day });
  await page.getByLabel('Filter by name').fill('re sho');
  await expect.poll(() => lane('Shop').count()).toBe(1);
  await page.getByLabel('Filter by name').fill('nothing like it');
  await page.getByText('Nothing fires this day').waitFor();
  await page.getByRole('link', { name: 'Today' }).click();
  await expect.poll(search).toEqual({ q: 'nothing like it' });
  await page.goBack();
  await expect.poll(search).toMatchObject({ date: day });
  await open({ date: 'soon', zone: 'Nowhere/AtAll', view: 'century' });
  await expect.poll(() => page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe(zone);
});

test('a calendar that could not be read says so, and is read again when asked', async () => {
  const { page } = visit;
  await page.route('**/v1/schedules/calendar?*', (route) => route.abort());
  await open({ date: day });
  await page.getByRole('alert').getByText('The dashboard was not reached').waitFor();
  await page.unroute('**/v1/schedules/calendar?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await lane('Shop report').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  const others = visit.offences.filter((offence) => !offence.includes('ERR_FAILED'));
  visit.offences.splice(0, visit.offences.length, ...others);
});

test('from the list of schedules one comes to the calendar and back', async () => {
  await visit.open('/schedules');
  await visit.page.getByRole('link', { name: 'Calendar', exact: true }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Calendar' }).waitFor();
  await visit.page.getByRole('link', { name: 'All schedules' }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor();
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('%s and %i pixels wide, the calendar can be used by everybody', async (colorScheme, width) => {
  const other = await stage.visit({ colorScheme, viewport: { width, height: 800 }, timezoneId: zone }, 'signed in');
  const shown = [{}, { date: day }, { date: day, as: 'list' }, { date: shortDay, view: 'week' }, { q: 'nothing' }];
  for (const search of shown) {
    await open(search, other);
    const what = JSON.stringify(search);
    expect(await seriousFindings(other.page), what).toEqual([]);
    const tooWide = await other.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, what).toBeLessThanOrEqual(0);
  }
  if (width === 360) {
    await open({ date: day }, other);
    await other.page.getByRole('table', { name: 'Fires by time' }).waitFor();
    await open({ date: day, view: 'week' }, other);
    await expect.poll(() => other.page.getByRole('link', { name: /^\w+ \d+ \w+ ?\d+ fires/ }).count()).toBe(7);
  }
  expect(other.offences).toEqual([]);
  await other.close();
});
