import { defineModel, type Fire, type Schedule, type ScheduleCalendar, type Task } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';
import { createSchedule, daily, lookAt, onSchedule, schedulesPath } from '../schedule-talk.ts';

let stage: ApiStage;
let acme: string;
let umbrella: string;

/** Times of the day that do not come while the tests run. */
const [declaredAt, editedAt, foreignAt] = [10, 12, 14].map((hours) =>
  new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16),
);
/** What a model declares beside its methods. */
const nightlyRequest = { name: 'Nightly', timing: 'schedule', frequency: { every: 'daily', at: declaredAt } } as const;
const bakery = defineModel(
  'bakery',
  { bake: { description: 'Bakes', kwargs: z.strictObject({}), run: () => 'bread' } },
  { schedules: [{ ...nightlyRequest, task: { method: 'bake' } }] },
);

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ rings: true, models: [bakery] });
  acme = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'acme');
  umbrella = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'umbrella');
});

afterAll(() => stage.stop());

const ask = <T = Schedule>(path: string, options?: AskOptions) => stage.ask<T>(`${schedulesPath}${path}`, options);

/** Every route that takes the id of a schedule, with a request that would do something. */
const onOne: [path: string, options: AskOptions][] = [
  ['', {}],
  ['/fires', {}],
  ['/preview', {}],
  ['', { method: 'PUT', json: daily() }],
  ['', { method: 'PUT', json: daily(), headers: { 'if-match': '"1"' } }],
  ['', { method: 'PATCH', json: { missed: 'all' } }],
  ['', { method: 'DELETE' }],
  ['', { method: 'DELETE', headers: { 'if-match': 'W/"1"' } }],
  ['/pause', { method: 'POST' }],
  ['/unschedule', { method: 'POST' }],
  ['/reschedule', { method: 'POST' }],
  ['/run', { method: 'POST' }],
  ['/backfill', { method: 'POST', json: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' } }],
  ['/reset', { method: 'POST' }],
  ['/adopt', { method: 'POST' }],
];

describe('a key bound to a company', () => {
  test('creates for that company, and so are the tasks', async () => {
    const schedule = await createSchedule(stage, daily(), { token: acme });
    expect(schedule).toMatchObject({ company: 'acme', owner: { kind: 'key' } });
    const { body } = await onSchedule<Task>(stage, schedule.id, 'run', { token: acme });
    expect(body.company).toBe('acme');
    const named = daily({ task: { model: 'probe', method: 'echo', company: 'acme' } });
    expect(await createSchedule(stage, named, { token: acme })).toMatchObject({ company: 'acme' });
  });

  test('neither sees nor touches one of another company, or of none', async () => {
    const request = () => daily({ frequency: { every: 'daily', at: foreignAt } });
    const foreign = [
      await createSchedule(stage, request(), { token: umbrella }),
      await createSchedule(stage, request()),
    ];
    for (const { id } of foreign) {
      for (const [path, options] of onOne) {
        const answer = await ask(`/${id}${path}`, { ...options, token: acme });
        expect(problemOf(answer), `${options.method} ${path}: ${answer.text}`).toBe('404 schedule_unknown');
        expect(answer.text).not.toContain('umbrella');
      }
    }
    for (const before of foreign) expect(await lookAt(stage, before.id)).toEqual(before);
  });

  test('finds a foreign one as unknown as one that never was', async () => {
    const { id } = await createSchedule(stage, daily(), { token: umbrella });
    const foreign = await ask(`/${id}`, { token: acme });
    const never = await ask(`/${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`, { token: acme });
    const shape = (text: string) => text.replaceAll(/sch_[\w-]+/g, 'ID');
    expect(shape(foreign.text)).toBe(shape(never.text));
  });

  test('lists its own only, in the list and in the calendar', async () => {
    const mine = await createSchedule(stage, daily({ name: 'seen by acme' }), { token: acme });
    await createSchedule(stage, daily({ name: 'seen by umbrella' }), { token: umbrella });
    const { body } = await ask<{ items: Schedule[] }>('?q=seen&limit=200', { token: acme });
    expect(body.items.map(({ id }) => id)).toEqual([mine.id]);
    const all = await ask<{ items: Schedule[] }>('?limit=200', { token: acme });
    expect(new Set(all.body.items.map(({ company }) => company))).toEqual(new Set(['acme']));
    const asked = await ask<{ items: Schedule[] }>('?company=umbrella', { token: acme });
    expect(asked.body.items ?? []).toEqual([]);
    const range = '/calendar?from=2049-02-01T00:00:00Z&to=2049-02-02T00:00:00Z';
    const calendar = await ask<ScheduleCalendar>(range, { token: acme });
    const names = [...calendar.body.items, ...calendar.body.dense].map(({ name }) => name);
    expect(names).toContain('seen by acme');
    expect(names).not.toContain('seen by umbrella');
    expect(names).not.toContain('Nightly');
  });

  test('names and keys of another company are other names and keys', async () => {
    const headers = { 'idempotency-key': '"the same"' };
    const request = daily({ name: 'the same' });
    const mine = await createSchedule(stage, request, { token: acme, headers });
    const theirs = await createSchedule(stage, { ...request, missed: 'all' }, { token: umbrella, headers });
    expect(theirs.id).not.toBe(mine.id);
  });

  test('does not make, or turn one into, one for somebody else', async () => {
    const task = { model: 'probe', method: 'echo', company: 'umbrella' };
    const { id, version } = await createSchedule(stage, daily(), { token: acme });
    const edits: [string, AskOptions][] = [
      ['', { method: 'POST', json: daily({ task }) }],
      [`/${id}`, { method: 'PUT', json: daily({ task }) }],
      [`/${id}`, { method: 'PATCH', json: { task } }],
    ];
    for (const [path, options] of edits) {
      expect(problemOf(await ask(path, { ...options, token: acme })), path).toBe('403 scope_missing /task/company');
    }
    expect(await lookAt(stage, id)).toMatchObject({ company: 'acme', version });
  });

  test('is refused the models of Drover itself, however it asks', async () => {
    const task = { model: 'system.ledger', method: 'prune' };
    const { id } = await createSchedule(stage, daily(), { token: acme });
    const edits: [string, AskOptions][] = [
      ['?unchecked=true', { method: 'POST', json: daily({ task }) }],
      [`/${id}?unchecked=true`, { method: 'PUT', json: daily({ task }) }],
      [`/${id}?unchecked=true`, { method: 'PATCH', json: { task } }],
    ];
    for (const [path, options] of edits) {
      expect(problemOf(await ask(path, { ...options, token: acme })), path).toBe('403 scope_missing /task/model');
    }
    expect(await createSchedule(stage, daily({ task }))).toMatchObject({ task });
  });
});

test('a company is no matter of an edit', async () => {
  const { id } = await createSchedule(stage, daily({ task: { model: 'probe', method: 'echo', company: 'acme' } }));
  const task = { model: 'probe', method: 'echo', company: 'umbrella' };
  expect(problemOf(await ask(`/${id}`, { method: 'PATCH', json: { task } }))).toBe(
    '409 schedule_conflict /task/company',
  );
});

describe('one that code declares', () => {
  const declared = () =>
    eventually(async () => {
      const { body } = await ask<{ items: Schedule[] }>('?owner=code&model=bakery');
      const [found] = body.items;
      if (found === undefined) throw new Error('it is not there yet');
      return found;
    });

  test('shows what a person edited, which is taken back, or kept', async () => {
    const { id, version } = await declared();
    const edited = await ask(`/${id}`, { method: 'PATCH', json: { frequency: { every: 'daily', at: editedAt } } });
    expect(edited.status, edited.text).toBe(200);
    expect(edited.body.drift).toMatchObject({ isAdopted: false, declared: { frequency: { at: declaredAt } } });
    expect(edited.body.version).toBe(version + 1);
    expect((await ask<{ items: Schedule[] }>('?drift=true')).body.items.map((item) => item.id)).toEqual([id]);
    const stale = { headers: { 'if-match': `"${version}"` } };
    for (const action of ['adopt', 'reset']) {
      expect(problemOf(await onSchedule(stage, id, action, stale))).toBe('412 precondition_failed');
    }
    const seen = { headers: { 'if-match': edited.headers.get('etag') ?? '' } };
    const adopted = await onSchedule(stage, id, 'adopt', seen);
    expect(adopted.status, adopted.text).toBe(200);
    expect(adopted.body).toMatchObject({ frequency: { at: editedAt }, drift: { isAdopted: true } });
    expect((await ask<{ items: Schedule[] }>('?drift=true')).body.items).toEqual([]);
    const back = await onSchedule(stage, id, 'reset');
    expect(back.status, back.text).toBe(200);
    expect(back.headers.get('etag')).toBe(`"${back.body.version}"`);
    expect(back.body.frequency).toMatchObject({ at: declaredAt });
    expect(back.body).not.toHaveProperty('drift');
  });

  test('is not removed, since it would come back', async () => {
    const { id } = await declared();
    expect(problemOf(await ask(`/${id}`, { method: 'DELETE' }))).toBe('409 schedule_conflict');
    const run = await onSchedule<Task>(stage, id, 'run');
    expect(run.status, run.text).toBe(202);
    const fires = await ask<{ items: Fire[] }>(`/${id}/fires`);
    expect(fires.body.items).toMatchObject([{ kind: 'manual', by: { name: 'admin' }, task: { id: run.body.id } }]);
  });
});
