import { once } from 'node:events';
import type { Execution, Task, TaskLog } from '@drover/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

const echo = { model: 'probe', method: 'echo', args: ['hello'] };
const slow = (ms: number) => ({ model: 'probe', method: 'slow', kwargs: { ms } });
const later = { ...echo, delaySeconds: 3_600 };
const post = (json: unknown, headers: Record<string, string> = {}) =>
  stage.ask<Task>('/v1/tasks', { method: 'POST', json, headers });
const act = (id: string, action: string, json?: unknown) =>
  stage.ask<Task>(`/v1/tasks/${id}/${action}`, { method: 'POST', ...(json === undefined ? {} : { json }) });
const finished = async (id: string) => (await stage.ask<Task>(`/v1/tasks/${id}?wait=20`)).body;

test('a task is accepted, says where it is, runs, and keeps its result', async () => {
  const answer = await post({ ...echo, kwargs: { a: 1 }, tags: ['x'], user: 'ann', name: 'Say hello' });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({
    state: 'waiting',
    name: 'Say hello',
    tags: ['x'],
    user: 'ann',
    queue: 'default',
  });
  expect(answer.headers.get('location')).toBe(`/v1/tasks/${answer.body.id}`);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.headers.get('vary')).toBe('Prefer');

  const task = await finished(answer.body.id);
  expect(task).toMatchObject({ state: 'done', outcome: 'success', kwargs: { a: 1 }, result: ['hello'] });
});

test('odd but valid JSON comes back as it was sent', async () => {
  const odd = [
    '\u0000',
    '\ud800',
    '"\\\u2028😀',
    1e-7,
    1.5e300,
    9007199254740991,
    -9007199254740991,
    { constructor: 1 },
    [],
  ];
  const kwargs = { prototype: { toString: 1 }, '': null, 'a.b': { hasOwnProperty: [{}] } };
  const sent = await stage.enqueue({ model: 'probe', method: 'echo', args: odd, kwargs });
  const answer = await stage.ask(`/v1/tasks/${sent.id}?wait=20`);
  const task = JSON.parse(answer.text) as Task;
  expect([task.args, task.kwargs, task.result]).toEqual([odd, kwargs, odd]);
});

test('of a name given twice the last counts, and minus zero becomes zero', async () => {
  const body = '{"model":"probe","method":"fail","method":"echo","args":[1],"args":[-0]}';
  const answer = await stage.ask<Task>('/v1/tasks', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(202);
  expect(await finished(answer.body.id)).toMatchObject({ method: 'echo', result: [0] });
});

test('a body may begin with a byte order mark, and its type may name UTF-8', async () => {
  for (const type of [
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json ; odata=x',
  ]) {
    const body = `\ufeff${JSON.stringify(echo)}`;
    const answer = await stage.ask('/v1/tasks', { method: 'POST', body, headers: { 'content-type': type } });
    expect(answer.status, answer.text).toBe(202);
  }
});

test('Prefer: wait holds the answer until the task has ended', async () => {
  const answer = await post(slow(300), { prefer: 'wait=20' });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ state: 'done', result: { ms: 300 } });
  expect(answer.headers.get('preference-applied')).toBe('wait=20');
  expect(answer.headers.has('retry-after')).toBe(false);
});

test('Prefer: wait answers 202 when the time is up', async () => {
  const answer = await post(slow(30_000), { prefer: 'respond-async, wait="1", something="else"; x=y' });
  expect(answer.status).toBe(202);
  expect(['waiting', 'running']).toContain(answer.body.state);
  expect(answer.headers.get('preference-applied')).toBe('respond-async, wait=1');
});

test('a wait is capped, and what cannot be understood is passed over', async () => {
  expect((await post(echo, { prefer: 'wait=9999' })).headers.get('preference-applied')).toBe('wait=60');
  for (const prefer of ['wait', 'wait=-1', 'wait=1e3', 'wait=soon', 'handling=strict', ',,;=,']) {
    const answer = await post(echo, { prefer });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([202, null]);
  }
});

test('a client that goes away ends its wait', async () => {
  const { id } = await stage.enqueue(later);
  const waiting = vi.spyOn(stage.cluster.tasks, 'waitFor');
  const leaving = new AbortController();
  const answer = stage.ask(`/v1/tasks/${id}?wait=60`, { signal: leaving.signal });
  await expect.poll(() => waiting.mock.results, { timeout: 10_000 }).toHaveLength(1);
  leaving.abort();
  await expect(answer).rejects.toThrow('aborted');
  expect(await waiting.mock.results[0]?.value).toMatchObject({ id, state: 'scheduled' });
  waiting.mockRestore();
});

