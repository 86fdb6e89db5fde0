import { readFile } from 'node:fs/promises';
import type { ImportReport, Job, Schedule } from '@drover/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ApiStage, type AskOptions, startApiStage } from '../api-stage.ts';
import { action, begunRun, createJob, endedRun, filter, importedJobs, jobOf, jobsPath } from '../job-talk.ts';
import { imported as importedSchedules } from '../schedule-files.ts';
import { schedulesPath } from '../schedule-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

async function all(): Promise<Job[]> {
  return (await stage.ask<{ items: Job[] }>(`${jobsPath}?limit=200`)).body.items;
}

async function allSchedules(): Promise<Schedule[]> {
  return (await stage.ask<{ items: Schedule[] }>(`${schedulesPath}?limit=200`)).body.items;
}

beforeEach(async () => {
  for (const { id } of await allSchedules()) await stage.ask(`${schedulesPath}/${id}`, { method: 'DELETE' });
  for (const { id } of await all()) await stage.ask(`${jobsPath}/${id}`, { method: 'DELETE' });
});

const fileOf = (...jobs: unknown[]) => JSON.stringify({ drover: 1, jobs });
const json = 'application/json';
const resultsOf = ({ items }: ImportReport) => items.map(({ result }) => result);
const send = (query: string, type: string, body: string | Uint8Array, options: AskOptions = {}) =>
  stage.ask<ImportReport>(`${jobsPath}/import${query}`, {
    method: 'PUT',
    body,
    headers: { 'content-type': type },
    ...options,
  });

describe('an import', () => {
  test('creates, replaces and leaves alone, and tells of each', async () => {
    const same = jobOf({ name: 'same' });
    const other = jobOf({ name: 'other' });
    for (const request of [same, other, jobOf({ name: 'left alone' })]) await createJob(stage, request);
    const report = await importedJobs(
      stage,
      '',
      json,
      fileOf(same, { ...other, active: false }, jobOf({ name: 'new' })),
    );
    expect(report).toMatchObject({ dryRun: false, created: 1, updated: 1, unchanged: 1, refused: 0 });
    expect(report.items).toMatchObject([
      { source: '#/jobs/0', name: 'same', result: 'unchanged', warnings: [], faults: [] },
      { source: '#/jobs/1', name: 'other', result: 'updated' },
      { source: '#/jobs/2', name: 'new', result: 'created' },
    ]);
    const found = await all();
    expect(found.map(({ name, active, version }) => [name, active, version])).toEqual([
      ['left alone', true, 1],
      ['new', true, 1],
      ['other', false, 2],
      ['same', true, 1],
    ]);
    for (const item of report.items) expect(item.id).toBe(found.find(({ name }) => name === item.name)?.id);
  });

  test('as a dry run tells the same, and does nothing', async () => {
    await createJob(stage, jobOf({ name: 'other' }));
    const file = fileOf(jobOf({ name: 'other', active: false }), jobOf({ name: 'new' }), { name: 'bad' });
    const before = await all();
    const dry = await importedJobs(stage, '?dryRun=true', json, file);
    expect(dry).toMatchObject({ dryRun: true, created: 1, updated: 1, refused: 1 });
    expect(dry.items[1]?.id).toBeUndefined();
    expect(await all()).toEqual(before);
    expect(resultsOf(await importedJobs(stage, '', json, file))).toEqual(resultsOf(dry));
  });

  test('that holds a bad one takes the others, and says what is wrong with which line', async () => {
    const report = await importedJobs(
      stage,
      '',
      json,
      fileOf(
        jobOf({ name: 'good' }),
        jobOf({ name: 'no line', lines: [] }),
        jobOf({ name: 'no method', lines: [action(10), action(20, 'nope')] }),
        jobOf({ name: 'no arguments', lines: [action(10, 'slow', { kwargs: { ms: 'x' } })] }),
        jobOf({ name: 'no expression', lines: [action(10, 'echo', { args: ['${nobody}'] })] }),
        'not a job',
        jobOf({ name: 'good' }),
      ),
    );
    expect(report.items.map(({ result, faults }) => [result, ...faults.map(({ pointer }) => pointer)])).toEqual([
      ['created'],
      ['refused', '/lines'],
      ['refused', '/lines/1/method'],
      ['refused', '/lines/0/kwargs/ms'],
      ['refused', '/lines/0/args/0'],
      ['refused', ''],
      ['refused', '/name'],
    ]);
    expect((await all()).map(({ name }) => name)).toEqual(['good']);
  });

  test('takes what belongs to a module, and passes over the rest', async () => {
    const file = fileOf(
      jobOf({ name: 'a', module: 'stock' }),
      jobOf({ name: 'b', module: 'sale' }),
      jobOf(),
      'nothing',
    );
    const report = await importedJobs(stage, '?module=stock', json, file);
    expect(report.items).toMatchObject([{ source: '#/jobs/0', name: 'a', result: 'created' }]);
    expect((await all()).map(({ name }) => name)).toEqual(['a']);
  });

  test('keeps numbers as they are, or refuses them', async () => {
    const file = fileOf(jobOf({ lines: [filter(10, 'N')] })).replace('"N"', '9007199254740993');
    expect((await importedJobs(stage, '', json, file)).items).toMatchObject([
      { result: 'refused', faults: [{ pointer: '/lines/0/definition/result' }] },
    ]);
  });

  test('takes methods that nobody offers, when it is told to', async () => {
    const file = fileOf(jobOf({ lines: [{ ...action(10), model: 'not.yet' }] }));
    expect(resultsOf(await importedJobs(stage, '', json, file))).toEqual(['refused']);
    expect(resultsOf(await importedJobs(stage, '?unchecked=true', json, file))).toEqual(['created']);
  });

  test.each<[string, string, string | Uint8Array, number]>([
    ['broken JSON', json, '{"drover":1,', 400],
    ['a file of schedules', json, '{"drover":1,"schedules":[]}', 422],
    ['another version', json, '{"drover":2,"jobs":[]}', 422],
    ['YAML with a tag', 'application/yaml', 'drover: 1\njobs: !!python/object []', 422],
    ['CSV', 'text/csv', 'name\nx', 415],
    ['plain text of no format', 'text/plain', 'drover: 1', 415],
    ['no text at all', json, '', 400],
    ['what is not UTF-8', json, new Uint8Array([0xff, 0xfe]), 400],
    ['too much', json, `"${'x'.repeat(2 ** 20)}"`, 413],
  ])('of %s is refused as a whole', async (_, type, text, status) => {
    const answer = await send('', type, text);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await all()).toEqual([]);
  });
});

