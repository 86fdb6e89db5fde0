import type { NewKey, QueueInfo, Task, TaskActionPreview, TaskHistoryEntry, TaskPage } from '@drover/core';
import { limits } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';

let stage: ApiStage;
/** Two people with keys of their own. */
let ann: NewKey;
let acme: NewKey;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  ann = await stage.cluster.keys.create({ name: 'ann', scopes: ['read', 'operate'] });
  acme = await stage.cluster.keys.create({ name: 'acme office', scopes: ['read', 'operate'], company: 'acme' });
});

afterAll(() => stage.stop());

const path = '/v1/tasks/actions';
const act = <T = Task>(json: object, headers: Record<string, string> = {}, token = ann.token) =>
  stage.ask<T>(path, { method: 'POST', json, headers, token });
const preview = async (json: object, token = ann.token) => {
  const answer = await act<TaskActionPreview>({ ...json, dryRun: true }, {}, token);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};

/** The task that did it, when it has ended. */
async function done(json: object, token = ann.token): Promise<Task> {
  const answer = await act(json, {}, token);
  expect(answer.status, answer.text).toBe(202);
  expect(answer.headers.get('location')).toBe(`/v1/tasks/${answer.body.id}`);
  expect(answer.headers.get('retry-after')).toBe('1');
  const ended = await stage.cluster.tasks.waitFor(answer.body.id, {}, 20_000);
  expect(ended).toMatchObject({ state: 'done', progress: { percent: 100 } });
  return ended;
}

/** Tasks that wait for an hour, under a tag of their own. */
async function waiting(tag: string, count: number, fields: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const task = { model: 'probe', method: 'echo', tags: [tag], delaySeconds: 3_600, ...fields };
    ids.push((await stage.enqueue(task)).id);
  }
  return ids;
}

const statesOf = async (tag: string) => {
  const { body } = await stage.ask<TaskPage>(`/v1/tasks?tag=${tag}&limit=200`);
  return body.items.map(({ state }) => state);
};
const get = async (id: string) => (await stage.ask<Task>(`/v1/tasks/${id}`)).body;
const historyOf = async (id: string) =>
  (await stage.ask<{ items: TaskHistoryEntry[]; nextCursor: null }>(`/v1/tasks/${id}/history`)).body.items;
const change = (id: string, action: string, json?: object, token = ann.token) =>
  stage.ask<Task>(`/v1/tasks/${id}/${action}`, { method: 'POST', json, token });

/** A task that needs a person. */
async function stuck(fields: object = {}): Promise<string> {
  const { id } = await stage.enqueue({ model: 'probe', method: 'data_error', ...fields });
  await eventually(async () => expect((await get(id)).state).toBe('requires_attention'));
  return id;
}

