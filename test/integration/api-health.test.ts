import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type ApiStage, adminToken, problemOf, startApiStage } from '../api-stage.ts';
import { quickest } from '../quickest.ts';
import { startRedis, type TestRedis } from '../redis.ts';

let stage: ApiStage;
let redis: TestRedis | undefined;

afterEach(async () => {
  await stage.stop();
  await redis?.stop();
  redis = undefined;
});

const echo = { model: 'probe', method: 'echo' };

/** Every kind of call: each must be answered soon, whatever has become of Redis. */
const calls = [
  ['GET', '/v1/tasks'],
  ['GET', '/v1/tasks/tsk_01m80bhnby5kde7dfpydj4-0-default'],
  ['GET', '/v1/tasks/tsk_01m80bhnby5kde7dfpydj4-0-default?wait=30'],
  ['GET', '/v1/tasks/tsk_01m80bhnby5kde7dfpydj4-0-default/log'],
  ['POST', '/v1/tasks?unchecked=true'],
  ['POST', '/v1/tasks'],
  ['POST', '/v1/tasks/tsk_01m80bhnby5kde7dfpydj4-0-default/cancel'],
  ['POST', '/v1/queues/default/pause'],
  ['GET', '/v1/queues'],
  ['GET', '/v1/workers'],
  ['GET', '/v1/models'],
  ['GET', '/v1/monitor'],
  ['GET', '/v1/keys'],
  ['GET', '/readyz'],
] as const;

/** Of many calls one may meet a moment in which the machine is busy: most of them are answered within the second. */
async function expectAllAway(): Promise<void> {
  const took: number[] = [];
  for (const [method, path] of calls) {
    const startedAt = performance.now();
    const json = method === 'POST' && path.startsWith('/v1/tasks?') ? echo : undefined;
    const body = method === 'POST' && path === '/v1/tasks' ? { json: echo } : {};
    const answer = await stage.ask(path, { method, ...body, ...(json === undefined ? {} : { json }) });
    took.push(performance.now() - startedAt);
    expect(problemOf(answer), `${method} ${path}: ${answer.text}`).toBe('503 redis_unavailable');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(took.at(-1), `${method} ${path}`).toBeLessThan(5_000);
  }
  expect(took.sort((a, b) => a - b)[Math.floor(took.length / 2)]).toBeLessThan(1_000);
}

test('while Redis is away every call says so within a second, and works again when it is back', async () => {
  redis = await startRedis();
  stage = await startApiStage({ redisUrl: redis.url });
  const { id } = (await stage.ask<{ id: string }>('/v1/tasks?unchecked=true', { method: 'POST', json: echo })).body;
  await redis.kill();
  // The registry is read once a second: for so long its last word counts.
  await expect.poll(async () => (await stage.ask('/v1/workers')).status, { timeout: 20_000 }).toBe(503);
  await expectAllAway();
  expect((await stage.ask('/livez')).status).toBe(200);
  await redis.restart();
  await expect.poll(async () => (await stage.ask('/readyz')).status, { timeout: 20_000 }).toBe(200);
  await expect.poll(async () => (await stage.ask(`/v1/tasks/${id}`)).status, { timeout: 20_000 }).toBe(200);
});

test('when Redis was never there, it is the same', async () => {
  stage = await startApiStage({ redisUrl: 'redis://127.0.0.1:1', isAway: true });
  await expectAllAway();
  expect((await stage.ask('/livez', { token: null })).status).toBe(200);
  expect((await stage.ask('/docs', { token: null })).status).toBe(200);
});

test('a Redis that hangs is away too', async () => {
  redis = await startRedis();
  stage = await startApiStage({ redisUrl: redis.url });
  process.kill(redis.pid, 'SIGSTOP');
  try {
    for (const path of ['/v1/queues', '/readyz']) {
      const ask = async () => expect(problemOf(await stage.ask(path))).toBe('503 redis_unavailable');
      expect(await quickest(ask), path).toBeLessThan(1_500);
    }
    expect((await stage.ask('/livez')).status).toBe(200);
  } finally {
    process.kill(redis.pid, 'SIGCONT');
  }
});

test('a wait that Redis leaves is answered, not held', async () => {
  redis = await startRedis();
  stage = await startApiStage({ redisUrl: redis.url });
  const json = { ...echo, delaySeconds: 60 };
  const { id } = (await stage.ask<{ id: string }>('/v1/tasks?unchecked=true', { method: 'POST', json })).body;
  const startedAt = performance.now();
  const held = stage.ask(`/v1/tasks/${id}?wait=25`);
  await redis.kill();
  const answer = await held;
  expect([200, 503]).toContain(answer.status);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test('a process that stops is not ready from that moment, and still takes requests', async () => {
  stage = await startApiStage();
  expect((await stage.ask('/readyz')).body).toEqual({ status: 'ok' });
  stage.stopping.abort();
  const answer = await stage.ask('/readyz');
  expect(problemOf(answer)).toBe('503 stopping');
  expect(answer.headers.get('retry-after')).toBe('1');
  expect((await stage.ask('/livez')).status).toBe(200);
  expect((await stage.ask('/v1/tasks?unchecked=true', { method: 'POST', json: echo })).status).toBe(202);
});

test('readiness tells its checks when asked to', async () => {
  stage = await startApiStage();
  const { body } = await stage.ask('/readyz?verbose', { token: null });
  expect(body).toEqual({ status: 'ok', checks: { redis: { status: 'ok', durationMs: expect.any(Number) } } });
});

test('answers are for machines: no cache, no sniffing, no frame, no word of what serves them', async () => {
  stage = await startApiStage();
  for (const path of ['/v1/queues', '/v1/nothing', '/livez']) {
    const { headers } = await stage.ask(path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  }
});

test('OPTIONS and HEAD answer without a body, and without a door for other origins', async () => {
  stage = await startApiStage();
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
  const options = await stage.ask('/v1/tasks', { method: 'OPTIONS', token: null, headers });
  expect([options.status, options.text, options.headers.get('allow')]).toEqual([204, '', 'POST, GET, HEAD, OPTIONS']);
  expect([...options.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  const head = await stage.ask('/v1/queues', { method: 'HEAD' });
  expect([head.status, head.text]).toEqual([200, '']);
  expect(problemOf(await stage.ask('/v1/queues', { method: 'HEAD', token: null }))).toBe('401 ');
});

test('the page of the docs takes everything from here, and runs scripts from files only', async () => {
  stage = await startApiStage();
  const page = await stage.ask('/docs', { token: null });
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
  expect(page.text).not.toMatch(/<script>|https?:\/\/|onload=/);
  const linked = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
  expect(linked).toHaveLength(3);
  for (const path of linked) {
    const file = await stage.ask(path, { token: null });
    expect(file.status).toBe(200);
    const again = await stage.ask(path, { token: null, headers: { 'if-none-match': file.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  }
});

test('what is not HTTP is answered as a problem, and the connection closed', async () => {
  stage = await startApiStage();
  const raw = async (text: string) => {
    const socket = connect(stage.listening.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.write(text);
    await once(socket, 'close');
    return answer;
  };
  expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"request_unreadable"/);
  expect(await raw('GET /livez HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  const both = 'POST /v1/tasks HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
  expect(await raw(both)).toMatch(/^HTTP\/1.1 400 /);
  const long = `GET /livez HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\nauthorization: Bearer ${adminToken}\r\n\r\n`;
  expect(await raw(long)).toMatch(/^HTTP\/1.1 431 [\s\S]*"code":"headers_too_large"/);
});
