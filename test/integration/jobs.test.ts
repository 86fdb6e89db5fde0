import { defineModel, JobRequest, type JobRequestInput, ScheduleRequest } from '@drover/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

/** Orders, and what was done to them. */
const closed: number[][] = [];
const order = defineModel('shop.order', {
  older: {
    description: 'Orders older than so many days',
    isFilter: true,
    kwargs: z.object({ days: z.int(), before: z.string().optional() }),
    run: ({ kwargs }) => (kwargs.days > 100 ? [] : [{ id: 1 }, { id: 2 }]),
  },
  close: {
    description: 'Closes orders',
    args: z.tuple([z.array(z.int())]),
    kwargs: z.object({ note: z.string().default('') }),
    run: ({ args: [ids], kwargs }) => {
      closed.push(ids);
      return { closed: ids.length, note: kwargs.note };
    },
  },
  tell: {
    description: 'Tells how many',
    args: z.tuple([z.int()]),
    run: ({ args: [count] }) => count,
  },
  is_open: { description: 'Whether the shop is open', run: () => false },
});

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage({ models: [order] });
  await stage.startWorker({ concurrency: 20, rings: true });
});

afterAll(() => stage.stop());
beforeEach(() => void closed.splice(0));

let count = 0;
const jobOf = (lines: JobRequestInput['lines'], more: Partial<JobRequestInput> = {}) => {
  count += 1;
  return JobRequest.parse({ name: `job ${count}`, lines, ...more });
};
const shop = (number: number, method: string, more: object = {}) =>
  ({ number, kind: 'action', model: 'shop.order', method, ...more }) as JobRequestInput['lines'][number];
const jobs = () => stage.cluster.jobs;
const ended = (id: string) =>
  eventually(async () => {
    const result = await jobs().results.get(id, {});
    expect(['pending', 'running']).not.toContain(result.status);
    return result;
  }, 20_000);

test('a filter limits what the lines after it get, in order of their numbers', async () => {
  const { id } = await jobs().create(
    jobOf([
      shop(30, 'tell', { args: ['${line.20.result.closed}'] }),
      shop(20, 'close', { takesIds: true, kwargs: { note: 'run ${run.id} of ${today - 1d}' } }),
      shop(10, 'older', { kind: 'filter', definition: { days: 30 } }),
    ]),
    {},
  );
  const run = await jobs().run(id, {}, {});
  const result = await ended(run.id);
  expect(result.status).toBe('success');
  expect(result.lines.map(({ number, status }) => [number, status])).toEqual([
    [10, 'success'],
    [20, 'success'],
    [30, 'success'],
  ]);
  expect(result.lines[0]).toMatchObject({ kind: 'filter', left: 2 });
  expect(closed).toEqual([[1, 2]]);
  const close = await stage.get(result.lines[1]?.taskId ?? '');
  expect(close.resolved?.kwargs.note).toMatch(new RegExp(`^run ${run.id} of \\d{4}-\\d\\d-\\d\\d$`));
  expect((await jobs().get(id, {})).lastRun).toMatchObject({ id: run.id, status: 'success' });
});

test('a filter that leaves nothing makes the result info, and nothing is done', async () => {
  const { id } = await jobs().create(
    jobOf([shop(10, 'older', { kind: 'filter', definition: { days: 365 } }), shop(20, 'close', { takesIds: true })]),
    {},
  );
  const result = await ended((await jobs().run(id, {}, {})).id);
  expect(result).toMatchObject({ status: 'info', message: 'a filter left nothing' });
  expect(result.lines[1]?.status).toBe('skipped');
  expect(closed).toEqual([]);
});

test('a line that fails stops the run, or makes it a warning where the others go on', async () => {
  const lines = [{ ...shop(10, 'fail'), model: 'probe', maxRetries: 0 }, shop(20, 'close', { args: [[7]] })];
  const stopping = await jobs().create(jobOf(lines), {});
  const stopped = await ended((await jobs().run(stopping.id, {}, {})).id);
  expect(stopped).toMatchObject({ status: 'error', lines: [{ status: 'error' }, { status: 'cancelled' }] });
  const going = await jobs().create(jobOf(lines, { stopsOnError: false }), {});
  const gone = await ended((await jobs().run(going.id, {}, {})).id);
  expect(gone).toMatchObject({ status: 'warning', lines: [{ status: 'error' }, { status: 'success' }] });
  expect(closed).toEqual([[7]]);
});

test('a job that is not active is not run, and a run is killed only while it runs', async () => {
  const idle = await jobs().create(jobOf([shop(10, 'close', { args: [[1]] })], { active: false }), {});
  await expect(jobs().run(idle.id, {}, {})).rejects.toMatchObject({ code: 'job_conflict' });
  const long = await jobs().create(
    jobOf([{ ...shop(10, 'hang'), model: 'probe' }, shop(20, 'close', { args: [[1]] })]),
    {},
  );
  const { id } = await jobs().run(long.id, {}, {});
  await eventually(async () => expect((await jobs().results.get(id, {})).status).toBe('running'));
  expect((await jobs().results.kill(id, undefined, {})).warning).toContain('may remain');
  expect(await ended(id)).toMatchObject({ status: 'cancelled' });
  await expect(jobs().results.kill(id, undefined, {})).rejects.toMatchObject({ code: 'job_conflict' });
});

const now = (job: string) => ScheduleRequest.parse({ name: `runs ${job}`, timing: 'immediately', job });
const lastFire = (id: string) =>
  eventually(async () => {
    const schedule = await stage.cluster.schedules.get(id, {});
    expect(schedule.state).toBe('finished');
    return schedule.lastFire;
  });

test('a schedule runs a job, and its fire leads to the result', async () => {
  const { id } = await jobs().create(jobOf([shop(10, 'close', { args: [[3]] })]), {});
  const schedule = await stage.cluster.schedules.create(now(id), {});
  const fire = await lastFire(schedule.id);
  expect(fire).toMatchObject({ result: 'task', run: { id: expect.stringMatching(/^flw_/) } });
  const result = await ended(fire?.run?.id ?? '');
  expect(result).toMatchObject({ status: 'success', by: 'schedule', schedule: schedule.id, job: id });
  await eventually(async () => expect((await stage.cluster.schedules.get(schedule.id, {})).counts.done).toBe(1));
});

test('a job whose condition does not hold does nothing by schedule, and says so', async () => {
  const condition = { model: 'shop.order', method: 'is_open' };
  const { id } = await jobs().create(jobOf([shop(10, 'close', { args: [[3]] })], { condition }), {});
  const { id: schedule } = await stage.cluster.schedules.create(now(id), {});
  const result = await ended((await lastFire(schedule))?.run?.id ?? '');
  expect(result).toMatchObject({ status: 'info', message: 'its condition did not hold' });
  expect(closed).toEqual([]);
});

test('a schedule of a job that is not active skips its fires', async () => {
  const { id } = await jobs().create(jobOf([shop(10, 'close', { args: [[3]] })], { active: false }), {});
  const { id: schedule } = await stage.cluster.schedules.create(now(id), {});
  expect(await lastFire(schedule)).toMatchObject({ result: 'skipped', reason: 'the job is not active' });
});
