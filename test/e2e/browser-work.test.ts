import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** What people do with tasks, click by click, on real processes. */

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({}, 'signed in');
  await visit.open('/');
});

afterEach(async () => {
  expect(visit.offences).toEqual([]);
  await visit.close();
});

const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const heading = (name: string) => visit.page.getByRole('heading', { level: 1, name });
const state = (label: string) => heading(label);

/** Chosen as a person does it: through the menu and the search. */
async function chooseMethod(method: string): Promise<void> {
  await visit.page.getByRole('link', { name: 'Run', exact: true }).click();
  await visit.page.getByRole('searchbox', { name: 'Search methods' }).fill(method);
  await section('probe')
    .getByRole('link', { name: new RegExp(`^${method}\\b`) })
    .first()
    .click();
  await heading(`probe.${method}`).waitFor();
}

async function taskId(): Promise<string> {
  await visit.page.waitForURL(/\/tasks\/tsk_/);
  return decodeURIComponent(new URL(visit.page.url()).pathname.slice('/tasks/'.length));
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? '';
}

test('a method is run from its form, and its result is shown', async () => {
  await chooseMethod('echo');
  await button('Add').click();
  await visit.page.getByLabel('Item 1').fill('{"order": 7, "note": "it\'s \\"urgent\\""}');
  await visit.page.getByLabel('Named arguments').fill('{"customer": "Ada"}');
  const curl = await textOf(section('The same as curl').locator('pre'));
  expect(curl).toContain('"customer": "Ada"');
  expect(curl).toContain('Bearer $DROVER_TOKEN');
  expect(curl).not.toContain(stage.token);
  await button('Run').click();
  await state('Done').waitFor();
  const args = [{ order: 7, note: 'it\'s "urgent"' }];
  expect(JSON.parse(await textOf(section('Result').locator('pre')))).toEqual(args);
  const task = await stage.client.tasks.get(await taskId());
  expect(task).toMatchObject({ state: 'done', args, kwargs: { customer: 'Ada' } });
});

test('progress is watched without reloading, to the result', async () => {
  await chooseMethod('progress');
  await visit.page.getByLabel('steps').fill('40');
  await visit.page.getByLabel('ms').fill('400');
  await button('Run').click();
  const bar = visit.page.getByRole('progressbar', { name: 'Progress' });
  await bar.waitFor();
  const percents = new Set<number>();
  await expect
    .poll(
      async () => {
        const percent = Number(await bar.getAttribute('aria-valuenow', { timeout: 200 }).catch(() => Number.NaN));
        if (percent > 0 && percent < 100) percents.add(percent);
        return percents.size;
      },
      { timeout: 20_000, interval: 100 },
    )
    .toBeGreaterThanOrEqual(3);
  await expect.poll(() => textOf(section('Progress'))).toMatch(/step \d+ of 40/);
  await state('Done').waitFor();
  await expect.poll(() => textOf(visit.page.getByRole('status').first())).toContain('Done');
});

test('a task that fails shows its error and traceback, and is retried', async () => {
  await chooseMethod('fail');
  await visit.page.getByLabel('message').fill('the ledger of March is closed');
  await button('More options').click();
  await visit.page.getByRole('textbox', { name: 'Retries' }).fill('0');
  await button('Run').click();
  await state('Error').waitFor();
  const error = section('Error');
  await expect.poll(() => textOf(error)).toContain('the ledger of March is closed');
  await error.getByRole('button', { name: 'Show the traceback' }).click();
  await expect.poll(() => textOf(error.locator('pre'))).toMatch(/Error: the ledger of March is closed\n\s+at /);

  await button('Retry').click();
  const dialog = visit.page.getByRole('dialog');
  await dialog.getByText('What its earlier attempts did is not undone').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Retry the task' }).click();
  await visit.page.getByText('Attempt 2', { exact: true }).waitFor();
  await state('Error').waitFor();
  expect((await stage.client.tasks.get(await taskId())).executions).toHaveLength(2);
});

