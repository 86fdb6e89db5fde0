import type { Task, TaskRequestInput } from '@drover/core';
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage } from '../browser-stage.ts';

/** Every page, as people see it: both colours, and the smallest and a common screen. */

let stage: BrowserStage;
const paths: Record<string, string> = {};

beforeAll(async () => {
  stage = await startBrowserStage();
  const { tasks } = stage.client;
  const probe = (method: string, rest: Partial<TaskRequestInput> = {}) =>
    tasks.enqueue({ model: 'probe', method, ...rest });
  const rested = async (task: Promise<Task>) => `/tasks/${(await tasks.waitFor((await task).id)).id}`;
  Object.assign(paths, {
    overview: '/',
    'no tasks in a state': '/tasks?state=depends',
    'tasks in a state': '/tasks?state=done',
    'all tasks, narrowed by filters': '/tasks?tag=month+end&range=week&q=invoices',
    executions: '/executions',
    'executions that failed': '/executions?outcome=error&worker=nobody',
    'a task that failed': await rested(probe('fail', { maxRetries: 0, name: 'Post invoices', tags: ['month end'] })),
    'a task that needs attention': await rested(probe('data_error')),
    'a task with item results': await rested(probe('items', { kwargs: { ok: 3, failed: 2 } })),
    'a task with a long log': await rested(probe('log', { kwargs: { lines: 1_100 } })),
    'a scheduled task': `/tasks/${(await probe('echo', { delaySeconds: 3_600 })).id}`,
    'a running task': `/tasks/${(await probe('progress', { kwargs: { steps: 100_000, ms: 1_000 } })).id}`,
    'a task that is not there': '/tasks/tsk_nowhere',
    'the methods': '/run',
    'the form of a method': '/run/probe.fail_times',
    'the form of a method that takes anything': '/run/probe.echo',
    'a method that nobody offers': '/run/probe.nothing',
    schedules: '/schedules',
    'the form of a schedule': '/schedules/new',
    'a schedule that is not there': '/schedules/sch_0',
    statistics: '/statistics',
    'what needs a person': '/attention',
    'groups of failures': '/attention?tab=failures',
    queues: '/cluster/queues',
    workers: '/workers',
    'a worker': `/workers/${(await stage.client.workers.list())[0]?.id}`,
    'a worker that is not there': '/workers/nobody-1',
    'an address without a page': '/nowhere/at/all',
  });
});

afterAll(() => stage?.stop());

const screens: [name: string, options: BrowserContextOptions][] = [
  ['light and wide', { colorScheme: 'light', viewport: { width: 1_280, height: 800 } }],
  ['dark and 360 pixels wide', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
];

test.each(screens)('every page, %s, can be used by everybody and stays within itself', async (_name, options) => {
  const visit = await stage.visit(options);
  const look = async (name: string) => {
    expect(await seriousFindings(visit.page), name).toEqual([]);
    const tooWide = await visit.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide, `${name}: pixels beyond the screen`).toBeLessThanOrEqual(0);
  };
  await visit.open('/sign-in');
  await look('sign-in');
  await visit.signIn();
  for (const [name, path] of Object.entries(paths)) {
    await visit.open(path);
    await look(name);
  }
  expect(visit.offences).toEqual([]);
  await visit.close();
});

test('every page has one heading, a title of its own, and a way past the menu', async () => {
  const visit = await stage.visit({}, 'signed in');
  await visit.open('/');
  const titles = new Set<string>();
  for (const [name, path] of Object.entries(paths)) {
    await visit.open(path);
    expect(await visit.page.getByRole('heading', { level: 1 }).count(), name).toBe(1);
    titles.add(await visit.page.title());
    await visit.page.keyboard.press('Tab');
    const focused = await visit.page.evaluate(() => document.activeElement?.textContent);
    expect(focused, name).toBe('Skip to the content');
  }
  // The three lists of tasks are one page, and the two of executions.
  expect(titles.size).toBe(Object.keys(paths).length - 3);
  await visit.close();
});

test('by keyboard alone one comes from the overview to a form, and hears where one is', async () => {
  const visit = await stage.visit({}, 'signed in');
  await visit.open('/');
  const { page } = visit;
  await page.getByRole('link', { name: 'Run', exact: true }).focus();
  await page.keyboard.press('Enter');
  const heading = page.getByRole('heading', { level: 1, name: 'Run a method' });
  await heading.waitFor();
  await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Tab');
  await page.keyboard.type('fail_times');
  await page.getByRole('link', { name: /^echo/ }).waitFor({ state: 'detached' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'probe.fail_times' }).waitFor();
  expect(visit.offences).toEqual([]);
  await visit.close();
});

test('the colours that a person chose stay chosen', async () => {
  const visit = await stage.visit({ colorScheme: 'light' }, 'signed in');
  await visit.open('/');
  const scheme = () => visit.page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
  await expect.poll(() => scheme()).toBe('light');
  const toggle = visit.page.getByRole('button', { name: /^Colours:/ });
  await toggle.click();
  await toggle.click();
  await expect.poll(scheme).toBe('dark');
  await visit.page.reload();
  await visit.page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => scheme()).toBe('dark');
  await visit.close();
});

test('on a phone the menu opens as a dialog and closes with Escape', async () => {
  const visit = await stage.visit({ viewport: { width: 360, height: 740 } }, 'signed in');
  await visit.open('/');
  const { page } = visit;
  await page.getByRole('button', { name: 'Open the menu' }).click();
  const menu = page.getByRole('dialog');
  await menu.getByRole('link', { name: 'Tasks' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await menu.getByRole('link', { name: 'Tasks' }).click();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  expect(visit.offences).toEqual([]);
  await visit.close();
});