test('all waits end when the process stops, with what is known', async () => {
  const other = await startApiStage();
  try {
    const json = { ...later, delaySeconds: 3_600 };
    const { body } = await other.ask<Task>('/v1/tasks?unchecked=true', { method: 'POST', json });
    const held = other.ask<Task>(`/v1/tasks/${body.id}?wait=60`);
    const arrived = once(other.listening.server, 'request');
    const alsoHeld = other.ask<Task>('/v1/tasks?unchecked=true', {
      method: 'POST',
      json,
      headers: { prefer: 'wait=60' },
    });
    await arrived;
    other.stopping.abort();
    expect((await held).body.state).toBe('scheduled');
    expect((await alsoHeld).status).toBe(202);
    expect((await other.ask<Task>(`/v1/tasks/${body.id}?wait=60`)).status).toBe(200);
  } finally {
    await other.stop();
  }
});

test('a scheduled task says when to ask again', async () => {
  const seconds = Number((await post({ ...echo, delaySeconds: 50 })).headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(40);
  expect(seconds).toBeLessThanOrEqual(50);
  const { id } = await stage.enqueue(later);
  const answer = await stage.ask<Task>(`/v1/tasks/${id}`);
  expect(answer.body.state).toBe('scheduled');
  expect(answer.headers.get('retry-after')).toBe('60');
});

test('a look at what has not changed costs a 304', async () => {
  const { id } = await stage.enqueue(later);
  const first = await stage.ask(`/v1/tasks/${id}`);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"[\w-]+"$/);
  for (const tag of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
    const again = await stage.ask(`/v1/tasks/${id}`, { headers: { 'if-none-match': tag } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
  }
  await act(id, 'cancel');
  const changed = await stage.ask(`/v1/tasks/${id}`, { headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
});

test('the same idempotency key with the same body answers the same task again', async () => {
  const headers = { 'idempotency-key': '"order-1"' };
  const first = await post({ ...echo, kwargs: { a: 1, b: 2 } }, headers);
  const again = await post({ kwargs: { b: 2, a: 1 }, ...echo }, headers);
  const bare = await post({ ...echo, kwargs: { a: 1, b: 2 } }, { 'idempotency-key': 'order-1' });
  expect(again.body.id).toBe(first.body.id);
  expect(bare.body.id).toBe(first.body.id);
});

test('an idempotency key with another body is refused, and two requests at once make one task', async () => {
  const headers = { 'idempotency-key': '"order-2"' };
  const both = await Promise.all([post(echo, headers), post(echo, headers), post(echo, headers)]);
  expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
  const other = await post({ ...echo, args: ['other'] }, headers);
  expect(problemOf(other)).toBe('422 idempotency_key_reused');
});

test('a replay of a task that has ended is answered with its end', async () => {
  const headers = { 'idempotency-key': '"order-3"' };
  const first = await post(echo, headers);
  await finished(first.body.id);
  const again = await post(echo, headers);
  expect([again.status, again.body.id, again.body.state]).toEqual([200, first.body.id, 'done']);
});

test('a method that nobody offers is refused with the nearest names, unless that is asked for', async () => {
  const refused = await post({ model: 'probe', method: 'ecko' });
  expect(problemOf(refused)).toMatch(/^422 method_unknown/);
  expect(refused.text).toContain('probe.echo');
  const answer = await stage.ask<Task>('/v1/tasks?unchecked=true', {
    method: 'POST',
    json: { model: 'not.deployed', method: 'yet', args: [1] },
  });
  expect(answer.status).toBe(202);
});

test('arguments are checked against the schema of the method', async () => {
  const place = (args: unknown[], kwargs: object) => post({ model: 'shop.order', method: 'place', args, kwargs });
  expect((await place([[1, 2]], { customer: 'ann' })).body).toMatchObject({ queue: 'orders' });
  expect(problemOf(await place([[0, 'x']], {}))).toBe('422 args_invalid /args/0/0 /args/0/1 /kwargs/customer');
  expect(problemOf(await place([], { customer: 'ann', colour: 1 }))).toMatch(/^422 args_invalid .*\/kwargs\/colour/);
});

test('a task is cancelled with a reason, and run again', async () => {
  const { id } = await stage.enqueue(later);
  const cancelled = await act(id, 'cancel', { reason: 'ordered twice' });
  expect([cancelled.status, cancelled.body.state, cancelled.body.message]).toEqual([200, 'cancelled', 'ordered twice']);
  expect(problemOf(await act(id, 'cancel'))).toBe('409 state_conflict');
  const retried = await act(id, 'retry');
  expect(retried.status, retried.text).toBe(200);
  expect(await finished(id)).toMatchObject({ state: 'done' });
  const conflict = await act(id, 'retry');
  expect(problemOf(conflict)).toBe('409 state_conflict');
  expect((conflict.body as unknown as { detail: string }).detail).toContain('done');
});

test('a scheduled task runs now when told so', async () => {
  const { id } = await stage.enqueue(later);
  expect((await act(id, 'run-now')).status).toBe(200);
  expect(await finished(id)).toMatchObject({ state: 'done' });
  expect(problemOf(await act(id, 'run-now'))).toBe('409 state_conflict');
});

test('priority and time of a waiting task are changed, and its arguments only when it needs attention', async () => {
  const { id } = await stage.enqueue(later);
  const change = (task: string, json: unknown) => stage.ask<Task>(`/v1/tasks/${task}`, { method: 'PATCH', json });
  const runAt = new Date(Date.now() + 7_200_000).toISOString();
  expect((await change(id, { priority: 7, runAt })).body).toMatchObject({ priority: 7, runAt });
  expect(problemOf(await change(id, { args: [] }))).toBe('409 state_conflict /args');

  const stuck = await stage.enqueue({ model: 'probe', method: 'data_error' });
  const state = async () => (await stage.ask<Task>(`/v1/tasks/${stuck.id}`)).body.state;
  await expect.poll(state, { timeout: 10_000 }).toBe('requires_attention');
  expect(problemOf(await change(stuck.id, { kwargs: { fixed: 'yes' } }))).toBe('422 args_invalid /kwargs/fixed');
  expect((await change(stuck.id, { kwargs: { fixed: true } })).status).toBe(200);
  await act(stuck.id, 'retry');
  expect(await finished(stuck.id)).toMatchObject({ state: 'done', result: { fixed: true } });
});

test('every try at a task is listed, and what it logged can be read', async () => {
  const { id } = await stage.enqueue({ model: 'probe', method: 'fail_times', kwargs: { times: 1, delaySeconds: 0 } });
  expect(await finished(id)).toMatchObject({ state: 'done', retryCount: 1 });
  const executions = await stage.ask<{ items: Execution[]; nextCursor: null }>(`/v1/tasks/${id}/executions`);
  expect(executions.body.items.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'error'],
    [2, 'success'],
  ]);
  const noisy = await stage.enqueue({ model: 'probe', method: 'log', kwargs: { lines: 3 } });
  await finished(noisy.id);
  const log = await stage.ask<TaskLog>(`/v1/tasks/${noisy.id}/log`);
  expect(log.body.items.map(({ message }) => message)).toEqual(['line 1', 'line 2', 'line 3']);
  expect(log.body.dropped).toBe(0);
});

test('tasks are listed newest first, page by page', async () => {
  const prefix = await startApiStage();
  try {
    await prefix.ask('/v1/tasks?unchecked=true', { method: 'POST', json: { ...echo, queue: 'other' } });
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const answer = await prefix.ask<Task>('/v1/tasks?unchecked=true', {
        method: 'POST',
        json: { ...echo, args: [n] },
      });
      ids.unshift(answer.body.id);
    }
    type Page = { items: Task[]; nextCursor: string | null };
    const first = (await prefix.ask<Page>('/v1/tasks?queue=default&limit=3')).body;
    expect(first.items).toHaveLength(3);
    const rest = (await prefix.ask<Page>(`/v1/tasks?queue=default&limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
    expect((await prefix.ask<Page>('/v1/tasks?state=done')).body).toEqual({ items: [], nextCursor: null });
    expect((await prefix.ask<Page>('/v1/tasks?state=waiting')).body.items).toHaveLength(6);
    expect((await prefix.ask<Page>('/v1/tasks')).body.items).toHaveLength(6);
  } finally {
    await prefix.stop();
  }
});

test('a queue is paused and resumed', async () => {
  await finished((await stage.enqueue(echo)).id);
  const paused = await stage.ask('/v1/queues/default/pause', { method: 'POST' });
  expect(paused.body).toMatchObject({ name: 'default', paused: true });
  const { id } = await stage.enqueue(echo);
  const held = await stage.ask<Task>(`/v1/tasks/${id}?wait=1`);
  expect(held.body.state).toBe('waiting');
  expect((await stage.ask('/v1/queues/default/resume', { method: 'POST' })).body).toMatchObject({ paused: false });
  expect(await finished(id)).toMatchObject({ state: 'done' });
  expect(problemOf(await stage.ask('/v1/queues/nope/pause', { method: 'POST' }))).toBe('404 queue_unknown');
});