describe('what is done to many tasks', () => {
  test('is tried first: a dry run counts, shows the newest ten, and changes nothing', async () => {
    const ids = await waiting('dry', 12);
    const shown = await preview({ action: 'cancel', filter: { tag: 'dry' } });
    expect(shown).toMatchObject({ action: 'cancel', count: 12, more: false });
    expect(shown.samples.map(({ id }) => id)).toEqual(ids.reverse().slice(0, limits.actionSamples));
    expect(await preview({ action: 'retry', filter: { tag: 'dry' } })).toMatchObject({ count: 0, samples: [] });
    expect(new Set(await statesOf('dry'))).toEqual(new Set(['scheduled']));
  });

  test('is done by a task that can be seen, with its reason kept by each', async () => {
    const [first = ''] = await waiting('cancel', 5);
    await done({ action: 'cancel', filter: { tag: 'cancel' }, reason: 'a duplicate import' });
    expect(await statesOf('cancel')).toEqual(Array(5).fill('cancelled'));
    const history = await historyOf(first);
    expect(history).toMatchObject([
      { action: 'cancel', comment: 'a duplicate import', by: { keyId: ann.id, name: 'ann' } },
    ]);
  });

  test('may be running again what was cancelled', async () => {
    await waiting('again', 3);
    await done({ action: 'cancel', filter: { tag: 'again' } });
    await done({ action: 'retry', filter: { tag: 'again', state: 'cancelled' } });
    await eventually(async () => expect(await statesOf('again')).toEqual(['done', 'done', 'done']));
  });

  test('may be some of those that match, by id', async () => {
    const ids = await waiting('some', 4);
    const chosen = ids.slice(0, 2);
    expect(await preview({ action: 'cancel', filter: {}, ids: chosen })).toMatchObject({ count: 2 });
    expect(await preview({ action: 'cancel', filter: { tag: 'other' }, ids: chosen })).toMatchObject({ count: 0 });
    await done({ action: 'cancel', filter: {}, ids: chosen });
    expect((await statesOf('some')).sort()).toEqual(['cancelled', 'cancelled', 'scheduled', 'scheduled']);
  });

  test('is done once under one idempotency key', async () => {
    await waiting('once', 2);
    const headers = { 'idempotency-key': '"once"' };
    const json = { action: 'cancel', filter: { tag: 'once' } };
    const first = await act(json, headers);
    const again = await act(json, headers);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body.id).toBe(first.body.id);
    const other = await act({ ...json, reason: 'another' }, headers);
    expect(problemOf(other)).toBe('422 idempotency_key_reused');
    const broken = await act({ ...json, dryRun: true }, { 'idempotency-key': '"' });
    expect(problemOf(broken)).toBe('400 idempotency_key_invalid header:idempotency-key');
  });

  test("reaches a company's tasks only, for its key", async () => {
    await waiting('whose', 2, { company: 'acme' });
    const [foreign = ''] = await waiting('whose', 1, { company: 'umbrella' });
    const json = { action: 'cancel', filter: { tag: 'whose' } };
    expect(await preview(json, acme.token)).toMatchObject({ count: 2 });
    expect(await preview({ ...json, filter: { company: 'umbrella' } }, acme.token)).toMatchObject({ count: 0 });
    expect(await preview({ ...json, filter: {}, ids: [foreign] }, acme.token)).toMatchObject({ count: 0, samples: [] });
    const foreignCompany = { ...json, filter: { company: 'umbrella' } };
    expect(problemOf(await act(foreignCompany, {}, acme.token))).toBe('403 scope_missing /filter/company');
    const { id, company } = await done(json, acme.token);
    expect(company).toBe('acme');
    expect((await get(foreign)).state).toBe('scheduled');
    expect((await stage.ask(`/v1/tasks/${id}`, { token: acme.token })).status).toBe(200);
  });

  test('needs the scope operate, and a filter that says something', async () => {
    const json = { action: 'cancel', filter: { tag: 'x' } };
    for (const scope of ['read', 'enqueue'] as const) {
      expect(problemOf(await act(json, {}, await stage.keyFor([scope])))).toBe('403 scope_missing');
    }
    const faults: [object, string][] = [
      [{ action: 'cancel', filter: {} }, '/filter'],
      [{ action: 'cancel' }, '/filter'],
      [{ action: 'delete', filter: { tag: 'x' } }, '/action'],
      [{ ...json, filter: { state: 'gone' } }, '/filter/state'],
      [{ ...json, filter: { tag: 'x', limit: 5 } }, '/filter/limit'],
      [{ ...json, ids: [] }, '/ids'],
      [{ ...json, ids: Array(limits.actionIds + 1).fill('tsk_x') }, '/ids'],
      [{ ...json, dryRun: 'yes' }, '/dryRun'],
      [{ ...json, reason: 'x'.repeat(limits.commentLength + 1) }, '/reason'],
      [{ ...json, force: true }, '/force'],
    ];
    for (const [body, pointers] of faults) expect(problemOf(await act(body))).toBe(`422 request_invalid ${pointers}`);
  });
});

