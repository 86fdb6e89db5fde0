import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { declaredClass, limits, runDirectly } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { httpModel } from './http-request.ts';

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
const seen: Seen[] = [];
const routes: Record<string, (response: ServerResponse) => void> = {};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
  const route = routes[new URL(request.url ?? '/', 'http://x').pathname];
  if (route === undefined) response.end('fine');
  else route(response);
});
let here = '';
/** The same server under a name that the setting does not allow. */
let elsewhere = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  here = `http://127.0.0.1:${port}`;
  elsewhere = `http://127.0.0.2:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  vi.stubEnv('HTTP_ALLOW_PRIVATE', '127.0.0.1');
  seen.length = 0;
});
afterEach(() => void vi.unstubAllEnvs());

async function send(kwargs: Record<string, unknown>, signal?: AbortSignal) {
  const run = await runDirectly(httpModel, 'request', { kwargs }, signal === undefined ? {} : { signal });
  return run.result;
}

async function failure(kwargs: Record<string, unknown>) {
  const error = await send(kwargs).then(
    () => expect.unreachable('it should have failed'),
    (thrown: Error & { delaySeconds?: number }) => thrown,
  );
  return { class: declaredClass(error), message: error.message, delaySeconds: error.delaySeconds };
}

test('a request returns status, headers, text and size, without cookies', async () => {
  routes['/hello'] = (response) => {
    response.setHeader('set-cookie', 'session=secret');
    response.setHeader('x-kind', 'demo');
    response.end('grüezi');
  };
  const answer = await send({ url: `${here}/hello` });
  expect(answer).toMatchObject({ status: 200, body: 'grüezi', bytes: 7, truncated: false, url: `${here}/hello` });
  expect(answer).toMatchObject({ headers: { 'x-kind': 'demo' } });
  expect(JSON.stringify(answer)).not.toContain('secret');
});

test('a body that is no text is sent as JSON, a text as it is', async () => {
  await send({ url: here, method: 'POST', body: { amount: 3 }, headers: { 'X-Trace': 'a' } });
  await send({ url: here, method: 'PUT', body: 'plain', headers: { 'Content-Type': 'text/csv' } });
  expect(seen).toMatchObject([
    { method: 'POST', body: '{"amount":3}', headers: { 'content-type': 'application/json', 'x-trace': 'a' } },
    { method: 'PUT', body: 'plain', headers: { 'content-type': 'text/csv' } },
  ]);
});

test('an address that is not public is refused unless the setting allows it', async () => {
  vi.stubEnv('HTTP_ALLOW_PRIVATE', '');
  for (const url of [here, here.replace('127.0.0.1', 'localhost'), here.replace('127.0.0.1', '0x7f.1')]) {
    expect(await failure({ url })).toMatchObject({ class: 'permanent' });
  }
  expect(seen).toEqual([]);
  vi.stubEnv('HTTP_ALLOW_PRIVATE', 'localhost');
  expect(await send({ url: here.replace('127.0.0.1', 'localhost') })).toMatchObject({ status: 200 });
});

test('every hop of a redirect is checked', async () => {
  routes['/out'] = (response) => response.writeHead(302, { location: `${elsewhere}/inside` }).end();
  expect(await failure({ url: `${here}/out` })).toMatchObject({
    class: 'permanent',
    message: expect.stringContaining('127.0.0.2 is not a public address'),
  });
  routes['/odd'] = (response) => response.writeHead(302, { location: 'http://0x7f000002/' }).end();
  expect(await failure({ url: `${here}/odd` })).toMatchObject({ message: expect.stringContaining('odd notation') });
  routes['/scheme'] = (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  expect(await failure({ url: `${here}/scheme` })).toMatchObject({ message: expect.stringContaining('only http:') });
  expect(seen.map(({ url }) => url)).toEqual(['/out', '/odd', '/scheme']);
});

test('credentials stay with the origin that they were meant for', async () => {
  vi.stubEnv('HTTP_ALLOW_PRIVATE', '127.0.0.0/8');
  const headers = { Authorization: 'Bearer t', Cookie: 'c=1', 'X-Api-Key': 'k', Accept: 'text/plain' };
  routes['/same'] = (response) => response.writeHead(307, { location: '/end' }).end();
  routes['/cross'] = (response) => response.writeHead(307, { location: `${elsewhere}/end` }).end();
  await send({ url: `${here}/same`, headers });
  expect(seen[1]?.headers).toMatchObject({ authorization: 'Bearer t', cookie: 'c=1', 'x-api-key': 'k' });
  await send({ url: `${here}/cross`, headers });
  expect(seen[3]?.headers.accept).toBe('text/plain');
  for (const name of ['authorization', 'cookie', 'x-api-key']) expect(seen[3]?.headers).not.toHaveProperty(name);
});

test('a redirect after POST becomes GET, but 307 sends the same again', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    routes[`/r${status}`] = (response) => response.writeHead(status, { location: '/end' }).end();
    await send({ url: `${here}/r${status}`, method: 'POST', body: 'data' });
  }
  const ends = seen.filter(({ url }) => url === '/end').map(({ method, body }) => `${method} ${body}`);
  expect(ends).toEqual(['GET ', 'GET ', 'GET ', 'POST data', 'POST data']);
});

test('redirects end at their bound, and with none allowed the redirect is the answer', async () => {
  routes['/round'] = (response) => response.writeHead(302, { location: '/round' }).end();
  expect(await failure({ url: `${here}/round`, maxRedirects: 3 })).toMatchObject({
    class: 'permanent',
    message: expect.stringContaining('more than 3 redirects'),
  });
  expect(seen).toHaveLength(4);
  expect(await send({ url: `${here}/round`, maxRedirects: 0, expectedStatus: 302 })).toMatchObject({ status: 302 });
});

test.each([
  [400, 'permanent'],
  [404, 'permanent'],
  [408, 'temporary'],
  [429, 'temporary'],
  [500, 'temporary'],
  [503, 'temporary'],
])('the status %i is a %s error', async (status, errorClass) => {
  routes['/status'] = (response) => response.writeHead(status).end('because');
  expect(await failure({ url: `${here}/status` })).toEqual({
    class: errorClass,
    message: `GET ${here}/status answered ${status}: because`,
    delaySeconds: undefined,
  });
});

test('the pause that a server asks for is kept, within a day', async () => {
  routes['/busy'] = (response) => response.writeHead(429, { 'retry-after': '17' }).end();
  expect(await failure({ url: `${here}/busy` })).toMatchObject({ class: 'temporary', delaySeconds: 17 });
  routes['/away'] = (response) => {
    response.writeHead(503, { 'retry-after': new Date(Date.now() + 90_000).toUTCString() }).end();
  };
  const { delaySeconds } = await failure({ url: `${here}/away` });
  expect(delaySeconds).toBeGreaterThan(85);
  expect(delaySeconds).toBeLessThanOrEqual(90);
  routes['/forever'] = (response) => response.writeHead(503, { 'retry-after': '99999999' }).end();
  expect(await failure({ url: `${here}/forever` })).toMatchObject({ delaySeconds: limits.retryAfterSeconds });
});

test('the expected status decides what success is', async () => {
  routes['/gone'] = (response) => response.writeHead(404).end();
  expect(await send({ url: `${here}/gone`, expectedStatus: [200, 404] })).toMatchObject({ status: 404 });
  expect(await failure({ url: here, expectedStatus: 201 })).toMatchObject({ class: 'permanent' });
});

test('an answer that is too large is refused, a long text is cut and says so', async () => {
  routes['/large'] = (response) => response.end('\u0001'.repeat(200_000));
  expect(await failure({ url: `${here}/large`, maxBytes: 100_000 })).toMatchObject({
    class: 'permanent',
    message: 'the answer is larger than maxBytes, 100000',
  });
  const answer = await send({ url: `${here}/large` });
  expect(answer).toMatchObject({ bytes: 200_000, truncated: true });
  expect(JSON.stringify(answer).length).toBeLessThan(limits.httpTextBytes + limits.httpHeadersBytes);
});

test('an answer that is no text has no body, only a size', async () => {
  routes['/image'] = (response) => response.end(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]));
  expect(await send({ url: `${here}/image` })).toMatchObject({ body: null, bytes: 6 });
});

test('a slow answer is a temporary error, also when only its body is slow', async () => {
  routes['/never'] = () => {};
  expect(await failure({ url: `${here}/never`, timeoutSeconds: 0.1 })).toMatchObject({
    class: 'temporary',
    message: `no answer from ${here}/never within 0.1 s`,
  });
  routes['/drip'] = (response) => void response.writeHead(200).write('begin');
  expect(await failure({ url: `${here}/drip`, timeoutSeconds: 0.2 })).toMatchObject({ class: 'temporary' });
});

test('a task that is told to stop stops, and its reason is thrown', async () => {
  const abort = new AbortController();
  routes['/wait'] = () => abort.abort(new Error('shutdown'));
  await expect(send({ url: `${here}/wait` }, abort.signal)).rejects.toThrow('shutdown');
});

test('a server that is not there, and a connection that breaks, are temporary errors', async () => {
  expect(await failure({ url: 'http://127.0.0.1:9/' })).toMatchObject({ class: 'temporary' });
  routes['/cut'] = (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('some', () => response.destroy());
  };
  expect(await failure({ url: `${here}/cut` })).toMatchObject({ class: 'temporary' });
});

test.each([
  [{ headers: { Host: 'other' } }, /belongs to the connection/],
  [{ headers: { 'Transfer-Encoding': 'chunked' } }, /belongs to the connection/],
  [{ headers: { 'X-A': 'b\r\nX-B: c' } }, /line breaks/],
  [{ headers: { 'X A': 'b' } }, /header/],
  [{ method: 'TRACE' }, /method/],
  [{ timeoutSeconds: 0 }, /timeoutSeconds/],
])('the request with %j is refused', async (kwargs, reason) => {
  await expect(send({ url: here, ...kwargs })).rejects.toThrow(reason);
  expect(seen).toEqual([]);
});
