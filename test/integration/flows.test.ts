import { FlowRequest, type FlowRequestInput } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage();
  await stage.startWorker({ concurrency: 20 });
});

afterAll(() => stage.stop());

const flows = () => stage.cluster.flows;
const created = (tasks: FlowRequestInput['tasks']) => flows().create(FlowRequest.parse({ tasks }), {});
const ended = async (id: string) =>
  eventually(async () => {
    const flow = await flows().get(id, {});
    expect(flow.state).not.toBe('running');
    return flow;
  });
const echo = (key: string, args: unknown[], dependsOn: string[] = [], more: object = {}) =>
  ({ key, model: 'probe', method: 'echo', args, dependsOn, ...more }) as FlowRequestInput['tasks'][number];

test('a diamond runs in order, and results reach those that wait for them', async () => {
  const { id, tasks } = await created([
    echo('d', ['${b.0} and ${c.0}'], ['b', 'c']),
    echo('a', ['start']),
    echo('b', ['${a.0} b'], ['a']),
    echo('c', ['${a.0} c'], ['a']),
  ]);
  expect(tasks.map(({ key, state }) => [key, state])).toEqual([
    ['a', expect.any(String)],
    ['b', expect.any(String)],
    ['c', expect.any(String)],
    ['d', 'depends'],
  ]);
  const flow = await ended(id);
  expect(flow.state).toBe('done');
  expect(flow.results).toEqual({ d: ['start b and start c'] });
});

test('a failed task cancels those behind it, and the outcome says because of whom', async () => {
  const { id } = await created([
    { key: 'a', model: 'probe', method: 'fail', kwargs: { message: 'no luck' }, maxRetries: 0 },
    echo('b', [1], ['a']),
    echo('c', [1], ['b']),
    echo('d', [1], [], { dependsOn: [{ key: 'a', onFailure: 'continue' }] }),
  ] as FlowRequestInput['tasks']);
  const flow = await ended(id);
  expect(flow.state).toBe('error');
  const byKey = new Map(flow.tasks.map((task) => [task.key, task]));
  expect(byKey.get('c')).toMatchObject({ state: 'cancelled', message: expect.stringContaining('because of "a"') });
  expect(byKey.get('d')).toMatchObject({ state: 'done' });
});

test('a flow that failed is resumed: what is done stays done, the rest runs again', async () => {
  const { id } = await created([
    echo('a', [1]),
    { key: 'b', model: 'probe', method: 'fail_times', kwargs: { times: 1 }, maxRetries: 0, dependsOn: ['a'] },
    echo('c', ['${a.0}'], ['a', 'b']),
  ] as FlowRequestInput['tasks']);
  expect((await ended(id)).state).toBe('error');
  const preview = await flows().resume(id, { dryRun: true }, {});
  expect(preview.again.map(({ key }) => key)).toEqual(['b', 'c']);
  expect(preview.kept).toBe(1);
  await flows().resume(id, { dryRun: false }, {});
  const flow = await ended(id);
  expect(flow).toMatchObject({ state: 'done', results: { c: [1] }, counts: { done: 3, error: 0, cancelled: 0 } });
});

test('retrying one task of a flow brings back what was cancelled because of it', async () => {
  const { id } = await created([
    { key: 'a', model: 'probe', method: 'fail_times', kwargs: { times: 1 }, maxRetries: 0 },
    echo('b', [1], ['a']),
    echo('c', [1], ['b']),
  ] as FlowRequestInput['tasks']);
  const failed = await ended(id);
  await stage.cluster.tasks.retry(failed.tasks[0]?.id ?? '', {});
  expect(await ended(id)).toMatchObject({ state: 'done', counts: { done: 3, error: 0, cancelled: 0 } });
});

test('a flow is cancelled: nothing that waited begins', async () => {
  const { id } = await created([
    { key: 'a', model: 'probe', method: 'hang', kwargs: {} },
    echo('b', [1], ['a']),
    echo('c', [1], [], { dependsOn: [{ key: 'b', onFailure: 'continue' }] }),
  ] as FlowRequestInput['tasks']);
  await eventually(async () => expect((await flows().get(id, {})).tasks[0]?.state).toBe('running'));
  await flows().cancel(id, { running: 'kill' }, {});
  const flow = await ended(id);
  expect(flow.tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
});

test('a task whose condition is false is passed over, and so is what waits for it', async () => {
  const { id } = await created([
    echo('a', [0]),
    echo('b', [1], ['a'], { when: '${a.0} > 0' }),
    echo('c', [1], ['b']),
    echo('d', [1], ['a'], { when: 'a.0 == 0' }),
  ]);
  const flow = await ended(id);
  expect(flow.tasks.map(({ key, state, outcome }) => [key, state, outcome])).toEqual([
    ['a', 'done', 'success'],
    ['b', 'done', 'skipped'],
    ['d', 'done', 'success'],
    ['c', 'cancelled', 'cancelled'],
  ]);
});

test('a task waits for others that exist', async () => {
  const first = await stage.enqueue('probe.echo', { args: [7], delaySeconds: 1 });
  const second = await stage.enqueue('probe.echo', { args: [8], dependsOn: [{ task: first.id, as: 'first' }] });
  expect(second.state).toBe('depends');
  expect((await stage.ended(second.id)).state).toBe('done');
  const third = await stage.enqueue('probe.echo', { args: [9], dependsOn: [first.id] });
  expect(third.state).not.toBe('depends');
  await stage.ended(third.id);
});
