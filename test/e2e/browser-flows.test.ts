import type { FlowRequestInput } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** Tasks that wait for each other, as people see them: how far they are, drawn and listed; stopped and resumed. */

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({}, 'signed in');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

type Step = FlowRequestInput['tasks'][number];

function step(key: string, method: string, dependsOn: Step['dependsOn'] = [], more: Partial<Step> = {}): Step {
  return { key, model: 'probe', method, maxRetries: 0, dependsOn, ...more };
}

const anyway = (key: string) => ({ key, onFailure: 'continue' as const });

async function make(name: string, ...tasks: Step[]): Promise<string> {
  return (await stage.client.flows.create({ name, tasks })).id;
}

/** One of everything: what is done, skipped, failed, cancelled for it, and what runs all the same. */
const orders = () =>
  make(
    'Orders of the night',
    step('extract', 'echo', [], { args: [12], name: 'Orders of the shop' }),
    step('check', 'fail', ['extract'], { kwargs: { message: 'the price list is not there' } }),
    step('invoices', 'echo', ['check']),
    step('mail', 'echo', ['invoices']),
    step('archive', 'succeed', ['extract'], { when: 'extract[0] > 100' }),
    step('load', 'echo', ['extract'], { args: [{ rows: `$\{extract[0]}` }] }),
    step('report', 'succeed', ['load', anyway('check')], { kwargs: { result: { sent: 3 } } }),
  );

/** Nothing moves it on but a person. */
const held = () =>
  make(
    'Prices of the week',
    step('read', 'succeed'),
    step('correct', 'data_error', ['read'], { kwargs: { message: 'row 7 has no price' } }),
    step('publish', 'succeed', ['correct']),
  );

const ended = (id: string) => stage.client.flows.waitFor(id, { timeoutMs: 60_000 });
const graph = () => visit.page.getByRole('application', { name: /^Graph of/ });
const node = (key: string) => graph().getByRole('link', { name: new RegExp(`^${key}\\b`) });
/** Beside them, the graph has a link to the library that draws it. */
const nodes = () => graph().locator('a[href^="/tasks/"]');
const row = (key: string) =>
  visit.page.getByRole('row').filter({ has: visit.page.getByRole('link', { name: key, exact: true }) });
const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const dialog = () => visit.page.getByRole('dialog');
const section = (name: string) => visit.page.getByRole('region', { name, exact: true });

test('where there are no flows, the list says what they are and how to make one', async () => {
  await visit.open('/');
  await visit.page.getByRole('link', { name: 'Flows', exact: true }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Flows' }).waitFor();
  await visit.page.getByText('No flows yet').waitFor();
  await visit.page.getByText('POST /v1/flows').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
});

test('the list tells how far each flow is and what came of its tasks, by state and by words', async () => {
  await ended(await orders());
  await ended(await make('Nothing to fear', step('only', 'succeed')));
  await visit.open('/flows');
  const { page } = visit;
  const line = (name: string) => row(name);
  await line('Orders of the night').getByText('7 of 7').waitFor();
  await expect.poll(() => line('Orders of the night').textContent()).toMatch(/Error.*4 done.*1 in error.*2 cancelled/);
  await page.getByRole('link', { name: 'Done', exact: true }).click();
  await line('Orders of the night').waitFor({ state: 'detached' });
  await line('Nothing to fear').waitFor();
  await page.getByLabel('Words').fill('orders');
  await page.keyboard.press('Enter');
  await page.getByText('No flow matches').waitFor();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ state: 'done', q: 'orders' });
  await button('Clear the filters').click();
  await page.getByRole('link', { name: 'All', exact: true }).click();
  // It comes by itself.
  const late = await make('Came later', step('only', 'succeed'));
  await line('Came later').waitFor();
  await ended(late);
  await line('Came later').getByText('1 of 1').waitFor();
});

