import { limits, type Task, type TaskPage, TaskRequest, type TaskRequestInput } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';

let stage: ApiStage;
/** By the name it was given. Each was created after the one before had settled, so that no two are of one instant. */
const tasks = new Map<string, Task>();

type Origin = { schedule?: string; flow?: string; job?: string };

/** Oldest first: the name, what is asked, what made it, and the state that it comes to rest in. */
const seed: [string, Omit<TaskRequestInput, 'name'>, Origin, Task['state']][] = [
  [
    'hello',
    { model: 'probe', method: 'echo', args: ['Größe 42'], tags: ['red', 'a b'], user: 'ann', company: 'acme' },
    {},
    'done',
  ],
  [
    'printer',
    {
      model: 'probe',
      method: 'permanent_error',
      kwargs: { message: 'Printer 17 is on fire' },
      tags: ['blue'],
      company: 'umbrella',
    },
    {},
    'error',
  ],
  ['later', { model: 'probe', method: 'echo', delaySeconds: 3_600, user: 'ann' }, { schedule: 'sch_1' }, 'scheduled'],
  ['items', { model: 'probe', method: 'items', kwargs: { ok: 1, failed: 1 } }, { flow: 'flw_1' }, 'done'],
  [
    'order',
    {
      model: 'shop.order',
      method: 'place',
      args: [[7]],
      kwargs: { customer: 'bob' },
      company: 'acme',
      tags: ['red'],
    },
    { job: 'job_1' },
    'done',
  ],
  [
    'stuck',
    { model: 'probe', method: 'data_error', kwargs: { message: 'no such currency' } },
    {},
    'requires_attention',
  ],
];

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  for (const [name, request, origin, state] of seed) {
    const { id } = await stage.cluster.tasks.enqueue(TaskRequest.parse({ name, ...request }), {}, { origin });
    const task = await eventually(async () => {
      const found = await stage.cluster.tasks.get(id, {});
      expect(found.state).toBe(state);
      return found;
    });
    tasks.set(name, task);
  }
});

afterAll(() => stage.stop());

const of = (name: string) => tasks.get(name) as Task;
const workerOf = (name: string) => of(name).executions[0]?.worker ?? '';

