import { setTimeout } from 'node:timers/promises';
import { createCluster } from '@drover/broker';
import type { KeyInfo, NewKey, Overview, Scope, Task } from '@drover/core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';

let stage: ApiStage;
const tokens = {} as Record<Scope, string>;
let acme: string;
let umbrella: string;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  for (const scope of ['enqueue', 'read', 'operate', 'admin'] as const) tokens[scope] = await stage.keyFor([scope]);
  acme = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'acme');
  umbrella = await stage.keyFor(['enqueue', 'read', 'operate'], 'umbrella');
});

afterAll(() => stage.stop());

const echo = { model: 'probe', method: 'echo', delaySeconds: 3_600 };
const post: AskOptions = { method: 'POST' };
const job = { name: 'echo', lines: [{ number: 10, kind: 'action', model: 'probe', method: 'echo' }] };
const yearly = {
  name: 'yearly',
  timing: 'schedule',
  frequency: { every: 'cron', cron: '@yearly' },
  task: { model: 'probe', method: 'echo' },
};

/** Every route that needs a scope, with a request that would do something. */
const routes: [scope: Scope, path: string, options: AskOptions][] = [
  ['enqueue', '/v1/tasks', { ...post, json: echo }],
  ['enqueue', '/v1/tasks/bulk', { ...post, json: { tasks: [echo] } }],
  ['enqueue', '/v1/flows', { ...post, json: { tasks: [{ ...echo, key: 'a' }] } }],
  ['enqueue', '/v1/chains', { ...post, json: { steps: [echo] } }],
  ['read', '/v1/tasks', {}],
  ['read', '/v1/tasks/{id}', {}],
  ['read', '/v1/tasks/{id}/executions', {}],
  ['read', '/v1/tasks/{id}/log', {}],
  ['read', '/v1/tasks/{id}/explain', {}],
  ['read', '/v1/tasks/{id}/events', {}],
  ['read', '/v1/tasks/{id}/history', {}],
  ['read', '/v1/events', {}],
  ['read', '/v1/executions', {}],
  ['read', '/v1/executions/nope', {}],
  ['read', '/v1/flows', {}],
  ['read', '/v1/flows/nope', {}],
  ['read', '/v1/jobs', {}],
  ['read', '/v1/jobs/export', {}],
  ['read', '/v1/jobs/nope', {}],
  ['read', '/v1/job-results', {}],
  ['read', '/v1/job-results/nope', {}],
  ['read', '/v1/statistics', {}],
  ['read', '/v1/failures', {}],
  ['read', '/v1/schedules', {}],
  ['read', '/v1/schedules/export', {}],
  ['read', '/v1/schedules/nope', {}],
  ['read', '/v1/schedules/nope/fires', {}],
  ['read', '/v1/schedules/nope/preview', {}],
  ['read', '/v1/schedules/preview', { ...post, json: { timing: 'later', startAt: '2030-01-01T00:00:00Z' } }],
  ['read', '/v1/schedules/calendar?from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z', {}],
  ['read', '/v1/models', {}],
  ['read', '/v1/models/probe', {}],
  ['read', '/v1/queues', {}],
  ['read', '/v1/workers', {}],
  ['read', '/v1/workers/nope', {}],
  ['read', '/v1/monitor', {}],
  ['read', '/v1/autoscale', {}],
  ['operate', '/v1/tasks/{id}', { method: 'PATCH', json: { priority: 5 } }],
  ['operate', '/v1/tasks/{id}/run-now', post],
  ['operate', '/v1/tasks/{id}/retry', post],
  ['operate', '/v1/tasks/{id}/cancel', post],
  ['operate', '/v1/tasks/{id}/skip', post],
  ['operate', '/v1/tasks/{id}/comments', { ...post, json: { text: 'hm' } }],
  ['operate', '/v1/tasks/actions', { ...post, json: { action: 'cancel', filter: { tag: 'none' } } }],
  ['operate', '/v1/flows/nope/cancel', post],
  ['operate', '/v1/flows/nope/resume', post],
  ['operate', '/v1/jobs/nope/run', post],
  ['operate', '/v1/schedules/nope/pause', post],
  ['operate', '/v1/schedules/nope/unschedule', post],
  ['operate', '/v1/schedules/nope/reschedule', post],
  ['operate', '/v1/schedules/nope/run', post],
  ['operate', '/v1/queues/default', { method: 'PATCH', json: { retention: null } }],
  ['operate', '/v1/workers/nope', { method: 'PATCH', json: { concurrency: 2 } }],
  ['operate', '/v1/workers/nope/quiet', post],
  ['operate', '/v1/workers/nope/resume', post],
  ['operate', '/v1/queues/default/pause', post],
  ['operate', '/v1/queues/default/resume', post],
  ['admin', '/v1/tasks/{id}/kill', post],
  ['admin', '/v1/workers/nope/stop', post],
  ['admin', '/v1/jobs', { ...post, json: job }],
  ['admin', '/v1/jobs/import', { method: 'PUT', json: { drover: 1, jobs: [job] } }],
  ['admin', '/v1/jobs/nope', { method: 'PUT', json: job }],
  ['admin', '/v1/jobs/nope', { method: 'DELETE' }],
  ['admin', '/v1/job-results/nope/kill', post],
  ['admin', '/v1/schedules', { ...post, json: yearly }],
  ['admin', '/v1/schedules/import', { method: 'PUT', json: { drover: 1, schedules: [yearly] } }],
  ['admin', '/v1/schedules/nope', { method: 'PUT', json: yearly }],
  ['admin', '/v1/schedules/nope', { method: 'PATCH', json: { missed: 'skip' } }],
  ['admin', '/v1/schedules/nope', { method: 'DELETE' }],
  [
    'admin',
    '/v1/schedules/nope/backfill',
    { ...post, json: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' } },
  ],
  ['admin', '/v1/schedules/nope/reset', post],
  ['admin', '/v1/schedules/nope/adopt', post],
  ['admin', '/v1/audit', {}],
  ['admin', '/v1/keys', {}],
  ['admin', '/v1/keys', { ...post, json: { name: 'x', scopes: ['read'] } }],
  ['admin', '/v1/keys/nope', { method: 'DELETE' }],
];

test.for(routes)(
  'a key with the scope %s, and an admin, may ask %s; nobody else may',
  async ([scope, path, options]) => {
    for (const [held, token] of Object.entries(tokens)) {
      const { id } = await stage.enqueue(echo);
      const answer = await stage.ask(path.replace('{id}', id), { ...options, token });
      const isAllowed = held === scope || held === 'admin';
      const said = `${held}: ${answer.status} ${answer.text}`;
      if (isAllowed) expect([200, 201, 202, 204, 404, 409], said).toContain(answer.status);
      else expect(problemOf(answer), said).toBe('403 scope_missing');
      if (!isAllowed) expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
    }
    expect(problemOf(await stage.ask(path, { ...options, token: null }))).toBe('401 token_missing');
  },
);

test('every route of the document that needs a token is in this table', async () => {
  const { body } = await stage.ask<{ paths: Record<string, Record<string, { security?: [] }>> }>('/openapi.json');
  const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security === undefined)
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  const inTable = routes.map(([, path, { method = 'GET' }]) => {
    const [address = ''] = path.split('?');
    const template = address.replace('probe', '{model}').replace('default', '{name}').replace('nope', '{id}');
    return `${method} ${template}`;
  });
  expect(documented.filter((route) => route !== 'GET /v1/me').sort()).toEqual(inTable.sort());
});