describe('a task that needs a person', () => {
  test('is skipped with a word on why', async () => {
    const id = await stuck();
    const skipped = await change(id, 'skip', { comment: 'paid in cash' });
    expect([skipped.status, skipped.body.state, skipped.body.outcome]).toEqual([200, 'done', 'skipped']);
    expect(await historyOf(id)).toMatchObject([{ action: 'skip', comment: 'paid in cash', by: { name: 'ann' } }]);
    expect(problemOf(await change(id, 'skip'))).toBe('409 state_conflict');
  });

  test('is mended, and run again; what was replaced is kept, with who did it', async () => {
    const id = await stuck({ kwargs: { message: 'no customer' } });
    const json = { kwargs: { fixed: true }, comment: 'asked them' };
    const patched = await stage.ask(`/v1/tasks/${id}`, { method: 'PATCH', json, token: ann.token });
    expect(patched.status, patched.text).toBe(200);
    expect((await change(id, 'retry', { comment: 'try this' })).status).toBe(200);
    await eventually(async () => expect((await get(id)).state).toBe('done'));
    const by = { keyId: ann.id, name: 'ann' };
    expect(await historyOf(id)).toMatchObject([
      { action: 'patch', comment: 'asked them', by, before: { kwargs: { message: 'no customer' } } },
      { action: 'retry', comment: 'try this', by },
    ]);
  });

  test('is commented on, in any state, by everybody who may', async () => {
    const id = await stuck({ company: 'acme' });
    expect((await change(id, 'comments', { text: 'Who knows\nthis one?' })).status).toBe(204);
    expect((await change(id, 'comments', { text: 'We do.' }, acme.token)).status).toBe(204);
    await change(id, 'skip', undefined, acme.token);
    expect((await change(id, 'comments', { text: 'Thanks!' })).status).toBe(204);
    const history = await historyOf(id);
    expect(history.map(({ action, comment, by }) => [action, comment, by?.name])).toEqual([
      ['comment', 'Who knows\nthis one?', 'ann'],
      ['comment', 'We do.', 'acme office'],
      ['skip', undefined, 'acme office'],
      ['comment', 'Thanks!', 'ann'],
    ]);
    expect(history.every(({ at }) => Math.abs(Date.parse(at) - Date.now()) < 60_000)).toBe(true);
  });

  test('hears no comment without words, nor one without end', async () => {
    const id = await stuck();
    expect(problemOf(await change(id, 'comments', {}))).toBe('422 request_invalid /text');
    expect(problemOf(await change(id, 'comments', { text: '' }))).toBe('422 request_invalid /text');
    const long = 'x'.repeat(limits.commentLength + 1);
    expect(problemOf(await change(id, 'comments', { text: long }))).toBe('422 request_invalid /text');
    expect(problemOf(await change(id, 'skip', { comment: long }))).toBe('422 request_invalid /comment');
    expect(problemOf(await change(id, 'retry', { reason: 'x' }))).toBe('422 request_invalid /reason');
    expect(await historyOf(id)).toEqual([]);
  });

  test('tells its history to who may read it', async () => {
    const id = await stuck();
    const token = await stage.keyFor(['enqueue', 'operate']);
    expect(problemOf(await stage.ask(`/v1/tasks/${id}/history`, { token }))).toBe('403 scope_missing');
    expect(problemOf(await stage.ask('/v1/tasks/x/history'))).toBe('404 task_unknown');
  });
});

describe("a model of Drover's own", () => {
  const prune = { model: 'system.ledger', method: 'prune' };
  const bulk = (token: string) =>
    stage.ask<{ results: { status: number }[] }>('/v1/tasks/bulk?unchecked=true', {
      method: 'POST',
      json: { tasks: [prune] },
      token,
    });

  test('is for keys with admin that are bound to no company', async () => {
    const all = ['enqueue', 'read', 'operate', 'admin'] as const;
    for (const token of [await stage.keyFor(['enqueue']), await stage.keyFor([...all], 'acme')]) {
      const answer = await stage.ask('/v1/tasks?unchecked=true', { method: 'POST', json: prune, token });
      expect(problemOf(answer)).toMatch(/^403 scope_missing/);
      expect((await bulk(token)).body.results.map(({ status }) => status)).toEqual([403]);
    }
    const token = await stage.keyFor(['admin']);
    expect((await stage.ask('/v1/tasks?unchecked=true', { method: 'POST', json: prune, token })).status).toBe(202);
    expect((await bulk(token)).body.results.map(({ status }) => status)).toEqual([202]);
  });
});

describe('a queue', () => {
  const patch = (json: object, name = 'default', token?: string) =>
    stage.ask<QueueInfo>(`/v1/queues/${name}`, { method: 'PATCH', json, ...(token === undefined ? {} : { token }) });

  test('is told how long its tasks are remembered, and forgets it again', async () => {
    await stage.enqueue({ model: 'probe', method: 'echo' });
    const changed = await patch({ retention: { doneDays: 7 } });
    expect([changed.status, changed.body.retention]).toEqual([200, { doneDays: 7 }]);
    const { items } = (await stage.ask<{ items: QueueInfo[] }>('/v1/queues')).body;
    expect(items.find(({ name }) => name === 'default')?.retention).toEqual({ doneDays: 7 });
    expect((await patch({ retention: null })).body).not.toHaveProperty('retention');
  });

  test('is not changed by who may not, nor to what cannot be', async () => {
    expect(problemOf(await patch({ retention: null }, 'default', acme.token))).toBe('403 scope_missing');
    expect(problemOf(await patch({ retention: null }, 'nope'))).toBe('404 queue_unknown');
    expect(problemOf(await patch({}))).toBe('422 request_invalid ');
    expect(problemOf(await patch({ retention: { doneDays: -1 } }))).toBe('422 request_invalid /retention/doneDays');
    expect(problemOf(await patch({ retention: { days: 1 } }))).toBe('422 request_invalid /retention/days');
  });
});
