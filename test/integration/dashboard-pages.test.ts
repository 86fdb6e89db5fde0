import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, startStage } from '../dashboard-stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const page = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

test.each(['/', '/tasks', '/tasks/tsk_01-0-default', '/tasks/tsk_01.2', '/run/account.invoice'])(
  'the address %s is a page',
  async (path) => {
    const answer = await stage.ask(path, page);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain('<div id="root">');
  },
);

test('every page has a nonce of its own for its styles', async () => {
  const nonces = [];
  for (let time = 0; time < 2; time++) {
    const answer = await stage.ask('/', page);
    const [, nonce = ''] = /<meta name="csp-nonce" content="([\w+/=]+)">/.exec(await answer.text()) ?? [];
    expect(answer.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
    nonces.push(nonce);
  }
  expect(nonces[0]).toHaveLength(24);
  expect(nonces[0]).not.toBe(nonces[1]);
});

test('pages run only what comes from here, and stand in no frame', async () => {
  const { headers } = await stage.ask('/', page);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('files named by their content are kept, others are asked for anew', async () => {
  const hashed = await stage.ask('/assets/index-1a2b3c.js');
  expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(hashed.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  const icon = await stage.ask('/favicon.svg');
  expect(icon.headers.get('cache-control')).toBe('public, max-age=0');
});

test.each([
  '/assets/index-gone.js',
  '/assets/',
  '/assets/..%2findex.html',
  '/missing.js',
  '/robots.txt',
  '/favicon.ico',
])('the file %s is not there, and no page instead of it', async (path) => {
  for (const accept of [page.headers.accept, '*/*']) {
    const answer = await stage.ask(path, { headers: { accept } });
    expect(answer.status).toBe(404);
  }
});

test("a program that asks for a page's address gets a problem", async () => {
  const answer = await stage.ask('/tasks', { headers: { accept: 'application/json' } });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'route_unknown' });
});

test.each(['POST', 'PUT', 'DELETE'])("%s of a page's address is refused", async (method) => {
  expect((await stage.ask('/tasks', { method })).status).toBe(404);
});

test("a broken address is the asker's mistake", async () => {
  expect((await stage.ask('/tasks/%zz', page)).status).toBeLessThan(500);
});

test('health is open to all, and ready ends with the process', async () => {
  const leaving = new AbortController();
  const base = await stage.startDashboard({ stopping: leaving.signal });
  for (const path of ['/livez', '/readyz']) {
    expect(await (await fetch(`${base}${path}`)).json()).toEqual({ status: 'ok' });
  }
  leaving.abort();
  expect((await fetch(`${base}/readyz`)).status).toBe(503);
  expect((await fetch(`${base}/livez`)).status).toBe(200);
});