test('what is open answers without a token', async () => {
  for (const path of ['/livez', '/readyz', '/openapi.json', '/docs']) {
    expect((await stage.ask(path, { token: null })).status).toBe(200);
  }
});

test('a key is told whose it is', async () => {
  const me = await stage.ask('/v1/me', { token: acme });
  expect(me.body).toMatchObject({ scopes: ['enqueue', 'read', 'operate', 'admin'], company: 'acme' });
  const admin = { keyId: expect.any(String), name: 'admin', scopes: ['admin'], mayKill: true };
  expect((await stage.ask('/v1/me')).body).toEqual(admin);
});

test('a key bound to a company enqueues for that company, alone and in bulk', async () => {
  expect((await stage.enqueue(echo, { token: acme })).company).toBe('acme');
  expect((await stage.enqueue({ ...echo, company: 'acme' }, { token: acme })).company).toBe('acme');
  const tasks = [echo, { ...echo, company: 'umbrella' }];
  const bulk = await stage.ask<{ results: { status: number; task?: Task }[] }>('/v1/tasks/bulk', {
    ...post,
    token: acme,
    json: { tasks },
  });
  expect(bulk.body.results.map(({ status }) => status)).toEqual([202, 403]);
  expect(bulk.body.results[0]?.task?.company).toBe('acme');
});

