import type { Task } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';
import { eventually } from '../eventually.ts';

/** What people decide about tasks whose data is wrong, click by click, on real processes. */

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

beforeEach(async () => {
  visit = await stage.visit({ viewport: { width: 1_400, height: 900 } }, 'signed in');
});

afterEach(async () => {
  for await (const { id } of stage.client.tasks.listAll({ state: 'requires_attention' })) {
    await stage.client.tasks.cancel(id);
  }
  await visit.close();
  expect(visit.offences).toEqual([]);
});

const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const opened = (name: string) => visit.page.getByRole('heading', { level: 2, name });
const dialog = () => visit.page.getByRole('dialog');
const inbox = () => visit.page.getByRole('list', { name: 'Tasks that need attention' }).getByRole('link');
const get = (task: Task) => stage.client.tasks.get(task.id);

/** A task that needs a person, called by this name. */
async function wrong(name: string, message = 'customer 12 has no address'): Promise<Task> {
  const { tasks } = stage.client;
  const { id } = await tasks.enqueue({ model: 'probe', method: 'data_error', name, kwargs: { message } });
  return eventually(async () => {
    const task = await tasks.get(id);
    expect(task.state).toBe('requires_attention');
    return task;
  }, 20_000);
}

test('arguments are put right by form and the task is done; the next one opens', async () => {
  const older = await wrong('The older letter');
  const newer = await wrong('The newer letter');
  await visit.open('/');
  await visit.page.getByRole('link', { name: 'Attention 2 to decide' }).click();
  await expect.poll(() => inbox().allTextContents()).toHaveLength(2);
  await inbox().first().click();
  await opened('The newer letter').waitFor();
  await section('What is wrong').getByText('customer 12 has no address').first().waitFor();
  // Nothing is typed yet: what the form shows by itself is no change.
  await button('Retry').waitFor();
  await visit.page.getByRole('checkbox', { name: 'fixed' }).check();
  await button('Save and retry').click();
  await dialog().getByLabel('Comment').fill('The address is there by now');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Save and retry' }).click();

  await opened('The older letter').waitFor();
  await expect.poll(() => inbox().count()).toBe(1);
  await expect.poll(async () => (await get(newer)).state).toBe('done');
  expect((await get(newer)).kwargs).toMatchObject({ fixed: true });
  await expect
    .poll(() => stage.client.tasks.history(newer.id))
    .toMatchObject([
      {
        action: 'patch',
        comment: 'The address is there by now',
        before: { kwargs: { message: 'customer 12 has no address' } },
      },
      { action: 'retry' },
    ]);
  expect((await get(older)).state).toBe('requires_attention');
});

test('arguments are saved first and retried later, and the history tells what they were', async () => {
  const task = await wrong('Saved only');
  await visit.open(`/attention?task=${task.id}`);
  await visit.page.getByRole('textbox', { name: 'message' }).fill('customer 13 has no address');
  await button('Save').click();
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await button('Retry').waitFor();
  await expect
    .poll(() => get(task))
    .toMatchObject({
      state: 'requires_attention',
      kwargs: { message: 'customer 13 has no address' },
    });
  await section('History').getByText('changed its arguments').waitFor();
  await section('History').getByRole('button', { name: 'Show what they were before' }).click();
  await section('History').getByText('customer 12 has no address').waitFor();
  await button('Retry').click();
  await dialog().getByRole('button', { name: 'Retry the task' }).click();
  await expect.poll(async () => (await get(task)).error?.message).toBe('customer 13 has no address');
});

test('a task is skipped, another is cancelled, each with what was said', async () => {
  const second = await wrong('To be cancelled');
  const first = await wrong('To be skipped');
  await visit.open(`/attention?task=${first.id}`);
  await button('Skip').click();
  await dialog().getByLabel('Comment').fill('sent by hand');
  await dialog().getByRole('button', { name: 'Skip the task' }).click();
  await opened('To be cancelled').waitFor();
  await expect.poll(() => get(first)).toMatchObject({ state: 'done', outcome: 'skipped' });
  await expect
    .poll(() => stage.client.tasks.history(first.id))
    .toMatchObject([{ action: 'skip', comment: 'sent by hand' }]);

  await button('Cancel').click();
  await dialog().getByLabel('Reason').fill('nobody needs it');
  await dialog().getByRole('button', { name: 'Cancel the task' }).click();
  await visit.page.getByText('Nothing waits for you').waitFor();
  expect((await get(second)).state).toBe('cancelled');
  await expect.poll(() => visit.page.getByRole('link', { name: /^Attention/ }).textContent()).toBe('Attention');
});

