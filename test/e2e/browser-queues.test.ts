import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** The queues, and what bounds them, on real processes. */

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

const button = (name: string) => visit.page.getByRole('button', { name, exact: true });
const dialog = () => visit.page.getByRole('dialog');
const field = (name: string) => dialog().getByRole('textbox', { name, exact: true });
const row = (queue: string) => visit.page.getByRole('row', { name: new RegExp(`^${queue}`) });

async function queueOf(name: string) {
  return (await stage.client.queues.list()).find((queue) => queue.name === name);
}

/** A queue that is there, because it had a task. */
async function newQueue(name: string): Promise<void> {
  const { tasks } = stage.client;
  await tasks.waitFor((await tasks.enqueue({ model: 'probe', method: 'succeed', queue: name })).id);
}

test('a limit that is set holds at once, and is told beside the queue', async () => {
  const { client } = stage;
  await newQueue('letters');
  await visit.open('/cluster/queues');
  await button('Limits of queue letters').click();
  await field('Tasks at a time').fill('1');
  await field('Tasks').fill('600');
  await field('Seconds').fill('60');
  await field('Done ones, days').fill('7');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await button('Save').click();
  await visit.page.getByText('The limits of letters are changed.').waitFor();
  await row('letters').getByText('1 at a time · 600 a minute · done ones kept 7 days').waitFor();
  await expect
    .poll(() => queueOf('letters'))
    .toMatchObject({
      limits: { concurrency: 1, rate: { tasks: 600, seconds: 60, burst: 1 } },
      retention: { doneDays: 7 },
    });
  const request = { model: 'probe', method: 'slow', kwargs: { ms: 60_000 }, queue: 'letters' };
  const [first] = await client.tasks.enqueueMany([request, request]);
  await row('letters').getByRole('link', { name: '1 running in letters' }).waitFor();
  await row('letters').getByRole('link', { name: '1 waiting in letters' }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  const { searchParams } = new URL(visit.page.url());
  expect([searchParams.get('state'), searchParams.get('queue')]).toEqual(['waiting', 'letters']);
  expect(first).toBeDefined();
});

test('tasks that are held for their key are counted, and a field that is cleared removes its limit', async () => {
  const { client } = stage;
  await newQueue('parcels');
  await client.queues.patch('parcels', { keyConcurrency: 1, concurrency: 5 });
  const request = { model: 'probe', method: 'slow', kwargs: { ms: 60_000 }, queue: 'parcels', concurrencyKey: 'acme' };
  await client.tasks.enqueueMany([request, request, request]);
  await visit.open('/cluster/queues');
  await row('parcels').getByText('2 held for their key').waitFor();
  await button('Limits of queue parcels').click();
  await field('Tasks at a time of one key').fill('');
  await button('Save').click();
  await row('parcels').getByRole('link', { name: '3 running in parcels' }).waitFor();
  expect((await queueOf('parcels'))?.limits).toEqual({ concurrency: 5 });
});

test('what cannot be meant is told at its field, and nothing is sent', async () => {
  await newQueue('stamps');
  await visit.open('/cluster/queues');
  await button('Limits of queue stamps').click();
  await field('Seconds').fill('10');
  await field('Tasks at a time').fill('0');
  await button('Save').click();
  await dialog().getByText('A whole number from 1 to 100,000').waitFor();
  await dialog().getByText('How many tasks?').waitFor();
  await expect.poll(() => field('Tasks').getAttribute('aria-invalid')).toBe('true');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await visit.page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  expect((await queueOf('stamps'))?.limits).toBeUndefined();
});

test('what the API refuses stands at its field too', async () => {
  await newQueue('crates');
  await visit.open('/cluster/queues');
  await button('Limits of queue crates').click();
  // What the page lets pass and the API does not: somebody else's rules may be stricter one day.
  await visit.page.route('**/v1/queues/crates', async (route) => {
    await route.continue({ postData: JSON.stringify({ rate: { tasks: 5, seconds: 1, burst: 0 } }) });
  });
  await field('Tasks').fill('5');
  await button('Save').click();
  await expect.poll(() => field('At once').getAttribute('aria-invalid')).toBe('true');
  await visit.page.getByRole('alert').waitFor();
});

test('who may not change queues is offered nothing, and sees all the same', async () => {
  await newQueue('boxes');
  await stage.client.queues.patch('boxes', { concurrency: 2 });
  for (const key of [
    { name: 'reader', scopes: ['read' as const] },
    { name: 'acme', scopes: ['read' as const, 'operate' as const], company: 'acme' },
  ]) {
    const { token } = await stage.client.keys.create(key);
    const other = await stage.visit();
    await other.signIn(token);
    await other.open('/cluster/queues');
    await other.page
      .getByRole('row', { name: /^boxes/ })
      .getByText('2 at a time')
      .waitFor();
    expect(await other.page.getByRole('button', { name: /^(Pause|Resume|Limits)/ }).count(), key.name).toBe(0);
    expect(other.offences).toEqual([]);
    await other.close();
  }
});

test('an address from before leads to the queues, and on a phone each is a card', async () => {
  await newQueue('cards');
  await visit.page.setViewportSize({ width: 360, height: 740 });
  await visit.open('/cluster');
  await visit.page.getByRole('heading', { level: 1, name: 'Queues' }).waitFor();
  expect(new URL(visit.page.url()).pathname).toBe('/cluster/queues');
  const card = visit.page.getByRole('list', { name: 'Queues' }).getByRole('listitem').filter({ hasText: 'cards' });
  await card.getByRole('link', { name: '1 done in cards' }).waitFor();
  await card.getByRole('button', { name: 'Limits of queue cards' }).click();
  expect(await seriousFindings(visit.page)).toEqual([]);
  const tooWide = await visit.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(tooWide).toBeLessThanOrEqual(0);
});
