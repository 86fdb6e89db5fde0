import type { LogEvent, StateEvent } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';
import { type EventTalk, talk } from '../event-talk.ts';
import { eventually } from '../eventually.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

const follow = (id: string, lastId?: string, token = adminToken) =>
  talk(`${stage.url}/v1/tasks/${id}/events`, { token, lastId });

const far = { delaySeconds: 3_600 };
const probe = (method: string, more: object = {}) => stage.enqueue({ model: 'probe', method, ...more });
const statesOf = ({ events }: EventTalk) =>
  events.flatMap(({ event }) => (event.type === 'state' ? [(event as StateEvent).state] : []));
const messagesOf = ({ events }: EventTalk) =>
  events.flatMap(({ event }) => (event.type === 'log' ? [(event as LogEvent).line.message] : []));

test('the stream of a task tells all of its life, and ends with it', async () => {
  // Steps that are further apart than the few of a second that are told: none takes the place of another.
  const { id } = await probe('progress', { ...far, kwargs: { steps: 3, ms: 400 } });
  const stream = await follow(id);
  await eventually(() => expect(stream.events).toHaveLength(2));
  await stage.cluster.tasks.runNow(id, {});
  expect(await stream.ended).toBe('ended');
  expect(statesOf(stream)).toEqual(['scheduled', 'waiting', 'running', 'done']);
  expect(stream.events[0]).toMatchObject({
    type: 'state',
    event: { type: 'state', taskId: id, model: 'probe', method: 'progress', queue: 'default' },
  });
  expect(stream.events[1]?.event).toMatchObject({ type: 'progress', progress: { percent: 0 } });
  expect(stream.events.map(({ event }) => event)).toContainEqual(
    expect.objectContaining({ type: 'progress', progress: { percent: expect.any(Number), message: 'step 2 of 3' } }),
  );
  expect(stream.events.at(-1)?.event).toMatchObject({ type: 'state', state: 'done', outcome: 'success' });
});

test('it is an event stream as the standard has it, that nobody on the way keeps or gathers', async () => {
  const { id } = await probe('echo', far);
  const stream = await follow(id);
  expect(stream.status).toBe(200);
  expect(Object.fromEntries(stream.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  await eventually(() => expect(stream.retryMs).toBeGreaterThan(0));
  stream.stop();
});

test('its log comes from the beginning, line by line, also of a task that has ended', async () => {
  const { id } = await probe('log', { kwargs: { lines: 30 } });
  await stage.cluster.tasks.waitFor(id, {}, 20_000);
  const stream = await follow(id);
  expect(await stream.ended).toBe('ended');
  expect(messagesOf(stream)).toEqual(Array.from({ length: 30 }, (_, index) => `line ${index + 1}`));
  expect(statesOf(stream)).toEqual(['done']);
});

test('lines come while the task runs, each once, whenever one comes back', async () => {
  const { id } = await probe('log', { ...far, kwargs: { lines: 2_500 } });
  const seen: string[] = [];
  let lastId: string | undefined;
  await stage.cluster.tasks.runNow(id, {});
  for (let round = 0; round < 1_000; round += 1) {
    const stream = await follow(id, lastId);
    if (stream.status === 204) break;
    await eventually(() => expect(stream.events.length).toBeGreaterThan(1));
    stream.stop();
    await stream.ended;
    seen.push(...messagesOf(stream));
    lastId = stream.lastId;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.slice(-1_000)).toEqual(Array.from({ length: 1_000 }, (_, index) => `line ${index + 1_501}`));
});

test('who comes back after the end is told so once, until somebody retries the task', async () => {
  const { id } = await probe('permanent_error');
  await stage.cluster.tasks.waitFor(id, {}, 20_000);
  const { lastId, ended } = await followToEnd(id);
  expect(ended).toBe('ended');
  expect((await follow(id, lastId)).status).toBe(204);
  await stage.cluster.tasks.retry(id, {});
  await stage.cluster.tasks.waitFor(id, {}, 20_000);
  const again = await follow(id, lastId);
  expect(again.status).toBe(200);
  expect(await again.ended).toBe('ended');
  expect(statesOf(again)).toEqual(['error']);
});

async function followToEnd(id: string) {
  const stream = await follow(id);
  return { ended: await stream.ended, lastId: stream.lastId };
}

test('an attempt that failed is told with its outcome, and a task that needs a person stays followed', async () => {
  const { id } = await probe('temporary_error', far);
  const stream = await follow(id);
  await eventually(() => expect(stream.events).toHaveLength(2));
  await stage.cluster.tasks.runNow(id, {});
  await eventually(() =>
    expect(stream.events.at(-1)?.event).toMatchObject({ type: 'state', state: 'scheduled', outcome: 'error' }),
  );
  await stage.cluster.tasks.cancel(id, {});
  expect(await stream.ended).toBe('ended');
  expect(statesOf(stream)).toEqual(['scheduled', 'waiting', 'running', 'scheduled', 'cancelled']);
});

test('ids that are none of this stream are passed over', async () => {
  const { id } = await probe('log', { kwargs: { lines: 3 } });
  await stage.cluster.tasks.waitFor(id, {}, 20_000);
  for (const lastId of ['nonsense', '999999', '1-1_2-2', '-1', '3/1']) {
    const stream = await follow(id, lastId);
    expect(await stream.ended, lastId).toBe('ended');
    expect(statesOf(stream), lastId).toEqual(['done']);
    expect(messagesOf(stream), lastId).toHaveLength(lastId === '3/1' ? 0 : 3);
  }
});

test('HEAD answers as GET would, without the stream', async () => {
  const { id } = await probe('echo', far);
  const answer = await stage.ask(`/v1/tasks/${id}/events`, { method: 'HEAD' });
  expect(answer).toMatchObject({ status: 200, text: '' });
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  expect((await stage.ask('/v1/tasks/x/events', { method: 'HEAD' })).status).toBe(404);
});

test("another company's task cannot be followed, one's own can", async () => {
  const [acme, other] = [await stage.keyFor(['read'], 'acme'), await stage.keyFor(['read'], 'other')];
  const { id } = await probe('echo', { ...far, company: 'acme' });
  expect((await follow(id, undefined, other)).status).toBe(404);
  const own = await follow(id, undefined, acme);
  await eventually(() => expect(own.events[0]?.event).toMatchObject({ taskId: id, company: 'acme' }));
  own.stop();
  const enqueuer = await stage.keyFor(['enqueue'], 'acme');
  expect((await follow(id, undefined, enqueuer)).status).toBe(403);
});

test('a browser asks for an event stream, and that is what it gets', async () => {
  const { id } = await probe('echo', far);
  const headers = { accept: 'text/event-stream' };
  expect((await stage.ask(`/v1/tasks/${id}/events`, { method: 'HEAD', headers })).status).toBe(200);
  expect((await stage.ask('/v1/events', { method: 'HEAD', headers })).status).toBe(200);
  expect((await stage.ask('/v1/queues', { headers })).status).toBe(406);
});
