import type { AuditEntry, AuditPage, NewKey } from '@drover/core';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type ApiStage, type AskOptions, adminToken, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';
import { startProxy } from '../proxy.ts';

let stage: ApiStage;
let redis: Redis;

beforeAll(async () => {
  redis = new Redis(inject('redisUrl'));
});

afterAll(() => redis.disconnect());

beforeEach(async () => {
  stage = await startApiStage();
});

afterEach(() => stage.stop());

const auditKey = () => `{${stage.keyPrefix}}:audit`;

async function pageOf(query = '', options: AskOptions = {}): Promise<AuditPage> {
  const answer = await stage.ask<AuditPage>(`/v1/audit${query}`, options);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const entries = async (query = '', options?: AskOptions): Promise<AuditEntry[]> => (await pageOf(query, options)).items;

/** A task that waits for tomorrow. */
async function enqueued(token = adminToken): Promise<string> {
  const json = { model: 'shop', method: 'order', delaySeconds: 86_400 };
  const answer = await stage.ask<{ id: string }>('/v1/tasks?unchecked=true', { method: 'POST', json, token });
  expect(answer.status, answer.text).toBe(202);
  return answer.body.id;
}

async function newKey(request: object): Promise<NewKey> {
  const answer = await stage.ask<NewKey>('/v1/keys', { method: 'POST', json: request });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

test('every kind of change leaves one entry: who, what, from where, and what came of it', async () => {
  await stage.startWorker();
  const id = await enqueued();
  const changes: [action: string, path: string, asked: AskOptions, target: string, details?: object][] = [
    ['task.patch', `/v1/tasks/${id}`, { method: 'PATCH', json: { priority: 7 } }, id, { priority: 7 }],
    ['task.cancel', `/v1/tasks/${id}/cancel`, { method: 'POST', json: { reason: 'twice' } }, id, { reason: 'twice' }],
    ['task.retry', `/v1/tasks/${id}/retry`, { method: 'POST' }, id],
    ['queue.pause', '/v1/queues/default/pause', { method: 'POST' }, 'default'],
    ['queue.resume', '/v1/queues/default/resume', { method: 'POST' }, 'default'],
    ['task.run-now', `/v1/tasks/${await enqueued()}/run-now`, { method: 'POST' }, ''],
  ];
  for (const [action, path, asked, target, details] of changes) {
    const answer = await stage.ask(path, asked);
    expect(answer.status, `${action}: ${answer.text}`).toBe(200);
    const [entry, ...others] = await entries(`?action=${action}`);
    expect(others, action).toEqual([]);
    const { id: entryId, at, ...rest } = entry as AuditEntry;
    expect(entryId).toMatch(/^\d+-\d+$/);
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
    expect(rest).toEqual({
      actor: { keyId: 'key_admin', name: 'admin' },
      action,
      target: target || path.split('/')[3],
      from: '127.0.0.1',
      outcome: 'done',
      status: 200,
      ...(details === undefined ? {} : { details }),
    });
  }
  expect(await entries()).toHaveLength(changes.length);
});

test('what is said, passed over, or done to many tasks stands there as well; a dry run does not', async () => {
  await stage.startWorker();
  const json = { model: 'probe', method: 'data_error' };
  const { id } = await stage.enqueue(json);
  await eventually(async () => expect((await stage.cluster.tasks.get(id, {})).state).toBe('requires_attention'));
  const many = { action: 'cancel', filter: { tag: 'none' } };
  const asked: [path: string, options: AskOptions, status: number][] = [
    [`/v1/tasks/${id}/comments`, { method: 'POST', json: { text: 'Asked the supplier.' } }, 204],
    [`/v1/tasks/${id}/skip`, { method: 'POST', json: { comment: 'not needed' } }, 200],
    ['/v1/queues/default', { method: 'PATCH', json: { retention: { doneDays: 7 } } }, 200],
    ['/v1/tasks/actions', { method: 'POST', json: { ...many, dryRun: true } }, 200],
    ['/v1/tasks/actions', { method: 'POST', json: many }, 202],
  ];
  for (const [path, options, status] of asked) expect((await stage.ask(path, options)).status, path).toBe(status);
  expect((await entries()).reverse()).toMatchObject([
    { action: 'task.comment', target: id, details: { text: 'Asked the supplier.' } },
    { action: 'task.skip', target: id, details: { comment: 'not needed' } },
    { action: 'queue.patch', target: 'default', details: { retention: { doneDays: 7 } } },
    { action: 'task.actions', target: expect.stringMatching(/^tsk_/), status: 202, details: many },
  ]);
});

test('a new key is found under its id, and its token nowhere', async () => {
  const key = await newKey({ name: 'shop', scopes: ['enqueue', 'read'], company: 'acme' });
  expect((await stage.ask(`/v1/keys/${key.id}`, { method: 'DELETE' })).status).toBe(204);
  expect(await entries(`?target=${key.id}`)).toMatchObject([
    { action: 'key.revoke', outcome: 'done', status: 204 },
    {
      action: 'key.create',
      outcome: 'done',
      status: 201,
      details: { name: 'shop', scopes: ['enqueue', 'read'], company: 'acme' },
    },
  ]);
  const raw = JSON.stringify(await redis.xrange(auditKey(), '-', '+'));
  expect(raw).not.toContain(key.token);
  expect(raw).not.toContain(adminToken);
});

test('arguments are told by name and size only', async () => {
  const json = { args: [['a secret value']], kwargs: { password: 'hunter2' } };
  const id = await enqueued();
  expect((await stage.ask(`/v1/tasks/${id}`, { method: 'PATCH', json })).status).toBe(409);
  expect(await entries()).toMatchObject([
    {
      action: 'task.patch',
      outcome: 'refused',
      details: { args: { count: 1, bytes: 20 }, kwargs: { names: ['password'], bytes: 22 } },
    },
  ]);
  expect(JSON.stringify(await redis.xrange(auditKey(), '-', '+'))).not.toMatch(/secret value|hunter2/);
});

test('what is refused is recorded too, with the reason', async () => {
  const reader = await newKey({ name: 'reader', scopes: ['read'] });
  const id = await enqueued();
  const asked: [AskOptions & { path: string }, string][] = [
    [{ path: `/v1/tasks/${id}/cancel`, method: 'POST', token: reader.token }, '403 scope_missing'],
    [{ path: '/v1/tasks/tsk_none/cancel', method: 'POST' }, '404 task_unknown'],
    [{ path: `/v1/tasks/${id}/retry`, method: 'POST' }, '409 state_conflict'],
    [{ path: `/v1/tasks/${id}`, method: 'PATCH', json: { priority: 0 } }, '422 request_invalid /priority'],
    [
      { path: `/v1/tasks/${id}`, method: 'PATCH', body: '{', headers: { 'content-type': 'application/json' } },
      '400 body_invalid',
    ],
    [{ path: '/v1/queues/nowhere/pause', method: 'POST' }, '404 queue_unknown'],
    [{ path: '/v1/keys/key_none', method: 'DELETE' }, '404 key_unknown'],
    [{ path: '/v1/keys', method: 'POST', json: { name: '', scopes: [] } }, '422 request_invalid /name /scopes'],
  ];
  for (const [{ path, ...options }, problem] of asked) {
    expect(problemOf(await stage.ask(path, options)), path).toBe(problem);
    const [entry] = await entries('?outcome=refused&limit=1');
    const [status, code] = problem.split(' ');
    expect(entry, path).toMatchObject({ outcome: 'refused', status: Number(status), code });
    expect(entry?.actor.name).toBe(options.token === undefined ? 'admin' : 'reader');
  }
  const refused = await entries('?outcome=refused');
  expect(refused).toHaveLength(asked.length);
  expect(refused.map(({ target }) => target).reverse()).toEqual([
    id,
    'tsk_none',
    id,
    id,
    id,
    'nowhere',
    'key_none',
    undefined,
  ]);
});

test('who is nobody, who only looks, and who enqueues, leaves no entry', async () => {
  const id = await enqueued();
  expect((await stage.ask(`/v1/tasks/${id}/cancel`, { method: 'POST', token: 'nobody-has-this' })).status).toBe(401);
  expect((await stage.ask(`/v1/tasks/${id}/cancel`, { method: 'POST', token: null })).status).toBe(401);
  await stage.ask(`/v1/tasks/${id}`);
  await stage.ask('/v1/tasks/bulk', { method: 'POST', json: { tasks: [{}] } });
  expect(await entries()).toEqual([]);
});

test('a change that is asked for twice is recorded twice', async () => {
  await stage.startWorker();
  for (const _ of [1, 2]) expect((await stage.ask('/v1/queues/default/pause', { method: 'POST' })).status).toBe(200);
  expect(await entries('?action=queue.pause')).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);
});

const change = {
  actor: { keyId: 'key_1', name: 'night watch' },
  action: 'task.cancel',
  target: 'tsk_1',
  from: '203.0.113.7',
};

test('a process that dies between asking and answering leaves what it began', async () => {
  await stage.cluster.audit.begin({ ...change, details: { reason: 'late' } });
  const [entry] = await entries();
  expect(entry).toMatchObject({ ...change, outcome: 'begun', details: { reason: 'late' } });
  expect(entry).not.toHaveProperty('status');
});

test('an outcome takes the place of what was begun, once, however often it is written', async () => {
  const { audit } = stage.cluster;
  const begunId = await audit.begin(change);
  await audit.end(change, { outcome: 'done', status: 200 }, begunId);
  await audit.end(change, { outcome: 'done', status: 200 }, begunId);
  expect(await entries()).toMatchObject([{ ...change, outcome: 'done', status: 200 }]);
});

test('nothing is changed that the audit cannot record', async () => {
  const id = await enqueued();
  await redis.set(auditKey(), 'something else that lies in its place');
  const answer = await stage.ask(`/v1/tasks/${id}/cancel`, { method: 'POST' });
  expect(problemOf(answer)).toBe('503 redis_unavailable');
  expect(answer.headers.get('retry-after')).toBe('2');
  expect((await stage.cluster.tasks.get(id, {})).state).toBe('scheduled');
  expect(problemOf(await stage.ask('/v1/tasks/tsk_none/cancel', { method: 'POST', json: { reason: 7 } }))).toBe(
    '422 request_invalid /reason',
  );
  await redis.del(auditKey());
  expect((await stage.ask(`/v1/tasks/${id}/cancel`, { method: 'POST' })).status).toBe(200);
});

test('what Redis did not take at once is written when it is back', async () => {
  const proxy = await startProxy(inject('redisUrl'));
  const behind = await startApiStage({ redisUrl: proxy.url });
  try {
    const { id } = await behind.cluster.keys.create({ name: 'shop', scopes: ['read'] });
    const lost = proxy.loseReplyTo('hdel');
    const answer = await behind.ask(`/v1/keys/${id}`, { method: 'DELETE' });
    await lost;
    expect(problemOf(answer)).toBe('503 redis_unavailable');
    const entry = { action: 'key.revoke', target: id, outcome: 'failed', status: 503, code: 'redis_unavailable' };
    await eventually(async () => {
      const { body } = await behind.ask<AuditPage>('/v1/audit');
      expect(body.items).toMatchObject([entry]);
    });
  } finally {
    await behind.stop();
    await proxy.stop();
  }
});

test('while Redis is away nothing is changed, and nobody is told otherwise', async () => {
  const proxy = await startProxy(inject('redisUrl'));
  const behind = await startApiStage({ redisUrl: proxy.url });
  try {
    const json = { model: 'shop', method: 'order', delaySeconds: 86_400 };
    const { body } = await behind.ask<{ id: string }>('/v1/tasks?unchecked=true', { method: 'POST', json });
    proxy.close();
    const answer = await behind.ask(`/v1/tasks/${body.id}/cancel`, { method: 'POST' });
    expect(problemOf(answer)).toBe('503 redis_unavailable');
    proxy.open();
    const task = await eventually(() => behind.cluster.tasks.get(body.id, {}));
    expect(task.state).toBe('scheduled');
    expect((await behind.cluster.audit.list({ limit: 10 }, {})).items).toEqual([]);
  } finally {
    await behind.stop();
    await proxy.stop();
  }
});
