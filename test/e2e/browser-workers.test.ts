import type { WorkerDetails } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BrowserStage, seriousFindings, startBrowserStage, type Visit } from '../browser-stage.ts';
import { eventually } from '../eventually.ts';

/** The workers, and what people ask of them, on real processes: two of them, and no rule that adds any. */

let stage: BrowserStage;
let visit: Visit;

beforeAll(async () => {
  stage = await startBrowserStage({ WORKERS: '2', SHUTDOWN_GRACE_SECONDS: '2' });
  await eventually(async () => expect(await stage.client.workers.list()).toHaveLength(2), 20_000);
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
const section = (name: string) => visit.page.getByRole('region', { name, exact: true });
const row = (id: string) => visit.page.getByRole('row', { name: new RegExp(`^${id}(?!\\d)`) });

async function firstWorker(): Promise<WorkerDetails> {
  const running = (await stage.client.workers.list()).find(({ state }) => state === 'running');
  if (running === undefined) throw new Error('no worker runs');
  return stage.client.workers.get(running.id);
}

async function heading(text: string | RegExp): Promise<void> {
  await visit.page.getByRole('heading', { level: 1 }).filter({ hasText: text }).waitFor();
}

test('the workers are listed with what each has to do, and one leads to all of it', async () => {
  const { client } = stage;
  const request = { model: 'probe', method: 'progress', kwargs: { steps: 1_000, ms: 100 }, name: 'Count the sheep' };
  const { id } = await client.tasks.enqueue(request);
  await expect.poll(async () => (await client.tasks.get(id)).state).toBe('running');
  const { executions } = await client.tasks.get(id);
  const worker = executions[0]?.worker ?? '';
  await visit.open('/');
  await visit.page.getByRole('link', { name: 'Workers', exact: true }).click();
  await heading('Workers');
  const { host, pid, concurrency, supervisor } = await client.workers.get(worker);
  const text = (await row(worker).textContent()) ?? '';
  for (const told of [
    'Running',
    `${host}, process ${pid}`,
    `kept by ${supervisor}`,
    `of ${concurrency}`,
    'MB',
    '0.1.0',
  ]) {
    expect(text).toContain(told);
  }
  expect(await seriousFindings(visit.page)).toEqual([]);
  await visit.page.getByRole('link', { name: worker }).click();
  await heading(worker);
  await section('Methods').getByRole('link', { name: 'fail_times' }).waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await section('Current tasks').getByRole('link', { name: 'Count the sheep' }).click();
  await heading('Count the sheep');
  expect(new URL(visit.page.url()).pathname).toBe(`/tasks/${id}`);
  await client.tasks.kill(id);
});

test('a quiet worker takes nothing new until it is resumed', async () => {
  const { id } = await firstWorker();
  await visit.open(`/workers/${id}`);
  await button('Quiet').click();
  await dialog().getByText('It takes nothing new until somebody resumes it').waitFor();
  expect(await seriousFindings(visit.page)).toEqual([]);
  await button('Quiet it').click();
  await visit.page.getByText(`${id} is quiet.`).waitFor();
  await heading('Quiet');
  expect((await stage.client.workers.get(id)).state).toBe('quiet');
  await button('Resume').click();
  await button('Resume it').click();
  await heading('Running');
  expect((await stage.client.workers.get(id)).state).toBe('running');
});

test('how many tasks a worker runs at a time is changed, and what cannot be meant is told at the field', async () => {
  const { id, concurrency } = await firstWorker();
  await visit.open(`/workers/${id}`);
  await button('Concurrency').click();
  const field = visit.page.getByRole('textbox', { name: 'Tasks at a time' });
  await expect.poll(() => field.inputValue()).toBe(String(concurrency));
  await field.fill('0');
  await button('Save').click();
  await dialog().getByText('A whole number from 1 to 1,000').waitFor();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  await field.fill('3');
  await field.press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await section('Facts').getByText('0 of 3').waitFor();
  expect((await stage.client.workers.get(id)).concurrency).toBe(3);
});

test('what a worker did not acknowledge is said, and goes when it shows', async () => {
  const { id, pid } = await firstWorker();
  await visit.open(`/workers/${id}`);
  await button('Quiet').click();
  process.kill(pid, 'SIGSTOP');
  try {
    await button('Quiet it').click();
    await visit.page.getByText('It was asked to take nothing new, and does so as soon as it hears of it.').waitFor();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await heading('Quiet');
  await visit.page.getByText('It has not answered yet').waitFor({ state: 'detached' });
  await button('Resume').click();
  await button('Resume it').click();
  await heading('Running');
});

test('how many workers there should be is told on the overview, and why it is not known', async () => {
  await visit.page.route('**/v1/autoscale', (route) => route.abort());
  await visit.open('/');
  await visit.page.getByRole('alert').getByText('The dashboard was not reached').waitFor();
  await section('Workers').getByText('Running').first().waitFor();
  await visit.page.unroute('**/v1/autoscale');
  await button('Try again').click();
  await section('Scaling').getByText('Wanted').waitFor();
  await visit.page.getByRole('alert').waitFor({ state: 'detached' });
  // The browser itself writes each refusal to the console.
  visit.offences.splice(0, visit.offences.length, ...visit.offences.filter((each) => !each.includes('ERR_FAILED')));
});

test('who may not is offered nothing: a reader nothing, an operator no stop, a company nothing at all', async () => {
  const { id } = await firstWorker();
  const keys: [scopes: ('read' | 'operate' | 'admin')[], company: string | undefined, offered: string[]][] = [
    [['read'], undefined, []],
    [['read', 'operate'], undefined, ['Concurrency', 'Quiet']],
    [['read', 'admin'], 'acme', []],
  ];
  for (const [scopes, company, offered] of keys) {
    const name = `${scopes.join(' ')} ${company ?? ''}`;
    const { token } = await stage.client.keys.create({ name, scopes, ...(company && { company }) });
    const other = await stage.visit();
    await other.signIn(token);
    await other.open(`/workers/${id}`);
    const names = ['Concurrency', 'Quiet', 'Resume', 'Stop'];
    const seen = await Promise.all(
      names.map(async (label) => (await other.page.getByRole('button', { name: label, exact: true }).count()) > 0),
    );
    expect(
      names.filter((_, index) => seen[index]),
      name,
    ).toEqual(offered);
    expect(other.offences).toEqual([]);
    await other.close();
  }
});

test('a worker is stopped on its page; on a phone the list is of cards', async () => {
  const { id } = await firstWorker();
  await visit.page.setViewportSize({ width: 360, height: 740 });
  await visit.open('/workers');
  const cards = visit.page.getByRole('list', { name: 'Workers' }).getByRole('listitem');
  await expect.poll(() => cards.count()).toBe(2);
  expect(await seriousFindings(visit.page)).toEqual([]);
  await cards.filter({ hasText: id }).getByRole('link', { name: id }).click();
  await heading(id);
  await button('Stop').click();
  await dialog().getByText('No other worker is started in its place').waitFor();
  await button('Stop it').click();
  const running = async () => (await stage.client.workers.list()).filter(({ state }) => state === 'running');
  await expect.poll(async () => (await running()).map((worker) => worker.id)).not.toContain(id);
  await expect.poll(() => running()).toHaveLength(1);
  await button('Stop').waitFor({ state: 'detached' });
});