test('what does not fit the schema is marked at its field, and nothing is sent', async () => {
  await chooseMethod('fail_times');
  const field = visit.page.getByRole('textbox', { name: 'times' });
  const before = (await stage.client.queues.list()).map(({ counts }) => counts);
  await field.fill('5000');
  await button('Run').click();
  await visit.page.getByRole('alert').getByText('Not sent').waitFor();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  await visit.page.getByText('5000 is greater than').waitFor();
  expect((await stage.client.queues.list()).map(({ counts }) => counts)).toEqual(before);
});

test('positional and named arguments of a real method are filled in', async () => {
  await visit.open('/run/account.invoice.post');
  await button('Run').click();
  await visit.page.getByRole('alert').getByText('Not sent').waitFor();
  await visit.page.getByRole('textbox', { name: 'integer' }).fill('3');
  await visit.page.getByRole('checkbox', { name: 'dryRun' }).check();
  await button('Run').click();
  await taskId();
  const task = await stage.client.tasks.get(await taskId());
  expect(task).toMatchObject({ args: [3], kwargs: { dryRun: true, folder: 'invoices' } });
});

test('what only the API can refuse is shown at its field too', async () => {
  await chooseMethod('succeed');
  await button('More options').click();
  const queue = visit.page.getByRole('combobox', { name: 'Queue' });
  await queue.fill('Not A Queue');
  await button('Run').click();
  await visit.page.getByRole('alert').getByText('HTTP 422').waitFor();
  await expect.poll(() => queue.getAttribute('aria-invalid')).toBe('true');
});

test('arguments can be written as JSON, and faults there are told', async () => {
  await chooseMethod('fail_times');
  await visit.page.getByText('JSON', { exact: true }).click();
  const kwargs = visit.page.getByLabel('Named arguments');
  await kwargs.fill('{"times": ');
  await button('Run').click();
  await visit.page.getByText('This is not JSON').waitFor();
  await kwargs.fill('{"times": 0}');
  await button('Run').click();
  await state('Done').waitFor();
});

test('a scheduled task is edited, then cancelled with a reason', async () => {
  await chooseMethod('succeed');
  await visit.page.getByText('After a while', { exact: true }).click();
  await visit.page.getByLabel('Not before').fill('2');
  await button('Schedule').click();
  await state('Scheduled').waitFor();
  const id = await taskId();

  await button('Edit').click();
  const dialog = visit.page.getByRole('dialog');
  await dialog.getByLabel('Priority').fill('7');
  const at = new Date(Date.now() + 3 * 86_400_000);
  at.setMilliseconds(0);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  await dialog.getByLabel('Not before').fill(local);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => stage.client.tasks.get(id)).toMatchObject({ priority: 7, runAt: at.toISOString() });

  await button('Cancel').click();
  await dialog.getByLabel('Reason').fill('not needed any more');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel the task' }).click();
  await state('Cancelled').waitFor();
  await visit.page.getByText('not needed any more').first().waitFor();
  expect((await stage.client.tasks.get(id)).state).toBe('cancelled');
});

test('a scheduled task does not have to wait for its time', async () => {
  const { id } = await stage.client.tasks.enqueue({ model: 'probe', method: 'succeed', delaySeconds: 3_600 });
  await visit.open(`/tasks/${id}`);
  await button('Run now').click();
  await visit.page.getByRole('button', { name: 'Run it now' }).click();
  await state('Done').waitFor();
});

test('a task that needs attention gets other arguments and runs again with them', async () => {
  const { id } = await stage.client.tasks.enqueue({ model: 'probe', method: 'data_error' });
  await visit.open(`/tasks/${id}`);
  await state('Needs attention').waitFor();
  await button('Edit').click();
  const dialog = visit.page.getByRole('dialog');
  const kwargs = dialog.getByLabel('Named arguments');
  await kwargs.fill('{"message": 7}');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText(/message: must be string/).waitFor();
  await kwargs.fill('{"message": "customer 12 has no address"}');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await button('Retry').click();
  await visit.page.getByRole('button', { name: 'Retry the task' }).click();
  await section('Error').getByText('customer 12 has no address').first().waitFor();
});

test('an action that the state forbids by now is refused in the dialog, with the reason', async () => {
  const { id } = await stage.client.tasks.enqueue({ model: 'probe', method: 'succeed', delaySeconds: 3_600 });
  await visit.open(`/tasks/${id}`);
  await button('Cancel').click();
  const dialog = visit.page.getByRole('dialog');
  await stage.client.tasks.runNow(id);
  await stage.client.tasks.waitFor(id);
  await dialog.getByRole('button', { name: 'Cancel the task' }).click();
  await expect.poll(() => textOf(dialog.getByRole('alert'))).toMatch(/HTTP 409/);
});

