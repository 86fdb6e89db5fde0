import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonPost, type Stage, startStage } from '../dashboard-stage.ts';

type BoardRoute = { method: string | string[]; route: string };

const require = createRequire(import.meta.url);
const routesFile = join(dirname(require.resolve('@bull-board/api')), 'routes.js');
const boardRoutes: BoardRoute[] = require(routesFile).appRoutes.api;
const changingRoutes = boardRoutes.filter(({ method }) => method !== 'get');

let stage: Stage;
let cookie: string;
beforeAll(async () => {
  stage = await startStage();
  cookie = await stage.signIn();
});
afterAll(() => stage.stop());

const page = { headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin' } };
const enqueue = (kwargs: Record<string, string | object>, queue = 'default') =>
  stage.cluster.tasks.enqueue(
    { model: 'shop', method: 'order', args: [], kwargs: kwargs as Record<string, string>, queue },
    {},
    { unchecked: true },
  );

type Job = { id: string; data: { kwargs: Record<string, unknown> }; externalUrl: { href: string } };
type Listed = { queues: { name: string; jobs: Job[]; readOnlyMode: boolean; allowRetries: boolean }[] };
const list = async (queue: string): Promise<Listed> => {
  const query = `activeQueue=${queue}&status=latest&page=1&jobsPerPage=10`;
  return (await (await stage.ask(`/queues/api/queues?${query}`, { cookie })).json()) as Listed;
};

test('queues are found by themselves, also those that come later', async () => {
  await enqueue({}, 'early');
  const names = async () => (await list('')).queues.map(({ name }) => name);
  expect(await names()).toEqual(['early']);
  await enqueue({}, 'later');
  expect((await names()).sort()).toEqual(['early', 'later']);
});

test('secrets in arguments are not shown, and every job leads to its page', async () => {
  const task = await enqueue(
    { login: 'ann', dbPassword: 'swordfish', headers: { 'X-Api-Key': 'k-swordfish', accept: 'text/plain' } },
    'secrets',
  );
  const shown = (await list('secrets')).queues.find(({ name }) => name === 'secrets');
  expect(shown).toMatchObject({ readOnlyMode: true, allowRetries: false });
  const [job] = shown?.jobs ?? [];
  expect(job?.data.kwargs).toEqual({
    login: 'ann',
    dbPassword: '[redacted]',
    headers: { 'X-Api-Key': '[redacted]', accept: 'text/plain' },
  });
  expect(job?.externalUrl.href).toBe(`/tasks/${task.id}`);
  for (const path of ['', '/logs', '/flow']) {
    const answer = await stage.ask(`/queues/api/queues/secrets/${task.id}${path}`, { cookie });
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain('swordfish');
  }
});

test("the list of routes that change something is the board's own", () => {
  expect(changingRoutes.length).toBeGreaterThan(20);
});

test.each(changingRoutes.map(({ method, route }) => [String(method), route] as const))(
  "the board's %s %s is refused, with the page that does it",
  async (method, route) => {
    const task = await enqueue({}, 'guarded');
    const path = route
      .replace(':queueName', 'guarded')
      .replace(':jobId', task.id)
      .replace(':queueStatus', 'completed')
      .replace(':schedulerId', 'nightly');
    const answer = await stage.ask(`/queues${path}`, { ...jsonPost({}), method: method.toUpperCase(), cookie });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    expect(code).toBe('method_not_allowed');
    expect(detail).toMatch(route.includes(':jobId') ? `/tasks/${task.id}` : /\/(run|tasks|cluster)\b/);
    expect(await stage.cluster.tasks.get(task.id, {})).toMatchObject({ state: 'waiting', priority: 100 });
    expect(await stage.cluster.queues.get('guarded', {})).toMatchObject({ paused: false });
  },
);

test('the page of the board asks no other host', async () => {
  const answer = await stage.ask('/queues', { ...page, cookie });
  expect(answer.status).toBe(200);
  const html = await answer.text();
  expect(html).not.toMatch(/googleapis|<style|style="/);
  expect(html).toContain('static/js/main');
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none';script-src 'self';");
  expect(policy).not.toMatch(/unsafe|https?:/);
});

test('without a session the board leads to the sign-in, and back', async () => {
  const answer = await stage.ask('/queues/queue/default?status=failed', page);
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe('/sign-in?next=%2Fqueues%2Fqueue%2Fdefault%3Fstatus%3Dfailed');
  expect((await stage.ask('/queues/api/queues')).status).toBe(401);
  expect((await stage.ask('/queues/static/js/nothing.js')).status).toBe(401);
});

test('a key that belongs to one company, or may not read, gets no board', async () => {
  const acme = await stage.cluster.keys.create({ name: 'acme', scopes: ['admin'], company: 'acme' });
  const writer = await stage.cluster.keys.create({ name: 'writer', scopes: ['enqueue'] });
  for (const [token, why] of [
    [acme.token, /one company/],
    [writer.token, /scope &#34;read&#34;/],
  ] as const) {
    const theirs = await stage.signIn(token);
    const shown = await stage.ask('/queues', { ...page, cookie: theirs });
    expect(shown.status).toBe(403);
    expect(shown.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await shown.text()).toMatch(why);
    const asked = await stage.ask('/queues/api/queues', { cookie: theirs });
    expect(asked.status).toBe(403);
    expect(await asked.json()).toMatchObject({ code: 'scope_missing' });
  }
});

test('the board of a session whose key was revoked is closed', async () => {
  const key = await stage.cluster.keys.create({ name: 'gone', scopes: ['read'] });
  const theirs = await stage.signIn(key.token);
  expect((await stage.ask('/queues/api/queues', { cookie: theirs })).status).toBe(200);
  await stage.cluster.keys.revoke(key.id);
  const status = async () => (await stage.ask('/queues/api/queues', { cookie: theirs })).status;
  await expect.poll(status, { timeout: 20_000 }).toBe(401);
});