test('no route shows or touches the task of another company, or of none', async () => {
  const foreign = [await stage.enqueue(echo, { token: umbrella }), await stage.enqueue(echo)];
  const onTask = routes.filter(([, path]) => path.includes('{id}'));
  expect(onTask).toHaveLength(13);
  for (const { id } of foreign) {
    for (const [, path, options] of onTask) {
      const answer = await stage.ask(path.replace('{id}', id), { ...options, token: acme });
      expect(problemOf(answer), `${path}: ${answer.text}`).toBe('404 task_unknown');
      expect(answer.text).not.toContain('umbrella');
    }
    expect((await stage.ask<Task>(`/v1/tasks/${id}`)).body).toMatchObject({ state: 'scheduled', priority: 100 });
  }
});

test('a foreign task is as unknown as one that never was', async () => {
  const { id } = await stage.enqueue(echo, { token: umbrella });
  const foreign = await stage.ask(`/v1/tasks/${id}`, { token: acme });
  const never = await stage.ask(`/v1/tasks/${id.replace(/.(?=-)/, '0')}`, { token: acme });
  const shape = (text: string) => text.replaceAll(/tsk_[\w-]+/g, 'ID');
  expect(shape(foreign.text)).toBe(shape(never.text));
});

test('a list shows the tasks of the company only', async () => {
  const { id } = await stage.enqueue(echo, { token: acme });
  const list = await stage.ask<{ items: Task[] }>('/v1/tasks?state=scheduled&limit=200', { token: acme });
  expect(list.body.items.map((task) => task.id)).toContain(id);
  expect(new Set(list.body.items.map(({ company }) => company))).toEqual(new Set(['acme']));
});

test('the errors of another company are not in the figures', async () => {
  const failing = { model: 'probe', method: 'permanent_error', kwargs: { message: 'the secret of umbrella' } };
  const { id } = await stage.enqueue(failing, { token: umbrella });
  await stage.ask(`/v1/tasks/${id}?wait=20`);
  const figures = async (token: string) => (await stage.ask<Overview>('/v1/monitor', { token })).body.recentErrors;
  expect((await figures(umbrella)).map(({ taskId }) => taskId)).toContain(id);
  expect(await figures(acme)).toEqual([]);
});

test('an idempotency key of another company is another key', async () => {
  const headers = { 'idempotency-key': '"the same"' };
  const mine = await stage.enqueue(echo, { token: acme, headers });
  const theirs = await stage.enqueue({ ...echo, args: [2] }, { token: umbrella, headers });
  expect(theirs.id).not.toBe(mine.id);
});

test('a key bound to a company changes nothing that belongs to all, whatever its scopes', async () => {
  const ofAll = routes.filter(([, path]) => /\/keys|\/queues\//.test(path));
  expect(ofAll).toHaveLength(6);
  for (const [, path, options] of ofAll) {
    expect(problemOf(await stage.ask(path, { ...options, token: acme }))).toBe('403 scope_missing');
  }
});

test('a key that another API has made is good here at once', async () => {
  const other = createCluster({ redisUrl: inject('redisUrl'), keyPrefix: stage.keyPrefix });
  try {
    await eventually(() => other.ping());
    const wrong = await stage.ask('/v1/queues', { token: 'drv_nobodys' });
    expect(problemOf(wrong)).toBe('401 token_invalid');
    const { token } = await other.keys.create({ name: 'made elsewhere', scopes: ['read'] });
    await setTimeout(150);
    expect((await stage.ask('/v1/queues', { token })).status).toBe(200);
  } finally {
    await other.stop();
  }
});

test('a key is shown once, listed without its token, and of no use when it is revoked', async () => {
  const made = await stage.ask<NewKey>('/v1/keys', { ...post, json: { name: 'shop', scopes: ['read'] } });
  expect(made.status).toBe(201);
  const { token, id } = made.body;
  expect((await stage.ask('/v1/queues', { token })).status).toBe(200);
  const list = await stage.ask<{ items: KeyInfo[] }>('/v1/keys');
  expect(list.body.items.find((key) => key.id === id)).toMatchObject({ name: 'shop', scopes: ['read'] });
  expect(list.text).not.toContain(token);
  expect(list.text).not.toContain('digest');
  const revoked = await stage.ask(`/v1/keys/${id}`, { method: 'DELETE' });
  expect([revoked.status, revoked.text]).toEqual([204, '']);
  const refused = async () => expect(problemOf(await stage.ask('/v1/queues', { token }))).toBe('401 token_invalid');
  await eventually(refused);
});
