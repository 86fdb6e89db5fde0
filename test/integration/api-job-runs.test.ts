import type { JobResult, JobResultSummary } from '@drover/core';
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
  lookAtJob,
  resultsPath,
  runJob,
  statusesOf,
} from '../job-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ concurrency: 20 });
});

afterAll(() => stage.stop());

describe('a run', () => {
  test('begins at once, and its result tells what became of each line', async () => {
    const lines = [
      action(30, 'echo', { args: ['${line.20.result.0}', '${user}'] }),
      filter(10, [7, 8]),
      action(20, 'echo', { takesIds: true, name: 'The echo' }),
    ];
    const job = await createJob(stage, jobOf({ lines }));
    const begun = await begunRun(stage, job.id, { json: { user: 'ann' } });
    const { id } = begun;
    expect(begun).toMatchObject({ job: job.id, jobName: job.name, by: 'hand', user: 'ann' });
    const result = await endedRun(stage, id);
    expect(result).toMatchObject({ id, status: 'success', attention: 0, finishedAt: expect.any(String) });
    expect(result.lines).toMatchObject([
      { number: 10, kind: 'filter', name: 'probe.succeed', left: 2, status: 'success' },
      { number: 20, kind: 'action', name: 'The echo', status: 'success', taskState: 'done' },
      { number: 30, kind: 'action', method: 'echo', status: 'success' },
    ]);
    const task = await stage.ask<{ result: unknown }>(`/v1/tasks/${result.lines[2]?.taskId}`);
    expect(task.body.result).toEqual([[7, 8], 'ann']);
    expect((await lookAtJob(stage, job.id)).lastRun).toMatchObject({ id, status: 'success' });
    expect((await stage.ask(`/v1/flows/${id}`)).status).toBe(200);
  });

  test('is waited for, and then answers 200', async () => {
    const { id } = await createJob(stage);
    const answer = await runJob(stage, id, { headers: { prefer: 'wait=20' } });
    expect([answer.status, answer.body.status]).toEqual([200, 'success']);
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    const seen = await stage.ask<JobResult>(`${resultsPath}/${answer.body.id}`);
    expect(seen.headers.has('retry-after')).toBe(false);
    const again = { headers: { 'if-none-match': seen.headers.get('etag') ?? '' } };
    expect((await stage.ask(`${resultsPath}/${answer.body.id}`, again)).status).toBe(304);
  });

  test('is made once under an idempotency key', async () => {
    const { id } = await createJob(stage);
    const headers = { 'idempotency-key': '"run once"' };
    const first = await begunRun(stage, id, { headers });
    await endedRun(stage, first.id);
    const second = await runJob(stage, id, { headers });
    expect([second.status, second.body.id]).toEqual([200, first.id]);
    expect(problemOf(await runJob(stage, id, { headers, json: { user: 'bob' } }))).toBe('422 idempotency_key_reused');
    const other = await createJob(stage);
    expect((await begunRun(stage, other.id, { headers })).id).not.toBe(first.id);
  });

  test('may differ from its job, which stays as it is', async () => {
    const lines = [
      filter(10, [1]),
      action(20, 'echo', { takesIds: true }),
      action(30),
      action(40, 'echo', { active: false }),
    ];
    const { id } = await createJob(stage, jobOf({ lines }));
    const json = { lines: { 10: { definition: { result: [5, 6] } }, 30: { active: false }, 40: { active: true } } };
    const result = await endedRun(stage, (await begunRun(stage, id, { json })).id);
    expect(statusesOf(result)).toEqual([
      [10, 'success'],
      [20, 'success'],
      [40, 'success'],
    ]);
    expect(result.lines[0]?.left).toBe(2);
    expect(await lookAtJob(stage, id)).toMatchObject({ version: 1, lines });
  });

  test.each<[string, object, string]>([
    ['a line that is not there', { lines: { 11: { active: false } } }, '422 request_invalid /lines/11'],
    ['a line by its name', { lines: { first: {} } }, '422 request_invalid /lines/first'],
    ['another method', { lines: { 20: { method: 'crash' } } }, '422 request_invalid /lines/20/method'],
    ['arguments that do not fit', { lines: { 20: { kwargs: { ms: 'x' } } } }, '422 args_invalid /lines/20/kwargs/ms'],
    [
      'a definition of an action',
      { lines: { 20: { definition: { a: 1 } } } },
      '422 request_invalid /lines/20/definition',
    ],
    ['the filter that a line needs', { lines: { 10: { active: false } } }, '422 request_invalid /lines/30/takesIds'],
    ['a company', { company: 'umbrella' }, '422 request_invalid /company'],
  ])('that names %s is refused, by the number of the line', async (_, json, problem) => {
    const lines = [action(30, 'echo', { takesIds: true }), filter(10, [1]), action(20, 'slow', { kwargs: { ms: 1 } })];
    const { id } = await createJob(stage, jobOf({ lines }));
    expect(problemOf(await runJob(stage, id, { json }))).toBe(problem);
    expect((await lookAtJob(stage, id)).lastRun).toBeUndefined();
  });

  test('of a job that is not active is refused', async () => {
    const { id } = await createJob(stage, jobOf({ active: false }));
    expect(problemOf(await runJob(stage, id))).toBe('409 job_conflict');
  });

  test('that has nothing to do says so', async () => {
    const { id } = await createJob(stage, jobOf({ lines: [filter(10, []), action(20, 'echo', { takesIds: true })] }));
    expect(await endedRun(stage, (await begunRun(stage, id)).id)).toMatchObject({
      status: 'info',
      message: 'a filter left nothing',
      lines: [{ status: 'success', left: 0 }, { status: 'skipped' }],
    });
  });

  test('tells of a line that failed, and stops where it is to stop', async () => {
    const lines = [action(10, 'permanent_error', { kwargs: { message: 'no paper' } }), action(20)];
    const stopping = await createJob(stage, jobOf({ lines }));
    const stopped = await endedRun(stage, (await begunRun(stage, stopping.id)).id);
    expect([stopped.status, stopped.message]).toEqual(['error', expect.stringContaining('no paper')]);
    expect(statusesOf(stopped).map(([, status]) => status)).toEqual(['error', 'cancelled']);
    const going = await createJob(stage, jobOf({ lines, stopsOnError: false }));
    const gone = await endedRun(stage, (await begunRun(stage, going.id)).id);
    expect(gone).toMatchObject({ status: 'warning', lines: [{ status: 'error' }, { status: 'success' }] });
  });

  test('that needs a person waits, and says so', async () => {
    const { id } = await createJob(stage, jobOf({ lines: [action(10, 'data_error'), action(20)] }));
    const run = await begunRun(stage, id);
    const held = await eventually(async () => {
      const answer = await stage.ask<JobResult>(`${resultsPath}/${run.id}`);
      expect(answer.body.attention).toBe(1);
      return answer;
    });
    expect(held.body).toMatchObject({ status: 'running', message: 'line 10 needs a person' });
    expect(held.headers.get('retry-after')).toBe('60');
    await stage.ask(`/v1/tasks/${held.body.lines[0]?.taskId}/skip`, { method: 'POST' });
    expect(statusesOf(await endedRun(stage, run.id))).toEqual([
      [10, 'skipped'],
      [20, 'success'],
    ]);
  });

  test('results are found by job and status, newest first', async () => {
    const { id } = await createJob(stage, jobOf({ lines: [action(10, 'succeed', { kwargs: { result: 1 } })] }));
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.unshift((await begunRun(stage, id)).id);
    for (const each of ids) await endedRun(stage, each);
    const list = async (query: string) => {
      const path = `${resultsPath}?job=${id}${query}`;
      const { body } = await stage.ask<{ items: JobResultSummary[]; nextCursor: string | null }>(path);
      return { ids: body.items.map((item) => item.id), cursor: body.nextCursor };
    };
    expect((await list('')).ids).toEqual(ids);
    expect((await list('&status=error')).ids).toEqual([]);
    const first = await list('&limit=2&status=success');
    expect(first.ids).toEqual(ids.slice(0, 2));
    expect((await list(`&limit=2&cursor=${first.cursor}`)).ids).toEqual(ids.slice(2));
  });
});

