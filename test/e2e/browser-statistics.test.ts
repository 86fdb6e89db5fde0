import { readFile } from 'node:fs/promises';
import type { TaskRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';
import { eventually } from '../eventually.ts';

/** What the cluster did, as people read it, after real tasks on real processes. */

/** Of the person: one in which no day ends while this runs. */
const zone = hourIn('Europe/Paris') === 23 ? 'Asia/Tokyo' : 'Europe/Paris';

function hourIn(timeZone: string): number {
  return Number(new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone }).format());
}

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage();
  const { tasks } = stage.client;
  const probe = (method: string, rest: Partial<TaskRequestInput> = {}) => ({ model: 'probe', method, ...rest });
  await tasks.enqueueMany([
    ...Array.from({ length: 6 }, () => probe('succeed', { company: 'acme' })),
    ...Array.from({ length: 2 }, () => probe('echo', { queue: 'letters', company: 'globex' })),
    ...Array.from({ length: 3 }, () => probe('fail', { maxRetries: 0, company: 'acme' })),
  ]);
  await tasks.cancel((await tasks.enqueue(probe('items', { delaySeconds: 3_600 }))).id);
  await eventually(async () => {
    const { total } = await stage.client.statistics();
    expect(total).toMatchObject({ failed: 3, cancelled: 1 });
    expect(total.completed).toBeGreaterThanOrEqual(8);
  }, 30_000);
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({ timezoneId: zone }, 'signed in');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const search = () => Object.fromEntries(new URL(visit.page.url()).searchParams);
const groupNames = () => visit.page.getByRole('rowheader').allTextContents();

test('the figures of the range are shown, and the days as a chart and as a table', async () => {
  await visit.open('/statistics');
  const { page } = visit;
  const figures = page.getByRole('list', { name: 'All days together' });
  const shown = await figures.getByText(/^of \d+ enqueued/).textContent();
  // Drover's own tasks may come meanwhile.
  const { total } = await stage.client.statistics({ timeZone: zone });
  expect(Number(/\d+/.exec(shown ?? '')?.[0])).toBeLessThanOrEqual(total.enqueued);
  expect(Number(/\d+/.exec(shown ?? '')?.[0])).toBeGreaterThanOrEqual(12);
  await figures.getByText('and 1 cancelled').waitFor();

  const byDay = section('Tasks by day');
  await byDay.getByText('Failed 3').waitFor();
  await byDay.locator('svg.recharts-surface').first().waitFor();
  await page.getByRole('button', { name: 'Tasks by day: show as a table' }).click();
  await expect.poll(() => byDay.getByRole('row').count()).toBe(1 + 7);
  // The newest day is the first; the others are there, and empty.
  await expect.poll(() => byDay.getByRole('row').nth(1).getByRole('cell').nth(2).textContent()).toBe('3');
  await expect
    .poll(() => byDay.getByRole('row').nth(2).getByRole('cell').allTextContents())
    .toEqual(['0', '0', '0', '0', '–', '0']);
  await page.getByRole('button', { name: 'Duration by day: show as a table' }).click();
  await expect.poll(() => section('Duration by day').getByRole('row').count()).toBe(1 + 7);
  expect(await seriousFindings(page)).toEqual([]);
});

