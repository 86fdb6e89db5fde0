import type { Problem } from '@drover/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answered, type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { countOfTag, echoing, flowsPath, postFlow } from '../flow-talk.ts';

/** Flows that are not possible: each is refused with its place, and nothing of it is enqueued. */

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

let tag: string;
let made = 0;
beforeEach(() => {
  made += 1;
  tag = `refused-${made}`;
});
afterEach(async () => {
  expect(await countOfTag(stage, tag)).toBe(0);
  const { body } = await stage.ask<{ items: object[] }>(`${flowsPath}?q=${tag}`);
  expect(body.items).toEqual([]);
});

/** Every task with the tag by which it would be found. */
const tagged = (list: object[]) => list.map((task) => ({ ...task, tags: [tag] }));
const refuse = (tasks: object[]) => postFlow(stage, { name: tag, tasks: tagged(tasks) }) as Promise<Answered<unknown>>;
const refuseChain = (steps: object[]) =>
  stage.ask('/v1/chains', { method: 'POST', json: { name: tag, steps: tagged(steps) } });
const messageOf = ({ body }: Answered<unknown>, pointer: string) =>
  (body as Problem).errors?.find((fault) => fault.pointer === pointer)?.message;

test('what is possible is enqueued, so that this file can tell the difference', async () => {
  const control = `${tag}-control`;
  const answer = await postFlow(stage, { tasks: [{ ...echoing('a'), tags: [control] }] });
  expect(answer.status, answer.text).toBe(202);
  expect(await countOfTag(stage, control)).toBe(1);
});

describe('a graph', () => {
  test('in which tasks wait for each other is refused, with the ring', async () => {
    const answer = await refuse([
      echoing('start'),
      echoing('a', [], ['start', 'c']),
      echoing('b', [], ['a']),
      echoing('c', [], ['b']),
      echoing('behind', [], ['c']),
    ]);
    expect(problemOf(answer)).toBe('422 flow_invalid /tasks/1/dependsOn');
    expect(messageOf(answer, '/tasks/1/dependsOn')).toBe('tasks wait for each other: a → c → b → a');
  });

  test('in which a task waits for itself is refused', async () => {
    const answer = await refuse([echoing('a', [], ['a'])]);
    expect(problemOf(answer)).toBe('422 flow_invalid /tasks/0/dependsOn/0');
  });

  test('that names a key which is not there is refused, with the key', async () => {
    const answer = await refuse([echoing('a'), echoing('b', [], ['a', { key: 'nowhere', onFailure: 'continue' }])]);
    expect(problemOf(answer)).toBe('422 flow_invalid /tasks/1/dependsOn/1');
    expect(messageOf(answer, '/tasks/1/dependsOn/1')).toContain('"nowhere"');
  });

  test('with a key twice, or an edge twice, is refused', async () => {
    expect(problemOf(await refuse([echoing('a'), echoing('b'), echoing('a')]))).toBe('422 flow_invalid /tasks/2/key');
    expect(problemOf(await refuse([echoing('a'), echoing('b', [], ['a', { key: 'a' }])]))).toBe(
      '422 flow_invalid /tasks/1/dependsOn/1',
    );
  });

  test('is told all of its faults at once', async () => {
    const tasks = [echoing('a', [], ['x']), echoing('a'), echoing('b', [], ['y', 'b'])];
    expect(problemOf(await refuse(tasks))).toBe(
      '422 flow_invalid /tasks/1/key /tasks/0/dependsOn/0 /tasks/2/dependsOn/0 /tasks/2/dependsOn/1',
    );
  });

  test('of more than a thousand tasks, or of none, is refused', async () => {
    const tasks = Array.from({ length: 1_001 }, (_, n) => echoing(`t${n}`));
    expect(problemOf(await refuse(tasks))).toBe('422 request_invalid /tasks');
    expect(problemOf(await refuse([]))).toBe('422 request_invalid /tasks');
    expect(problemOf(await refuseChain([]))).toBe('422 request_invalid /steps');
  });

  test('with more edges than there may be is refused', async () => {
    const tasks = Array.from({ length: 150 }, (_, n) => ({
      ...echoing(`t${n}`),
      dependsOn: Array.from({ length: n }, (__, before) => `t${before}`),
    }));
    expect(problemOf(await refuse(tasks))).toBe('422 flow_invalid /tasks');
  });
});

