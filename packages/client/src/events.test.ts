import { expect, test } from 'vitest';
import { type Answer, hangUp, problem, startAnsweringServer } from './answering-server.ts';
import { createClient } from './client.ts';
import type { ClientOptions } from './transport.ts';

/** No pause takes time; how long they would have been is kept. */
async function start(script: [Answer, ...Answer[]], options: Partial<ClientOptions> = {}) {
  const server = await startAnsweringServer(...script);
  const pausesMs: number[] = [];
  const clock = {
    now: () => Date.now(),
    sleep: async (delayMs: number) => {
      pausesMs.push(delayMs);
    },
  };
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret', clock, random: () => 1, ...options });
  return { ...server, client, pausesMs, [Symbol.asyncDispose]: server.stop };
}

const state = (word: string) => ({ type: 'state', taskId: 't1', state: word });
const block = (id: string, event: object) => `id: ${id}\nevent: state\ndata: ${JSON.stringify(event)}\n\n`;

/** Sends these parts; then ends in order, breaks off, or stays. */
const stream =
  (parts: string[], then: 'ends' | 'breaks off' | 'stays' = 'ends'): Answer =>
  (_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
    if (then === 'ends') response.end();
    if (then === 'breaks off') setTimeout(() => response.socket?.destroy(), 20);
  };

const noMore: Answer = (_asked, response) => response.writeHead(204).end();

async function statesOf(events: AsyncIterable<object>): Promise<unknown[]> {
  const states: unknown[] = [];
  for await (const event of events) states.push((event as { state?: string }).state ?? event);
  return states;
}

test('events are asked for by filter, with the token, as an event stream', async () => {
  await using api = await start([stream([block('1', state('done'))]), noMore]);
  expect(await statesOf(api.client.events({ state: 'done', method: 'a.b' }))).toEqual(['done']);
  expect(api.asked[0]).toMatchObject({ method: 'GET', url: '/v1/events?state=done&method=a.b' });
  expect(api.asked[0]?.headers).toMatchObject({
    authorization: 'Bearer secret',
    accept: 'text/event-stream, application/problem+json',
  });
  expect(api.asked[0]?.headers).not.toHaveProperty('last-event-id');
});

test('it comes back with the id of the last event, after the pause that the server asks for', async () => {
  await using api = await start([
    stream(['retry: 700\n\n', block('1', state('waiting')), block('2', state('running'))]),
    stream([block('3', state('scheduled'))], 'breaks off'),
    noMore,
  ]);
  expect(await statesOf(api.client.events())).toEqual(['waiting', 'running', 'scheduled']);
  expect(api.asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2', '3']);
  expect(api.pausesMs).toEqual([700, 700]);
});

test('blocks may come in any parts, with comments and ids between, and what is not whole is no event', async () => {
  const text = `: hello\n\n${block('1', state('é waiting'))}:\nid: 7\n\ndata: {"state":\r\ndata: "two lines"}\r\n\r\ndata: {"state":"cut`;
  const bytes = Buffer.from(text);
  const parts = Array.from(bytes, (byte) => Buffer.from([byte]));
  await using api = await start([
    (_asked, response) => {
      for (const part of parts) response.write(part);
      response.end();
    },
    noMore,
  ]);
  expect(await statesOf(api.client.events())).toEqual(['é waiting', 'two lines']);
  expect(api.asked[1]?.headers['last-event-id']).toBe('7');
});

test('a task is followed to its end, and no further', async () => {
  await using api = await start([stream([block('0', state('running')), block('1', state('done'))], 'stays')]);
  expect(await statesOf(api.client.tasks.events('t/1'))).toEqual(['running', 'done']);
  expect(api.asked.map(({ url }) => url)).toEqual(['/v1/tasks/t%2F1/events']);
});

test('it comes back for as long as the API is away, more and more slowly', async () => {
  const away = Array.from({ length: 9 }, (_, n) => (n % 2 ? hangUp : problem(503, 'redis_unavailable')));
  await using api = await start([...(away as [Answer]), stream([block('1', state('waiting'))]), noMore]);
  expect(await statesOf(api.client.events())).toEqual(['waiting']);
  expect(api.pausesMs.slice(0, 9)).toEqual([2_000, 2_000, 2_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
});

test('what coming back cannot overcome is an error at once', async () => {
  await using api = await start([problem(404, 'task_unknown')]);
  await expect(statesOf(api.client.tasks.events('t1'))).rejects.toMatchObject({ code: 'task_unknown', status: 404 });
  expect(api.asked).toHaveLength(1);
});

test('without retries, the first break is an error', async () => {
  await using api = await start([stream([block('1', state('waiting'))], 'breaks off')], { retry: false });
  await expect(statesOf(api.client.events())).rejects.toMatchObject({ code: 'network' });
});

test('an aborted signal ends it with its reason, a reader who leaves ends the connection', async () => {
  let closed = 0;
  const stays: Answer = (asked, response) => {
    response.on('close', () => {
      closed += 1;
    });
    stream([block('1', state('waiting'))], 'stays')(asked, response);
  };
  await using api = await start([stays]);
  const stop = new AbortController();
  const reading = (async () => {
    for await (const _ of api.client.events({}, { signal: stop.signal })) stop.abort(new Error('enough'));
  })();
  await expect(reading).rejects.toThrow('enough');
  for await (const _ of api.client.events()) break;
  await expect.poll(() => closed).toBe(2);
});

test('ids are told, so that one may go on later', async () => {
  await using api = await start([stream([block('5', state('waiting'))]), noMore]);
  const ids: string[] = [];
  await statesOf(api.client.events({}, { lastEventId: '4', onId: (id) => ids.push(id) }));
  expect(ids).toEqual(['5']);
  expect(api.asked[0]?.headers['last-event-id']).toBe('4');
});
