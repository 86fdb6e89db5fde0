import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Schedules from files, and as files: as an admin brings them over, on real processes. */

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  const { items } = await stage.client.schedules.list({ owner: 'key', limit: 200 });
  for (const { id } of items) await stage.client.schedules.remove(id);
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

const crontab = `CRON_TZ=Europe/Paris

# Greets the morning
30 8 * * MON-FRI  probe.echo "good morning"
0 3 * * *  /usr/local/bin/backup --all
*/5 * * * *  probe.echo 5 > /dev/null
61 * * * *  probe.echo never
`;

async function openImport(options: BrowserContextOptions = {}): Promise<void> {
  visit = await stage.visit(options, 'signed in');
  await visit.open('/schedules/import');
}

const text = () => visit.page.getByRole('textbox', { name: 'Text' });
const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const row = (name: RegExp) => visit.page.getByRole('row', { name });

async function choose(field: string, option: string): Promise<void> {
  await visit.page.getByRole('combobox', { name: field }).click();
  await visit.page.getByRole('option', { name: option, exact: true }).click();
}

async function check(format: string, content: string): Promise<void> {
  await choose('Format', format);
  await text().fill(content);
  await button('Check').click();
  await visit.page.getByRole('heading', { name: 'What it would do' }).waitFor();
}

async function namesNow(): Promise<string[]> {
  const { items } = await stage.client.schedules.list({ owner: 'key' });
  return items.map(({ name }) => name);
}

test('a crontab is checked, then imported, and leads to its schedules', async () => {
  visit = await stage.visit({}, 'signed in');
  const { page } = visit;
  await visit.open('/schedules');
  await page.getByRole('link', { name: 'Import or export' }).click();
  await page.getByRole('heading', { level: 1, name: 'Import schedules' }).waitFor();

  await check('Crontab', crontab);
  await page.getByText('2 schedules would be created and 2 are refused.').waitFor();
  await row(/line 4.*Greets the morning.*08:30.*New/).waitFor();
  await row(/line 5.*backup.*Refused.*is a shell command/).waitFor();
  await row(/line 6.*probe\.echo 5.*every 5 minutes.*New.*\/dev\/null/i).waitFor();
  await row(/line 7.*Refused.*\/frequency\/cron/).waitFor();
  expect(await namesNow()).toEqual([]);

  await button('Import 2 schedules').click();
  await page.getByRole('dialog').getByText('2 new schedules will fire from now on.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Import 2 schedules' }).click();
  await page.getByRole('heading', { name: 'What was done' }).waitFor();
  await page.getByText('2 schedules were created and 2 are refused.').waitFor();
  await expect.poll(() => namesNow()).toHaveLength(2);
  await page.getByRole('link', { name: 'Greets the morning' }).click();
  await page.getByRole('heading', { level: 1, name: 'Greets the morning' }).waitFor();
});

test('shell commands go to the method that is named, and a second time nothing is to be done', async () => {
  await openImport();
  await choose('Format', 'Crontab');
  await visit.page.getByRole('combobox', { name: 'Method for shell commands' }).fill('probe.echo');
  await check('Crontab', '0 3 * * *  /usr/local/bin/backup --all\n');
  await button('Import 1 schedule').click();
  await visit.page.getByRole('dialog').getByRole('button', { name: 'Import 1 schedule' }).click();
  await visit.page.getByText('1 schedule was created.').waitFor();
  await button('Check').click();
  await visit.page.getByText('1 is there already, and the same.').waitFor();
  expect(await button(/^Import/).count()).toBe(0);
});

test('what was changed since the check is checked again before it is imported', async () => {
  await openImport();
  await check('Crontab', crontab);
  await text().fill('@daily probe.echo');
  await visit.page.getByText('Something was changed since').waitFor();
  expect(await button('Import 2 schedules').count()).toBe(0);
  await button('Check').click();
  await button('Import 1 schedule').waitFor();
});

