import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';

/** What a task's page says of why it does not run, of what happened to it, and of what people did. */

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

const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const why = () => section('Why is it not running?');
const timeline = (name: string) => section(name).getByRole('list', { name: 'Timeline' }).getByRole('listitem');

/** A queue that is known, and paused. */
async function pausedQueue(queue: string): Promise<void> {
  const { tasks, queues } = stage.client;
  if ((await queues.list()).some(({ name, paused }) => name === queue && paused)) return;
  await tasks.waitFor((await tasks.enqueue({ model: 'probe', method: 'succeed', queue })).id);
  await queues.pause(queue);
}

test('a task of a paused queue says so, leads to the queue, and goes on by itself once it is resumed', async () => {
  await pausedQueue('letters');
  const request = { model: 'probe', method: 'succeed', queue: 'letters' };
  await stage.client.tasks.enqueue({ ...request, priority: 5 });
  const { id } = await stage.client.tasks.enqueue(request);
  await visit.open(`/tasks/${id}`);
  await why().getByText('Queue "letters" is paused: nothing of it is taken').waitFor();
  await why().getByText('1 task of queue "letters" is taken before it: 1 with a lower priority number.').waitFor();
  await expect
    .poll(() => why().getByRole('link', { name: 'What waits in letters' }).getAttribute('href'))
    .toContain('letters');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await why().getByRole('link', { name: 'Queues', exact: true }).click();
  await visit.page.getByRole('button', { name: 'Resume queue letters' }).waitFor();
  await visit.page.goBack();
  await stage.client.queues.resume('letters');
  await section('What happened')
    .getByText(/^It ended well at .*, at attempt 1\.$/)
    .waitFor();
});

test('an ended task tells its attempts, in words beside what is drawn', async () => {
  const kwargs = { times: 2, delaySeconds: 0.3 };
  const { id } = await stage.client.tasks.enqueue({ model: 'probe', method: 'fail_times', kwargs });
  await stage.client.tasks.waitFor(id);
  await visit.open(`/tasks/${id}`);
  await section('What happened')
    .getByText(/at attempt 3\.$/)
    .waitFor();
  const steps = timeline('What happened');
  await expect.poll(() => steps.count()).toBe(3);
  await expect
    .poll(() => steps.nth(0).textContent())
    .toMatch(/^Attempt 1 on .* ran .* and failed: TemporaryError: .*; tried again at /);
  await expect.poll(() => steps.nth(1).textContent()).toMatch(/Not due for ([3-9]\d\d ms|\d[\d.]* s)/);
  await expect.poll(() => steps.nth(2).textContent()).toMatch(/^Attempt 3 on .* ran .* and succeeded\./);
  expect(await seriousFindings(visit.page)).toEqual([]);
});

test('a method that nobody offers leads to the one that was meant', async () => {
  const request = { model: 'probe', method: 'succed', queue: 'typos' };
  await pausedQueue('typos');
  const { id } = await stage.client.tasks.enqueue(request, { unchecked: true });
  await visit.open(`/tasks/${id}`);
  await why()
    .getByText(/offers probe\.succed\. Nearest: probe\.succeed\./)
    .waitFor();
  await why().getByRole('link', { name: 'probe.succeed', exact: true }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'probe.succeed' }).waitFor();
});