describe('an export', () => {
  const exported = (query: string, options: AskOptions = {}) =>
    stage.ask<{ jobs: object[] }>(`${jobsPath}/export${query}`, options);
  const full = {
    name: 'All of it',
    description: 'Says all that can be said',
    active: false,
    stopsOnError: false,
    module: 'stock',
    timeZone: 'Europe/Paris',
    condition: { model: 'probe', method: 'succeed', args: [], kwargs: { result: true } },
    lines: [
      { ...filter(10, [1]), module: 'stock', queue: 'default', priority: 7, maxRetries: 1, timeoutSeconds: 10 },
      action(20, 'echo', { takesIds: true, args: ['no', '08:30', '${today - 30d}'], active: false, name: 'Off' }),
      action(30),
    ],
  };

  test('is what was made, without defaults, and taken back it changes nothing', async () => {
    await createJob(stage, full);
    await createJob(stage, jobOf({ module: 'sale' }));
    for (const [format, type] of [
      ['json', json],
      ['yaml', 'application/yaml'],
    ] as const) {
      const answer = await exported(`?format=${format}&module=stock`);
      expect(answer.headers.get('content-type')).toBe(type);
      expect(answer.headers.get('content-disposition')).toMatch(
        new RegExp(`^attachment; filename="jobs-.*\\.${format}"$`),
      );
      expect(parse(answer.text)).toEqual({ drover: 1, jobs: [full] });
      expect(resultsOf(await importedJobs(stage, '', type, answer.text))).toEqual(['unchanged']);
      const [job] = (await stage.ask<{ items: Job[] }>(`${jobsPath}?module=stock`)).body.items;
      await stage.ask(`${jobsPath}/${job?.id}`, { method: 'DELETE' });
      expect(resultsOf(await importedJobs(stage, '', type, answer.text))).toEqual(['created']);
    }
  });

  test('is JSON of all jobs by default, and none is a file too', async () => {
    expect((await exported('')).body).toEqual({ drover: 1, jobs: [] });
    expect((await exported('?format=yaml')).text).toBe('drover: 1\njobs: []\n');
    for (let n = 0; n < 3; n += 1) await createJob(stage);
    expect((await exported('')).body.jobs).toHaveLength(3);
  });
});

const example = (name: string) => readFile(new URL(`../../deploy/examples/${name}`, import.meta.url), 'utf8');
const yaml = 'application/yaml';

describe('the shipped examples', () => {
  test('are imported, twice without a change, and each of their jobs runs', async () => {
    const text = await example('jobs.yaml');
    expect(resultsOf(await importedJobs(stage, '', yaml, text))).toEqual(Array(3).fill('created'));
    expect(resultsOf(await importedJobs(stage, '', yaml, text))).toEqual(Array(3).fill('unchanged'));
    const jobs = await all();
    expect(jobs.map(({ name }) => name)).toEqual(['Close old orders', 'Sync orders', 'Weekly reports']);
    for (const { id, name } of jobs) {
      const result = await endedRun(stage, (await begunRun(stage, id)).id);
      expect(result.status, `${name}: ${JSON.stringify(result.lines)}`).toBe('success');
    }
    const [closing] = jobs;
    const again = await endedRun(stage, (await begunRun(stage, closing?.id ?? '')).id);
    expect(again, 'what was closed is not found again').toMatchObject({ status: 'info' });
  });

  test('have schedules, which name their jobs', async () => {
    const text = await example('schedules.yaml');
    const early = await importedSchedules(stage, '', yaml, text);
    expect(early.items.map(({ faults }) => faults)).toEqual(
      ['Weekly reports', 'Sync orders', 'Close old orders'].map((name) => [
        { pointer: '/jobName', message: `there is no job "${name}"` },
      ]),
    );
    await importedJobs(stage, '', yaml, await example('jobs.yaml'));
    const report = await importedSchedules(stage, '', yaml, text);
    expect(report.items.map(({ result, sentence }) => [result, sentence])).toEqual([
      ['created', expect.stringMatching(/Friday.*18:00/)],
      ['created', expect.stringContaining('15 minutes')],
      ['created', expect.stringContaining('02:00')],
    ]);
    expect(resultsOf(await importedSchedules(stage, '', yaml, text))).toEqual(Array(3).fill('unchanged'));
    const jobs = new Map((await all()).map(({ id, name }) => [id, name]));
    const schedules = await allSchedules();
    for (const { name, job } of schedules) expect(jobs.get(job ?? '')).toBe(name);

    const file = await stage.ask(`${schedulesPath}/export?format=yaml`);
    expect(parse(file.text).schedules[0]).toMatchObject({ name: 'Close old orders', jobName: 'Close old orders' });
    expect(file.text).not.toMatch(/job_|system\.jobs/);
    expect(resultsOf(await importedSchedules(stage, '', yaml, file.text))).toEqual(Array(3).fill('unchanged'));
  });
});
