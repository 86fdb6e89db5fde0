import type { Flow, FlowSummary, Task } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';
import {
  createFlow,
  echoing,
  endedFlow,
  failingOnce,
  flowsPath,
  lookAtFlow,
  nodeOf,
  postFlow,
  slow,
  statesOf,
} from '../flow-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ concurrency: 20 });
});

afterAll(() => stage.stop());

const postChain = (json: object, headers: Record<string, string> = {}) =>
  stage.ask<Flow>('/v1/chains', { method: 'POST', json, headers });

describe('a flow that is created', () => {
  test('says at once which tasks it has, what each waits for and where it is', async () => {
    const tasks = [
      echoing('sum', ['${left.ms}', '${right.0}'], ['left', { key: 'right', onFailure: 'continue' }]),
      // One that takes its time: a worker may be faster than the answer.
      slow('left', 1_000),
      echoing('right', [2], [], { name: 'The right one' }),
    ];
    const answer = await postFlow(stage, { name: 'A sum', user: 'ann', company: 'acme', tasks });
    expect(answer.status, answer.text).toBe(202);
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`${flowsPath}/${id}`);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body).toMatchObject({
      name: 'A sum',
      user: 'ann',
      company: 'acme',
      progress: { total: 3 },
      tasks: [
        { key: 'left', dependsOn: [], model: 'probe', method: 'slow', background: false },
        { key: 'right', dependsOn: [], name: 'The right one' },
        {
          key: 'sum',
          state: 'depends',
          dependsOn: [
            { key: 'left', onFailure: 'cancel' },
            { key: 'right', onFailure: 'continue' },
          ],
        },
      ],
    });
    expect(answer.body.links?.sum).toBe(`/v1/tasks/${nodeOf(answer.body, 'sum').id}`);

    const flow = await endedFlow(stage, id);
    expect(flow).toMatchObject({
      state: 'done',
      progress: { ended: 3, total: 3, percent: 100 },
      counts: { done: 3, error: 0, cancelled: 0 },
      results: { sum: [1_000, 2] },
      links: {},
    });
    const task = await stage.ask<Task>(`/v1/tasks/${nodeOf(flow, 'sum').id}`);
    expect(task.body).toMatchObject({ flow: id, key: 'sum', company: 'acme', user: 'ann', result: [1_000, 2] });
  });

  test('runs the examples of the document: orders become invoices, rows go from step to step', async () => {
    const { body: document } = await stage.ask<{
      paths: Record<string, { post: { requestBody: { content: Record<string, { example: { tasks?: object[] } }> } } }>;
    }>('/openapi.json');
    const exampleOf = (path: string) => document.paths[path]?.post.requestBody.content['application/json']?.example;
    const chain = await postChain(exampleOf('/v1/chains') ?? {}, { prefer: 'wait=30' });
    expect(chain.status, chain.text).toBe(200);
    expect(chain.body.state, chain.text).toBe('done');
    expect(chain.body.results.load).toMatchObject({ file: 'out/shipped.csv' });
    const flow = await postFlow(stage, exampleOf(flowsPath) ?? {}, { headers: { prefer: 'wait=30' } });
    expect(flow.status, flow.text).toBe(200);
    // There is no mail server here: what is in the background may fail.
    expect(statesOf(flow.body)).toMatchObject({ orders: 'done', invoices: 'done', confirmations: 'done' });
    expect(nodeOf(flow.body, 'mail')).toMatchObject({ background: true });
  });

  test('is one under one idempotency key, alone and twice at once, and refused with another request', async () => {
    const headers = { 'idempotency-key': '"flow-1"' };
    const request = { tasks: [echoing('a', [1]), echoing('b', [2], ['a'])] };
    const both = await Promise.all([postFlow(stage, request, { headers }), postFlow(stage, request, { headers })]);
    const [first] = both;
    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    const id = first?.body.id ?? '';
    await endedFlow(stage, id);
    const again = await postFlow(stage, request, { headers });
    expect([again.status, again.body.id, again.body.state]).toEqual([200, id, 'done']);
    expect((await stage.ask<{ items: Task[] }>(`/v1/tasks?flow=${id}`)).body.items).toHaveLength(2);
    const other = await postFlow(stage, { tasks: [echoing('a', [2])] }, { headers });
    expect(problemOf(other)).toBe('422 idempotency_key_reused');
    const broken = await postFlow(stage, request, { headers: { 'idempotency-key': '"' } });
    expect(problemOf(broken)).toBe('400 idempotency_key_invalid header:idempotency-key');
  });

  test('may name a method that nobody offers yet, when that is said', async () => {
    const request = { tasks: [{ key: 'a', model: 'shop.later', method: 'open' }] };
    expect(problemOf(await postFlow(stage, request))).toBe('422 method_unknown /tasks/0/method');
    const made = await stage.ask<Flow>(`${flowsPath}?unchecked=true`, { method: 'POST', json: request });
    expect([made.status, made.body.state]).toEqual([202, 'running']);
  });

  test('may be of tasks that wait for nothing, and may begin later', async () => {
    const flow = await createFlow(stage, [
      echoing('soon'),
      echoing('later', [], [], { delaySeconds: 3_600 }),
      echoing('after', [], ['soon'], { delaySeconds: 3_600 }),
    ]);
    await eventually(async () =>
      expect(statesOf(await lookAtFlow(stage, flow.id))).toEqual({
        soon: 'done',
        later: 'scheduled',
        after: 'scheduled',
      }),
    );
    expect((await lookAtFlow(stage, flow.id)).state).toBe('running');
  });

  test('of a thousand tasks at once ends', async () => {
    const tasks = [
      echoing(
        'last',
        [],
        Array.from({ length: 999 }, (_, n) => `t${n}`),
      ),
      ...Array.from({ length: 999 }, (_, n) => echoing(`t${n}`, [n])),
    ];
    const flow = await createFlow(stage, tasks);
    const answer = await eventually(async () => {
      const look = await stage.ask<Flow>(`${flowsPath}/${flow.id}?wait=20`);
      expect(look.body.state).toBe('done');
      return look;
    }, 60_000);
    expect(answer.body.progress).toEqual({ ended: 1_000, total: 1_000, percent: 100 });
    expect(Object.keys(answer.body.results)).toHaveLength(1_000);
  }, 90_000);
});

