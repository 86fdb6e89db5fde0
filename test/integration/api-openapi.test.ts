import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { NewKey, Task } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, startApiStage } from '../api-stage.ts';
import { type Contract, contractOf, type Document, type Json } from '../contract.ts';
import { flowTalk } from '../flow-contract.ts';
import { jobTalk } from '../job-talk.ts';
import { driftTalk, scheduleTalk } from '../schedule-contract.ts';
import { fileTalk } from '../schedule-files.ts';

let stage: ApiStage;
let contract: Contract;
let document: Document;

const ask = <T = Json>(operation: string, path: string, options?: AskOptions) =>
  contract.ask<T>(operation, path, options);

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ rings: true });
  contract = await contractOf(stage);
  document = contract.document;
});

afterAll(() => stage.stop());

test('a public linter finds nothing', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drover-openapi-'));
  try {
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(document));
    const require = createRequire(import.meta.url);
    const manifest = require.resolve('@redocly/cli/package.json');
    const { bin } = require(manifest) as { bin: { redocly: string } };
    const program = join(dirname(manifest), bin.redocly);
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, 'lint', '--extends=recommended', '--format=json', 'openapi.json'],
      { cwd: folder, env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ totals: { errors: 0, warnings: 0, ignored: 0 } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('it says which version of OpenAPI and of Drover it is, and may be kept', async () => {
  const answer = await stage.ask<Json>('/openapi.json', { token: null });
  expect(answer.body).toMatchObject({ openapi: '3.1.1', info: { title: 'Drover', license: { name: 'MIT' } } });
  const again = await stage.ask('/openapi.json', { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
  expect(again.status).toBe(304);
});

test('its examples fit its schemas', { timeout: 120_000 }, () => {
  let checked = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { operationId, requestBody, responses }] of Object.entries(methods)) {
      const parts: [string[], Record<string, { example?: unknown }>][] = [
        [['requestBody'], requestBody?.content ?? {}],
        ...Object.entries(responses).map(([status, { content = {} }]): [string[], typeof content] => [
          ['responses', status],
          content,
        ]),
      ];
      for (const [place, content] of parts) {
        for (const [type, { example }] of Object.entries(content)) {
          if (example === undefined) continue;
          checked += 1;
          expect(
            contract.faultsOf(example, 'paths', path, method, ...place, 'content', type, 'schema'),
            operationId,
          ).toBe('');
        }
      }
    }
  }
  expect(checked).toBeGreaterThan(8);
});

const echo = { model: 'probe', method: 'echo', args: ['hello'] };
const full = {
  ...echo,
  kwargs: { any: [null, 1.5, { thing: true }] },
  name: 'Everything',
  priority: 7,
  delaySeconds: 3_600,
  expiresAt: '2030-01-01T02:00:00+02:00',
  maxRetries: 1,
  timeoutSeconds: 10,
  retry: { delaySeconds: 5 },
  tags: ['a'],
  user: 'ann',
  company: 'acme',
  notifyOnFailure: true,
};

test('enqueueing answers as the document says', async () => {
  await ask('POST /v1/tasks', '/v1/tasks', { json: full, headers: { prefer: 'respond-async' } });
  await ask('POST /v1/tasks', '/v1/tasks', { json: echo, headers: { prefer: 'wait=20' } });
  await ask('POST /v1/tasks', '/v1/tasks', { json: { ...echo, priority: 0 } });
  await ask('POST /v1/tasks', '/v1/tasks', { json: { ...echo, method: 'nope' } });
  await ask('POST /v1/tasks', '/v1/tasks', { body: '{', headers: { 'content-type': 'application/json' } });
  await ask('POST /v1/tasks', '/v1/tasks', { body: '{', headers: { 'content-type': 'text/plain' } });
  await ask('POST /v1/tasks', '/v1/tasks', { json: 'x'.repeat(2 ** 20) });
  await ask('POST /v1/tasks', '/v1/tasks', { json: echo, token: 'wrong' });
  await ask('POST /v1/tasks', '/v1/tasks', { json: echo, token: await stage.keyFor(['read']) });
  await ask('POST /v1/tasks', '/v1/tasks', { json: echo, headers: { accept: 'text/html' } });
  const headers = { 'content-type': 'application/x-ndjson' };
  await ask('POST /v1/tasks/bulk', '/v1/tasks/bulk', { json: { tasks: [full, {}, echo] } });
  await ask('POST /v1/tasks/bulk', '/v1/tasks/bulk', { json: { tasks: [] } });
  await ask('POST /v1/tasks/bulk', '/v1/tasks/bulk', { body: `${JSON.stringify(echo)}\n{}`, headers });
  const minimal = { ...headers, prefer: 'return=minimal' };
  await ask('POST /v1/tasks/bulk', '/v1/tasks/bulk', { body: `${JSON.stringify(echo)}\n{`, headers: minimal });
});

