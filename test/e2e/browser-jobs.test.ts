import type { Job, JobRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Jobs as people make, order, run and kill them, and what they are shown of their runs. */

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({ timezoneId: 'Europe/Paris' }, 'signed in');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const heading = (name: string) => visit.page.getByRole('heading', { level: 1, name });
const field = (label: string) => visit.page.getByLabel(label, { exact: true });
const nameField = () => visit.page.getByRole('textbox', { name: 'Name', exact: true });
const alert = () => visit.page.getByRole('alert');
const cards = () => visit.page.getByRole('list', { name: 'Lines' }).locator(':scope > li');
const card = (number: number) => visit.page.getByRole('listitem', { name: `Line ${number}`, exact: true });
const dialog = () => visit.page.getByRole('dialog');

async function chooseMethod(number: number, name: string): Promise<void> {
  await card(number).getByRole('combobox', { name: 'Method' }).fill(name);
  await visit.page.getByRole('option', { name, exact: true }).click();
}

const step = (number: number, method: string, more: object = {}) => ({
  number,
  kind: 'action' as const,
  model: 'probe',
  method,
  ...more,
});

const filter = (number: number, ids: number[]) => ({
  number,
  kind: 'filter' as const,
  model: 'probe',
  method: 'succeed',
  definition: { result: ids },
});

function make(name: string, rest: Partial<JobRequestInput> = {}): Promise<Job> {
  return stage.client.jobs.create({ name, lines: [step(10, 'succeed')], ...rest });
}

test('a job is made with a filter and an action that takes what it left', async () => {
  await visit.open('/jobs');
  await visit.page.getByRole('link', { name: 'New job' }).click();
  await heading('New job').waitFor();
  await button('Make the job').click();
  await alert().getByText('Not saved').waitFor();
  await expect.poll(() => nameField().evaluate((element) => element === document.activeElement)).toBe(true);
  await nameField().fill('Close old orders');
  await card(10).getByText('Filter', { exact: true }).last().click();
  await chooseMethod(10, 'sale.order.find');
  await button('Add an action').click();
  await chooseMethod(20, 'sale.order.close');
  await card(20).getByLabel('Takes the ids that the filter before it left').check();
  await field('orderedBefore').click();
  await card(10).getByRole('button', { name: 'Insert …' }).click();
  await visit.page.getByRole('menuitem', { name: /^\$\{today - 30d\}/ }).click();
  await expect.poll(() => field('orderedBefore').inputValue()).toBe('${today - 30d}');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await button('Make the job').click();
  await heading('Close old orders').waitFor();
  const [made] = (await stage.client.jobs.list({ q: 'Close old orders' })).items;
  expect(made).toMatchObject({
    timeZone: 'Europe/Paris',
    lines: [
      { number: 10, kind: 'filter', method: 'find', definition: { orderedBefore: '${today - 30d}' } },
      { number: 20, kind: 'action', method: 'close', takesIds: true, args: [] },
    ],
  });
});

test('lines are put in order by keyboard and by dragging, and expressions go on meaning the same line', async () => {
  const lines = [step(10, 'succeed'), step(20, 'echo', { kwargs: { of: '${line.10.result}' } }), step(30, 'fail')];
  const { id } = await make('Put in order', { lines });
  await visit.open(`/jobs/${id}/edit`);
  await button('Move line 30 up').focus();
  await visit.page.keyboard.press('Enter');
  await visit.page.getByText('probe.fail is line 20 now, 2 of 3').waitFor({ state: 'attached' });
  await expect.poll(() => visit.page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Move line 20 up');
  await visit.page.keyboard.press('Enter');
  await expect.poll(() => visit.page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Move line 10 down');
  const inOrder = ['probe.fail', 'probe.succeed', 'probe.echo'].map((name) => expect.stringContaining(name));
  await expect.poll(() => cards().allTextContents()).toEqual(inOrder);
  const grip = card(30).getByTitle('Drag it to another place');
  const [from, to] = [await grip.boundingBox(), await card(10).boundingBox()];
  await visit.page.mouse.move((from?.x ?? 0) + 8, (from?.y ?? 0) + 8);
  await visit.page.mouse.down();
  await visit.page.mouse.move((from?.x ?? 0) + 8, (to?.y ?? 0) + 4, { steps: 5 });
  await visit.page.mouse.up();
  await expect.poll(async () => (await cards().allTextContents())[0]).toContain('probe.echo');
  await button('Save').click();
  await visit.page.waitForURL(/\/jobs\/job_\w+$/);
  const saved = await stage.client.jobs.get(id);
  expect(saved.lines.map(({ number, method, kwargs }) => [number, method, kwargs])).toEqual([
    [10, 'echo', { of: '${line.30.result}' }],
    [20, 'fail', {}],
    [30, 'succeed', {}],
  ]);
});

test('what the API refuses is marked at its line and field, which opens', async () => {
  const lines = [step(10, 'succeed'), step(20, 'echo', { kwargs: { a: 'fine' } })];
  const { id } = await make('Refused', { lines });
  await visit.open(`/jobs/${id}/edit`);
  await card(20).getByRole('button', { expanded: false }).first().click();
  await card(20).getByText('JSON', { exact: true }).click();
  await card(20).getByLabel('Named arguments').fill('{"a": "${filter.ids}"}');
  await card(20).getByRole('button', { expanded: true }).first().click();
  await button('Save').click();
  await alert().getByText('HTTP 422').waitFor();
  const named = card(20).getByLabel('Named arguments');
  await named.waitFor();
  await expect.poll(() => named.getAttribute('aria-invalid')).toBe('true');
  await card(20).getByText('there is no active filter before this line').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
});

test('an edit that comes after another one is not saved over it unseen', async () => {
  const { id, name, lines } = await make('Fought over');
  await visit.open(`/jobs/${id}/edit`);
  await stage.client.jobs.replace(id, { name, stopsOnError: false, lines });
  await field('Description').fill('Mine.');
  await button('Save').click();
  await alert().getByText('Not saved: it was changed meanwhile').waitFor();
  await visit.page.getByText('Stops on the first error: true → false').waitFor();
  await button('Save mine over it').click();
  await visit.page.waitForURL(/\/jobs\/job_\w+$/);
  expect(await stage.client.jobs.get(id)).toMatchObject({ description: 'Mine.', stopsOnError: true, version: 3 });
});

test('a job is run by hand, and its result shows each line as it goes', async () => {
  const lines = [
    filter(10, [1, 2, 3]),
    step(20, 'slow', { kwargs: { ms: 1_500 } }),
    step(30, 'fail', { maxRetries: 0 }),
  ];
  const { id } = await make('Run by hand', { lines });
  await visit.open(`/jobs/${id}`);
  await button('Run …').click();
  await dialog().getByText('3 lines will run').waitFor();
  await dialog().getByRole('button', { name: 'Run it now' }).click();
  await heading('Run of Run by hand').waitFor();
  await cards().nth(0).getByText('left 3').waitFor();
  await visit.page.getByRole('heading', { level: 1 }).getByText('Error').waitFor();
  await cards().nth(1).getByText('Success').waitFor();
  await cards().nth(2).getByText('Error').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await cards().nth(1).getByRole('link').click();
  await visit.page.waitForURL(/\/tasks\/tsk_/);
  await visit.open('/jobs?q=Run+by+hand');
  await visit.page.getByRole('link', { name: /^Error\s*: the run of/ }).waitFor();
});

test('a run is killed after the warning, and one that has ended says so', async () => {
  const { id } = await make('To be killed', {
    lines: [step(10, 'slow', { kwargs: { ms: 60_000 } }), step(20, 'succeed')],
  });
  const run = await stage.client.jobs.run(id);
  await visit.open(`/job-results/${run.id}`);
  await visit.page.getByRole('heading', { level: 1 }).getByText('Running').waitFor();
  await button('Kill …').click();
  await dialog().getByText('Part of the work may remain done').waitFor();
  await dialog().getByLabel('Reason').fill('Wrong month.');
  await dialog().getByRole('button', { name: 'Kill it' }).click();
  await visit.page.getByText('Part of its work may remain done').waitFor();
  await visit.page.getByRole('heading', { level: 1 }).getByText('Cancelled').waitFor();
  const other = await stage.client.jobs.run(id);
  await visit.open(`/job-results/${other.id}`);
  await button('Kill …').click();
  await stage.client.jobs.results.kill(other.id);
  await stage.client.jobs.results.waitFor(other.id);
  await dialog().getByRole('button', { name: 'Kill it' }).click();
  await dialog().getByText('There was nothing left to kill').waitFor();
});

test('a schedule is made for a job, and its fires lead to the results', async () => {
  const { id } = await make('By schedule');
  await visit.open(`/jobs/${id}`);
  await visit.page.getByRole('link', { name: 'Schedule it' }).click();
  await heading('New schedule').waitFor();
  await nameField().fill('Runs the job');
  await visit.page.getByText('Once, now').click();
  await button('Make the schedule').click();
  await heading('Runs the job').waitFor();
  const log = visit.page.getByRole('region', { name: 'Fire log' });
  await log.getByRole('link', { name: /: the run of/ }).click();
  await heading('Run of By schedule').waitFor();
  await visit.page.getByText('Success').first().waitFor();
});

test('jobs of a module are exported, checked and imported', async () => {
  await make('Of a module', { module: 'stock' });
  await visit.open('/jobs/import');
  await field('Only of module').fill('stock');
  const [download] = await Promise.all([visit.page.waitForEvent('download'), button('Export as YAML').click()]);
  expect(download.suggestedFilename()).toMatch(/^jobs-stock-.*\.yaml$/);
  const text = await stage.client.jobs.export('yaml', { module: 'stock' });
  await visit.page.getByText('YAML', { exact: true }).click();
  await field('Jobs').fill(text.replace('Of a module', 'From a file'));
  await button('Check').click();
  await visit.page.getByText('1 job would be created').waitFor();
  expect((await stage.client.jobs.list({ q: 'From a file' })).items).toEqual([]);
  await button('Import 1 job').click();
  await dialog().getByRole('button', { name: 'Import 1 job' }).click();
  await visit.page.getByRole('link', { name: 'From a file' }).click();
  await heading('From a file').waitFor();
});

test('a job that a schedule runs is not deleted, another one is', async () => {
  const { id } = await make('Wanted');
  const rule = { timing: 'schedule', frequency: { every: 'daily', at: '02:30' } } as const;
  const schedule = await stage.client.schedules.create({ name: 'Wants it', ...rule, job: id });
  await visit.open(`/jobs/${id}`);
  await visit.page.getByRole('link', { name: 'Wants it' }).waitFor();
  await button('More').click();
  await visit.page.getByRole('menuitem', { name: 'Delete …' }).click();
  await dialog().getByRole('button', { name: 'Delete it' }).click();
  await dialog().getByText('HTTP 409').waitFor();
  await stage.client.schedules.remove(schedule.id);
  await dialog().getByRole('button', { name: 'Delete it' }).click();
  await heading('Jobs').waitFor();
});

test('who may only read is offered nothing else', async () => {
  const { id } = await make('Only looked at');
  const { token } = await stage.client.keys.create({ name: 'reader', scopes: ['read'] });
  const theirs = await stage.visit();
  await theirs.signIn(token);
  await theirs.open(`/jobs/${id}`);
  for (const name of ['Run …', 'More']) expect(await theirs.page.getByRole('button', { name }).count()).toBe(0);
  await theirs.close();
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('%s and %i pixels wide, the pages can be used by everybody', async (colorScheme, width) => {
  const name = `Looked at, ${colorScheme}, ${width}`;
  const lines = [
    { ...filter(10, [1, 2]), name: 'Old orders of a rather long name that wants to be wrapped' },
    step(20, 'echo', { takesIds: true, args: ['${today - 30d}'], kwargs: { first: '${line.10.result}' } }),
    step(30, 'fail', { maxRetries: 0 }),
    step(40, 'succeed', { active: false }),
  ];
  const { id } = await make(name, {
    lines,
    stopsOnError: false,
    module: 'sale',
    company: 'acme',
    description: 'What it is for.',
  });
  const run = await stage.client.jobs.run(id);
  await stage.client.jobs.results.waitFor(run.id);
  const other = await stage.visit({ colorScheme, viewport: { width, height: 800 } }, 'signed in');
  const { page } = other;
  const look = async (what: string) => {
    expect(await seriousFindings(page), what).toEqual([]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, what).toBeLessThanOrEqual(0);
  };
  for (const [what, path] of [
    ['list', '/jobs'],
    ['job', `/jobs/${id}`],
    ['result', `/job-results/${run.id}`],
    ['results', '/job-results'],
    ['import', '/jobs/import'],
  ] as const) {
    await other.open(path);
    await look(what);
  }
  await other.open(`/jobs/${id}/edit`);
  await look('form');
  await page.getByRole('listitem', { name: 'Line 20' }).getByRole('button', { expanded: false }).first().click();
  await page.getByRole('listitem', { name: 'Line 20' }).getByRole('button', { name: 'Insert …' }).click();
  await look('form, open');
  expect(other.offences).toEqual([]);
  await other.close();
});
