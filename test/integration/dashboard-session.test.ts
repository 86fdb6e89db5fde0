import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminToken, jsonPost, type Stage, startStage } from '../dashboard-stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const problem = async (answer: Response) => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return (await answer.json()) as { status: number; code: string; detail: string };
};

test('a token signs in, and never reaches the page', async () => {
  const answer = await stage.ask('/session', jsonPost({ token: adminToken }));
  expect(answer.status).toBe(200);
  const body = await answer.text();
  expect(JSON.parse(body)).toMatchObject({ name: expect.any(String), scopes: expect.arrayContaining(['admin']) });
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^drover=[\w-]+; Max-Age=43200; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  for (const seen of [body, cookie, Buffer.from(cookie, 'base64url').toString('latin1')]) {
    expect(seen).not.toContain(adminToken);
  }
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('a session says whose it is', async () => {
  const { token } = await stage.cluster.keys.create({ name: 'shop', scopes: ['read'], company: 'acme' });
  const cookie = await stage.signIn(token);
  const answer = await stage.ask('/session', { cookie });
  expect(await answer.json()).toMatchObject({ name: 'shop', scopes: ['read'], company: 'acme' });
});

test('without a session there is nobody', async () => {
  const answer = await stage.ask('/session');
  expect(answer.status).toBe(401);
  expect(await problem(answer)).toMatchObject({ code: 'token_missing' });
  expect((await stage.ask('/session', { cookie: 'drover=made-up' })).status).toBe(401);
});

test('a cookie that was changed opens nothing', async () => {
  const cookie = await stage.signIn();
  const middle = Math.floor(cookie.length / 2);
  const changed = cookie.slice(0, middle) + (cookie[middle] === 'A' ? 'B' : 'A') + cookie.slice(middle + 1);
  expect((await stage.ask('/session', { cookie: changed })).status).toBe(401);
});

test('signing out ends the session, also for who kept the cookie', async () => {
  const cookie = await stage.signIn();
  const out = await stage.ask('/session', { method: 'DELETE', cookie });
  expect(out.status).toBe(204);
  expect(out.headers.getSetCookie()[0]).toMatch(/^drover=; Max-Age=0; .*HttpOnly; SameSite=Strict$/);
  expect((await stage.ask('/session', { cookie })).status).toBe(401);
});

test('a session outlives the dashboard, and is good at every dashboard that shares the secret', async () => {
  const cookie = await stage.signIn();
  const sibling = await stage.startDashboard();
  expect((await stage.ask('/session', { cookie, base: sibling })).status).toBe(200);
  const stranger = await stage.startDashboard({ sessionSecret: 'another secret, of just some length' });
  expect((await stage.ask('/session', { cookie, base: stranger })).status).toBe(401);
});

test('revoking the key ends its sessions', async () => {
  const key = await stage.cluster.keys.create({ name: 'left the company', scopes: ['read'] });
  const cookie = await stage.signIn(key.token);
  await stage.cluster.keys.revoke(key.id);
  let answer: Response | undefined;
  const status = async () => {
    answer = await stage.ask('/v1/queues', { cookie });
    return answer.status;
  };
  await expect.poll(status, { timeout: 15_000 }).toBe(401);
  expect(answer?.headers.getSetCookie()[0]).toContain('drover=; Max-Age=0');
  expect((await stage.ask('/session', { cookie })).status).toBe(401);
});

test('behind a proxy that ends TLS the cookie is tied to the host and to TLS', async () => {
  const base = await stage.startDashboard({ trustedProxies: 1 });
  const headers = { 'x-forwarded-proto': 'https', 'content-type': 'application/json' };
  const answer = await stage.ask('/session', { ...jsonPost({ token: adminToken }), headers, base });
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-drover=[\w-]+; .*Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
  const [pair = ''] = cookie.split(';');
  expect((await stage.ask('/session', { cookie: pair, headers, base })).status).toBe(200);
  // Over plain HTTP nobody can have got it honestly.
  expect((await stage.ask('/session', { cookie: pair, base })).status).toBe(401);
});

test('a proxy that nobody told us of is not believed', async () => {
  const headers = {
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.9',
    'content-type': 'application/json',
  };
  const answer = await stage.ask('/session', { ...jsonPost({ token: adminToken }), headers });
  expect(answer.headers.getSetCookie()[0]).toMatch(/^drover=/);
});

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling host', { 'sec-fetch-site': 'same-site' }],
  ['a foreign origin, of an old browser', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }],
  ['a page without origin', { 'sec-fetch-site': undefined, origin: 'null' }],
  ['no page at all', { 'sec-fetch-site': undefined }],
])('what comes from %s changes nothing', async (_from, from) => {
  const cookie = await stage.signIn();
  const headers = Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  const ask = (path: string, init: RequestInit) =>
    fetch(`${stage.url}${path}`, { ...init, headers: { cookie, 'content-type': 'application/json', ...headers } });
  for (const answer of [
    await ask('/v1/queues/default/pause', { method: 'POST' }),
    await ask('/session', { method: 'DELETE' }),
    await ask('/session', { method: 'POST', body: JSON.stringify({ token: adminToken }) }),
  ]) {
    expect(answer.status).toBe(403);
    expect(await problem(answer)).toMatchObject({ code: 'origin_refused' });
  }
});

test('an old browser of our own page is let through by its origin', async () => {
  const headers = { origin: stage.url, 'content-type': 'application/json' };
  const answer = await fetch(`${stage.url}/session`, { ...jsonPost({ token: adminToken }), headers });
  expect(answer.status).toBe(200);
});

test('who tries tokens is slowed down, and told for how long', async () => {
  const base = await stage.startDashboard();
  const attempt = (token: string) => stage.ask('/session', { ...jsonPost({ token }), base });
  const attempts = await Promise.all(Array.from({ length: 15 }, (_, index) => attempt(`guess-${index}-of-many`)));
  expect(attempts.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
  const late = await attempt(adminToken);
  expect(late.status).toBe(429);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(200);
  expect(await problem(late)).toMatchObject({ code: 'too_many_requests' });
});

test('good tokens are never slowed down', async () => {
  const base = await stage.startDashboard();
  for (let time = 0; time < 12; time++) {
    expect((await stage.ask('/session', { ...jsonPost({ token: adminToken }), base })).status).toBe(200);
  }
});

test.each([
  ['no JSON', '{"token":', 'application/json', 400, 'body_invalid'],
  ['another type', 'token=x', 'application/x-www-form-urlencoded', 415, 'content_type_unsupported'],
  ['no token', '{}', 'application/json', 422, 'request_invalid'],
  ['a number', '{"token":7}', 'application/json', 422, 'request_invalid'],
  ['a line break', '{"token":"a\\nb"}', 'application/json', 422, 'request_invalid'],
  ['more than asked', '{"token":"abc","admin":true}', 'application/json', 422, 'request_invalid'],
  ['a list', '["token"]', 'application/json', 422, 'request_invalid'],
  ['too much', JSON.stringify({ token: 'x'.repeat(5_000) }), 'application/json', 413, 'body_too_large'],
])('signing in with %s is a problem', async (_what, body, type, status, code) => {
  const answer = await stage.ask('/session', {
    method: 'POST',
    body,
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': type },
  });
  expect(answer.status).toBe(status);
  expect(await problem(answer)).toMatchObject({ code });
});
