import { TaskEvent } from '@drover/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type ApiStage, adminToken, problemOf, startApiStage } from '../api-stage.ts';
import { type EventTalk, talk } from '../event-talk.ts';
import { eventually } from '../eventually.ts';

let stage: ApiStage;
let redis: Redis;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  redis = new Redis(inject('redisUrl'));
});

afterAll(async () => {
  redis.disconnect();
  await stage.stop();
});

const follow = (
  query = '',
  options: { lastId?: string | undefined; token?: string; headers?: Record<string, string> } = {},
) => talk(`${stage.url}/v1/events${query}`, { token: adminToken, ...options });

const probe = (method: string, more: object = {}) => stage.enqueue({ model: 'probe', method, ...more });
const ended = async (id: string) => stage.cluster.tasks.waitFor(id, {}, 20_000);

/** `echo running`, in the order in which they came. */
const told = ({ events }: EventTalk) =>
  events.map(({ event }) => ('state' in event ? `${event.method} ${event.state}` : event.type));

/** A filter is told of a task only after all that came before it. */
async function marked(streams: EventTalk[], more: object = {}): Promise<void> {
  const { id } = await probe('echo', more);
  const hasEnd = ({ events }: EventTalk) =>
    events.some(({ event }) => event.type === 'state' && event.taskId === id && event.state === 'done');
  await eventually(() => expect(streams.every(hasEnd)).toBe(true));
}

test('everybody who follows is told of every change, in order, with the time and whose it is', async () => {
  const streams = await Promise.all([follow(), follow(), follow()]);
  const { id } = await probe('progress', { kwargs: { steps: 2, ms: 200 }, company: 'acme' });
  await ended(id);
  await marked(streams);
  for (const stream of streams) {
    const own = stream.events.filter(({ event }) => 'taskId' in event && event.taskId === id);
    const states = own.flatMap(({ event }) => (event.type === 'state' ? [event.state] : []));
    expect(states).toEqual(['waiting', 'running', 'done']);
    expect(own.map(({ type }) => type)).toContain('progress');
    expect(own.at(-1)?.event).toMatchObject({ company: 'acme', queue: 'default', outcome: 'success' });
    expect(own[0]?.event).toMatchObject({ at: expect.stringMatching(/^20\d\d-.*Z$/) });
    stream.stop();
  }
});

describe('a filter', () => {
  test.each([
    ['?state=done', ['echo done', 'succeed done']],
    ['?outcome=success&method=succeed', ['succeed done']],
    ['?method=probe.echo', ['echo waiting', 'echo running', 'echo done']],
    ['?model=shop.order', []],
    ['?queue=side', ['succeed waiting', 'succeed running', 'succeed done']],
    ['?company=acme&state=done', ['echo done']],
  ])('%s leaves %j', async (query, expected) => {
    const [stream, all] = await Promise.all([follow(query), follow()]);
    const tasks = [await probe('echo', { company: 'acme' }), await probe('succeed', { queue: 'side' })];
    for (const { id } of tasks) await ended(id);
    await marked([all], { name: 'mark', queue: 'marks', company: 'marks' });
    const ids = tasks.map(({ id }) => id);
    const own = () => stream.events.filter(({ event }) => 'taskId' in event && ids.includes(event.taskId));
    // It is another connection: what it was told of may still be on its way.
    await eventually(() =>
      expect(told({ ...stream, events: own() } as EventTalk).sort()).toEqual([...expected].sort()),
    );
    for (const each of [stream, all]) each.stop();
  });

  test('one task leaves what happens to it', async () => {
    const { id } = await probe('echo', { delaySeconds: 3_600 });
    const stream = await follow(`?task=${id}`);
    await probe('echo');
    await stage.cluster.tasks.cancel(id, {});
    await eventually(() => expect(told(stream)).toEqual(['echo cancelled']));
    stream.stop();
  });

  test('that is none is refused, field by field', async () => {
    expect(problemOf(await stage.ask('/v1/events?state=nope&user=ann'))).toBe('422 request_invalid ?state ?user');
  });
});

