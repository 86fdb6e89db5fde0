import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createApi } from '@drover/api';
import { createCluster } from '@drover/broker';
import { limits } from '@drover/core';
import { createLogger, type Listening, listen } from '@drover/runtime';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';
import { type EventTalk, talk } from '../event-talk.ts';
import { eventually } from '../eventually.ts';
import { startRedis } from '../redis.ts';

let stage: ApiStage;
/** An API of the same cluster whose streams show very often that they live. */
let lively: Listening;
let redis: Redis;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  redis = new Redis(inject('redisUrl'));
  const logger = createLogger({ name: 'test', level: 'silent' });
  lively = await listen(createApi({ cluster: stage.cluster, logger, heartbeatMs: 30 }), { port: 0, logger });
});

afterAll(async () => {
  redis.disconnect();
  await lively.stop(0);
  await stage.stop();
});

/** `echo running`, in the order in which they came. */
const told = ({ events }: EventTalk) =>
  events.map(({ event }) => ('state' in event ? `${event.method} ${event.state}` : event.type));

test('a stream shows that it lives, and where to go on from, also when nothing happens', async () => {
  const stream = await talk(`${lively.url}/v1/events?method=nothing`, { token: adminToken });
  await eventually(() => expect(stream.comments).toBeGreaterThan(3));
  const { lastId } = stream;
  await stage.enqueue({ model: 'probe', method: 'echo' });
  await eventually(() => expect(stream.lastId).not.toBe(lastId));
  expect(stream.events).toEqual([]);
  stream.stop();
});

test('a stream ends when its key is revoked', async () => {
  const key = await stage.cluster.keys.create({ name: 'short', scopes: ['read'] });
  const stream = await talk(`${lively.url}/v1/events`, { token: key.token });
  await eventually(() => expect(stream.comments).toBeGreaterThan(0));
  await stage.cluster.keys.revoke(key.id);
  expect(await stream.ended).toBe('ended');
});

test('a stream ends when the process is told to stop', async () => {
  const own = await startApiStage();
  const stream = await talk(`${own.url}/v1/events`, { token: adminToken });
  await eventually(() => expect(stream.retryMs).toBeDefined());
  own.stopping.abort();
  expect(await stream.ended).toBe('ended');
  await own.listening.stop();
  await own.stop();
});

/** Connections to a Redis that wait for news. */
async function waitingConnections(server: Redis): Promise<number> {
  const list = (await server.client('LIST')) as string;
  return list.split('\n').filter((line) => / name=drover:subscriber .* flags=b /.test(line)).length;
}

test('many who follow cost one connection to Redis, and none is busy when nobody follows', async () => {
  // All who use the other one wait for news there, too.
  const server = await startRedis({ aof: false });
  const own = await startApiStage({ redisUrl: server.url });
  const looking = new Redis(server.url);
  try {
    expect(await waitingConnections(looking)).toBe(0);
    const following = await Promise.all(Array.from({ length: 500 }, () => own.cluster.events.follow({}, {})));
    const streams = await Promise.all(
      Array.from({ length: 50 }, () => talk(`${own.url}/v1/events`, { token: adminToken })),
    );
    await eventually(async () => expect(await waitingConnections(looking)).toBe(1));
    for (const each of following) each.stop();
    for (const each of streams) each.stop();
    await eventually(async () => expect(await waitingConnections(looking)).toBe(0), 20_000);
  } finally {
    looking.disconnect();
    await own.stop();
    await server.stop();
  }
});

test('a process serves only so many live streams, and says so', async () => {
  const cluster = createCluster({ redisUrl: inject('redisUrl'), keyPrefix: stage.keyPrefix });
  await eventually(() => cluster.ping());
  const following = await Promise.all(Array.from({ length: limits.eventStreams }, () => cluster.events.follow({}, {})));
  await expect(cluster.events.follow({}, {})).rejects.toMatchObject({ code: 'too_many_requests', status: 429 });
  following[0]?.stop();
  (await cluster.events.follow({}, {})).stop();
  for (const each of following) each.stop();
  await cluster.stop();
});

test('who does not read is cut off, and the others do not notice', async () => {
  const accepted = once(stage.listening.server, 'connection') as Promise<[Socket]>;
  const lazy = connect(stage.listening.port, '127.0.0.1');
  let tail = '';
  lazy
    .on('error', () => undefined)
    .on('data', (part) => {
      tail = String(part).slice(-7);
    });
  lazy.write(`GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${adminToken}\r\n\r\n`);
  const [served] = await accepted;
  await once(lazy, 'data');
  lazy.pause();
  const reader = await talk(`${stage.url}/v1/events?state=error`, { token: adminToken });
  const { id } = await stage.enqueue({ model: 'probe', method: 'echo', delaySeconds: 3_600 });
  const key = `{${stage.keyPrefix}}:events`;
  const line = `done\tsuccess\tprobe.echo\t${'c'.repeat(100)}\t${id}`;
  const entry = Array.from({ length: 500 }, () => line).join('\n');
  await eventually(async () => {
    await redis.xadd(key, 'MAXLEN', '~', 1_000, '*', 'e', entry);
    expect(served.destroyed).toBe(true);
  }, 50_000);
  await redis.xadd(key, '*', 'e', `error\terror\tprobe.echo\t\t${id}`);
  await eventually(() => expect(told(reader)).toContain('echo error'));
  const closed = once(lazy, 'close');
  lazy.resume();
  await closed;
  // What it has had is no answer that has ended.
  expect(tail).not.toBe('\r\n0\r\n\r\n');
  reader.stop();
}, 60_000);

test('when Redis dies and comes back, who follows is told to look again, and goes on', async () => {
  const server = await startRedis({ aof: false });
  const own = await startApiStage({ redisUrl: server.url });
  try {
    await own.startWorker();
    const enqueue = async () => own.enqueue({ model: 'probe', method: 'echo' });
    const stream = await talk(`${own.url}/v1/events`, { token: adminToken });
    await enqueue();
    await eventually(() => expect(told(stream)).toContain('echo done'));
    await server.kill();
    const late = await own.ask('/v1/events');
    expect(late.status).toBe(503);
    await server.restart();
    await eventually(() => own.cluster.keys.ensureAdmin(adminToken), 15_000);
    await eventually(() => expect(stream.events.at(-1)?.type).toBe('reset'), 15_000);
    const { length } = stream.events;
    await eventually(enqueue, 15_000);
    await eventually(() => expect(told(stream).slice(length)).toContain('echo done'), 15_000);
    stream.stop();
  } finally {
    await own.stop();
    await server.stop();
  }
}, 60_000);