test('a file is read as what it is', async () => {
  await openImport();
  const { page } = visit;
  const choosing = page.waitForEvent('filechooser');
  await button('Choose a file').click();
  const rows = 'name,model,method,date_run,repeat,active\nOld one,probe,echo,2026-01-05 02:30:00,daily,f\n';
  await (await choosing).setFiles({ name: 'bg_task.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.getByText('Read from bg_task.csv, as bg.task rows, CSV').waitFor();
  await button('Check').click();
  await row(/row 1.*Old one.*New.*once created, it is unscheduled/).waitFor();
});

test('a text that is no such file is told as a whole, with its place', async () => {
  await openImport();
  await choose('Format', 'Drover YAML');
  await text().fill('drover: 1\nschedules:\n  - name: [a\n');
  await button('Check').click();
  await visit.page
    .getByRole('alert')
    .getByText(/line \d, column \d/)
    .first()
    .waitFor();
  expect(await visit.page.getByRole('heading', { name: 'What it would do' }).count()).toBe(0);
});

test('of many, those are shown that are asked for', async () => {
  await openImport();
  const lines = Array.from({ length: 120 }, (_, index) => `@daily probe.echo ${index}`);
  await check('Crontab', [...lines, '@reboot probe.echo'].join('\n'));
  const headers = visit.page.getByRole('rowheader');
  await expect.poll(() => headers.count()).toBe(100);
  await button('Show 21 more of 121').click();
  await expect.poll(() => headers.count()).toBe(121);
  await button('Refused 1').click();
  await expect.poll(() => headers.count()).toBe(1);
  await row(/line 121.*a cluster does not start/).waitFor();
});

test.each(['JSON', 'YAML'])('all schedules are saved as %s, and that file can be imported', async (format) => {
  await stage.client.schedules.import('crontab', crontab);
  await openImport();
  const { page } = visit;
  const downloading = page.waitForEvent('download');
  await button(`Export as ${format}`).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(
    new RegExp(`^schedules-\\d{4}-\\d\\d-\\d\\d\\.${format.toLowerCase()}$`),
  );
  const stream = await download.createReadStream();
  let saved = '';
  for await (const part of stream) saved += part;
  const { schedules } = parse(saved) as { schedules: { name: string }[] };
  expect(schedules.map(({ name }) => name)).toContain('Greets the morning');
  await check(`Drover ${format}`, saved);
  await page.getByText(`${schedules.length} are there already, and the same.`).waitFor();
});

test('it is done with the keyboard alone, and the report is where one is then', async () => {
  await openImport();
  const { page } = visit;
  await text().focus();
  await page.keyboard.insertText('{"drover":1,"schedules":[]}');
  for (let step = 0; step < 8; step += 1) {
    if (await button('Check').evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByText('There is nothing in it to import.').waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toBe('There is nothing in it to import.');
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('the page, %s and %i pixels wide, can be used by everybody', async (colorScheme, width) => {
  await openImport({ colorScheme, viewport: { width, height: 800 } });
  const { page } = visit;
  const look = async () => {
    expect(await seriousFindings(page)).toEqual([]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide).toBeLessThanOrEqual(0);
  };
  await look();
  await check('Crontab', crontab);
  await look();
  await button('Import 2 schedules').click();
  await page.getByRole('dialog').waitFor();
  await look();
  await page.getByRole('dialog').getByRole('button', { name: 'Import 2 schedules' }).click();
  await page.getByRole('heading', { name: 'What was done' }).waitFor();
  await look();
  await choose('Format', 'Drover JSON');
  await button('Check').click();
  await page.getByRole('alert').waitFor();
  await look();
});

test('who is no admin may export, and is told that he may not import', async () => {
  const { token } = await stage.client.keys.create({ name: 'reader', scopes: ['read'] });
  visit = await stage.visit();
  await visit.signIn(token);
  await visit.open('/schedules/import');
  await visit.page.getByText('Your key may not import').waitFor();
  expect(await button('Check').count()).toBe(0);
  const downloading = visit.page.waitForEvent('download');
  await button('Export as JSON').click();
  await downloading;
});