test('the graph of a flow changes as its tasks do, and each leads to its page and back', async () => {
  const { tasks, queues } = stage.client;
  // Known, and paused.
  await tasks.waitFor((await tasks.enqueue({ model: 'probe', method: 'succeed', queue: 'gate' })).id);
  await queues.pause('gate');
  const id = await make(
    'Live',
    step('first', 'progress', [], { kwargs: { steps: 40, ms: 10 }, queue: 'gate' }),
    step('second', 'echo', ['first'], { args: [`$\{first.steps}`], when: 'first.steps > 1' }),
  );
  await visit.open(`/flows/${id}`);
  await node('first').getByText('Waiting').waitFor();
  await node('second').getByText('Depends').waitFor();
  await node('second').getByText('when first.steps > 1').waitFor();
  await queues.resume('gate');
  await node('first').getByText('Done').waitFor();
  await node('second').getByText('Done').waitFor();
  await visit.page.getByRole('heading', { level: 1, name: 'Live Done' }).waitFor();
  await section('Results').getByText('40').waitFor();

  await node('second').focus();
  await visit.page.keyboard.press('Enter');
  await visit.page.getByRole('heading', { level: 1, name: 'probe.echo' }).waitFor();
  await section('Waits for').getByText('Done', { exact: true }).waitFor();
  await expect.poll(() => section('Waits for').textContent()).toMatch(/first.*cancel: cancelled too/);
  await section('Waits for').getByText('first.steps > 1').waitFor();
  await expect.poll(() => section('Resolved arguments').textContent()).toContain('40');
  await section('Facts').getByRole('link', { name: 'Live' }).click();
  await node('first').click();
  await visit.page.getByRole('heading', { level: 1, name: 'probe.progress' }).waitFor();
});

test('edges tell their policy, and the list says all that the graph does', async () => {
  const id = await orders();
  await ended(id);
  await visit.open(`/flows/${id}`);
  await node('archive').getByText('Skipped').waitFor();
  await expect.poll(() => graph().getByText('continue', { exact: true }).count()).toBe(1);
  const edge = graph().getByRole('img', { name: 'report waits for check: runs all the same' });
  await edge.waitFor();
  await expect
    .poll(() => edge.locator('path').evaluate((path) => getComputedStyle(path).strokeDasharray))
    .not.toBe('none');
  await expect.poll(() => nodes().count()).toBe(7);

  await visit.page.getByText('List', { exact: true }).click();
  await row('report').waitFor();
  expect(new URL(visit.page.url()).search).toBe('?tasks=list');
  await expect.poll(() => row('check').textContent()).toMatch(/Error.*extract cancel.*the price list is not there/);
  await expect.poll(() => row('mail').textContent()).toMatch(/Cancelled.*invoices cancel.*because of "check"/);
  await expect.poll(() => row('report').textContent()).toMatch(/Done.*load cancel.*check continue/);
  await expect.poll(() => row('archive').textContent()).toMatch(/Skipped.*extract\[0\] > 100/);
  await row('check').getByRole('link', { name: 'check', exact: true }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'probe.fail' }).waitFor();
});

test('a task that needs a person is told above its flow, and what waits for it goes on once it was decided', async () => {
  const id = await held();
  await visit.open(`/flows/${id}`);
  await visit.page.getByText('1 task needs a person').waitFor();
  await node('publish').getByText('Depends').waitFor();
  await visit.page.getByRole('status').getByRole('link', { name: 'correct' }).click();
  await button('Edit').click();
  await dialog().waitFor();
  await visit.page.keyboard.press('Escape');
  await stage.client.tasks.cancel(new URL(visit.page.url()).pathname.split('/').at(-1) ?? '');
  await visit.open(`/flows/${id}`);
  await visit.page.getByRole('heading', { level: 1, name: 'Prices of the week Cancelled' }).waitFor();
  expect(await visit.page.getByText('needs a person').count()).toBe(0);
});