describe('a chain', () => {
  test('runs its steps in order, and answers their ids in order', async () => {
    const answer = await postChain({
      name: 'Three steps',
      steps: [
        { model: 'probe', method: 'echo', args: ['a'] },
        { key: 'second', model: 'probe', method: 'echo', args: ['${step1.0}b'] },
        { model: 'probe', method: 'echo', args: ['${second.0}c'] },
      ],
    });
    expect(answer.status, answer.text).toBe(202);
    expect(answer.headers.get('location')).toBe(`${flowsPath}/${answer.body.id}`);
    expect(answer.body.tasks.map(({ key, dependsOn }) => [key, dependsOn.map((edge) => edge.key)])).toEqual([
      ['step1', []],
      ['second', ['step1']],
      ['step3', ['second']],
    ]);
    const flow = await endedFlow(stage, answer.body.id);
    expect(flow).toMatchObject({ name: 'Three steps', state: 'done', results: { step3: ['abc'] } });
    const starts = flow.tasks.map(({ startedAt }) => startedAt ?? '');
    expect(starts).toEqual([...starts].sort());
  });

  test('goes on behind a failure where it says so, and stops where it does not', async () => {
    const { body } = await postChain({
      steps: [
        { model: 'probe', method: 'permanent_error', kwargs: { message: 'no luck' } },
        { key: 'sorry', onFailure: 'continue', model: 'probe', method: 'echo', args: ['${failures.step1.message}'] },
        { key: 'broken', model: 'probe', method: 'permanent_error' },
        { key: 'never', model: 'probe', method: 'echo' },
      ],
    });
    const flow = await endedFlow(stage, body.id);
    expect(flow.state).toBe('error');
    expect(statesOf(flow)).toEqual({ step1: 'error', sorry: 'done', broken: 'error', never: 'cancelled' });
    expect((await stage.ask<Task>(`/v1/tasks/${nodeOf(flow, 'sorry').id}`)).body.result).toEqual(['no luck']);
    expect(nodeOf(flow, 'never').message).toContain('"broken"');
  });
});