describe('one bad task among good ones', () => {
  const good = [echoing('a', [1]), echoing('b', [2], ['a'])];

  test('with arguments that do not fit is named, in a flow and in a chain', async () => {
    const bad = { model: 'probe', method: 'slow', kwargs: { ms: 'long' } };
    const answer = await refuse([...good, { key: 'nap', ...bad, dependsOn: ['b'] }]);
    expect(problemOf(answer)).toBe('422 args_invalid /tasks/2/kwargs/ms');
    expect((answer.body as Problem).detail).toContain('"nap"');
    const chain = await refuseChain([{ model: 'probe', method: 'echo' }, bad]);
    expect(problemOf(chain)).toBe('422 args_invalid /steps/1/kwargs/ms');
    expect((chain.body as Problem).detail).toContain('"step2"');
  });

  test('whose method nobody offers is named', async () => {
    const answer = await refuse([...good, { key: 'c', model: 'probe', method: 'ecko' }]);
    expect(problemOf(answer)).toBe('422 method_unknown /tasks/2/method');
    expect(answer.text).toContain('probe.echo');
  });

  test('with too many arguments is named', async () => {
    const answer = await refuse([...good, echoing('c', ['x'.repeat(262_144)])]);
    expect(problemOf(answer)).toBe('422 args_too_large /tasks/2/args');
  });

  test('in a queue too many is named', async () => {
    const tasks = Array.from({ length: 65 }, (_, n) => ({ ...echoing(`t${n}`), queue: `q${n}` }));
    expect(problemOf(await refuse(tasks))).toMatch(/^422 queue_limit .*\/queue$/);
    const { body } = await stage.ask<{ items: { name: string }[] }>('/v1/queues');
    expect(body.items.filter(({ name }) => /^q\d+$/.test(name))).toEqual([]);
  });

  test('that must have begun before it could is named', async () => {
    const answer = await refuse([...good, { ...echoing('c'), expiresAt: '2001-01-01T00:00:00Z' }]);
    expect(problemOf(answer)).toBe('422 request_invalid /tasks/2/expiresAt');
  });

  test('with two times is named, in a flow and in a chain', async () => {
    const times = { runAt: '2030-01-01T00:00:00Z', delaySeconds: 5 };
    expect(problemOf(await refuse([...good, { ...echoing('c', [], ['a']), ...times }]))).toBe(
      '422 request_invalid /tasks/2/delaySeconds',
    );
    const step = { model: 'probe', method: 'echo' };
    expect(problemOf(await refuseChain([step, { ...step, ...times }]))).toBe(
      '422 request_invalid /steps/1/delaySeconds',
    );
  });
});

describe('an expression', () => {
  test('that cannot be read is refused with its position', async () => {
    const answer = await refuse([echoing('a'), echoing('b', ['fine', 'total: ${a. }'], ['a'])]);
    expect(problemOf(answer)).toBe('422 flow_invalid /tasks/1/args/1');
    expect(messageOf(answer, '/tasks/1/args/1')).toMatch(/^character 13: /);
  });

  test('over a result that the task does not wait for is refused, with the name', async () => {
    const answer = await refuse([echoing('a'), echoing('b', [], ['a']), echoing('c', ['${a.0}'], ['b'])]);
    expect(problemOf(answer)).toBe('422 flow_invalid /tasks/2/args/0');
    expect(messageOf(answer, '/tasks/2/args/0')).toContain('"a"');
  });

  test('in a condition is refused too, with its position', async () => {
    const answer = await refuse([echoing('a'), echoing('b', [], ['a'], { when: 'a.count >> 3' })]);
    expect(problemOf(answer)).toBe('422 flow_invalid /tasks/1/when');
    expect(messageOf(answer, '/tasks/1/when')).toMatch(/^character 10: /);
  });

  test('in a chain is refused at its step', async () => {
    const step = { model: 'probe', method: 'echo' };
    const answer = await refuseChain([step, step, { ...step, kwargs: { deep: [{ file: '${step1.file}' }] } }]);
    expect(problemOf(answer)).toBe('422 flow_invalid /steps/2/kwargs/deep/0/file');
  });
});

test('a request that is refused spends no idempotency key', async () => {
  const headers = { 'idempotency-key': '"refused"' };
  const bad = { name: tag, tasks: [echoing('a', [], ['a'])] };
  expect(problemOf(await postFlow(stage, bad, { headers }))).toMatch(/^422 flow_invalid/);
  const good = await postFlow(stage, { tasks: [echoing('a')] }, { headers });
  expect(good.status, good.text).toBe(202);
});

test('a bad task among many depends on tasks that exist: the others are enqueued', async () => {
  const { id } = await stage.enqueue({ model: 'probe', method: 'echo', delaySeconds: 3_600 });
  const echo = { model: 'probe', method: 'echo' };
  const tasks = [
    { ...echo, dependsOn: [id] },
    { ...echo, dependsOn: [id, 'tsk_01m80bhnby5kde7dfpydj4-0-default'] },
    { ...echo, dependsOn: [{ task: id, as: 'first', onFailure: 'continue' }] },
  ];
  const { body } = await stage.ask<{ results: { status: number; task?: { state: string }; problem?: Problem }[] }>(
    '/v1/tasks/bulk',
    { method: 'POST', json: { tasks } },
  );
  expect(body.results.map(({ status, task }) => [status, task?.state])).toEqual([
    [202, 'depends'],
    [422, undefined],
    [202, 'depends'],
  ]);
  expect(body.results[1]?.problem?.errors?.map(({ pointer }) => pointer)).toEqual(['/dependsOn/1']);
});
