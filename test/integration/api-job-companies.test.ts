import type { AuditEntry, AuditPage, ImportReport, Job, JobResult, JobResultSummary } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';
import {
  action,
  begunRun,
  createJob,
  endedRun,
  filter,
  jobOf,
  jobsPath,
  lookAtJob,
  resultsPath,
  runJob,
} from '../job-talk.ts';
import { schedulesPath } from '../schedule-talk.ts';

let stage: ApiStage;
let acme: string;
let umbrella: string;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  acme = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'acme');
  umbrella = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'umbrella');
});

afterAll(() => stage.stop());

const ask = <T = Job>(path: string, options?: AskOptions) => stage.ask<T>(`${jobsPath}${path}`, options);
const namesFor = async (token: string, query = '') => {
  const { body } = await ask<{ items: Job[] }>(`?limit=200${query}`, { token });
  return body.items.map(({ name }) => name);
};

/** Every route that takes the id of a job, with a request that would do something. */
const onJob: [path: string, options: AskOptions][] = [
  ['', {}],
  ['', { method: 'PUT', json: jobOf() }],
  ['', { method: 'PUT', json: jobOf(), headers: { 'if-match': '"1"' } }],
  ['', { method: 'DELETE' }],
  ['', { method: 'DELETE', headers: { 'if-match': 'W/"1"' } }],
  ['/run', { method: 'POST' }],
];

describe('a key bound to a company', () => {
  test('makes jobs of that company, and is shown no others, nor global ones', async () => {
    const mine = await createJob(stage, jobOf({ module: 'companies' }), { token: acme });
    const theirs = await createJob(stage, jobOf({ module: 'companies' }), { token: umbrella });
    const global = await createJob(stage, jobOf({ module: 'companies' }));
    expect([mine.company, theirs.company, global.company]).toEqual(['acme', 'umbrella', undefined]);
    expect(await namesFor(acme, '&module=companies')).toEqual([mine.name]);
    expect(await namesFor(acme, '&company=umbrella')).toEqual([]);
    const admin = (await ask<{ items: Job[] }>('?module=companies&company=umbrella')).body.items;
    expect(admin.map(({ name }) => name)).toEqual([theirs.name]);
    const file = await ask<{ jobs: { name: string }[] }>('/export?module=companies', { token: acme });
    expect(file.body.jobs.map(({ name }) => name)).toEqual([mine.name]);
    for (const { id } of [theirs, global]) {
      for (const [path, options] of onJob) {
        const answer = await ask(`/${id}${path}`, { ...options, token: acme });
        expect(problemOf(answer), `${options.method} ${path}`).toBe('404 job_unknown');
        expect(answer.text).not.toContain('umbrella');
      }
      expect(await lookAtJob(stage, id)).toMatchObject({ version: 1 });
    }
  });

  test('is shown results of that company, and touches no others', async () => {
    const slow = jobOf({ lines: [action(10, 'slow', { kwargs: { ms: 600_000 } })] });
    const theirs = await createJob(stage, slow, { token: umbrella });
    const run = await begunRun(stage, theirs.id, { token: umbrella });
    expect(run.company).toBe('umbrella');
    const mine = await begunRun(stage, (await createJob(stage, jobOf(), { token: acme })).id, { token: acme });
    for (const query of ['', `?job=${theirs.id}`, '?company=umbrella']) {
      const { body } = await stage.ask<{ items: JobResultSummary[] }>(`${resultsPath}${query}`, { token: acme });
      expect(body.items.filter(({ id }) => id !== mine.id)).toEqual([]);
    }
    expect(problemOf(await stage.ask(`${resultsPath}/${run.id}?wait=1`, { token: acme }))).toBe(
      '404 job_result_unknown',
    );
    const kill = (token: string) => stage.ask<JobResult>(`${resultsPath}/${run.id}/kill`, { method: 'POST', token });
    expect(problemOf(await kill(acme))).toBe('404 job_result_unknown');
    expect((await stage.ask<JobResult>(`${resultsPath}/${run.id}`)).body.status).not.toBe('cancelled');
    expect((await kill(umbrella)).status).toBe(200);
  });

  test('knows names and idempotency keys of its own', async () => {
    const headers = { 'idempotency-key': '"the same"' };
    const mine = await createJob(stage, jobOf({ name: 'the same' }), { token: acme, headers });
    const theirs = await createJob(stage, jobOf({ name: 'the same' }), { token: umbrella, headers });
    const global = await createJob(stage, jobOf({ name: 'the same' }), { headers });
    expect(new Set([mine.id, theirs.id, global.id]).size).toBe(3);
    const body = JSON.stringify({ drover: 1, jobs: [jobOf({ name: 'the same', active: false })] });
    const file: AskOptions = { method: 'PUT', body, headers: { 'content-type': 'application/json' }, token: acme };
    expect((await ask<ImportReport>('/import', file)).body.items).toMatchObject([{ result: 'updated', id: mine.id }]);
    expect((await lookAtJob(stage, theirs.id)).active).toBe(true);
  });

  test('makes none for somebody else, and nothing of Drover itself', async () => {
    const { id } = await createJob(stage, jobOf(), { token: acme });
    const foreign = jobOf({ company: 'umbrella' });
    const own = jobOf({ lines: [{ ...action(10), model: 'system.ledger', method: 'prune' }] });
    for (const [path, method] of [['', 'POST'] as const, [`/${id}`, 'PUT'] as const]) {
      const options = { method, token: acme };
      expect(problemOf(await ask(path, { ...options, json: foreign }))).toBe('403 scope_missing /company');
      const system = await ask(`${path}?unchecked=true`, { ...options, json: own });
      expect(problemOf(system)).toBe('403 scope_missing /lines/0/model');
    }
    const body = JSON.stringify({ drover: 1, jobs: [foreign, own] });
    const file: AskOptions = { method: 'PUT', body, headers: { 'content-type': 'application/json' }, token: acme };
    expect((await ask<ImportReport>('/import?unchecked=true', file)).body.refused).toBe(2);
  });

  test('schedules its own jobs only', async () => {
    const global = await createJob(stage);
    const mine = await createJob(stage, jobOf(), { token: acme });
    const schedule = (job: string, token: string) => {
      const json = { name: `runs ${job}`, timing: 'schedule', frequency: { every: 'daily' }, job };
      return stage.ask(schedulesPath, { method: 'POST', token, json });
    };
    expect(problemOf(await schedule(global.id, acme))).toBe('422 request_invalid /job');
    expect(problemOf(await schedule(mine.id, umbrella))).toBe('422 request_invalid /job');
    expect((await schedule(mine.id, acme)).status).toBe(201);
    expect(problemOf(await ask(`/${mine.id}`, { method: 'DELETE', token: acme }))).toBe('409 job_conflict');
  });
});