test('what people say and change stays with the task, the old arguments too', async () => {
  const { tasks } = stage.client;
  const { id } = await tasks.enqueue({ model: 'probe', method: 'data_error', kwargs: { message: 'no address' } });
  await visit.open(`/tasks/${id}`);
  await why()
    .getByText(/DataError: no address\..*correct its arguments/)
    .waitFor();
  const history = section('History');
  await history.getByText('Nobody has changed this task').waitFor();

  await history.getByRole('button', { name: 'Add the comment' }).click();
  await history.getByText('Say something first').waitFor();
  await history.getByLabel('Comment').fill('Asked the customer,\nwho answers on Monday.');
  await history.getByRole('button', { name: 'Add the comment' }).click();
  await history.getByText('who answers on Monday.').first().waitFor();
  await expect.poll(() => history.getByLabel('Comment').inputValue()).toBe('');

  await tasks.patch(id, { kwargs: { message: 'no address', fixed: true } });
  const change = history.getByRole('listitem').filter({ hasText: 'changed its arguments' });
  await change.getByRole('button', { name: 'Show what they were before' }).click();
  const before = change.getByRole('region', { name: 'Named arguments before' });
  await expect.poll(() => before.textContent()).toContain('"message": "no address"');
  expect(await seriousFindings(visit.page)).toEqual([]);
  await tasks.retry(id);
  await history.getByText('had it tried again').waitFor();
  expect((await tasks.history(id)).map(({ action }) => action)).toEqual(['comment', 'patch', 'retry']);
});

const screens: [name: string, options: BrowserContextOptions][] = [
  ['light and wide', { colorScheme: 'light', viewport: { width: 1_280, height: 900 } }],
  ['dark and 360 pixels wide', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
];

test.each(screens)('explanations of every kind, %s, can be read by everybody', async (_screen, options) => {
  const { tasks } = stage.client;
  await pausedQueue('letters');
  const probe = async (method: string, rest: object = {}) =>
    (await tasks.enqueue({ model: 'probe', method, ...rest })).id;
  const ids = {
    planned: await probe('succeed', { delaySeconds: 7_200 }),
    retried: await probe('temporary_error', { kwargs: { delaySeconds: 600 } }),
    running: await probe('progress', { kwargs: { steps: 10_000, ms: 1_000 } }),
    paused: await probe('succeed', { queue: 'letters' }),
    attention: await probe('data_error', { kwargs: { message: 'customer 12 has no address' } }),
    failed: await probe('permanent_error'),
    recovered: await probe('fail_times', { kwargs: { times: 3, delaySeconds: 0.4 } }),
    cancelled: await probe('succeed', { delaySeconds: 3_600 }),
  };
  await tasks.comment(ids.attention, 'Asked the customer, who answers on Monday.');
  await tasks.cancel(ids.cancelled, { reason: 'ordered twice' });
  await tasks.waitFor(ids.failed);
  await tasks.waitFor(ids.recovered);
  await expect.poll(async () => (await tasks.get(ids.retried)).state).toBe('scheduled');
  const other = await stage.visit(options, 'signed in');
  for (const [name, id] of Object.entries(ids)) {
    await other.open(`/tasks/${id}`);
    await other.page.getByRole('heading', { level: 3, name: 'Timeline' }).waitFor();
    expect(await seriousFindings(other.page), name).toEqual([]);
    const tooWide = await other.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, `${name}: pixels beyond the screen`).toBeLessThanOrEqual(0);
  }
  expect(other.offences).toEqual([]);
  await other.close();
});

test('busy slots lead to the tasks that hold them', async () => {
  const { tasks, workers } = stage.client;
  const slots = (await workers.list()).reduce((sum, { concurrency }) => sum + concurrency, 0);
  const slow = { model: 'probe', method: 'slow', kwargs: { ms: 600_000 } };
  const holders = await tasks.enqueueMany(Array.from({ length: slots }, () => slow));
  const { id } = await tasks.enqueue({ model: 'probe', method: 'succeed', priority: 1_000 });
  await visit.open(`/tasks/${id}`);
  await why()
    .getByText(/^All \d+ slots of the worker that could take it are busy: /)
    .waitFor();
  const links = why().getByRole('link', { name: /^probe\.(slow|progress)$/ });
  await expect.poll(() => links.count()).toBe(Math.min(10, slots));
  expect(await seriousFindings(visit.page)).toEqual([]);
  await why().getByRole('link', { name: 'probe.slow' }).first().click();
  await section('What happens')
    .getByText(/^Attempt 1 runs on /)
    .first()
    .waitFor();
  expect(holders.map((task) => ('id' in task ? task.id : ''))).toContain(
    decodeURIComponent(new URL(visit.page.url()).pathname.slice('/tasks/'.length)),
  );
});
