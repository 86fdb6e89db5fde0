import { FlowRequest, type FlowRequestInput } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage();
  await stage.startWorker({ concurrency: 50, lockMs: 30_000 });
});

afterAll(() => stage.stop());

const most = 1_000;
const succeed = (key: string, dependsOn: string[]) =>
  ({ key, model: 'probe', method: 'succeed', dependsOn }) as FlowRequestInput['tasks'][number];
const created = (tasks: FlowRequestInput['tasks']) =>
  stage.cluster.flows.create(FlowRequest.parse({ name: 'large', tasks }), {});
/** Looks at its counters only: a flow this large is long to read. */
const ended = async (id: string) => {
  const { flow } = await stage.cluster.flows.waitFor(id, {}, 120_000);
  expect(flow.state).not.toBe('running');
  return flow;
};

test('a thousand tasks in a row finish, each after the one before', async () => {
  const keys = Array.from({ length: most }, (_, index) => `t${index}`);
  const { id } = await created(keys.map((key, index) => succeed(key, index === 0 ? [] : [`t${index - 1}`])));
  const flow = await ended(id);
  expect(flow).toMatchObject({ state: 'done', counts: { done: most, error: 0, cancelled: 0 } });
  const starts = flow.tasks.map(({ startedAt = '' }) => startedAt);
  expect(starts).toEqual([...starts].sort());
}, 180_000);

test('a task that nearly a thousand wait for, and one that waits for all of them', async () => {
  const middle = Array.from({ length: most - 2 }, (_, index) => `t${index}`);
  const { id } = await created([
    succeed('first', []),
    ...middle.map((key) => succeed(key, ['first'])),
    succeed('last', middle),
  ]);
  const flow = await ended(id);
  expect(flow).toMatchObject({
    state: 'done',
    counts: { done: most, error: 0, cancelled: 0 },
    results: { last: 'ok' },
  });
}, 180_000);

test('a failure in the first of a thousand cancels all of them, and says because of whom', async () => {
  const keys = Array.from({ length: most - 1 }, (_, index) => `t${index}`);
  const { id } = await created([
    { key: 'first', model: 'probe', method: 'fail', maxRetries: 0 },
    ...keys.map((key, index) => succeed(key, [index === 0 ? 'first' : `t${index - 1}`])),
  ]);
  const flow = await ended(id);
  expect(flow.counts).toEqual({ done: 0, error: 1, cancelled: most - 1 });
  expect(flow.tasks.at(-1)?.message).toContain('because of "first"');
}, 180_000);

test('a cancelled flow of a thousand leaves nothing that waits', async () => {
  const keys = Array.from({ length: most - 1 }, (_, index) => `t${index}`);
  const { id } = await created([
    { key: 'first', model: 'probe', method: 'slow', kwargs: { ms: 120_000 } },
    ...keys.map((key) => succeed(key, ['first'])),
  ]);
  await stage.cluster.flows.cancel(id, { running: 'kill' }, {});
  const flow = await ended(id);
  expect(flow).toMatchObject({ state: 'cancelled', counts: { done: 0, error: 0, cancelled: most } });
  expect(await stage.redis.zcard(stage.key('q:default:waiting-children'))).toBe(0);
}, 180_000);
