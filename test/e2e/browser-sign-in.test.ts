import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserStage, startBrowserStage } from '../browser-stage.ts';

let stage: BrowserStage;

beforeAll(async () => {
  stage = await startBrowserStage();
});

afterAll(() => stage?.stop());

test('a wrong token is refused in words that help, and the right one opens the overview', async () => {
  const visit = await stage.visit();
  const { page } = visit;
  await visit.open('/');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Type or paste a token').waitFor();
  await page.getByLabel('Token', { exact: true }).fill('not-the-token');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('This token is not known');

  await page.getByLabel('Token', { exact: true }).fill(`  ${stage.token} `);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(visit.offences).toEqual([]);
  await visit.close();
});

test('the page never holds the token', async () => {
  const visit = await stage.visit();
  await visit.signIn();
  const held = await visit.page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]),
  );
  expect(held).not.toContain(stage.token);
  await visit.close();
});

test('who is sent to sign in comes back to the page that was asked for', async () => {
  const visit = await stage.visit();
  const { page } = visit;
  await visit.open('/tasks?state=error');
  await page.getByLabel('Token', { exact: true }).fill(stage.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  expect(new URL(page.url()).search).toBe('?state=error');
  await visit.close();
});

test('nobody is led to another site after signing in', async () => {
  for (const next of ['//evil.example/', '/\\evil.example', 'https://evil.example/']) {
    const visit = await stage.visit();
    await visit.open(`/sign-in?next=${encodeURIComponent(next)}`);
    await visit.page.getByLabel('Token', { exact: true }).fill(stage.token);
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await visit.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(visit.offences).toEqual([]);
    await visit.close();
  }
});

test('a session that ends while a page is open leads to signing in, and back', async () => {
  const visit = await stage.visit();
  const { page, context } = visit;
  await visit.signIn();
  await visit.open('/cluster/queues');
  await context.clearCookies();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('Token', { exact: true }).fill(stage.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Queues', exact: true }).waitFor();
  await visit.close();
});

test('a token on its way over the page is not written into its address', async () => {
  const visit = await stage.visit();
  const asked: string[] = [];
  visit.page.on('request', (request) => asked.push(request.url()));
  await visit.signIn();
  expect(asked.filter((url) => url.includes(stage.token))).toEqual([]);
  await visit.close();
});

test('after signing out nothing of the session is left', async () => {
  const visit = await stage.visit();
  const { page } = visit;
  await visit.signIn();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await visit.open('/tasks');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await visit.close();
});

test('a key that may only read is offered no actions', async () => {
  const { client } = stage;
  const { token } = await client.keys.create({ name: 'reader', scopes: ['read'] });
  const task = await client.tasks.enqueue({ model: 'probe', method: 'echo', delaySeconds: 3_600 });
  const visit = await stage.visit();
  const { page } = visit;
  await visit.signIn(token);
  expect(await page.getByRole('link', { name: 'Run', exact: true }).count()).toBe(0);
  await visit.open(`/tasks/${task.id}`);
  for (const name of ['Run now', 'Edit', 'Cancel', 'Retry']) {
    expect(await page.getByRole('button', { name, exact: true }).count(), name).toBe(0);
  }
  await visit.open('/cluster/queues');
  await page.getByRole('rowheader', { name: 'default' }).waitFor();
  expect(await page.getByRole('button', { name: /^Pause/ }).count()).toBe(0);
  expect(visit.offences).toEqual([]);
  await visit.close();
});

test('a key that may not read is told so, and by which scope', async () => {
  const { token } = await stage.client.keys.create({ name: 'sender', scopes: ['enqueue'] });
  const visit = await stage.visit();
  await visit.signIn(token);
  const alert = visit.page.getByRole('alert').first();
  await alert.waitFor();
  await expect.poll(() => alert.textContent()).toContain('"read"');
  await visit.close();
});