describe('waiting for a flow', () => {
  test('ends when all but the background has ended, with these results and links to the rest', async () => {
    const tasks = [
      echoing('check', ['fine']),
      echoing('post', ['${check.0}!'], ['check']),
      slow('mail', 60_000, ['post'], { background: true }),
      echoing('archive', [], ['mail'], { background: true }),
    ];
    const answer = await postFlow(stage, { tasks }, { headers: { prefer: 'wait=20' } });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    expect(answer.headers.get('location')).toBe(`${flowsPath}/${answer.body.id}`);
    expect(answer.body).toMatchObject({ state: 'running', results: { check: ['fine'], post: ['fine!'] } });
    const rest = Object.keys(answer.body.links ?? {});
    expect(rest).toEqual(['mail', 'archive']);
    for (const key of rest) {
      const task = await stage.ask<Task>(answer.body.links?.[key] ?? '');
      expect([task.status, task.body.key]).toEqual([200, key]);
    }
    await stage.ask(`${flowsPath}/${answer.body.id}/cancel`, { method: 'POST', json: { running: 'kill' } });
  });

  test('is over when a failure has ended all of it', async () => {
    const tasks = [failingOnce('a'), echoing('b', [], ['a'])];
    const answer = await postFlow(stage, { tasks }, { headers: { prefer: 'wait=20' } });
    expect([answer.status, answer.body.state]).toEqual([200, 'error']);
    expect(answer.headers.get('retry-after')).toBeNull();
  });

  test('is over at once when all is in the background', async () => {
    const begun = Date.now();
    const tasks = [slow('a', 60_000, [], { background: true })];
    const answer = await postFlow(stage, { tasks }, { headers: { prefer: 'wait=30' } });
    expect([answer.status, answer.body.state]).toEqual([200, 'running']);
    expect(Date.now() - begun).toBeLessThan(20_000);
    await stage.ask(`${flowsPath}/${answer.body.id}/cancel`, { method: 'POST', json: { running: 'kill' } });
  });

  test('is over when the time is up: the flow goes on', async () => {
    const tasks = [slow('a', 60_000), echoing('b', [], ['a'])];
    const answer = await postFlow(stage, { tasks }, { headers: { prefer: 'wait=1, respond-async' } });
    expect([answer.status, answer.body.state]).toEqual([202, 'running']);
    expect(answer.headers.get('preference-applied')).toBe('respond-async, wait=1');
    const { id } = answer.body;
    const held = stage.ask<Flow>(`${flowsPath}/${id}?wait=30`);
    await stage.ask(`${flowsPath}/${id}/cancel`, { method: 'POST', json: { running: 'kill' } });
    const { status, body } = await held;
    expect([status, body.state]).toEqual([200, 'cancelled']);
  });
});

test('looking again is cheap: the same tag until something changes', async () => {
  const { id } = (await postFlow(stage, { tasks: [echoing('a', ['x'])] })).body;
  await endedFlow(stage, id);
  const first = await stage.ask(`${flowsPath}/${id}`);
  const again = await stage.ask(`${flowsPath}/${id}`, {
    headers: { 'if-none-match': first.headers.get('etag') ?? '' },
  });
  expect([again.status, again.text]).toEqual([304, '']);
});

test('results that are too large together are left out, and named', async () => {
  const big = { model: 'probe', method: 'big', kwargs: { bytes: 250_000 } };
  const tasks = Array.from({ length: 6 }, (_, n) => ({ key: `big${n}`, ...big }));
  const { id } = await createFlow(stage, tasks);
  const { results, resultsLeftOut = [] } = await endedFlow(stage, id);
  expect(Object.keys(results)).toEqual(['big0', 'big1', 'big2', 'big3']);
  expect(resultsLeftOut).toEqual(['big4', 'big5']);
});

describe('a list', () => {
  type Page = { items: FlowSummary[]; nextCursor: string | null };
  const list = async (query: string) => {
    const { status, text, body } = await stage.ask<Page>(`${flowsPath}${query}`);
    expect(status, text).toBe(200);
    return body;
  };

  test('goes on page by page, newest first, and shows every one once', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { body } = await postFlow(stage, { name: `paged ${n}`, tasks: [echoing('a')] });
      made.unshift(body.id);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`?q=paged&limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(made);
  });

  test('shows what fits all filters, with progress and without tasks', async () => {
    const { body } = await postFlow(stage, { name: 'of Initech', company: 'initech', tasks: [failingOnce('a')] });
    await endedFlow(stage, body.id);
    const found = async (query: string) => (await list(query)).items.map(({ id }) => id);
    expect(await found('?company=initech')).toEqual([body.id]);
    expect(await found('?company=initech&state=error&q=OF+ini')).toEqual([body.id]);
    expect(await found('?company=initech&state=done')).toEqual([]);
    expect(await found('?schedule=sch_none')).toEqual([]);
    const [item] = (await list('?company=initech')).items;
    expect(item).toMatchObject({ progress: { ended: 1, total: 1, percent: 100 }, counts: { error: 1 } });
    expect(item).not.toHaveProperty('tasks');
  });
});
