import type { AuditEntry, AuditPage } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { createSchedule, daily, schedulesPath } from '../schedule-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

const ask = (path: string, options: AskOptions = {}) => stage.ask<{ id: string }>(`${schedulesPath}${path}`, options);
const entriesOf = async (target: string): Promise<AuditEntry[]> => {
  const { body } = await stage.ask<AuditPage>(`/v1/audit?target=${target}&limit=200`);
  return body.items.reverse();
};

test('every change of a schedule leaves one entry: who, what, from where, and what came of it', async () => {
  const request = daily({ description: 'Says hello' });
  const { id } = await createSchedule(stage, request);
  const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
  const changes: [action: string, path: string, options: AskOptions, status: number][] = [
    ['replace', '', { method: 'PUT', json: request }, 200],
    ['patch', '', { method: 'PATCH', json: { missed: 'all', description: null } }, 200],
    ['pause', '/pause', { method: 'POST', json: { note: 'closed' } }, 200],
    ['unschedule', '/unschedule', { method: 'POST' }, 200],
    ['reschedule', '/reschedule', { method: 'POST' }, 200],
    ['run', '/run', { method: 'POST' }, 202],
    ['backfill', '/backfill', { method: 'POST', json: range }, 200],
    ['reset', '/reset', { method: 'POST' }, 409],
    ['adopt', '/adopt', { method: 'POST' }, 409],
    ['delete', '', { method: 'DELETE' }, 204],
    ['delete', '', { method: 'DELETE' }, 404],
  ];
  for (const [action, path, options, status] of changes) {
    const answer = await ask(`/${id}${path}`, options);
    expect(answer.status, `${action}: ${answer.text}`).toBe(status);
  }
  const entries = await entriesOf(id);
  expect(entries.map(({ action, status, outcome }) => [action, status, outcome])).toEqual([
    ['schedule.create', 201, 'done'],
    ...changes.map(([action, , , status]) => [`schedule.${action}`, status, status < 400 ? 'done' : 'refused']),
  ]);
  for (const entry of entries) {
    expect(entry).toMatchObject({ actor: { name: 'admin' }, target: id, from: '127.0.0.1' });
  }
  const detailsOf = (action: string) => entries.find((entry) => entry.action === `schedule.${action}`)?.details;
  expect(detailsOf('create')).toMatchObject({ name: request.name, frequency: request.frequency });
  expect(detailsOf('patch')).toEqual({ missed: 'all', description: null });
  expect(detailsOf('pause')).toEqual({ note: 'closed' });
  expect(detailsOf('backfill')).toMatchObject(range);
  expect(detailsOf('run')).toBeUndefined();
});

test('what only tells leaves none', async () => {
  const { id } = await createSchedule(stage);
  const before = (await stage.ask<AuditPage>('/v1/audit?limit=200')).body.items.length;
  const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
  const asked: [string, AskOptions][] = [
    ['/preview', { method: 'POST', json: { timing: 'immediately' } }],
    ['/preview', { method: 'POST', json: { timing: 'nonsense' } }],
    [`/${id}/backfill`, { method: 'POST', json: { ...range, dryRun: true } }],
    [`/${id}`, {}],
    [`/${id}/fires`, {}],
  ];
  for (const [path, options] of asked) await ask(path, options);
  expect((await stage.ask<AuditPage>('/v1/audit?limit=200')).body.items).toHaveLength(before);
});

test('the arguments of the task are told by name and size only, also when it is refused', async () => {
  const task = { model: 'probe', method: 'echo', args: ['a secret value'], kwargs: { password: 'hunter2' } };
  const { id } = await createSchedule(stage, daily({ task }));
  expect((await ask(`/${id}`, { method: 'PUT', json: daily({ task }) })).status).toBe(200);
  expect((await ask(`/${id}`, { method: 'PATCH', json: { task } })).status).toBe(200);
  const taken = await ask('', { method: 'POST', json: daily({ name: 'taken', task }) });
  expect(taken.status).toBe(201);
  expect(problemOf(await ask('', { method: 'POST', json: daily({ name: 'taken', task }) }))).toMatch(/^409/);
  const entries = [...(await entriesOf(id)), ...(await entriesOf('taken'))];
  expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'schedule.create done',
    'schedule.replace done',
    'schedule.patch done',
    'schedule.create refused',
  ]);
  const told = { args: { count: 1, bytes: 18 }, kwargs: { names: ['password'], bytes: 22 } };
  for (const { details } of entries) expect(details).toMatchObject({ task: told });
  const { text } = await stage.ask('/v1/audit?limit=200');
  expect(text).not.toMatch(/secret value|hunter2/);
});

test('who may not leaves an entry too', async () => {
  const { id } = await createSchedule(stage);
  const token = await stage.keyFor(['read']);
  expect(problemOf(await ask(`/${id}/run`, { method: 'POST', token }))).toBe('403 scope_missing');
  expect(problemOf(await ask(`/${id}`, { method: 'PATCH', json: {}, headers: { 'if-match': '1' } }))).toMatch(/^422/);
  const headers = { 'if-match': '"99"' };
  expect(problemOf(await ask(`/${id}`, { method: 'DELETE', headers }))).toBe('412 precondition_failed');
  expect((await entriesOf(id)).slice(1)).toMatchObject([
    { action: 'schedule.run', outcome: 'refused', code: 'scope_missing', actor: { name: 'key read' } },
    { action: 'schedule.patch', outcome: 'refused', code: 'request_invalid' },
    { action: 'schedule.delete', outcome: 'refused', code: 'precondition_failed' },
  ]);
});
