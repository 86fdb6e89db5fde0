import { limits, type Problem } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { createFlow, echoing } from '../flow-talk.ts';
import { echo, post } from '../hostile.ts';
import { addresses } from '../hostile-addresses.ts';
import { bodies, contentTypes } from '../hostile-bodies.ts';
import { changes, headers } from '../hostile-changes.ts';
import { fields } from '../hostile-fields.ts';
import { flows } from '../hostile-flows.ts';
import { jobs } from '../hostile-jobs.ts';
import { scheduleChanges } from '../hostile-schedule-changes.ts';
import { schedules } from '../hostile-schedules.ts';
import { createJob, jobOf } from '../job-talk.ts';
import { createSchedule, daily } from '../schedule-talk.ts';

/** Requests as people with bad luck, and people with bad intentions, send them. Each has exactly one answer. */

let stage: ApiStage;
let acmeToken: string;
/** A task of another company. */
let foreignId: string;
/** A task that waits for an hour. */
let laterId: string;
let flowId: string;
let foreignFlowId: string;
let jobId: string;
let foreignJobId: string;
let scheduleId: string;
let foreignScheduleId: string;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  acmeToken = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'acme');
  foreignId = (await stage.enqueue({ ...echo, company: 'umbrella', delaySeconds: 3_600 })).id;
  laterId = (await stage.enqueue({ ...echo, delaySeconds: 3_600 })).id;
  flowId = (await createFlow(stage, [echoing('a', [], [], { delaySeconds: 3_600 })])).id;
  foreignFlowId = (await createFlow(stage, [echoing('a')], { token: await stage.keyFor(['enqueue'], 'umbrella') })).id;
  jobId = (await createJob(stage)).id;
  foreignJobId = (await createJob(stage, jobOf({ company: 'umbrella' }))).id;
  scheduleId = (await createSchedule(stage)).id;
  foreignScheduleId = (await createSchedule(stage, daily({ task: { ...echo, company: 'umbrella' } }))).id;
});

afterAll(() => stage.stop());

const rows = [
  ...bodies,
  ...contentTypes,
  ...fields,
  ...headers,
  ...addresses,
  ...changes,
  ...schedules,
  ...scheduleChanges,
  ...flows,
  ...jobs,
];

test('there are at least 80 of them', () => {
  expect(rows.length).toBeGreaterThanOrEqual(80);
});

test.for(rows)('%s', async ([, path, { company, ...options }, expected]) => {
  const address = path
    .replace('{foreign}', foreignId)
    .replace('{later}', laterId)
    .replace('{flow}', flowId)
    .replace('{foreignFlow}', foreignFlowId)
    .replace('{job}', jobId)
    .replace('{foreignJob}', foreignJobId)
    .replace('{schedule}', scheduleId)
    .replace('{foreignSchedule}', foreignScheduleId);
  const answer = await stage.ask<Problem>(address, company ? { ...options, token: acmeToken } : options);
  expect(problemOf(answer), answer.text).toBe(expected);
  expectProblem(answer.body, address, answer.status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.has('www-authenticate')).toBe([401, 403].includes(answer.status));
  expect(answer.headers.has('allow')).toBe(answer.status === 405);
});

function expectProblem(problem: Problem, address: string, status: number): void {
  const [path] = address.split('?');
  expect(problem).toMatchObject({ type: `https://drover.dev/problems/${problem.code}`, status, instance: path });
  expect(problem.title).not.toBe('');
  expect(problem.detail).not.toBe('');
  expect(problem.detail.length).toBeLessThanOrEqual(limits.problemDetailLength);
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.ts:\d|at Object\./);
}

test('broken JSON is told with its position', async () => {
  const answer = await stage.ask<Problem>('/v1/tasks', post('{"model": "probe",\n  "method": echo}'));
  expect(answer.body.detail).toBe('The body is not JSON: unexpected "e" at position 31 (line 2, column 13).');
});

test('after all of that the API is as well as before', async () => {
  expect((await stage.ask('/readyz')).status).toBe(200);
  const { id } = await stage.enqueue({ ...echo, args: [1] });
  expect((await stage.ask<{ state: string }>(`/v1/tasks/${id}?wait=20`)).body.state).toBe('done');
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});