test("a company's key is told of its company's tasks, whatever it asks for", async () => {
  const token = await stage.keyFor(['read'], 'acme');
  const [own, asked, all] = await Promise.all([follow('', { token }), follow('?company=other', { token }), follow()]);
  const ids: string[] = [];
  for (const company of ['acme', 'other', undefined]) {
    const { id } = await probe('progress', { company, kwargs: { steps: 1, ms: 1 } });
    ids.push(id);
    await ended(id);
  }
  await marked([all, own], { company: 'acme' });
  expect(own.events.every(({ event }) => 'company' in event && event.company === 'acme')).toBe(true);
  expect(own.events.some(({ event }) => 'taskId' in event && event.taskId === ids[0])).toBe(true);
  expect(asked.events).toEqual([]);
  for (const each of [own, asked, all]) each.stop();
});

test('who was away is told what he missed, each once, and in order', async () => {
  const [stayed, left] = await Promise.all([follow(), follow()]);
  await marked([stayed, left]);
  left.stop();
  await left.ended;
  for (let n = 0; n < 5; n += 1) await ended((await probe('echo')).id);
  const back = await follow('', { lastId: left.lastId });
  await marked([stayed, back]);
  const from = stayed.events.findIndex(({ id }) => id === left.lastId) + 1;
  expect(from).toBeGreaterThan(0);
  expect(back.events.map(({ id }) => id)).toEqual(stayed.events.slice(from).map(({ id }) => id));
  for (const each of [stayed, back]) each.stop();
});

test('who left within what one call did goes on within it', async () => {
  const [stayed, left] = await Promise.all([follow('?state=scheduled'), follow('?state=scheduled')]);
  const tasks = Array.from({ length: 20 }, () => ({ model: 'probe', method: 'echo', delaySeconds: 3_600 }));
  await stage.ask('/v1/tasks/bulk', { method: 'POST', json: { tasks } });
  await eventually(() => expect(stayed.events.length).toBe(20));
  const back = await follow('?state=scheduled', { lastId: stayed.events[6]?.id });
  await eventually(() => expect(back.events.length).toBe(13));
  expect(back.events.map(({ id }) => id)).toEqual(stayed.events.slice(7).map(({ id }) => id));
  for (const each of [stayed, left, back]) each.stop();
});

test.each([
  ['is none', 'nonsense'],
  ['is older than what is known', '1-0_1-0'],
  ['is not told yet', '99999999999999-0_99999999999999-0'],
])('an id that %s gives a reset, and then what comes', async (_, lastId) => {
  const stream = await follow('', { lastId });
  await marked([stream]);
  expect(stream.events[0]).toMatchObject({ type: 'reset', event: { type: 'reset' } });
  expect(stream.events.filter(({ type }) => type === 'reset')).toHaveLength(1);
  stream.stop();
});

test('who was away for more than a thousand entries is told to look again', async () => {
  const before = await follow();
  await marked([before]);
  before.stop();
  const key = `{${stage.keyPrefix}}:events`;
  const pipeline = redis.pipeline();
  for (let n = 0; n < 1_200; n += 1)
    pipeline.xadd(key, 'MAXLEN', '~', 1_000, '*', 'e', `done\tsuccess\tprobe.echo\t\t${n}`);
  await pipeline.exec();
  const back = await follow('', { lastId: before.lastId });
  await eventually(() => expect(back.events[0]?.type).toBe('reset'));
  back.stop();
});

test('events fit what the document says of them', async () => {
  const stream = await follow();
  await ended((await probe('progress', { kwargs: { steps: 1, ms: 1 } })).id);
  await marked([stream]);
  const faults = stream.events.filter(({ event }) => !TaskEvent.safeParse(event).success);
  expect(faults).toEqual([]);
  stream.stop();
});
