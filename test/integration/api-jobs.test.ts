import type { Job, ModelInfo, Problem } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { action, createJob, filter, jobOf, jobsPath, lookAtJob } from '../job-talk.ts';
import { createSchedule, schedulesPath } from '../schedule-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ concurrency: 20, rings: true });
});

afterAll(() => stage.stop());

const ask = <T = Job>(path: string, options?: AskOptions) => stage.ask<T>(`${jobsPath}${path}`, options);
const post = (json: object, headers: Record<string, string> = {}): AskOptions => ({ method: 'POST', json, headers });

describe('a job', () => {
  test('is made, looked at, replaced and removed', async () => {
    const request = jobOf({ module: 'office', lines: [filter(10, [1]), action(20, 'echo', { takesIds: true })] });
    const made = await ask('', post(request));
    expect(made.status, made.text).toBe(201);
    const { id } = made.body;
    expect(made.headers.get('location')).toBe(`${jobsPath}/${id}`);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.body).toMatchObject({ ...request, active: true, stopsOnError: true, version: 1 });
    expect(made.body.lines[1]).toMatchObject({ active: true, args: [], kwargs: {}, takesIds: true });
    expect((await ask(`/${id}`)).body).toEqual(made.body);

    const replaced = await ask(`/${id}`, { method: 'PUT', json: jobOf({ name: request.name, active: false }) });
    expect(replaced.status, replaced.text).toBe(200);
    expect(replaced.body).toMatchObject({ id, name: request.name, active: false, version: 2 });
    expect(replaced.body).not.toHaveProperty('module');
    const removed = await ask(`/${id}`, { method: 'DELETE' });
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect(problemOf(await ask(`/${id}`))).toBe('404 job_unknown');
    expect(problemOf(await ask(`/${id}`, { method: 'PUT', json: request }))).toBe('404 job_unknown');
  });

  test('is made once under an idempotency key', async () => {
    const headers = { 'idempotency-key': '"once"' };
    const request = jobOf();
    const [first, second] = [await ask('', post(request, headers)), await ask('', post(request, headers))];
    expect([second.status, second.body.id]).toEqual([201, first.body.id]);
    expect(problemOf(await ask('', post(jobOf(), headers)))).toBe('422 idempotency_key_reused');
  });

  test('has its name once', async () => {
    const { name } = await createJob(stage);
    expect(problemOf(await ask('', post(jobOf({ name }))))).toBe('409 job_conflict /name');
    const other = await createJob(stage);
    const renamed = { method: 'PUT', json: jobOf({ name }) };
    expect(problemOf(await ask(`/${other.id}`, renamed))).toBe('409 job_conflict /name');
  });

  test('is changed by whoever has seen its newest version, and nobody else', async () => {
    const { id } = await createJob(stage);
    const edit = (tag: string, request = jobOf()) =>
      ask(`/${id}`, { method: 'PUT', json: request, headers: { 'if-match': tag } });
    const first = await edit('"1"');
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"']);
    for (const stale of ['"1"', 'W/"2"', '"abc"', '"1", "3"']) {
      expect(problemOf(await edit(stale)), stale).toBe('412 precondition_failed');
    }
    expect(problemOf(await edit('2'))).toBe('422 request_invalid header:if-match');
    expect((await edit('"1", "2"')).headers.get('etag')).toBe('"3"');
    expect((await edit('*')).headers.get('etag')).toBe('"4"');
    const remove = (tag: string) => ask(`/${id}`, { method: 'DELETE', headers: { 'if-match': tag } });
    expect(problemOf(await remove('"3"'))).toBe('412 precondition_failed');
    expect((await remove('"4"')).status).toBe(204);
  });

  test('two people who edit at once do not both win', async () => {
    const { id } = await createJob(stage);
    const edits = await Promise.all(
      Array.from({ length: 5 }, () => ask(`/${id}`, { method: 'PUT', json: jobOf(), headers: { 'if-match': '"1"' } })),
    );
    expect(edits.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
    expect((await lookAtJob(stage, id)).version).toBe(2);
  });

  test('is found by its words, module and whether it is active, page by page', async () => {
    const own = { module: 'searched' };
    for (const name of ['c', 'A', 'b']) await createJob(stage, jobOf({ ...own, name: `searched ${name}` }));
    await createJob(stage, jobOf({ ...own, name: 'searched d', active: false, lines: [action(10, 'slow')] }));
    const names = async (query: string) => {
      const { body } = await ask<{ items: Job[]; nextCursor: string | null }>(`?module=searched${query}`);
      return { names: body.items.map(({ name }) => name.at(-1)), cursor: body.nextCursor };
    };
    expect((await names('')).names).toEqual(['A', 'b', 'c', 'd']);
    expect((await names('&active=false')).names).toEqual(['d']);
    expect((await names('&q=SEARCHED+probe.slow')).names).toEqual(['d']);
    const first = await names('&limit=3');
    expect(first.names).toEqual(['A', 'b', 'c']);
    expect(await names(`&limit=3&cursor=${first.cursor}`)).toEqual({ names: ['d'], cursor: null });
  });

  test('that a schedule runs is not removed before that', async () => {
    const { id } = await createJob(stage);
    const weekly = { timing: 'schedule', frequency: { every: 'weekly', weekdays: ['FR'], at: '18:00' } };
    const schedule = await createSchedule(stage, { ...weekly, name: `runs ${id}`, job: id });
    const refused = await ask<Problem>(`/${id}`, { method: 'DELETE' });
    expect(problemOf(refused)).toBe('409 job_conflict');
    expect(refused.body.detail).toContain(schedule.name);
    expect((await stage.ask(`${schedulesPath}/${schedule.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(`/${id}`, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('a job that cannot be is refused by its line', () => {
  const ok = action(10);
  test.each<[string, object, string]>([
    ['no lines', { lines: [] }, '422 request_invalid /lines'],
    ['no active line', { lines: [action(10, 'echo', { active: false })] }, '422 request_invalid /lines'],
    ['a number twice', { lines: [ok, action(10)] }, '422 request_invalid /lines/1/number'],
    ['number 0', { lines: [action(0)] }, '422 request_invalid /lines/0/number'],
    ['another kind', { lines: [ok, { ...ok, number: 20, kind: 'query' }] }, '422 request_invalid /lines/1/kind'],
    ['a method that nobody offers', { lines: [ok, action(5, 'nope')] }, '422 method_unknown /lines/1/method'],
    [
      'arguments that do not fit',
      { lines: [action(20, 'slow', { kwargs: { ms: 'long' } }), ok] },
      '422 args_invalid /lines/0/kwargs/ms',
    ],
    [
      'a definition that does not fit',
      { lines: [ok, action(20), filter(30, 1, { method: 'slow', definition: { ms: 'long' } })] },
      '422 args_invalid /lines/2/definition/ms',
    ],
    ['arguments of a filter', { lines: [filter(10, [1], { args: [1] })] }, '422 request_invalid /lines/0/args'],
    [
      'an expression that cannot be read',
      { lines: [ok, action(20, 'echo', { kwargs: { a: ['${today -}'] } })] },
      '422 request_invalid /lines/1/kwargs/a/0',
    ],
    [
      'a name that nobody knows',
      { lines: [action(10, 'echo', { args: ['${fire.at}'] })] },
      '422 request_invalid /lines/0/args/0',
    ],
    [
      'ids of no filter',
      { lines: [action(10, 'echo', { takesIds: true }), filter(20, [1])] },
      '422 request_invalid /lines/0/takesIds',
    ],
    [
      'a condition that nobody offers',
      { lines: [ok], condition: { model: 'probe', method: 'nope' } },
      '422 method_unknown /condition/method',
    ],
    [
      'a condition over lines',
      { lines: [ok], condition: { model: 'probe', method: 'echo', args: ['${line.10}'] } },
      '422 request_invalid /condition/args/0',
    ],
    ['a zone that is none', { timeZone: 'Europe/Nowhere' }, '422 request_invalid /timeZone'],
    [
      'several faults',
      { lines: [action(10, 'echo', { args: ['${'] }), action(10, 'echo', { definition: { a: 1 } })] },
      '422 request_invalid /lines/0/args/0 /lines/1/number /lines/1/definition',
    ],
  ])('%s', async (_, fields, problem) => {
    expect(problemOf(await ask('', post(jobOf(fields))))).toBe(problem);
    const { id } = await createJob(stage);
    expect(problemOf(await ask(`/${id}`, { method: 'PUT', json: jobOf(fields) }))).toBe(problem);
    expect(await lookAtJob(stage, id)).toMatchObject({ version: 1 });
  });

  test('a method that nobody offers yet is taken, when that is said', async () => {
    const request = jobOf({ lines: [{ ...action(10), model: 'not.yet', method: 'there' }] });
    expect((await ask('?unchecked=true', post(request))).status).toBe(201);
  });
});

test('templates for filters are listed, with their schemas and what they are for', async () => {
  const list = async (query: string) =>
    (await stage.ask<{ items: ModelInfo[] }>(`/v1/models${query}`)).body.items.flatMap(({ methods }) => methods);
  const filters = await list('?filters=true');
  expect(filters).toMatchObject([
    {
      method: 'find',
      isFilter: true,
      description: expect.stringContaining('Finds orders'),
      kwargsSchema: { properties: { orderedBefore: {} } },
    },
  ]);
  const others = await list('?filters=false');
  expect(others.some(({ isFilter }) => isFilter === true)).toBe(false);
  expect(filters.length + others.length).toBe((await list('')).length);
  expect(problemOf(await stage.ask('/v1/models?filters=some'))).toBe('422 request_invalid ?filters');
});
