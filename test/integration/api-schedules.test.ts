import type { Schedule } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { createSchedule, daily, lookAt, schedulesPath, tasksOf } from '../schedule-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

type Page = { items: Schedule[]; nextCursor: string | null };

const ask = <T = Schedule>(path: string, options?: AskOptions) => stage.ask<T>(`${schedulesPath}${path}`, options);
const put = (id: string, json: object, headers: Record<string, string> = {}) =>
  ask(`/${id}`, { method: 'PUT', json, headers });
const patch = (id: string, json: object, headers: Record<string, string> = {}) =>
  ask(`/${id}`, { method: 'PATCH', json, headers });
const remove = (id: string, headers: Record<string, string> = {}) => ask(`/${id}`, { method: 'DELETE', headers });

describe('a schedule that is created', () => {
  test('is there at once, with its version, its next time and its rule in words', async () => {
    const request = daily({ timeZone: 'Europe/Paris', description: 'Says hello', jitterSeconds: 5 });
    const answer = await ask('', { method: 'POST', json: request });
    expect(answer.status, answer.text).toBe(201);
    const { id, version } = answer.body;
    expect(answer.headers.get('location')).toBe(`${schedulesPath}/${id}`);
    expect(answer.headers.get('etag')).toBe(`"${version}"`);
    expect(answer.body).toMatchObject({
      ...request,
      state: 'active',
      missed: 'once',
      overlap: 'skip',
      task: { args: ['hello'], kwargs: {} },
      owner: { kind: 'key', name: 'admin' },
      updatedBy: { keyId: 'key_admin', name: 'admin' },
      counts: { tasks: 0, manual: 0, skipped: 0, missed: 0, failed: 0, done: 0, error: 0 },
    });
    expect(answer.body.sentence).not.toBe('');
    expect(Date.parse(answer.body.nextFireAt ?? '')).toBeGreaterThan(Date.now());
    const seen = await ask(`/${id}`);
    expect(seen.body).toEqual(answer.body);
    expect([seen.status, seen.headers.get('etag')]).toEqual([200, `"${version}"`]);
  });

  test('has a zone, also when none was asked for', async () => {
    expect(await createSchedule(stage)).toMatchObject({ timeZone: 'UTC' });
  });

  test('is one under one idempotency key, and refused with another request', async () => {
    const headers = { 'idempotency-key': '"create-1"' };
    const request = daily();
    const first = await ask('', { method: 'POST', json: request, headers });
    const again = await ask('', { method: 'POST', json: request, headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.id).toBe(first.body.id);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const other = await ask('', { method: 'POST', json: { ...request, missed: 'all' }, headers });
    expect(problemOf(other)).toBe('422 idempotency_key_reused');
    const broken = await ask('', { method: 'POST', json: daily(), headers: { 'idempotency-key': '"' } });
    expect(problemOf(broken)).toBe('400 idempotency_key_invalid header:idempotency-key');
  });

  test('needs a name of its own', async () => {
    const { name } = await createSchedule(stage);
    const second = await ask('', { method: 'POST', json: daily({ name }) });
    expect(problemOf(second)).toBe('409 schedule_conflict /name');
  });

  test('may name a method that nobody offers yet, when that is said', async () => {
    const request = daily({ task: { model: 'shop.later', method: 'open', kwargs: { any: 1 } } });
    expect(problemOf(await ask('', { method: 'POST', json: request }))).toBe('422 method_unknown /task/method');
    expect(problemOf(await ask('?unchecked=yes', { method: 'POST', json: request }))).toBe(
      '422 request_invalid ?unchecked',
    );
    const made = await ask('?unchecked=true', { method: 'POST', json: request });
    expect(made.status, made.text).toBe(201);
    expect(problemOf(await put(made.body.id, request))).toBe('422 method_unknown /task/method');
    expect((await put(`${made.body.id}?unchecked=true`, request)).status).toBe(200);
    expect((await patch(`${made.body.id}?unchecked=true`, { missed: 'skip' })).status).toBe(200);
  });
});

describe('an edit', () => {
  test('replaces what it does: what is left out has its default again', async () => {
    const { id, createdAt, counts, version } = await createSchedule(stage, daily({ missed: 'all', maxFires: 5 }));
    const request = daily({ frequency: { every: 'hourly' } });
    const answer = await put(id, request);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({ ...request, id, createdAt, counts, missed: 'once', version: version + 1 });
    expect(answer.body).not.toHaveProperty('maxFires');
    expect(answer.headers.get('etag')).toBe(`"${version + 1}"`);
    expect(await lookAt(stage, id)).toEqual(answer.body);
  });

  test('may be of some fields: what is left out stays, null takes away', async () => {
    const request = daily({ missed: 'all', maxFires: 5, description: 'old' });
    const { id } = await createSchedule(stage, request);
    const answer = await patch(id, { maxFires: null, overlap: 'queue', description: null });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({ name: request.name, missed: 'all', overlap: 'queue', task: request.task });
    expect(answer.body).not.toHaveProperty('maxFires');
    expect(answer.body).not.toHaveProperty('description');
  });

  test('that leaves an impossible rule is refused, and changes nothing', async () => {
    const { id } = await createSchedule(stage);
    const before = await lookAt(stage, id);
    expect(problemOf(await patch(id, { timing: 'immediately' }))).toBe('422 request_invalid /frequency');
    expect(problemOf(await patch(id, { frequency: null }))).toBe('422 request_invalid /frequency');
    expect(problemOf(await patch(id, { finishAt: '2001-01-01T00:00:00Z' }))).toMatch(/^422 request_invalid \/finishAt/);
    expect(problemOf(await patch(id, { timeZone: 'Mars/Olympus' }))).toBe('422 request_invalid /timeZone');
    expect(problemOf(await patch(id, {}))).toBe('422 request_invalid ');
    expect(await lookAt(stage, id)).toEqual(before);
  });

  test('cannot take the name of another one', async () => {
    const [one, other] = [await createSchedule(stage), await createSchedule(stage)];
    expect(problemOf(await patch(one.id, { name: other.name }))).toBe('409 schedule_conflict /name');
    expect((await patch(one.id, { name: `${one.name}, renamed` })).status).toBe(200);
    expect((await patch(other.id, { name: one.name })).status).toBe(200);
  });

  test('of nothing is refused', async () => {
    for (const answer of [await put('sch_none', daily()), await patch('sch_none', { missed: 'all' })]) {
      expect(problemOf(answer)).toBe('404 schedule_unknown');
    }
    expect(problemOf(await put('sch_none', daily(), { 'if-match': '*' }))).toBe('404 schedule_unknown');
    expect(problemOf(await put('sch_none', daily(), { 'if-match': 'W/"1"' }))).toBe('404 schedule_unknown');
    expect(problemOf(await remove('sch_none'))).toBe('404 schedule_unknown');
  });
});

describe('an edit that is based on a version', () => {
  test('is made when nobody came before it', async () => {
    const { id, version } = await createSchedule(stage);
    const first = await patch(id, { missed: 'all' }, { 'if-match': `"${version}"` });
    expect([first.status, first.body.version]).toEqual([200, version + 1]);
    const second = await put(id, daily(), { 'if-match': first.headers.get('etag') ?? '' });
    expect([second.status, second.body.version]).toEqual([200, version + 2]);
    expect((await patch(id, { missed: 'skip' }, { 'if-match': '*' })).status).toBe(200);
    const several = `"${version}", W/"x", "${version + 3}"`;
    expect((await patch(id, { missed: 'all' }, { 'if-match': several })).status).toBe(200);
  });

  test('is refused when somebody did, and his edit stays', async () => {
    const { id, version } = await createSchedule(stage);
    const headers = { 'if-match': `"${version}"` };
    expect((await patch(id, { description: 'the first' }, headers)).status).toBe(200);
    expect(problemOf(await patch(id, { description: 'the second' }, headers))).toBe('412 precondition_failed');
    expect(problemOf(await put(id, daily(), headers))).toBe('412 precondition_failed');
    expect(problemOf(await remove(id, headers))).toBe('412 precondition_failed');
    expect(await lookAt(stage, id)).toMatchObject({ description: 'the first', version: version + 1 });
  });

  test('of two at the same time, one is made', async () => {
    const { id, version } = await createSchedule(stage);
    const headers = { 'if-match': `"${version}"` };
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => patch(id, { description: `number ${index}` }, headers)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
    const made = answers.find(({ status }) => status === 200);
    expect(await lookAt(stage, id)).toMatchObject({ description: made?.body.description, version: version + 1 });
  });

  test('is compared strongly, and must be well-formed', async () => {
    const { id, version } = await createSchedule(stage);
    for (const header of [`W/"${version}"`, `"0${version}"`, '"abc"', '""']) {
      expect(problemOf(await patch(id, { missed: 'all' }, { 'if-match': header })), header).toBe(
        '412 precondition_failed',
      );
    }
    for (const header of [String(version), `"${version}`, `"${version}" "1"`, ' ']) {
      expect(problemOf(await patch(id, { missed: 'all' }, { 'if-match': header })), header).toBe(
        '422 request_invalid header:if-match',
      );
    }
    expect(await lookAt(stage, id)).toMatchObject({ missed: 'once', version });
  });

  test('is not hindered by what fires meanwhile', async () => {
    const { id, version } = await createSchedule(stage);
    await stage.ask(`${schedulesPath}/${id}/run`, { method: 'POST' });
    expect((await patch(id, { missed: 'all' }, { 'if-match': `"${version}"` })).status).toBe(200);
  });
});

describe('a list', () => {
  test('goes on page by page, by name, and shows every one once', async () => {
    const tag = 'paged by name';
    const ids: string[] = [];
    for (const letter of ['c', 'a', 'e', 'b', 'd']) {
      ids.push((await createSchedule(stage, daily({ name: `${tag} ${letter}` }))).id);
    }
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = `?q=paged&limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const { status, text, body } = await ask<Page>(query);
      expect(status, text).toBe(200);
      expect(body.items.length).toBeLessThanOrEqual(2);
      names.push(...body.items.map(({ name }) => name));
      cursor = body.nextCursor;
    }
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e'].map((letter) => `${tag} ${letter}`));
  });

  test('shows what fits all filters, each as it is alone', async () => {
    const task = { model: 'shop.order', method: 'place', args: [[1]], kwargs: { customer: 'ann' }, company: 'initech' };
    const { id } = await createSchedule(stage, daily({ name: 'of initech', task }));
    const found = async (query: string) => (await ask<Page>(query)).body.items.map((item) => item.id);
    expect(await found('?model=shop.order')).toEqual([id]);
    expect(await found('?company=initech&method=place&state=active&owner=key&q=initech')).toEqual([id]);
    expect(await found('?company=initech&state=paused')).toEqual([]);
    expect(await found('?owner=code')).toEqual([]);
    expect(await found('?drift=true')).toEqual([]);
    const [item] = (await ask<Page>('?company=initech')).body.items;
    expect(item).toEqual(await lookAt(stage, id));
  });
});

test('what is removed is gone; its tasks stay', async () => {
  const { id, version } = await createSchedule(stage);
  await stage.ask(`${schedulesPath}/${id}/run`, { method: 'POST' });
  const removed = await remove(id, { 'if-match': `"${version}"` });
  expect([removed.status, removed.text]).toEqual([204, '']);
  expect(problemOf(await remove(id))).toBe('404 schedule_unknown');
  for (const path of ['', '/fires', '/preview']) {
    expect(problemOf(await ask(`/${id}${path}`))).toBe('404 schedule_unknown');
  }
  expect(await tasksOf(stage, id)).toHaveLength(1);
});