test('items of a batch are shown one by one, and the log says what was dropped', async () => {
  const { tasks } = stage.client;
  const items = await tasks.enqueue({ model: 'probe', method: 'items', kwargs: { ok: 3, failed: 2 } });
  await tasks.waitFor(items.id);
  await visit.open(`/tasks/${items.id}`);
  await visit.page.getByText('5 items: 3 succeeded, 2 failed').waitFor();
  await visit.page.getByText('Failed only').click();
  await expect.poll(() => section('Item results').getByRole('row').count()).toBe(3);

  const log = await tasks.enqueue({ model: 'probe', method: 'log', kwargs: { lines: 1_003 } });
  await tasks.waitFor(log.id);
  await visit.open(`/tasks/${log.id}`);
  await visit.page.getByText('The 3 oldest lines were dropped').waitFor();
});

test('an ended task is run once more with what it had', async () => {
  const { tasks } = stage.client;
  const { id } = await tasks.enqueue({ model: 'probe', method: 'succeed', kwargs: { result: 'blue' }, priority: 9 });
  await tasks.waitFor(id);
  await visit.open(`/tasks/${id}`);
  await visit.page.getByRole('link', { name: 'Run it once more' }).click();
  await heading('probe.succeed').waitFor();
  await button('Run').click();
  await state('Done').waitFor();
  const again = await tasks.get(await taskId());
  expect(again.id).not.toBe(id);
  expect(again).toMatchObject({ kwargs: { result: 'blue' }, priority: 9 });
});

test('a queue is paused and resumed, and its tasks wait meanwhile', async () => {
  const { client } = stage;
  const request = { model: 'probe', method: 'succeed', queue: 'letters' };
  await client.tasks.waitFor((await client.tasks.enqueue(request)).id);
  await visit.open('/cluster/queues');
  await button('Pause queue letters').click();
  await visit.page.getByRole('button', { name: 'Pause letters' }).click();
  const row = visit.page.getByRole('row', { name: /letters/ });
  await row.getByText('Paused').waitFor();
  const { id } = await client.tasks.enqueue(request);
  await row.getByRole('link', { name: '1 waiting in letters' }).click();
  await heading('Tasks').waitFor();
  await visit.page.getByRole('link', { name: 'probe.succeed' }).first().click();
  await state('Waiting').waitFor();
  await expect.poll(() => taskId()).toBe(id);
  await visit.open('/cluster/queues');
  await button('Resume queue letters').click();
  await visit.page.getByRole('button', { name: 'Resume letters' }).click();
  await expect.poll(async () => (await client.tasks.get(id)).state).toBe('done');
});

test('tasks are paged through, filtered by queue, and opened by id', async () => {
  const { tasks } = stage.client;
  const request = { model: 'probe', method: 'succeed', queue: 'pages' };
  const many = await tasks.enqueueMany(Array.from({ length: 30 }, () => request));
  expect(many).toHaveLength(30);
  await expect
    .poll(async () => (await stage.client.queues.list()).find(({ name }) => name === 'pages')?.counts.done)
    .toBe(30);
  await visit.open('/tasks?state=done');
  await visit.page.getByRole('combobox', { name: 'Queue' }).click();
  await visit.page.getByRole('option', { name: 'pages' }).click();
  const links = visit.page.getByRole('rowheader').getByRole('link');
  await expect.poll(() => links.count()).toBe(25);
  await visit.page.getByRole('link', { name: 'Older' }).click();
  await expect.poll(() => links.count()).toBe(5);
  expect(new URL(visit.page.url()).searchParams.get('queue')).toBe('pages');
  await visit.page.goBack();
  await expect.poll(() => links.count()).toBe(25);

  const { id } = await tasks.enqueue({ model: 'probe', method: 'succeed', name: 'The one that I mean' });
  await visit.page.getByRole('textbox', { name: 'Open a task by its id' }).fill(id);
  await visit.page.keyboard.press('Enter');
  await heading('The one that I mean').waitFor();
});