test('a comment stays with the task', async () => {
  const task = await wrong('To be talked about');
  await visit.open(`/attention?task=${task.id}`);
  await section('History').getByLabel('Comment').fill('I have asked the customer.');
  await button('Add the comment').click();
  await section('History').getByText('I have asked the customer.').last().waitFor();
  await expect
    .poll(() => stage.client.tasks.history(task.id))
    .toMatchObject([{ action: 'comment', comment: 'I have asked the customer.' }]);
});

test('what does not fit the schema is marked at its field, and nothing is asked', async () => {
  const task = await wrong('With a fault');
  await visit.open(`/attention?task=${task.id}`);
  await visit.page.getByText('JSON', { exact: true }).click();
  const kwargs = visit.page.getByLabel('Named arguments');
  await kwargs.fill('{"message": 7}');
  await button('Save and retry').click();
  await visit.page.getByRole('alert').getByText('/kwargs/message').waitFor();
  await expect.poll(() => kwargs.getAttribute('aria-invalid')).toBe('true');
  await expect.poll(() => kwargs.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await dialog().count()).toBe(0);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await button('Undo the changes').click();
  await button('Retry').waitFor();
  expect((await get(task)).kwargs).toEqual(task.kwargs);
});

test('what the API refuses is shown at its field, too', async () => {
  const task = await wrong('Unknown to the page');
  // Without the methods the page cannot check anything itself.
  await visit.page.route('**/v1/models', (route) => route.abort());
  await visit.open(`/attention?task=${task.id}`);
  await visit.page.getByText('The methods could not be read').waitFor();
  const kwargs = visit.page.getByLabel('Named arguments');
  await kwargs.fill('{"message": 7}');
  await button('Save').click();
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await visit.page.getByRole('alert').getByText('/kwargs/message').waitFor();
  await expect.poll(() => kwargs.getAttribute('aria-invalid')).toBe('true');
  expect((await get(task)).kwargs).toEqual(task.kwargs);
  visit.offences.splice(
    0,
    visit.offences.length,
    ...visit.offences.filter((offence) => !offence.includes('ERR_FAILED')),
  );
});

test('who decides about a task at the same time as somebody else hears of it', async () => {
  const { tasks } = stage.client;
  const changed = await wrong('Changed meanwhile');
  await visit.open(`/attention?task=${changed.id}`);
  await visit.page.getByRole('textbox', { name: 'message' }).fill('mine');
  await tasks.patch(changed.id, { kwargs: { message: 'theirs' } });
  await visit.page.getByText('Somebody else has changed the arguments').waitFor();
  await button('Show the new ones').click();
  await expect.poll(() => visit.page.getByRole('textbox', { name: 'message' }).inputValue()).toBe('theirs');

  await button('Skip').click();
  // The page looks every few seconds: here the person is faster, and the dialog is still there.
  let isDecided = false;
  await visit.page.route(`**/v1/tasks/${changed.id}`, async (route) => {
    await eventually(() => expect(isDecided).toBe(true), 60_000);
    await route.continue();
  });
  await tasks.cancel(changed.id);
  await dialog().getByRole('button', { name: 'Skip the task' }).click();
  await expect.poll(() => dialog().getByRole('alert').textContent()).toMatch(/HTTP 409/);
  await dialog().getByRole('button', { name: 'Not now' }).click();
  isDecided = true;
  await visit.page.getByText('It needs nobody any more').waitFor();
});

test('more than a page of them is paged through', async () => {
  const { tasks } = stage.client;
  await tasks.enqueueMany(Array.from({ length: 27 }, () => ({ model: 'probe', method: 'data_error' })));
  await visit.open('/attention');
  await expect.poll(() => inbox().count()).toBe(25);
  await visit.page.getByRole('link', { name: 'Next page' }).click();
  await expect.poll(() => inbox().count()).toBe(2);
  await visit.page.getByRole('link', { name: 'First page' }).click();
  await expect.poll(() => inbox().count()).toBe(25);
});