test('range, zone, grouping and order stand in the address, and are there again from it', async () => {
  await visit.open('/statistics');
  const { page } = visit;
  expect(search()).toEqual({});
  await expect.poll(() => page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe(zone);
  await page.getByText('30 days', { exact: true }).click();
  await page.getByText('By queue', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Time zone' }).click();
  await page.getByRole('combobox', { name: 'Time zone' }).fill('new york');
  await page.getByRole('option', { name: 'America/New York' }).click();
  await section('By queue').getByRole('button', { name: 'Queue' }).click();
  await expect.poll(search).toEqual({ days: '30', by: 'queue', zone: 'America/New_York', sort: 'key' });
  await page.reload();
  await section('By queue').waitFor();
  await expect
    .poll(() => page.getByRole('columnheader', { name: 'Queue' }).getAttribute('aria-sort'))
    .toBe('ascending');
  // Drover's own tasks may have come behind them.
  expect((await groupNames()).slice(0, 2)).toEqual(['default', 'letters']);
  await page.getByRole('button', { name: 'Tasks by day: show as a table' }).click();
  await expect.poll(() => section('Tasks by day').getByRole('row').count()).toBe(1 + 30);
});

test('any number of days may stand in the address', async () => {
  await visit.open('/statistics?days=45');
  await visit.page.getByRole('radio', { name: '45 days' }).waitFor({ state: 'attached' });
  await expect.poll(() => visit.page.getByRole('radio', { name: '45 days' }).isChecked()).toBe(true);
  await visit.open('/statistics?days=1');
  await visit.page.getByText('The last 1 day,').waitFor();
});

test('groups are sorted by what one asks for, and lead to their tasks', async () => {
  await visit.open('/statistics');
  const { page } = visit;
  const table = section('By method');
  await table.getByRole('button', { name: 'Failed', exact: true }).click();
  await expect.poll(async () => (await groupNames())[0]).toBe('probe.fail');
  await expect
    .poll(() => page.getByRole('columnheader', { name: 'Failed', exact: true }).getAttribute('aria-sort'))
    .toBe('descending');
  await table.getByRole('link', { name: 'probe.fail', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  expect(search()).toMatchObject({ method: 'probe.fail' });
});

test('what is shown is kept as a file, made in the browser', async () => {
  await visit.open('/statistics?by=company&sort=key');
  const { page } = visit;
  const save = async (name: string) => {
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).click();
    const file = await download;
    return { name: file.suggestedFilename(), lines: (await readFile(await file.path(), 'utf8')).split('\r\n') };
  };
  const days = await save('Figures by day');
  const statistics = await stage.client.statistics({ timeZone: zone, by: 'company' });
  expect(days.name).toBe(`statistics-by-day-${statistics.days[0]?.date}-${statistics.days[6]?.date}.csv`);
  expect(days.lines).toHaveLength(1 + 7 + 1);
  expect(days.lines[0]).toMatch(/^date,from,to,enqueued,total,completed,failed,/);
  expect(days.lines[7]).toContain(`${statistics.days[6]?.date},${statistics.days[6]?.from}`);
  const groups = await save('Figures by company');
  const companies = groups.lines.map((line) => line.split(',').slice(0, 5));
  expect(companies).toContainEqual(['acme', '9', '9', '6', '3']);
  expect(companies).toContainEqual(['globex', '2', '2', '2', '0']);
});

test('a zone that there is not is told, and the page goes on', async () => {
  await visit.open('/statistics?zone=Nowhere%2FAtAll');
  const alert = visit.page.getByRole('alert');
  await alert.getByText('IANA time zone').first().waitFor();
  await expect.poll(() => alert.textContent()).toContain('HTTP 422');
  await visit.page.getByRole('combobox', { name: 'Time zone' }).click();
  await visit.page.getByRole('combobox', { name: 'Time zone' }).fill('utc');
  await visit.page.getByRole('option', { name: 'UTC', exact: true }).click();
  await section('By method').waitFor();
});

test('a key of one company reads its own figures, and cannot group by company', async () => {
  const { keys } = stage.client;
  const { token } = await keys.create({ name: 'globex', scopes: ['read'], company: 'globex' });
  const { token: quiet } = await keys.create({ name: 'quiet', scopes: ['read'], company: 'a company without tasks' });
  const theirs = await stage.visit();
  await theirs.signIn(token);
  await theirs.open('/statistics?by=company');
  await expect.poll(() => theirs.page.getByRole('rowheader').allTextContents()).toEqual(['probe.echo']);
  expect(await theirs.page.getByText('By company').count()).toBe(0);
  await theirs.close();
  const nobody = await stage.visit();
  await nobody.signIn(quiet);
  await nobody.open('/statistics');
  await nobody.page.getByText('Nothing happened in these days').waitFor();
  await nobody.close();
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)(
  '%s and %i pixels wide, statistics can be used by everybody and stay within the screen',
  async (colorScheme, width) => {
    const other = await stage.visit({ colorScheme, viewport: { width, height: 800 } }, 'signed in');
    for (const path of ['/statistics', '/statistics?days=90&by=company', '/']) {
      await other.open(path);
      expect(await seriousFindings(other.page), path).toEqual([]);
      const tooWide = await other.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(tooWide, path).toBeLessThanOrEqual(0);
    }
    expect(other.offences).toEqual([]);
    await other.close();
  },
);

test('the six figures of the overview lead to what they count', async () => {
  const leads: Record<string, string> = {
    'Active tasks': 'Tasks',
    'Failed, last 24 h': 'Tasks',
    'Average time': 'Statistics',
    'Workers running': 'Workers',
    'Queue size': 'Tasks',
    'Need attention': 'Attention',
  };
  for (const [figure, title] of Object.entries(leads)) {
    await visit.open('/');
    const figures = visit.page.getByRole('list', { name: 'The cluster now' });
    await expect.poll(() => figures.getByRole('link').count()).toBe(6);
    await figures.getByRole('link', { name: figure }).click();
    await visit.page.getByRole('heading', { level: 1, name: title }).waitFor();
  }
});