test('a flow is cancelled with what runs, and resumed after a look at what would run again', async () => {
  const id = await make(
    'Long',
    step('before', 'succeed'),
    step('long', 'slow', ['before'], { kwargs: { ms: 60_000 } }),
    step('after', 'succeed', ['long']),
  );
  await visit.open(`/flows/${id}`);
  await node('long').getByText('Running').waitFor();
  await button('Cancel …').click();
  await dialog().getByText('1 task that has not begun will not run.').waitFor();
  await dialog().getByLabel('Kill them').check();
  await dialog().getByLabel('Reason').fill('wrong month');
  await dialog().getByRole('button', { name: 'Cancel the flow' }).click();
  await visit.page.getByText('The flow is cancelled.').waitFor();
  await node('after').getByText('Cancelled').waitFor();
  await node('long').getByText('Cancelled').waitFor();
  await button('Cancel …').waitFor({ state: 'detached' });

  await button('Resume …').click();
  const again = dialog().getByRole('list', { name: 'Tasks that run again' }).getByRole('listitem');
  await again.first().waitFor();
  await expect.poll(() => again.allTextContents()).toEqual(['longCancelled', 'afterCancelled']);
  await dialog().getByText('1 task that ended well stays done.').waitFor();
  expect((await stage.client.flows.get(id)).state).toBe('cancelled');
  await dialog().getByRole('button', { name: 'Run 2 tasks again' }).click();
  await visit.page.getByText('The flow goes on: 2 tasks will run again.').waitFor();
  await node('long').getByText('Running').waitFor();
  await stage.client.flows.cancel(id, { running: 'kill' });
});

test('who may only read sees flows, and no buttons', async () => {
  const id = await held();
  const { token } = await stage.client.keys.create({ name: 'reader of flows', scopes: ['read'] });
  await visit.close();
  visit = await stage.visit();
  await visit.signIn(token);
  await visit.open(`/flows/${id}`);
  await node('correct').getByText('Attention').waitFor();
  expect(await button(/^(Cancel|Resume)/).count()).toBe(0);
});

test('a flow that is not there says so', async () => {
  await visit.open('/flows/no-such-flow');
  await visit.page.getByRole('heading', { level: 1, name: 'There is no such flow' }).waitFor();
  await visit.page.getByRole('link', { name: 'To the flows' }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Flows' }).waitFor();
});

test('a flow of a thousand tasks is a list first, and a graph of which only what is seen is drawn', async () => {
  const ways = Array.from({ length: 998 }, (_, index) => step(`way${index}`, 'succeed', ['begin']));
  const last = step(
    'last',
    'succeed',
    ways.map(({ key }) => key),
  );
  const id = await make('Wide', step('begin', 'succeed'), ...ways, last);
  await visit.open(`/flows/${id}`);
  const { page } = visit;
  await row('way42').waitFor();
  await button('Show more: 900 tasks left').waitFor();
  await page.getByText('Graph', { exact: true }).click();
  // It is laid out beside the page, which takes its time where the machine is busy.
  await node('begin').waitFor({ timeout: 90_000 });
  await node('way500').or(node('way499')).first().waitFor();
  await expect.poll(() => nodes().count()).toBeLessThan(200);
  await button('Show all').click();
  await expect.poll(() => nodes().count()).toBeGreaterThan(100);
  await page.getByText('List', { exact: true }).click();
  await row('way42').waitFor();
  await stage.client.flows.cancel(id, { running: 'kill' });
});

test.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
  ['dark', 360],
] as const)('%s and %i pixels wide, flows can be seen and stopped by everybody', async (colorScheme, width) => {
  const ids = [await orders(), await held()];
  await ended(ids[0] ?? '');
  await ended(ids[1] ?? '');
  await visit.close();
  visit = await stage.visit({ colorScheme, viewport: { width, height: 800 } }, 'signed in');
  const { page } = visit;
  const look = async (what: string) => {
    expect(await seriousFindings(page), what).toEqual([]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, what).toBeLessThanOrEqual(0);
  };
  await visit.open('/flows');
  await look('list of flows');
  for (const id of ids) {
    for (const tasks of ['graph', 'list']) {
      await visit.open(`/flows/${id}?tasks=${tasks}`);
      if (tasks === 'graph') await graph().waitFor();
      await look(`${id} as ${tasks}`);
    }
  }
  await button('Cancel …').click();
  await dialog().waitFor();
  await look('cancel');
  await visit.open(`/flows/${ids[0]}`);
  await button('Resume …').click();
  await dialog().getByText('These run again').waitFor();
  await look('resume');
  const { tasks } = await stage.client.flows.get(ids[0] ?? '');
  await visit.open(`/tasks/${tasks.find(({ key }) => key === 'report')?.id}`);
  await section('Waits for').waitFor();
  await look('task');
});