test('failures that look alike are one group, found by words, and retried together after a dry run', async () => {
  const { tasks } = stage.client;
  const fail = (number: number) => ({
    model: 'probe',
    method: 'fail',
    maxRetries: 0,
    kwargs: { message: `ledger ${number} is closed` },
  });
  await tasks.enqueueMany([1, 2, 3].map(fail));
  await visit.open('/attention');
  await visit.page.getByRole('link', { name: 'Groups of failures' }).click();
  const group = visit.page.getByRole('listitem').filter({ hasText: 'ledger # is closed' });
  await expect.poll(() => group.textContent(), { timeout: 20_000 }).toContain('3 times');
  await visit.page.getByRole('searchbox', { name: 'Search failures' }).fill('nothing like it');
  await visit.page.getByText('No failure holds these words').waitFor();
  await visit.page.getByRole('searchbox', { name: 'Search failures' }).fill('LEDGER probe');
  await group.waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);

  await group.getByRole('button', { name: /^Retry all/ }).click();
  await dialog().getByText('3 tasks').first().waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await dialog()
    .getByRole('button', { name: /^Retry 3 tasks/ })
    .click();
  const [failures] = (await stage.client.failures()).filter(({ message }) => message === 'ledger # is closed');
  await expect
    .poll(async () => (await tasks.list({ failure: failures?.id })).items.map(({ executions }) => executions.length), {
      timeout: 20_000,
    })
    .toEqual([2, 2, 2]);
});

test('a group leads to its tasks and to the newest of them', async () => {
  const task = await wrong('The newest', 'parcel 77 has no weight');
  await visit.open('/attention?tab=failures');
  const group = visit.page.getByRole('listitem').filter({ hasText: 'parcel # has no weight' });
  await group.getByRole('link', { name: 'The newest task' }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'The newest' }).waitFor();
  expect(visit.page.url()).toContain(task.id);
  await visit.page.goBack();
  await group.getByRole('link', { name: 'Its tasks' }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  expect(new URL(visit.page.url()).searchParams.get('failure')).toBeTruthy();
});

test('a key that may only read sees everything and is offered no decision', async () => {
  const task = await wrong('To be seen');
  const { token } = await stage.client.keys.create({ name: 'reader', scopes: ['read'] });
  const reader = await stage.visit({ viewport: { width: 1_400, height: 900 } });
  await reader.signIn(token);
  await reader.open(`/attention?task=${task.id}`);
  await reader.page.getByText('Your key may look, but not decide').waitFor();
  for (const name of ['Retry', 'Skip', 'Cancel', 'Add the comment']) {
    expect(await reader.page.getByRole('button', { name, exact: true }).count(), name).toBe(0);
  }
  await reader.open('/attention?tab=failures');
  await reader.page.getByRole('link', { name: 'The newest task' }).first().waitFor();
  expect(await reader.page.getByRole('button', { name: /^Retry all/ }).count()).toBe(0);
  expect(reader.offences).toEqual([]);
  await reader.close();
});

test.each([
  ['light', 1_280],
  ['dark', 360],
] as const)(
  '%s and %i pixels wide, the attention page can be used by everybody and stays within the screen',
  async (colorScheme, width) => {
    const task = await wrong(
      'A letter that nobody can be sent',
      `customer ${'with_a_long_name_'.repeat(8)} has no address`,
    );
    const other = await stage.visit({ colorScheme, viewport: { width, height: 800 } }, 'signed in');
    for (const path of ['/attention', `/attention?task=${task.id}`, '/attention?tab=failures']) {
      await other.open(path);
      expect(await seriousFindings(other.page), path).toEqual([]);
      const tooWide = await other.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(tooWide, path).toBeLessThanOrEqual(0);
    }
    await other.open(`/attention?task=${task.id}`);
    // On a narrow screen the task stands alone, with a way back.
    const back = other.page.getByRole('link', { name: 'All in the inbox' });
    if (width < 1_200) {
      await back.click();
      await other.page.getByRole('list', { name: 'Tasks that need attention' }).waitFor();
    } else expect(await back.count()).toBe(0);
    expect(other.offences).toEqual([]);
    await other.close();
  },
);
