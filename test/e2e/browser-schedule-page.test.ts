import type { Schedule, ScheduleRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';
import { eventually } from '../eventually.ts';

/** One schedule: how people stop it and let it go on, what came of its fires, and what else can be done with it. */

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
  made.rates = await make('Rates', { frequency: { every: 'cron', cron: '0 9 * * MON' }, timeZone: 'UTC' });
  made.broken = await make('Broken import', {
    frequency: { every: 'seconds' },
    pauseAfterFailures: 2,
    task: { model: 'probe', method: 'fail', kwargs: { message: 'the bank is closed' }, maxRetries: 0 },
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
const row = (name: string) =>
  visit.page.getByRole('row').filter({ has: visit.page.getByRole('link', { name, exact: true }) });
/** The newest first. */
const fires = () => section('Fire log').getByRole('list', { name: 'Fires', exact: true }).getByRole('listitem');
const stateOf = async (name: string) => (await stage.client.schedules.get(idOf(name))).state;

test('a schedule is paused with a note and until a time, and resumed', async () => {
  await visit.open(pathOf('rates'));
  await button('Pause …').click();
  await dialog().getByLabel('Note').fill('The bank changes its rates by hand this week.');
  await dialog().getByLabel('Until').fill('2099-01-02T03:04:00');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Pause it' }).click();
  await visit.page.getByText('Paused by admin').waitFor();
  await visit.page.getByText('The bank changes its rates by hand this week.').waitFor();
  const { pause } = await stage.client.schedules.get(idOf('rates'));
  expect(pause).toMatchObject({ until: '2099-01-02T02:04:00.000Z', by: { name: 'admin' } });
  await visit.open('/schedules?state=paused');
  await expect.poll(() => row('Rates').textContent()).toContain('until 2 Jan 2099, 03:04:00');
  await visit.open(pathOf('rates'));
  await button('Resume').click();
  await dialog().getByRole('button', { name: 'Resume it' }).click();
  await heading('Active').waitFor();
  await expect.poll(() => stateOf('rates')).toBe('active');
});

test('a schedule is unscheduled, and rescheduled', async () => {
  await visit.open(pathOf('rates'));
  await button('Unschedule').click();
  await dialog().getByRole('button', { name: 'Unschedule it' }).click();
  await heading('Unscheduled').waitFor();
  await expect.poll(() => stateOf('rates')).toBe('unscheduled');
  await section('Next fires').getByText('until somebody reschedules it').waitFor();
  await button('Reschedule').click();
  await dialog().getByRole('button', { name: 'Reschedule it' }).click();
  await heading('Active').waitFor();
});

test('the page of a schedule shows its next fires in its own zone, and what it makes', async () => {
  const ours = await stage.visit({ timezoneId: 'America/New_York' }, 'signed in');
  await ours.open(pathOf('backup'));
  const next = ours.page.getByRole('list', { name: 'Next fires' }).getByRole('listitem');
  await expect.poll(() => next.count()).toBe(10);
  // Minutes in the hour before it; and once a year this time does not exist, and it is an hour later.
  await expect.poll(() => next.first().textContent()).toMatch(/ 0[23]:30 \+0[12]:00.*in \d+ (hr|min|sec)\./);
  await ours.page.getByText('Copies the shop to the other house.').waitFor();
  await ours.page.getByRole('link', { name: 'probe.succeed' }).waitFor();
  expect(ours.offences).toEqual([]);
  await ours.close();
});

test('the log tells fires that made no task with their reason, many of a kind in one line', async () => {
  await visit.open(pathOf('slow'));
  await expect.poll(() => fires().first().textContent()).toMatch(/^\d+ fires, .*\d\d:\d\d:\d\d–.*Skipped/);
  await expect.poll(() => fires().nth(1).textContent()).toMatch(/ms late|s late/);
  await fires().first().getByRole('link', { name: 'the task' }).click();
  await visit.page.waitForURL(/\/tasks\/tsk_/);
  await heading('Running').waitFor();
  await visit.open(pathOf('broken'));
  await visit.page.getByText('2 of its tasks in a row', { exact: false }).first().waitFor();
  await fires().getByRole('link', { name: 'Error' }).first().click();
  await section('Error').getByText('the bank is closed').first().waitFor();
});

test('a backfill first tells what it would make, then makes it', async () => {
  await visit.open(pathOf('letters'));
  await button('More').click();
  await visit.page.getByRole('menuitem', { name: 'Backfill …' }).click();
  await dialog().getByLabel('From').fill('2026-03-27T00:00:00');
  await dialog().getByLabel('Before').fill('2026-03-31T00:00:00');
  await dialog().getByRole('button', { name: 'Show what it would make' }).click();
  const range = dialog().getByRole('list', { name: 'Fires of the range' }).getByRole('listitem');
  await dialog().getByText('It would make 4 tasks').waitFor();
  await expect.poll(() => range.nth(2).textContent()).toMatch(/Sun 29 Mar 2026 03:30 \+02:00.*02:30 does not exist/);
  expect((await stage.client.schedules.get(idOf('letters'))).counts.manual).toBe(0);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Make 4 tasks' }).click();
  await dialog().getByText('4 tasks made').waitFor();
  expect((await stage.client.schedules.get(idOf('letters'))).counts.manual).toBe(4);
  await dialog()
    .getByRole('link', { name: /^The task of/ })
    .first()
    .click();
  await visit.page.waitForURL(/\/tasks\/tsk_/);
});

test('an edit of what Drover declares is shown beside what the code says, adopted, and reset', async () => {
  const { items } = await stage.client.schedules.list({ owner: 'system', q: 'clean-up' });
  const [clean] = items;
  expect(clean).toBeDefined();
  await stage.client.schedules.patch(clean?.id ?? '', { frequency: { every: 'daily', at: '04:45' } });
  await visit.open('/schedules?drift=true');
  await expect.poll(() => row('Daily clean-up of the ledger').textContent()).toContain('Differs from code');
  await visit.page.getByRole('link', { name: 'Daily clean-up of the ledger' }).click();
  const drift = section('Differs from the code');
  await drift.locator('dl > div').first().waitFor();
  await expect
    .poll(() => drift.locator('dl > div').allTextContents())
    .toEqual(['FrequencyThe code says daily, at 00:20It is daily, at 04:45']);
  await drift.getByRole('button', { name: 'Adopt the edit' }).click();
  await section('Differs from the code, and shall').getByRole('button', { name: 'Reset to the code …' }).click();
  await dialog().getByRole('button', { name: 'Reset it' }).click();
  await expect.poll(() => visit.page.getByText('Differs from').count()).toBe(0);
  expect((await stage.client.schedules.get(clean?.id ?? '')).frequency?.at).toBe('00:20');
  await button('More').click();
  await visit.page.getByRole('menuitem', { name: 'Delete …' }).click();
  await dialog().getByText('would bring it back').waitFor();
  expect(await dialog().getByRole('button', { name: 'Delete it' }).count()).toBe(0);
});

test('a schedule that people made is deleted after asking', async () => {
  const { id } = await make('Not for long');
  await visit.open(`/schedules/${id}`);
  await button('More').click();
  await visit.page.getByRole('menuitem', { name: 'Delete …' }).click();
  await dialog().getByRole('button', { name: 'Delete it' }).click();
  await heading('Schedules').waitFor();
  await visit.open(`/schedules/${id}`);
  await heading('There is no such schedule').waitFor();
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('%s and %i pixels wide, the page of a schedule can be used by everybody', async (colorScheme, width) => {
  const other = await stage.visit({ colorScheme, viewport: { width, height: 800 } }, 'signed in');
  await eventually(async () => {
    expect((await stage.client.schedules.get(idOf('slow'))).counts.skipped).toBeGreaterThan(1);
  }, 30_000);
  for (const path of [pathOf('slow'), pathOf('broken'), '/schedules/sch_0']) {
    await other.open(path);
    expect(await seriousFindings(other.page), path).toEqual([]);
    const tooWide = await other.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, path).toBeLessThanOrEqual(0);
  }
  expect(other.offences).toEqual([]);
  await other.close();
});