describe('a kill', () => {
  const long = () => createJob(stage, jobOf({ lines: [action(10, 'slow', { kwargs: { ms: 600_000 } }), action(20)] }));
  const kill = (id: string, options: AskOptions = {}) =>
    stage.ask<JobResult>(`${resultsPath}/${id}/kill`, { method: 'POST', ...options });

  test('ends what runs, cancels the rest, and warns that part of the work may remain', async () => {
    const begun = await runJob(stage, (await long()).id);
    expect(begun.status, begun.text).toBe(202);
    const { id } = begun.body;
    expect(begun.headers.get('location')).toBe(`${resultsPath}/${id}`);
    expect(begun.headers.get('retry-after')).toBe('1');
    await eventually(async () =>
      expect((await stage.ask<JobResult>(`${resultsPath}/${id}`)).body.status).toBe('running'),
    );
    const answer = await kill(id, { json: { reason: 'wrong month' } });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({ id, warning: expect.stringContaining('may remain') });
    const result = await endedRun(stage, id);
    expect(result).toMatchObject({ status: 'cancelled', message: expect.stringContaining('wrong month') });
    expect(result).not.toHaveProperty('warning');
    expect(statusesOf(result).map(([, status]) => status)).toEqual(['cancelled', 'cancelled']);
    expect(problemOf(await kill(id))).toBe('409 job_conflict');
  });

  test('of a run that is over, or never was, is refused', async () => {
    const { id } = await begunRun(stage, (await createJob(stage)).id);
    await endedRun(stage, id);
    expect(problemOf(await kill(id))).toBe('409 job_conflict');
    expect(problemOf(await kill('flw_none'))).toBe('404 job_result_unknown');
  });

  test('of a flow that is no run of a job is not for this door', async () => {
    const tasks = [{ key: 'a', model: 'probe', method: 'echo', delaySeconds: 3_600 }];
    const flow = await stage.ask<{ id: string }>('/v1/flows', { method: 'POST', json: { tasks } });
    expect(problemOf(await kill(flow.body.id))).toBe('404 job_result_unknown');
    expect(problemOf(await stage.ask(`${resultsPath}/${flow.body.id}`))).toBe('404 job_result_unknown');
  });
});
