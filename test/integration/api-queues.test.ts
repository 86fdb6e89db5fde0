import type { QueueInfo } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  await stage.enqueue({ model: 'probe', method: 'echo', queue: 'line' });
});

afterAll(() => stage.stop());

const patch = (json: unknown, name = 'line', token?: string) =>
  stage.ask<QueueInfo>(`/v1/queues/${name}`, { method: 'PATCH', json, ...(token === undefined ? {} : { token }) });

test('the limits of a queue are set, shown, changed one by one, and removed', async () => {
  const set = await patch({ concurrency: 4, rate: { tasks: 5, seconds: 0.5 }, keyConcurrency: 2 });
  expect(set.status, set.text).toBe(200);
  expect(set.body.limits).toEqual({
    concurrency: 4,
    rate: { tasks: 5, seconds: 0.5, burst: 1 },
    keyConcurrency: 2,
  });
  expect(set.body.held).toBe(0);
  expect((await patch({ rate: null, concurrency: 9, retention: { doneDays: 3 } })).body).toMatchObject({
    limits: { concurrency: 9, keyConcurrency: 2 },
    retention: { doneDays: 3 },
  });
  // What has nothing to do with it stays.
  expect((await patch({ keyConcurrency: null })).body).toMatchObject({
    limits: { concurrency: 9 },
    retention: { doneDays: 3 },
  });
  const cleared = (await patch({ concurrency: null, retention: null })).body;
  expect(cleared).not.toHaveProperty('limits');
  expect(cleared).not.toHaveProperty('held');
  expect(cleared).not.toHaveProperty('retention');
  const { items } = (await stage.ask<{ items: QueueInfo[] }>('/v1/queues')).body;
  expect(items.find(({ name }) => name === 'line')).not.toHaveProperty('limits');
});

test('limits hold for tasks that come by the API, and a task names its key', async () => {
  await patch({ keyConcurrency: 1 });
  const slow = { model: 'probe', method: 'slow', kwargs: { ms: 600_000 }, queue: 'line', concurrencyKey: 'smtp' };
  const first = await stage.enqueue(slow);
  const second = await stage.enqueue({ ...slow, kwargs: { ms: 1 } });
  expect(first.concurrencyKey).toBe('smtp');
  await eventually(async () => {
    const { held, counts } = (await patch({ keyConcurrency: 1 })).body;
    expect([held, counts.waiting, counts.running]).toEqual([1, 1, 1]);
  });
  const explained = await stage.ask<{ reasons: { code: string }[] }>(`/v1/tasks/${second.id}/explain`);
  expect(explained.body.reasons[0]?.code).toBe('concurrency_limit');
  await stage.ask(`/v1/tasks/${first.id}/kill`, { method: 'POST' });
  const ended = await stage.ask(`/v1/tasks/${second.id}?wait=20`);
  expect(ended.body).toMatchObject({ state: 'done', concurrencyKey: 'smtp' });
  await patch({ keyConcurrency: null });
});

const refused: [what: string, body: unknown, problem: string][] = [
  ['nothing', {}, '422 request_invalid '],
  ['no object', [], '422 request_invalid '],
  ['a field that there is not', { concurency: 3, concurrency: 3 }, '422 request_invalid /concurency'],
  ['no slots at all', { concurrency: 0 }, '422 request_invalid /concurrency'],
  ['half a slot', { concurrency: 1.5 }, '422 request_invalid /concurrency'],
  ['slots as text', { concurrency: '3' }, '422 request_invalid /concurrency'],
  ['more slots than there can be', { keyConcurrency: 1e9 }, '422 request_invalid /keyConcurrency'],
  ['a number below zero', { keyConcurrency: -1 }, '422 request_invalid /keyConcurrency'],
  ['a rate of nothing', { rate: {} }, '422 request_invalid /rate/tasks'],
  ['a rate of no tasks', { rate: { tasks: 0 } }, '422 request_invalid /rate/tasks'],
  ['a rate in no time', { rate: { tasks: 1, seconds: 0 } }, '422 request_invalid /rate/seconds'],
  ['a rate by the year', { rate: { tasks: 1, seconds: 31_536_000 } }, '422 request_invalid /rate/seconds'],
  ['a burst of none', { rate: { tasks: 1, burst: 0 } }, '422 request_invalid /rate/burst'],
  ['a rate that is text', { rate: '5 1 1' }, '422 request_invalid /rate'],
  ['a rate with more in it', { rate: { tasks: 1, max: 3 } }, '422 request_invalid /rate/max'],
];

test.each(refused)('limits are not changed to %s', async (_, body, problem) => {
  expect(problemOf(await patch(body))).toBe(problem);
  expect((await patch({ rate: null })).body).not.toHaveProperty('limits');
});

test('nothing of a queue is changed by who may not, and of none that there is not', async () => {
  expect(problemOf(await patch({ concurrency: 1 }, 'nope'))).toBe('404 queue_unknown');
  expect(problemOf(await patch({ concurrency: 1 }, 'line:marker'))).toBe('404 queue_unknown');
  expect(problemOf(await patch({ concurrency: 1 }, 'line', await stage.keyFor(['read', 'enqueue'])))).toBe(
    '403 scope_missing',
  );
  expect(problemOf(await patch({ concurrency: 1 }, 'line', await stage.keyFor(['operate'], 'acme')))).toBe(
    '403 scope_missing',
  );
});

test.each([
  ['empty', ''],
  ['with a tab', 'a\tb'],
  ['with a line break', 'a\nb'],
  ['too long', 'x'.repeat(129)],
  ['half a character', '\ud800'],
  ['a number', 7],
])('a key that is %s is refused', async (_, concurrencyKey) => {
  const json = { model: 'probe', method: 'echo', queue: 'line', concurrencyKey };
  expect(problemOf(await stage.ask('/v1/tasks', { method: 'POST', json }))).toBe('422 request_invalid /concurrencyKey');
});

test('a key may hold whatever text it likes: it names nothing else in Redis', async () => {
  await patch({ keyConcurrency: 1 });
  const keys = ['a:b', '{x}:y', '*', 'tsk_01m8bwns5w812w6p7eyx9k-0-line', '', '__proto__', '日本', '%s %d'].filter(
    Boolean,
  );
  const tasks = [];
  for (const concurrencyKey of [...keys, ...keys]) {
    const slow = { model: 'probe', method: 'slow', kwargs: { ms: 50 }, queue: 'line', concurrencyKey };
    tasks.push(await stage.enqueue(slow));
  }
  for (const { id } of tasks) {
    expect((await stage.ask(`/v1/tasks/${id}?wait=10`)).body).toMatchObject({ state: 'done' });
  }
  expect((await patch({ keyConcurrency: null })).body.counts).toMatchObject({ waiting: 0, running: 0 });
});