async function search(query: string, token?: string): Promise<TaskPage> {
  const answer = await stage.ask<TaskPage>(`/v1/tasks${query}`, token === undefined ? {} : { token });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const namesOf = ({ items }: TaskPage) => items.map(({ name }) => name).join(' ');
const everything = 'stuck order items later printer hello';

const filters: [string, () => string, string][] = [
  ['nothing: all, newest first', () => '', everything],
  ['state', () => '?state=done', 'order items hello'],
  ['state: waits for its time', () => '?state=scheduled', 'later'],
  ['state: needs a person', () => '?state=requires_attention', 'stuck'],
  ['outcome', () => '?outcome=warning', 'items'],
  ['model', () => '?model=shop.order', 'order'],
  ['method', () => '?method=echo', 'later hello'],
  ['method in full', () => '?method=shop.order.place', 'order'],
  ['method in full, of another model', () => '?method=shop.order.echo', ''],
  ['queue', () => '?queue=orders', 'order'],
  ['company', () => '?company=acme', 'order hello'],
  ['user', () => '?user=ann', 'later hello'],
  ['tag', () => '?tag=red', 'order hello'],
  ['tag with a space', () => '?tag=a+b', 'hello'],
  ['schedule', () => '?schedule=sch_1', 'later'],
  ['flow', () => '?flow=flw_1', 'items'],
  ['job', () => '?job=job_1', 'order'],
  ['worker', () => `?worker=${workerOf('order')}`, 'stuck order items printer hello'],
  ['worker that is none', () => '?worker=nobody-1', ''],
  ['from: that instant is in', () => `?from=${of('order').createdAt}`, 'stuck order'],
  ['to: that instant is out', () => `?to=${of('later').createdAt}`, 'printer hello'],
  ['from and to', () => `?from=${of('later').createdAt}&to=${of('stuck').createdAt}`, 'order items later'],
  ['an instant of another zone', () => `?to=${shifted(of('later').createdAt)}`, 'printer hello'],
  ['q: a name', () => '?q=order', 'order'],
  ['q: an error, in any case', () => '?q=FIRE', 'printer'],
  ['q: all of several words, in any order', () => '?q=fire+printer', 'printer'],
  ['q: one word of several is missing', () => '?q=fire+order', ''],
  ['q: an argument', () => '?q=gr%C3%B6%C3%9Fe', 'hello'],
  ['q: a named argument', () => '?q=bob', 'order'],
  ['two together', () => '?state=done&company=acme', 'order hello'],
  ['three together', () => '?state=done&tag=red&queue=default', 'hello'],
  ['many together', () => '?state=done&outcome=success&model=probe&method=echo&user=ann&tag=red&q=42', 'hello'],
  ['two that exclude each other', () => '?company=acme&flow=flw_1', ''],
];

/** The same instant, as a clock two hours further east shows it. */
function shifted(instant: string): string {
  const local = new Date(Date.parse(instant) + 7_200_000).toISOString().replace('Z', '+02:00');
  return encodeURIComponent(local);
}

test.for(filters)('tasks are found by %s', async ([, query, expected]) => {
  expect(namesOf(await search(query()))).toBe(expected);
});

test('tasks are found by the failure that they share', async () => {
  const failures = await stage.ask<{ items: { id: string; message: string }[] }>('/v1/failures');
  const printer = failures.body.items.find(({ message }) => message === 'Printer # is on fire');
  expect(printer).toBeDefined();
  expect(namesOf(await search(`?failure=${printer?.id}`))).toBe('printer');
});

test('a search for words tells how many tasks it looked through', async () => {
  expect(await search('?q=fire')).toMatchObject({ searched: 6, more: false, nextCursor: null });
  expect(await search('?state=done')).not.toHaveProperty('searched');
});

test('pages stay as they are while tasks come and go', async () => {
  const isOurs = (name: string) => `${name}&tag=page`;
  const add = (name: string) =>
    stage.enqueue({ model: 'probe', method: 'echo', name, tags: ['page'], delaySeconds: 3_600 });
  const before: string[] = [];
  for (let n = 0; n < 25; n += 1) before.unshift((await add(`page ${n}`)).id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: TaskPage = await search(isOurs(`?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`));
    expect(page.items.length).toBeLessThanOrEqual(7);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    // One comes, and one that was shown already goes another way.
    await add('newer');
    await stage.ask(`/v1/tasks/${seen[0]}/run-now`, { method: 'POST' });
  } while (cursor !== null);
  expect(seen).toEqual(before);
});

test('a search for words is bounded, says so, and goes on where it stopped', async () => {
  const count = limits.searchTasks + 100;
  const request = (index: number) =>
    TaskRequest.parse({ model: 'nobody', method: 'offers', queue: 'hay', args: [index === 0 ? 'needle' : 'hay'] });
  for (let from = 0; from < count; from += limits.bulkTasks) {
    const length = Math.min(limits.bulkTasks, count - from);
    const requests = Array.from({ length }, (_, index) => request(from + index));
    await stage.cluster.tasks.enqueueMany(requests, {}, { unchecked: true });
  }
  const first = await search('?queue=hay&q=needle');
  expect(first).toMatchObject({ items: [], searched: limits.searchTasks, more: true });
  const second = await search(`?queue=hay&q=needle&cursor=${first.nextCursor}`);
  expect(second.items.map(({ args }) => args)).toEqual([['needle']]);
  expect(second).toMatchObject({ more: false, nextCursor: null });
});

describe('what is wrong is told by name', () => {
  const faults: [string, string][] = [
    ['?state=gone', '?state'],
    ['?state=', '?state'],
    ['?outcome=good', '?outcome'],
    ['?model=Probe', '?model'],
    ['?method=a-b', '?method'],
    ['?queue=*', '?queue'],
    ['?company=', '?company'],
    ['?user=%00', '?user'],
    [`?tag=${'x'.repeat(65)}`, '?tag'],
    ['?schedule=a%20b', '?schedule'],
    ['?flow=%C3%A4', '?flow'],
    ['?job=', '?job'],
    [`?worker=${'w'.repeat(129)}`, '?worker'],
    ['?failure=', '?failure'],
    ['?from=yesterday', '?from'],
    ['?from=2026-01-01', '?from'],
    ['?to=2026-02-30T00:00:00Z', '?to'],
    ['?to=2026-01-01T00:00:00+01:00', '?to'],
    ['?q=', '?q'],
    [`?q=${'x'.repeat(limits.searchLength + 1)}`, '?q'],
    ['?q=a%0Ab', '?q'],
    ['?limit=0', '?limit'],
    ['?cursor=abc', '?cursor'],
    ['?states=done', '?states'],
    ['?state=done&state=error', '?state'],
    ['?state=gone&limit=x&q=', '?state ?q ?limit'],
  ];
  test.for(faults)('%s', async ([query, pointers]) => {
    for (const path of ['/v1/tasks', '/v1/executions']) {
      expect(problemOf(await stage.ask(path + query))).toBe(`422 request_invalid ${pointers}`);
    }
  });
});

describe("a company's key finds its company's tasks, and no others", () => {
  let acme: string;
  beforeAll(async () => {
    acme = await stage.keyFor(['read', 'operate'], 'acme');
  });

  test.for([
    ['', 'order hello'],
    ['?company=acme', 'order hello'],
    ['?company=umbrella', ''],
    ['?state=error', ''],
    ['?q=fire', ''],
    ['?q=order', 'order'],
    ['?schedule=sch_1', ''],
    ['?model=probe', 'hello'],
  ] as const)('%s', async ([query, expected]) => {
    expect(namesOf(await search(query, acme))).toBe(expected);
  });

  test('looking through words counts its own tasks only', async () => {
    expect(await search('?q=fire', acme)).toMatchObject({ searched: 2, more: false });
  });

  test("another's cursor opens nothing", async () => {
    const page = await search('?limit=1');
    const answer = await stage.ask<TaskPage>(`/v1/tasks?cursor=${page.nextCursor}`, { token: acme });
    expect((answer.body.items ?? []).filter(({ company }) => company !== 'acme')).toEqual([]);
  });

  test.for([
    ['GET', 'history'],
    ['POST', 'skip'],
    ['POST', 'retry'],
    ['POST', 'comments'],
  ] as const)('%s %s', async ([method, action]) => {
    const json = action === 'comments' ? { text: 'mine' } : undefined;
    const answer = await stage.ask(`/v1/tasks/${of('printer').id}/${action}`, { method, json, token: acme });
    expect(problemOf(answer)).toBe('404 task_unknown');
  });
});
