import { expect, test } from 'vitest';
import { type Answer, hangUp, json, problem, startAnsweringServer } from './answering-server.ts';
import { createJobs } from './jobs.ts';
import { createTransport } from './transport.ts';

async function start(...script: [Answer, ...Answer[]]) {
  const server = await startAnsweringServer(...script);
  const transport = createTransport({ baseUrl: server.baseUrl, retry: { delayMs: 1 } });
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  return { ...server, jobs: createJobs(transport, clock), [Symbol.asyncDispose]: server.stop };
}

const request = {
  name: 'n',
  lines: [{ number: 10, kind: 'action', model: 'probe', method: 'echo' }],
} as const;
const job = { ...request, id: 'job_1', version: 3 };
const result = (status: string, attention = 0) => ({ id: 'flw_1', status, attention, lines: [] });
const typed = { ...request, lines: [...request.lines] };
const lines = (asked: { method: string; url: string }[]) => asked.map(({ method, url }) => `${method} ${url}`);

test('what is made, and run, is so once, though the answer was lost', async () => {
  await using api = await start(hangUp, json(job, 201), hangUp, json(result('pending'), 202));
  await api.jobs.create(typed);
  await api.jobs.run('job_1');
  expect(lines(api.asked)).toEqual([...Array(2).fill('POST /v1/jobs'), ...Array(2).fill('POST /v1/jobs/job_1/run')]);
  const [create, again, run, rerun] = api.asked.map(({ headers }) => headers['idempotency-key']);
  expect(create).toMatch(/^"[0-9a-f]{32}"$/);
  expect([again, rerun]).toEqual([create, run]);
  expect(run).not.toBe(create);
  expect(api.asked.at(-1)?.body).toBe('{}');
});

test('a run may differ, wait, and have a key of the caller’s', async () => {
  await using api = await start(json(result('success')));
  const run = { user: 'ann', lines: { 10: { args: [1] } } };
  await api.jobs.run('a/b', run, { waitSeconds: 4.5, idempotencyKey: 'night-7' });
  expect(lines(api.asked)).toEqual(['POST /v1/jobs/a%2Fb/run']);
  expect(api.asked[0]?.headers).toMatchObject({ prefer: 'wait=5', 'idempotency-key': '"night-7"' });
  expect(JSON.parse(api.asked[0]?.body ?? '')).toEqual(run);
});

test('an edit says which version it is based on, and none when it is based on none', async () => {
  await using api = await start(json(job));
  await api.jobs.replace('job_1', typed, { version: 3, unchecked: true });
  await api.jobs.replace('job_1', typed);
  await api.jobs.remove('job_1', { version: 4 });
  await api.jobs.remove('job_1');
  expect(api.asked.map(({ method, url, headers }) => `${method} ${url} ${headers['if-match']}`)).toEqual([
    'PUT /v1/jobs/job_1?unchecked=true "3"',
    'PUT /v1/jobs/job_1 undefined',
    'DELETE /v1/jobs/job_1 "4"',
    'DELETE /v1/jobs/job_1 undefined',
  ]);
});

test('one that is gone when it is removed again was removed; one that was never there is an error', async () => {
  await using api = await start(hangUp, problem(404, 'job_unknown'));
  await api.jobs.remove('job_1');
  expect(api.asked).toHaveLength(2);
  await using other = await start(problem(404, 'job_unknown'));
  await expect(other.jobs.remove('job_1')).rejects.toMatchObject({ code: 'job_unknown' });
});

test('questions go to their addresses', async () => {
  await using api = await start(json({ items: [], nextCursor: null }));
  const { jobs } = api;
  await jobs.get('job_1');
  await jobs.list({ module: 'sale', active: 'true', limit: 5 });
  await jobs.results.get('a/b', { waitSeconds: 2.5 });
  await jobs.results.list({ job: 'job_1', status: 'error', cursor: 'c' });
  await jobs.export('yaml', { module: 'sale' });
  await jobs.import('yaml', 'drover: 1', { dryRun: true, module: 'sale' });
  expect(lines(api.asked)).toEqual([
    'GET /v1/jobs/job_1',
    'GET /v1/jobs?module=sale&active=true&limit=5',
    'GET /v1/job-results/a%2Fb?wait=3',
    'GET /v1/job-results?job=job_1&status=error&cursor=c',
    'GET /v1/jobs/export?module=sale&format=yaml',
    'PUT /v1/jobs/import?format=yaml&dryRun=true&module=sale',
  ]);
  expect(api.asked.at(-1)).toMatchObject({ body: 'drover: 1', headers: { 'content-type': 'application/yaml' } });
});

test('waiting ends when the run is over, however, and tells what moves', async () => {
  const seen: string[] = [];
  await using api = await start(
    json(result('pending')),
    json(result('running')),
    json(result('running')),
    json(result('warning')),
  );
  const end = await api.jobs.results.waitFor('flw_1', { onProgress: ({ status }) => seen.push(status) });
  expect(end.status).toBe('warning');
  expect(seen).toEqual(['pending', 'running', 'warning']);
});

test('waiting ends when a person must decide, or when the time is up', async () => {
  await using held = await start(json(result('running')), json(result('running', 1)));
  expect(await held.jobs.results.waitFor('flw_1')).toMatchObject({ status: 'running', attention: 1 });
  await using api = await start(json(result('running')));
  const waited = api.jobs.results.waitFor('flw_1', { timeoutMs: 1_000 });
  await expect(waited).rejects.toMatchObject({ code: 'wait_timeout', message: expect.stringContaining('"running"') });
});

test('a kill whose answer was lost was a kill', async () => {
  await using api = await start(hangUp, problem(409, 'job_conflict'), json(result('cancelled')));
  expect(await api.jobs.results.kill('flw_1', { reason: 'why' })).toMatchObject({ status: 'cancelled' });
  expect(lines(api.asked)).toEqual([...Array(2).fill('POST /v1/job-results/flw_1/kill'), 'GET /v1/job-results/flw_1']);
  expect(api.asked[0]?.body).toBe('{"reason":"why"}');
  await using other = await start(problem(409, 'job_conflict'));
  await expect(other.jobs.results.kill('flw_1')).rejects.toMatchObject({ code: 'job_conflict' });
});
