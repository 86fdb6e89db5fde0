import type { FailureGroup, Overview, Statistics } from '@drover/core';
import { limits } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';

let stage: ApiStage;
let acme: string;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  acme = await stage.keyFor(['read'], 'acme');
  const end = async (task: object) => {
    const { id } = await stage.enqueue(task);
    await stage.cluster.tasks.waitFor(id, {}, 20_000);
  };
  const failing = { model: 'probe', method: 'permanent_error' };
  await end({ model: 'probe', method: 'echo', company: 'acme' });
  await end({ model: 'probe', method: 'echo' });
  await end({ model: 'probe', method: 'fail_times', kwargs: { times: 2, delaySeconds: 0 }, company: 'acme' });
  await end({ model: 'shop.order', method: 'place', args: [[1]], kwargs: { customer: 'ann' } });
  await end({ ...failing, kwargs: { message: 'order 12 is lost' }, company: 'acme' });
  await end({ ...failing, kwargs: { message: 'order 13 is lost' } });
  const { id } = await stage.enqueue({ model: 'probe', method: 'echo', delaySeconds: 3_600 });
  await stage.ask(`/v1/tasks/${id}/cancel`, { method: 'POST' });
});

afterAll(() => stage.stop());

async function read(query = '', token?: string): Promise<Statistics> {
  const answer = await stage.ask<Statistics>(`/v1/statistics${query}`, token === undefined ? {} : { token });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** The day in a zone, as people there write it. */
const dateIn = (timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date());

test('the figures of the last seven days: a task counts once, however many attempts it took', async () => {
  const { timeZone, days, total, groups } = await read();
  expect(timeZone).toBe('UTC');
  expect(days).toHaveLength(7);
  expect(days.slice(0, -2).every((day) => day.total === 0)).toBe(true);
  expect(total).toMatchObject({
    enqueued: 7,
    total: 7,
    completed: 4,
    failed: 2,
    cancelled: 1,
    outcomes: { success: 4, error: 2, cancelled: 1 },
    executions: 8,
    retried: 2,
  });
  expect(total.averageSeconds).toBeGreaterThanOrEqual(0);
  expect(total.p50Seconds).toBeLessThanOrEqual(total.p99Seconds ?? -1);
  expect(groups).toBeUndefined();
});

test('days are those of the chosen zone, oldest first, without a gap', async () => {
  for (const timeZone of ['Pacific/Kiritimati', 'America/St_Johns', 'UTC']) {
    const before = dateIn(timeZone);
    const { days, from, to } = await read(`?days=3&timeZone=${timeZone}`);
    // Midnight may pass meanwhile.
    expect([before, dateIn(timeZone)]).toContain(days.map(({ date }) => date).at(-1));
    expect(days.map(({ from: begin }) => begin).slice(1)).toEqual(days.map(({ to: end }) => end).slice(0, -1));
    expect([from, to]).toEqual([days[0]?.from, days[2]?.to]);
  }
});

test('figures by method, queue and company, the largest group first', async () => {
  const groups = async (by: string) =>
    (await read(`?days=2&by=${by}`)).groups?.map(({ key, total, failed }) => [key, total, failed]);
  expect(await groups('method')).toEqual(
    expect.arrayContaining([
      ['probe.echo', 3, 0],
      ['probe.permanent_error', 2, 2],
      ['probe.fail_times', 1, 0],
      ['shop.order.place', 1, 0],
    ]),
  );
  expect((await groups('method'))?.[0]).toEqual(['probe.echo', 3, 0]);
  expect(await groups('queue')).toEqual([
    ['default', 6, 2],
    ['orders', 1, 0],
  ]);
  expect(await groups('company')).toEqual(expect.arrayContaining([['acme', 3, 1]]));
});

test("a company's figures are its own, whoever asks for them", async () => {
  const own = { total: 3, completed: 2, failed: 1, cancelled: 0, executions: 5, retried: 2 };
  expect((await read('?company=acme')).total).toMatchObject(own);
  expect((await read('', acme)).total).toMatchObject(own);
  expect((await read('?company=acme', acme)).total).toMatchObject(own);
  expect((await read('?company=nobody')).total).toMatchObject({ total: 0, averageSeconds: null });
  const groups = (await read('?by=company', acme)).groups?.map(({ key }) => key);
  expect(groups).toEqual(['acme']);
});

test("a company's key is told that another's figures are not for it", async () => {
  const answer = await stage.ask('/v1/statistics?company=umbrella', { token: acme });
  expect(problemOf(answer)).toBe('403 scope_missing ?company');
});

test.for([
  ['?days=0', '?days'],
  [`?days=${limits.statisticsDays + 1}`, '?days'],
  ['?days=seven', '?days'],
  ['?days=1.5', '?days'],
  ['?days=', '?days'],
  ['?timeZone=EST', '?timeZone'],
  ['?timeZone=%2B02:00', '?timeZone'],
  ['?timeZone=Europe/Atlantis', '?timeZone'],
  ['?by=colour', '?by'],
  ['?company=', '?company'],
  ['?from=2026-01-01T00:00:00Z', '?from'],
])('what is wrong is told by name: %s', async ([query, pointer]) => {
  expect(problemOf(await stage.ask(`/v1/statistics${query}`))).toBe(`422 request_invalid ${pointer}`);
});

test('failures that look alike are one group, whose tasks can be found', async () => {
  const read = (token?: string) =>
    stage.ask<{ items: FailureGroup[]; nextCursor: null }>('/v1/failures', token === undefined ? {} : { token });
  const { items, nextCursor } = (await read()).body;
  expect(nextCursor).toBeNull();
  expect(items).toMatchObject([
    {
      model: 'probe',
      method: 'permanent_error',
      class: 'permanent',
      message: 'order # is lost',
      count: 2,
      lastMessage: 'order 13 is lost',
    },
  ]);
  expect((await read(acme)).body.items).toMatchObject([{ count: 1, lastMessage: 'order 12 is lost' }]);
  expect((await read(await stage.keyFor(['read'], 'umbrella'))).body.items).toEqual([]);
});

test('the monitor shows what runs, waits and failed', async () => {
  const { figures, queues, workers, throughput } = (await stage.ask<Overview>('/v1/monitor')).body;
  expect(figures).toMatchObject({
    activeTasks: 0,
    queueSize: 0,
    scheduledTasks: 0,
    attentionTasks: 0,
    failedTasks: 2,
    completedTasks: 4,
    workers: { running: 1, quiet: 0, stopping: 0, lost: 0 },
  });
  expect(figures.averageSeconds).toBeGreaterThanOrEqual(0);
  expect(queues.map(({ name }) => name)).toContain('orders');
  expect(workers).toHaveLength(1);
  expect(throughput).toHaveLength(60);
  expect((await stage.ask<Overview>('/v1/monitor', { token: acme })).body.figures).toMatchObject({
    failedTasks: 1,
    completedTasks: 2,
  });
});