test('looking answers as the document says, whatever became of the task', { timeout: 120_000 }, async () => {
  const requests = [
    ['echo', {}, 'done'],
    ['items', { ok: 2, failed: 1 }, 'done'],
    ['permanent_error', {}, 'error'],
    ['data_error', {}, 'requires_attention'],
    ['progress', { steps: 2, ms: 1 }, 'done'],
    ['temporary_error', {}, 'scheduled'],
    ['log', { lines: 3 }, 'done'],
  ] as const;
  for (const [method, kwargs, state] of requests) {
    const { id } = await stage.enqueue({ model: 'probe', method, kwargs });
    const look = () => ask<Task>('GET /v1/tasks/{id}', `/v1/tasks/${id}`);
    await expect.poll(async () => (await look()).body.state, { timeout: 20_000 }).toBe(state);
    const { headers } = await ask('GET /v1/tasks/{id}', `/v1/tasks/${id}?wait=1`);
    await ask('GET /v1/tasks/{id}', `/v1/tasks/${id}`, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    await ask('GET /v1/tasks/{id}/executions', `/v1/tasks/${id}/executions`);
    await ask('GET /v1/tasks/{id}/log', `/v1/tasks/${id}/log`);
    await ask('GET /v1/tasks/{id}/explain', `/v1/tasks/${id}/explain`);
    // The stream of a task that has not ended does not end either.
    const events = { method: state === 'done' || state === 'error' ? 'GET' : 'HEAD' };
    await ask('GET /v1/tasks/{id}/events', `/v1/tasks/${id}/events`, events);
  }
  for (const state of [
    'waiting',
    'scheduled',
    'done',
    'error',
    'requires_attention',
    'running',
    'depends',
    'cancelled',
  ]) {
    await ask('GET /v1/tasks', `/v1/tasks?state=${state}&limit=2`);
  }
  await ask('GET /v1/tasks', '/v1/tasks?state=nope');
  await ask('GET /v1/tasks', '/v1/tasks?q=echo&limit=2');
  await ask('GET /v1/executions', '/v1/executions?limit=3');
  await ask('GET /v1/executions', '/v1/executions?q=echo&limit=3');
  await ask('GET /v1/executions', '/v1/executions?format=csv');
  await ask('GET /v1/executions', '/v1/executions?format=ndjson');
  await ask('GET /v1/executions', '/v1/executions?format=xml');
  const { items } = (await stage.ask<{ items: { id: string }[] }>('/v1/executions?outcome=error')).body;
  await ask('GET /v1/executions/{id}', `/v1/executions/${items[0]?.id}`);
  await ask('GET /v1/executions/{id}', '/v1/executions/x');
  await ask('GET /v1/tasks/{id}', '/v1/tasks/x');
});

test('changing answers as the document says', async () => {
  const { id } = await stage.enqueue({ ...echo, delaySeconds: 3_600 });
  await ask('PATCH /v1/tasks/{id}', `/v1/tasks/${id}`, { json: { priority: 9 } });
  await ask('POST /v1/tasks/{id}/run-now', `/v1/tasks/${id}/run-now`);
  const other = await stage.enqueue({ ...echo, delaySeconds: 3_600 });
  await ask('POST /v1/tasks/{id}/cancel', `/v1/tasks/${other.id}/cancel`, { json: { reason: 'no more' } });
  await ask('POST /v1/tasks/{id}/cancel', `/v1/tasks/${other.id}/cancel`);
  await ask('POST /v1/tasks/{id}/retry', `/v1/tasks/${other.id}/retry`);
  await ask('PATCH /v1/tasks/{id}', `/v1/tasks/${other.id}`, { json: {} });
});

test('what people do to tasks is answered as the document says', async () => {
  const { id } = await stage.enqueue({ model: 'probe', method: 'data_error', tags: ['stuck'] });
  await expect
    .poll(async () => (await stage.ask<Task>(`/v1/tasks/${id}`)).body.state, { timeout: 20_000 })
    .toBe('requires_attention');
  await ask('PATCH /v1/tasks/{id}', `/v1/tasks/${id}`, { json: { kwargs: {}, comment: 'no message' } });
  await ask('POST /v1/tasks/{id}/comments', `/v1/tasks/${id}/comments`, { json: { text: 'hm' } });
  await ask('POST /v1/tasks/{id}/comments', `/v1/tasks/${id}/comments`, { json: {} });
  await ask('POST /v1/tasks/{id}/skip', `/v1/tasks/${id}/skip`, { json: { comment: 'not needed' } });
  await ask('POST /v1/tasks/{id}/skip', `/v1/tasks/${id}/skip`);
  await ask('GET /v1/tasks/{id}/history', `/v1/tasks/${id}/history`);
  await ask('POST /v1/tasks/{id}/kill', `/v1/tasks/${id}/kill`, { json: { reason: 'too late' } });
  const slow = await stage.enqueue({ model: 'probe', method: 'slow', kwargs: { ms: 60_000 } });
  await expect
    .poll(async () => (await stage.ask<Task>(`/v1/tasks/${slow.id}`)).body.state, { timeout: 20_000 })
    .toBe('running');
  await ask('POST /v1/tasks/{id}/kill', `/v1/tasks/${slow.id}/kill`, { json: { reason: 'Wrong month.' } });
  const json = { action: 'retry', filter: { tag: 'stuck' } };
  const headers = { 'idempotency-key': '"stuck"' };
  await ask('POST /v1/tasks/actions', '/v1/tasks/actions', { json: { ...json, dryRun: true } });
  await ask('POST /v1/tasks/actions', '/v1/tasks/actions', { json, headers });
  await ask('POST /v1/tasks/actions', '/v1/tasks/actions', { json: { ...json, reason: 'other' }, headers });
  await ask('POST /v1/tasks/actions', '/v1/tasks/actions', { json: { ...json, filter: {} } });
});

test('schedules answer as the document says', async () => {
  await scheduleTalk(contract);
  await driftTalk(contract);
  await fileTalk(contract);
});

test('flows answer as the document says', async () => {
  await flowTalk(contract);
});

test('jobs answer as the document says', async () => {
  await jobTalk(contract);
});

test('the cluster answers as the document says', async () => {
  await ask('GET /v1/models', '/v1/models');
  await ask('GET /v1/models/{model}', '/v1/models/shop.order');
  await ask('GET /v1/models/{model}', '/v1/models/nope');
  await ask('GET /v1/queues', '/v1/queues');
  await ask('POST /v1/queues/{name}/pause', '/v1/queues/default/pause');
  await ask('POST /v1/queues/{name}/resume', '/v1/queues/default/resume');
  await ask('PATCH /v1/queues/{name}', '/v1/queues/default', { json: { retention: { doneDays: 1 } } });
  await ask('PATCH /v1/queues/{name}', '/v1/queues/nope', { json: { retention: null } });
  await ask('GET /v1/queues', '/v1/queues');
  await ask('GET /v1/statistics', '/v1/statistics?days=2&by=method&timeZone=Europe/Paris');
  await ask('GET /v1/statistics', '/v1/statistics?days=0');
  await ask('GET /v1/failures', '/v1/failures');
  await ask('GET /v1/events', '/v1/events?state=done', { method: 'HEAD' });
  await ask('GET /v1/events', '/v1/events?state=nope');
  await ask('GET /v1/workers', '/v1/workers');
  const { items } = (await stage.ask<{ items: { id: string }[] }>('/v1/workers')).body;
  const worker = `/v1/workers/${items[0]?.id}`;
  await ask('GET /v1/workers/{id}', worker);
  await ask('GET /v1/workers/{id}', '/v1/workers/nope');
  await ask('POST /v1/workers/{id}/quiet', `${worker}/quiet`);
  await ask('POST /v1/workers/{id}/resume', `${worker}/resume`);
  await ask('PATCH /v1/workers/{id}', worker, { json: { concurrency: 2 } });
  await ask('PATCH /v1/workers/{id}', worker, { json: { concurrency: 0 } });
  await ask('GET /v1/monitor', '/v1/monitor');
  await ask('GET /v1/autoscale', '/v1/autoscale');
  await ask('GET /v1/me', '/v1/me');
  const json = { name: 'x', scopes: ['read'], company: 'acme' };
  const made = await ask<NewKey>('POST /v1/keys', '/v1/keys', { json });
  await ask('GET /v1/keys', '/v1/keys');
  await ask('DELETE /v1/keys/{id}', `/v1/keys/${made.body.id}`);
  await ask('DELETE /v1/keys/{id}', `/v1/keys/${made.body.id}`);
  await ask('GET /v1/audit', '/v1/audit');
  await ask('GET /v1/audit', '/v1/audit?outcome=refused&limit=1');
  await ask('GET /v1/audit', '/v1/audit?action=keys');
  await ask('GET /livez', '/livez');
  await ask('GET /readyz', '/readyz');
  await ask('GET /readyz', '/readyz?verbose');
  await ask('POST /v1/workers/{id}/stop', `${worker}/stop`);
  await ask('POST /v1/workers/{id}/stop', '/v1/workers/nope/stop');
});

test('every operation of the document was tried with success', () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const succeeded = [...contract.seen].filter((each) => / 2\d\d$/.test(each)).map((each) => each.split(' ')[0]);
  expect([...new Set(succeeded)].sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});
