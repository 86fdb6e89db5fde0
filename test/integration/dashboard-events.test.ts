import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, startStage } from '../dashboard-stage.ts';
import { type EventTalk, talk } from '../event-talk.ts';
import { eventually } from '../eventually.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const enqueue = async () => {
  const request = { model: 'probe', method: 'echo', args: [], kwargs: {}, delaySeconds: 3_600 };
  return (await stage.cluster.tasks.enqueue(request, {}, { unchecked: true })).id;
};

const follow = (cookie: string, path = '/v1/events', base = stage.url): Promise<EventTalk> =>
  talk(`${base}${path}`, { token: 'none', headers: { cookie, 'sec-fetch-site': 'same-origin' } });

test('events come through as they happen, with ids to go on from', async () => {
  const cookie = await stage.signIn();
  const stream = await follow(cookie);
  expect(stream.status).toBe(200);
  expect(Object.fromEntries(stream.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const first = await enqueue();
  await eventually(() => expect(stream.events[0]?.event).toMatchObject({ taskId: first, state: 'scheduled' }));
  stream.stop();
  const second = await enqueue();
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const back = await talk(`${stage.url}/v1/events`, { token: 'none', lastId: stream.lastId, headers });
  await eventually(() => expect(back.events[0]?.event).toMatchObject({ taskId: second }));
  back.stop();
});

test('signing out ends the streams of the session, and of no other', async () => {
  const [cookie, other] = [await stage.signIn(), await stage.signIn()];
  const [own, others] = [await follow(cookie), await follow(other)];
  await stage.ask('/session', { method: 'DELETE', cookie });
  expect(await own.ended).toBe('ended');
  expect((await follow(cookie)).status).toBe(401);
  const id = await enqueue();
  await eventually(() => expect(others.events.at(-1)?.event).toMatchObject({ taskId: id }));
  others.stop();
});

test('a stream ends when the dashboard is told to stop', async () => {
  const stopping = new AbortController();
  const base = await stage.startDashboard({ stopping: stopping.signal });
  const stream = await follow(await stage.signIn(), '/v1/events', base);
  await eventually(() => expect(stream.retryMs).toBeDefined());
  stopping.abort();
  expect(await stream.ended).toBe('ended');
});

test('who closes his page frees the API, too', async () => {
  let isOpen = false;
  const api = createServer((request, response) => {
    if (request.url !== '/v1/events') return void response.end('{}');
    isOpen = true;
    response.once('close', () => {
      isOpen = false;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 1\n\n');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  try {
    const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const base = await stage.startDashboard({ apiUrl });
    const stream = await follow(await stage.signIn(), '/v1/events', base);
    await eventually(() => expect(stream.retryMs).toBe(1));
    expect(isOpen).toBe(true);
    stream.stop();
    await eventually(() => expect(isOpen).toBe(false));
  } finally {
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
  }
});