test('a job stays with its company', async () => {
  const { id } = await createJob(stage, jobOf(), { token: acme });
  const moved = await ask(`/${id}`, { method: 'PUT', json: jobOf({ company: 'umbrella' }) });
  expect(problemOf(moved)).toBe('409 job_conflict /company');
  expect((await ask(`/${id}`, { method: 'PUT', json: jobOf() })).body.company).toBe('acme');
  expect((await ask(`/${id}`, { method: 'PUT', json: jobOf(), token: acme })).status).toBe(200);
});

test('who operates runs, who administers edits and kills', async () => {
  const operate = await stage.keyFor(['read', 'operate', 'enqueue']);
  const { id } = await createJob(stage, jobOf({ lines: [action(10, 'slow', { kwargs: { ms: 600_000 } })] }));
  const run = await begunRun(stage, id, { token: operate });
  const refused: [string, AskOptions][] = [
    [jobsPath, { method: 'POST', json: jobOf() }],
    [`${jobsPath}/${id}`, { method: 'PUT', json: jobOf() }],
    [`${jobsPath}/${id}`, { method: 'DELETE' }],
    [`${jobsPath}/import`, { method: 'PUT', json: [] }],
    [`${resultsPath}/${run.id}/kill`, { method: 'POST' }],
  ];
  for (const [path, options] of refused) {
    expect(problemOf(await stage.ask(path, { ...options, token: operate })), path).toBe('403 scope_missing');
  }
  expect(problemOf(await runJob(stage, id, { token: await stage.keyFor(['read', 'enqueue']) }))).toBe(
    '403 scope_missing',
  );
  expect((await stage.ask(`${resultsPath}/${run.id}/kill`, { method: 'POST' })).status).toBe(200);
});

