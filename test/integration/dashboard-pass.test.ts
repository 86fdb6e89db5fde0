import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonPost, type Stage, startStage } from '../dashboard-stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const request = { model: 'probe', method: 'echo', args: ['hello'] };

test('pages ask the API with the token of their session', async () => {
  const cookie = await stage.signIn();
  const made = await stage.ask('/v1/tasks?unchecked=true', { ...jsonPost(request), cookie });
  expect(made.status).toBe(202);
  const { id } = (await made.json()) as { id: string };
  expect(made.headers.get('location')).toBe(`/v1/tasks/${id}`);
  const seen = await stage.ask(`/v1/tasks/${id}`, { cookie });
  expect(await seen.json()).toMatchObject({ id, args: ['hello'], state: 'waiting' });
  const again = await stage.ask(`/v1/tasks/${id}`, {
    cookie,
    headers: { 'if-none-match': seen.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
});

test('pages edit under the version that they have seen', async () => {
  const cookie = await stage.signIn();
  const json = { name: 'nightly', timing: 'schedule', frequency: { every: 'daily' }, task: request };
  const made = await stage.ask('/v1/schedules?unchecked=true', { ...jsonPost(json), cookie });
  expect(made.status).toBe(201);
  const path = `${made.headers.get('location')}?unchecked=true`;
  const edit = (etag: string) => {
    const { headers, ...post } = jsonPost({ ...json, missed: 'all' });
    return stage.ask(path, { ...post, method: 'PUT', headers: { ...headers, 'if-match': etag }, cookie });
  };
  const edited = await edit(made.headers.get('etag') ?? '');
  expect([edited.status, edited.headers.get('etag')]).toEqual([200, '"2"']);
  expect((await edit(made.headers.get('etag') ?? '')).status).toBe(412);
});

test('without a session nothing reaches the API, whatever token comes along', async () => {
  const { token } = await stage.cluster.keys.create({ name: 'all', scopes: ['admin'] });
  const answer = await stage.ask('/v1/queues', { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ code: 'token_missing', instance: '/v1/queues' });
});

test("a token of the page's own making does not replace that of the session", async () => {
  const reader = await stage.cluster.keys.create({ name: 'reader', scopes: ['read'] });
  const admin = await stage.cluster.keys.create({ name: 'admin', scopes: ['admin'] });
  const cookie = await stage.signIn(reader.token);
  const headers = { 'sec-fetch-site': 'same-origin', authorization: `Bearer ${admin.token}` };
  expect(await (await stage.ask('/v1/me', { cookie, headers })).json()).toMatchObject({ name: 'reader' });
});

test('problems of the API arrive as they are', async () => {
  const cookie = await stage.signIn();
  const answer = await stage.ask('/v1/tasks', { ...jsonPost(request), cookie });
  expect(answer.status).toBe(422);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({ code: 'method_unknown' });
});

test('many tasks stream through, answers while requests are still coming', async () => {
  const cookie = await stage.signIn();
  const answered: unknown[] = [];
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (answered.length === 3) return controller.close();
        const wanted = answered.length;
        controller.enqueue(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
        await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThan(wanted);
      },
    },
    { highWaterMark: 0 },
  );
  const answer = await stage.ask('/v1/tasks/bulk?unchecked=true', {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-ndjson' },
    cookie,
    body,
    duplex: 'half',
  } as RequestInit);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) answered.push(JSON.parse(line));
  }
  expect(rest).toBe('');
  expect(answered).toMatchObject([{ status: 202 }, { status: 202 }, { status: 202 }]);
});

test('while the API is away every request is told to come again', async () => {
  const alone = await startStage();
  try {
    const cookie = await alone.signIn();
    await alone.stopApi();
    const requests = [
      alone.ask('/v1/queues', { cookie }),
      alone.ask('/v1/tasks', { ...jsonPost({ ...request, kwargs: { text: 'x'.repeat(200_000) } }), cookie }),
      alone.ask('/session', { cookie }),
      alone.ask('/session', jsonPost({ token: 'whatever-it-may-be' })),
      alone.ask('/queues/api/queues', { cookie }),
      alone.ask('/readyz'),
    ];
    for (const answer of await Promise.all(requests)) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(await answer.json()).toMatchObject({ code: 'api_unavailable' });
    }
    expect((await alone.ask('/livez')).status).toBe(200);
  } finally {
    await alone.stop();
  }
});

/** What the API gets, and what the browser gets, of headers that concern one connection only, or nobody else. */
test('only headers that go beyond a connection are passed on, both ways', async () => {
  const seen: Record<string, unknown>[] = [];
  const api = createServer((incoming, response) => {
    seen.push(incoming.headers);
    if (incoming.url === '/v1/me')
      return void response.end(JSON.stringify({ keyId: 'k', name: 'n', scopes: ['admin'] }));
    response.setHeader('set-cookie', 'api=1').setHeader('connection', 'x-hop').setHeader('x-hop', '1');
    response.setHeader('x-kept', '1').end('{}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  try {
    const base = await stage.startDashboard({ apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}` });
    const signedIn = await stage.ask('/session', { ...jsonPost({ token: 'a-token-of-some-length' }), base });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const headers = {
      cookie,
      'sec-fetch-site': 'same-origin',
      connection: 'x-mine, close',
      'x-mine': '1',
      'x-forwarded-for': '203.0.113.9',
      te: 'trailers',
      'x-request-id': 'r1',
    };
    const answer = await new Promise<{ headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      httpRequest(`${base}/v1/queues?x=1`, { headers }, (got) => resolve(got.resume()))
        .on('error', reject)
        .end();
    });
    const passed = seen.at(-1);
    expect(passed).toMatchObject({ authorization: 'Bearer a-token-of-some-length', 'x-request-id': 'r1' });
    for (const name of ['cookie', 'x-mine', 'x-forwarded-for', 'te', 'sec-fetch-site'])
      expect(passed).not.toHaveProperty(name);
    expect(answer.headers['x-kept']).toBe('1');
    for (const name of ['set-cookie', 'x-hop']) expect(answer.headers).not.toHaveProperty(name);
  } finally {
    api.closeAllConnections();
    api.close();
  }
});

test('a browser that leaves ends its request at the API', async () => {
  const ended: Promise<void>[] = [];
  const api = createServer((incoming, response) => {
    if (incoming.url === '/v1/me')
      return void response.end(JSON.stringify({ keyId: 'k', name: 'n', scopes: ['admin'] }));
    ended.push(new Promise((resolve) => response.on('close', resolve)));
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  try {
    const base = await stage.startDashboard({ apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}` });
    const signedIn = await stage.ask('/session', { ...jsonPost({ token: 'a-token-of-some-length' }), base });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const leaving = new AbortController();
    // The headers of a stream that says nothing yet are there at once.
    const answer = await stage.ask('/v1/events', { cookie, base, signal: leaving.signal });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    leaving.abort();
    await ended[0];
  } finally {
    api.closeAllConnections();
    api.close();
  }
});
