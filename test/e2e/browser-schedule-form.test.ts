import type { ScheduleRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Schedules as people make and change them, and what they are shown as they type. */

let stage: BrowserStage;
let visit: Visit;
const zone = 'Europe/Paris';
/** Dates of the next year are to come, whenever this runs. */
const year = new Date().getUTCFullYear() + 1;
/** The last Sunday of March: the clocks of Europe are put forward. */
const shortDay = 31 - new Date(Date.UTC(year, 2, 31)).getUTCDay();

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({ timezoneId: zone }, 'signed in');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const heading = (name: string) => visit.page.getByRole('heading', { level: 1, name });
const field = (label: string) => visit.page.getByLabel(label, { exact: true });
/** Its label ends with the mark of what is required. */
const nameField = () => visit.page.getByRole('textbox', { name: 'Name', exact: true });
const preview = () => section('When it fires');
const sentence = (text: string | RegExp) => preview().getByRole('paragraph').filter({ hasText: text });
const nextFires = () => preview().getByRole('list', { name: 'Next fires' }).getByRole('listitem');
const alert = () => visit.page.getByRole('alert');

async function choose(label: string, option: string | RegExp): Promise<void> {
  await visit.page.getByRole('combobox', { name: label, exact: true }).click();
  await visit.page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
}

async function chooseMethod(name: string): Promise<void> {
  await visit.page.getByRole('combobox', { name: 'Method' }).fill(name);
  await visit.page.getByRole('option', { name, exact: true }).click();
}

async function scheduleId(): Promise<string> {
  await visit.page.waitForURL(/\/schedules\/sch_\w+$/);
  return new URL(visit.page.url()).pathname.slice('/schedules/'.length);
}

async function make(name: string, rest: Partial<ScheduleRequestInput> = {}): Promise<string> {
  const task = { model: 'probe', method: 'succeed' };
  const frequency = { every: 'daily', at: '02:30' } as const;
  const request: ScheduleRequestInput = { name, timing: 'schedule', frequency, timeZone: zone, task, ...rest };
  return (await stage.client.schedules.create(request)).id;
}

test('as one types one reads what the rule says, and its next ten fires', async () => {
  await visit.open('/schedules');
  await visit.page.getByRole('link', { name: 'New schedule' }).click();
  await heading('New schedule').waitFor();
  await sentence('every day at 09:00 Europe/Paris').waitFor();
  await expect.poll(() => nextFires().count()).toBe(10);
  await choose('Frequency', 'Weekly');
  await field('Every').fill('2');
  await visit.page.getByText('Thu', { exact: true }).click();
  await field('At').fill('02:30');
  await sentence('every 2 weeks on Monday and Thursday at 02:30 Europe/Paris').waitFor();
  await choose('Frequency', 'Monthly');
  await choose('On', 'The last day');
  await field('Every').fill('1');
  await sentence('on the last day of every month at 02:30').waitFor();
  await field('Starts').fill(`${year}-03-01T00:00:00`);
  await choose('Frequency', 'Daily');
  await field('Starts').fill(`${year}-03-${shortDay - 1}T00:00:00`);
  await sentence(`from ${shortDay - 1} March ${year}`).waitFor();
  await expect
    .poll(() => nextFires().nth(1).textContent())
    .toMatch(new RegExp(`Sun ${shortDay} Mar ${year} 03:30 \\+02:00.*02:30 does not exist`));
  await visit.page.getByRole('combobox', { name: 'Time zone' }).fill('new york');
  await visit.page.getByRole('option', { name: 'America/New York' }).click();
  await sentence('America/New_York').waitFor();
  await expect.poll(() => nextFires().nth(1).textContent()).toContain('02:30 -04:00');
});

test('what is wrong with the rule is said at its field, and is gone once it is right', async () => {
  await visit.open('/schedules/new');
  await choose('Frequency', 'By a cron expression');
  await field('Cron expression').fill('0 9 * *');
  await visit.page.getByText('expected 5 fields').waitFor();
  await expect.poll(() => field('Cron expression').getAttribute('aria-invalid')).toBe('true');
  await preview().getByText('This is no rule yet').waitFor();
  await field('Cron expression').fill('0 9 31 2 *');
  await visit.page.getByText(/never/).first().waitFor();
  await field('Cron expression').fill('0 9 * * MON-FRI');
  await expect.poll(() => nextFires().count()).toBe(10);
  await expect.poll(() => field('Cron expression').getAttribute('aria-invalid')).not.toBe('true');
  await field('Starts').fill(`${year}-05-02T00:00:00`);
  await field('Finishes').fill(`${year}-05-01T00:00:00`);
  await expect.poll(() => field('Finishes').getAttribute('aria-invalid')).toBe('true');
  await visit.page.getByText('Once, later').click();
  await sentence(`once, at 2 May ${year} 00:00 Europe/Paris`).waitFor();
  await visit.page.getByText('Once, now').click();
  await preview().getByText('It fires as soon as it is saved').waitFor();
});

test('a schedule is made, with the form of its method and expressions, and fires as the page said', async () => {
  await visit.open('/schedules/new');
  await button('Make the schedule').click();
  await alert().getByText('Not saved').waitFor();
  await visit.page.getByText('Give it a name').waitFor();
  await expect.poll(() => nameField().evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await nameField().fill('What the auditors ask for');
  await choose('Frequency', 'Every n seconds');
  await chooseMethod('probe.echo');
  await field('Named arguments').fill('{"day": "${fire.date}", "from": "${today - 30d}"}');
  await button('More options').click();
  await field('Priority').fill('7');
  await field('Expires after, seconds').fill('90');
  await choose('Missed times', 'Skip');
  await choose('Still running at the next fire', 'Side by side');
  await field('Pause after failures in a row').fill('3');
  await button('Make the schedule').click();
  await heading('What the auditors ask for').waitFor();
  const { schedules, tasks } = stage.client;
  const id = await scheduleId();
  await expect
    .poll(() => schedules.get(id))
    .toMatchObject({
      frequency: { every: 'seconds', interval: 1 },
      timeZone: zone,
      missed: 'skip',
      overlap: 'allow',
      pauseAfterFailures: 3,
      task: { method: 'echo', priority: 7, expiresAfterSeconds: 90, kwargs: { day: '${fire.date}' } },
    });
  await section('Fire log').getByRole('link', { name: /^Done/ }).first().waitFor();
  await schedules.unschedule(id);
  const [first] = (await tasks.list({ schedule: id, state: 'done' })).items;
  expect(first?.kwargs.day).toMatch(/^\d{4}-\d\d-\d\d$/);
  const between = Date.parse(String(first?.kwargs.day)) - Date.parse(String(first?.kwargs.from));
  expect(between).toBe(30 * 86_400_000);
});

test('arguments that do not fit are marked before anything is sent, expressions are not', async () => {
  await visit.open('/schedules/new?method=probe.fail_times');
  await nameField().fill('Never made');
  await visit.page.getByText('JSON', { exact: true }).click();
  await field('Named arguments').fill('{"times": "often"}');
  await button('Make the schedule').click();
  await visit.page.getByText(/times: .*string.*not.*/i).waitFor();
  await expect.poll(() => field('Named arguments').getAttribute('aria-invalid')).toBe('true');
  await field('Named arguments').fill('{"message": "on ${fired.date}", "times": 1}');
  await button('Make the schedule').click();
  await alert().getByText('HTTP 422').waitFor();
  await expect.poll(() => field('Named arguments').getAttribute('aria-invalid')).toBe('true');
  expect((await stage.client.schedules.list({ q: 'Never made' })).items).toEqual([]);
});

test('a name that is taken is told at its field', async () => {
  await make('Taken');
  await visit.open('/schedules/new?method=probe.succeed');
  await nameField().fill('Taken');
  await button('Make the schedule').click();
  await alert().getByText('HTTP 409').waitFor();
});

test('a schedule is copied, with everything that it is', async () => {
  const task = { model: 'probe', method: 'echo', args: [7], tags: ['night'], retry: { delaySeconds: 5 } };
  const id = await make('Original', { frequency: { every: 'monthly', monthDay: 'last' }, jitterSeconds: 30, task });
  await visit.open(`/schedules/${id}`);
  await button('More').click();
  await visit.page.getByRole('menuitem', { name: 'Copy' }).click();
  await heading('Copy a schedule').waitFor();
  await expect.poll(() => nameField().inputValue()).toBe('Original (copy)');
  await button('Make the schedule').click();
  await heading('Original (copy)').waitFor();
  const [original, copy] = await Promise.all([id, await scheduleId()].map((id) => stage.client.schedules.get(id)));
  const { frequency, jitterSeconds, task: made } = original ?? {};
  expect(copy).toMatchObject({ frequency, jitterSeconds, task: made });
});

test('an edit changes what was changed and nothing else', async () => {
  const task = { model: 'probe', method: 'fail_times', kwargs: { times: 0 }, retry: { delaySeconds: 5 } };
  const id = await make('To be edited', { startAt: '2026-01-01T01:30:00.000Z', maxFires: 400, task });
  const before = await stage.client.schedules.get(id);
  await visit.open(`/schedules/${id}`);
  await visit.page.getByRole('link', { name: 'Edit' }).click();
  await heading('Edit To be edited').waitFor();
  await field('Description').fill('Now with words.');
  await button('Save').click();
  await heading('To be edited').waitFor();
  const after = await stage.client.schedules.get(id);
  expect(after).toMatchObject({ description: 'Now with words.', version: 2 });
  const { timing, startAt, frequency, maxFires, missed, overlap, task: same, nextFireAt } = before;
  expect(after).toMatchObject({ timing, startAt, frequency, maxFires, missed, overlap, task: same, nextFireAt });
});

test('intervals of a schedule that is edited go on from when it was created', async () => {
  const id = await make('Every third day', { frequency: { every: 'daily', interval: 3, at: '12:00' } });
  const { fires } = await stage.client.schedules.previewOf(id, { count: 2 });
  await visit.open(`/schedules/${id}/edit`);
  await sentence('every 3 days at 12:00 Europe/Paris').waitFor();
  await expect.poll(() => nextFires().nth(1).locator('time').first().getAttribute('datetime')).toBe(fires[1]?.local);
});

test('an edit that comes after another one is not saved over it unseen', async () => {
  const id = await make('Fought over');
  await visit.open(`/schedules/${id}/edit`);
  await stage.client.schedules.patch(id, { missed: 'all', frequency: { every: 'daily', at: '05:00' } });
  await field('Description').fill('Mine.');
  await button('Save').click();
  await alert().getByText('Not saved: it was changed meanwhile').waitFor();
  const changes = visit.page.getByRole('list', { name: 'What was changed meanwhile' });
  await expect.poll(() => changes.textContent()).toMatch(/02:30.*05:00.*Missed times: once → all/);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await button('Begin again with theirs').click();
  await expect.poll(() => field('Description').inputValue()).toBe('');
  await expect.poll(() => field('At').inputValue()).toBe('05:00');
  await stage.client.schedules.patch(id, { missed: 'skip' });
  await field('Description').fill('Mine after all.');
  await button('Save').click();
  await button('Save mine over it').click();
  await heading('Fought over').waitFor();
  await expect
    .poll(() => stage.client.schedules.get(id))
    .toMatchObject({
      description: 'Mine after all.',
      missed: 'all',
      version: 4,
    });
});

test('who may not change schedules sees the form, and is told so', async () => {
  const { token } = await stage.client.keys.create({ name: 'reader', scopes: ['read'] });
  const theirs = await stage.visit();
  await theirs.signIn(token);
  await theirs.open('/schedules/new');
  await theirs.page.getByText('Your key may not change schedules').waitFor();
  await expect.poll(() => theirs.page.getByRole('button', { name: 'Make the schedule' }).isDisabled()).toBe(true);
  await theirs.close();
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('%s and %i pixels wide, the form can be used by everybody', async (colorScheme, width) => {
  const id = await make(`Looked at, ${colorScheme}, ${width}`, { frequency: { every: 'weekly' } });
  const other = await stage.visit({ colorScheme, viewport: { width, height: 800 } }, 'signed in');
  const { page } = other;
  const look = async (what: string) => {
    expect(await seriousFindings(page), what).toEqual([]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, what).toBeLessThanOrEqual(0);
  };
  await other.open(`/schedules/new?from=${id}`);
  await page.getByRole('list', { name: 'Next fires' }).waitFor();
  await page
    .getByRole('button', { name: 'All expressions' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await page.getByRole('button', { name: 'More options' }).click();
  await look('weekly');
  await page.getByText('Once, later').click();
  await look('later');
  expect(other.offences).toEqual([]);
  await other.close();
});