test('who operates gives no other arguments to what is of Drover itself', async () => {
  const lines = [{ ...action(10), model: 'system.ledger', method: 'prune' }];
  const { id } = await createJob(stage, jobOf({ lines }));
  const token = await stage.keyFor(['operate', 'read']);
  const json = { lines: { 10: { kwargs: { doneDays: 1 } } } };
  expect(problemOf(await runJob(stage, id, { token, json }))).toBe('403 scope_missing /lines/10/model');
  await begunRun(stage, id, { token });
});

const entriesOf = async (target: string): Promise<AuditEntry[]> => {
  const { body } = await stage.ask<AuditPage>(`/v1/audit?target=${target}&limit=200`);
  return body.items.reverse();
};

test('every change of a job leaves one entry: who, what, from where, and what came of it', async () => {
  const lines = [
    filter(10, ['a secret value']),
    action(20, 'slow', { kwargs: { ms: 600_000 } }),
    action(30, 'echo', { kwargs: { password: 'hunter2' }, active: false }),
  ];
  const request = jobOf({ lines, condition: { model: 'probe', method: 'succeed', kwargs: { result: 'hunter2' } } });
  const { id } = await createJob(stage, request);
  const on = (path: string, options: AskOptions) => ask<{ id: string }>(`/${id}${path}`, options);
  await on('', { method: 'PUT', json: request });
  await on('', { method: 'PUT', json: request, headers: { 'if-match': '"1"' } });
  const json = { user: 'ann', lines: { 10: { definition: { result: ['hunter2'] } }, 30: { active: true } } };
  const run = await on('/run', { method: 'POST', json });
  await on('/run', { method: 'POST', token: await stage.keyFor(['read']) });
  await on('', { method: 'DELETE' });
  await on('', { method: 'DELETE' });
  const entries = await entriesOf(id);
  expect(entries.map(({ action: what, status, outcome }) => [what, status, outcome])).toEqual([
    ['job.create', 201, 'done'],
    ['job.replace', 200, 'done'],
    ['job.replace', 412, 'refused'],
    ['job.run', 202, 'done'],
    ['job.run', 403, 'refused'],
    ['job.delete', 204, 'done'],
    ['job.delete', 404, 'refused'],
  ]);
  for (const entry of entries) expect(entry).toMatchObject({ target: id, from: '127.0.0.1' });
  expect(entries[0]?.details).toEqual({
    name: request.name,
    active: true,
    stopsOnError: true,
    condition: 'probe.succeed',
    lines: ['10 filter probe.succeed', '20 action probe.slow', '30 action probe.echo (not active)'],
  });
  expect(entries[3]?.details).toEqual({ user: 'ann', lines: ['10 other definition', '30 active'] });

  const runId = run.body.id;
  await eventually(async () =>
    expect((await stage.ask<JobResult>(`${resultsPath}/${runId}`)).body.status).toBe('running'),
  );
  await stage.ask(`${resultsPath}/${runId}/kill`, { method: 'POST', json: { reason: 'enough' } });
  await endedRun(stage, runId);
  await stage.ask(`${resultsPath}/${runId}/kill`, { method: 'POST' });
  expect(await entriesOf(runId)).toMatchObject([
    { action: 'job.kill', status: 200, outcome: 'done', details: { reason: 'enough' } },
    { action: 'job.kill', status: 409, outcome: 'refused', code: 'job_conflict' },
  ]);
  expect((await stage.ask('/v1/audit?limit=200')).text).not.toMatch(/secret value|hunter2/);
});

test('an import leaves one entry, with counts; what only tells leaves none', async () => {
  const entries = async () => (await stage.ask<AuditPage>('/v1/audit?action=job.import&limit=200')).body.items;
  const before = (await entries()).length;
  const json = { drover: 1, jobs: [jobOf({ module: 'stock' }), { name: 'bad', module: 'stock' }, jobOf()] };
  await ask('/import?dryRun=true', { method: 'PUT', json });
  await ask('/export');
  expect(await entries()).toHaveLength(before);
  await ask('/import?module=stock', { method: 'PUT', json });
  const [newest, ...others] = await entries();
  expect(others).toHaveLength(before);
  expect(newest).toMatchObject({
    outcome: 'done',
    details: { format: 'json', module: 'stock', jobs: 2, refused: 1 },
  });
});
