import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';
import { eventually } from '../eventually.ts';

/** A page, and a real task, come along within this, also on a machine with other work. */
const patienceMs = 20_000;

let stage: BrowserStage;
let visit: Visit;
/** What the page has asked of the API, method and path, since `asked.length = 0`. */
const asked: string[] = [];

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({}, 'signed in');
  asked.length = 0;
  visit.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

const probe = (method: string, kwargs: object = {}, more: object = {}) =>
  stage.client.tasks.enqueue({ model: 'probe', method, kwargs: kwargs as Record<string, never>, ...more });

test("a browser's own EventSource follows a task, goes on where it left off, and stays away after the end", async () => {
  const { id } = await probe('log', { lines: 20 }, { delaySeconds: 3_600 });
  await visit.open('/run');
  const { page } = visit;
  await page.evaluate((path) => {
    const told: { type: string; id: string }[] = [];
    const source = new EventSource(path);
    for (const type of ['state', 'progress', 'log', 'reset']) {
      source.addEventListener(type, ({ lastEventId, data }) => {
        told.push({ type: type === 'state' ? `state ${JSON.parse(data).state}` : type, id: lastEventId });
      });
    }
    Object.assign(window, { told, source });
  }, `/v1/tasks/${id}/events`);
  const told = () => page.evaluate(() => (window as unknown as { told: { type: string; id: string }[] }).told);
  const readyState = () => page.evaluate(() => (window as unknown as { source: EventSource }).source.readyState);
  await eventually(
    async () => expect((await told()).map(({ type }) => type)).toEqual(['state scheduled', 'progress']),
    patienceMs,
  );
  await stage.client.tasks.runNow(id);
  await eventually(async () => expect((await told()).at(-1)?.type).toBe('state done'), patienceMs);
  const lines = (await told()).filter(({ type }) => type === 'log').map(({ id: lineId }) => Number(lineId));
  expect(lines).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  // It comes back once, is told that there is no more, and closes for good.
  await eventually(async () => expect(await readyState()).toBe(2), 30_000);
  expect((await told()).filter(({ type }) => type.startsWith('state done'))).toHaveLength(1);
});

test('a task page shows state, progress and log as they come, without asking again and again', async () => {
  const { id } = await probe('progress', { steps: 100, ms: 250 }, { name: 'Long way' });
  await visit.open(`/tasks/${id}`);
  const { page } = visit;
  await page.getByText(/^step \d+ of 100$/).waitFor();
  await eventually(() => expect(asked).toContain(`/v1/tasks/${id}/events`), patienceMs);
  const seen = new Set<string | null>();
  asked.length = 0;
  await eventually(async () => {
    seen.add(await page.getByText(/^step \d+ of 100$/).textContent());
    expect(seen.size).toBeGreaterThan(8);
  }, patienceMs);
  expect(asked.filter((path) => path === `/v1/tasks/${id}`).length).toBeLessThan(2);
  await page.getByRole('heading', { level: 1 }).getByText('Done').waitFor({ timeout: 60_000 });
});

test('the log of a task grows on its page while it runs', async () => {
  const { id } = await probe('log', { lines: 5, message: 'said' }, { delaySeconds: 3_600 });
  await visit.open(`/tasks/${id}`);
  await eventually(() => expect(asked).toContain(`/v1/tasks/${id}/events`), patienceMs);
  await stage.client.tasks.runNow(id);
  await visit.page.getByText('said 5').waitFor();
  await visit.page.getByText('5 lines').waitFor();
});

test('a list shows a task that another enqueues, and the overview counts it', async () => {
  await visit.open('/tasks');
  await eventually(() => expect(asked).toContain('/v1/events'), patienceMs);
  const { id } = await probe('echo', {}, { name: 'Fresh from elsewhere' });
  await visit.page.getByRole('link', { name: 'Fresh from elsewhere' }).first().waitFor({ timeout: 5_000 });
  await stage.client.tasks.waitFor(id);
});

test('a tab has one stream for all its pages', async () => {
  const { page } = visit;
  await visit.open('/');
  await eventually(() => expect(asked).toContain('/v1/events'), patienceMs);
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(asked.filter((path) => path === '/v1/events')).toHaveLength(1);
});

test('a page that cannot follow asks as it did before', async () => {
  const { page } = visit;
  await page.route('**/events', (route) => route.abort());
  const { id } = await probe('progress', { steps: 8, ms: 250 });
  await page.goto(`${stage.url}/tasks/${id}`);
  await page.getByRole('heading', { level: 1 }).getByText('Done').waitFor();
  // The browser itself writes each refusal to the console.
  visit.offences.splice(0, visit.offences.length, ...visit.offences.filter((each) => !each.includes('ERR_FAILED')));
});

/** Kills the task of the open page, as a person does, and waits for what is told of it. */
async function kill(reason: string): Promise<string> {
  const { page } = visit;
  await page.getByRole('button', { name: 'Kill …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Part of its work may remain done: nothing is taken back.').waitFor();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Kill the task' }).click();
  await dialog.getByRole('heading', { name: 'What became of it' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  return (await dialog.textContent()) ?? '';
}

test('a running task is killed, and what became of it and of its items is told', async () => {
  const { tasks } = stage.client;
  const { id } = await probe('items', { ok: 1_000, failed: 0, ms: 100 }, { name: 'Many letters' });
  await eventually(async () => expect((await tasks.get(id)).progress.message).toMatch(/^\d+ of 1000$/), patienceMs);
  await visit.open(`/tasks/${id}`);
  const told = await kill('Wrong month.');
  expect(told).toContain('Ended when asked');
  expect(told).toMatch(/Last progress.*of 1000/);
  expect(told).toMatch(/\d+ items?: \d+ succeeded, 0 failed/);
  await visit.page.getByRole('button', { name: 'Close' }).last().click();
  await visit.page.getByRole('heading', { level: 1, name: 'Cancelled' }).waitFor();
  await visit.page.getByText('killed: Wrong month.').first().waitFor();
  await expect.poll(() => tasks.get(id)).toMatchObject({ state: 'cancelled', outcome: 'cancelled' });
});

test('a task that does not listen is killed for certain', async () => {
  const { id } = await stage.client.tasks.enqueue({ model: 'probe.isolated', method: 'spin' });
  await eventually(async () => expect((await stage.client.tasks.get(id)).state).toBe('running'), patienceMs);
  await visit.open(`/tasks/${id}`);
  expect(await kill('')).toContain('its process was killed');
});

test('killing what has ended says so, and one who may not is not offered it', async () => {
  const { client } = stage;
  const { id } = await probe('slow', { ms: 600_000 });
  await eventually(async () => expect((await client.tasks.get(id)).state).toBe('running'), patienceMs);
  const { token } = await client.keys.create({ name: 'night watch', scopes: ['read', 'operate'] });
  const other = await stage.visit();
  await other.signIn(token);
  await other.open(`/tasks/${id}`);
  await other.page.getByRole('button', { name: 'Add the comment' }).waitFor();
  expect(await other.page.getByRole('button', { name: /^Kill/ }).count()).toBe(0);
  await client.tasks.kill(id);
  await other.close();

  const another = await probe('slow', { ms: 600_000 });
  await eventually(async () => expect((await client.tasks.get(another.id)).state).toBe('running'), patienceMs);
  await visit.open(`/tasks/${another.id}`);
  await visit.page.getByRole('button', { name: 'Kill …' }).click();
  await client.tasks.kill(another.id);
  await visit.page.getByRole('button', { name: 'Kill the task' }).click();
  await visit.page.getByText('There was nothing to kill').waitFor();
});
