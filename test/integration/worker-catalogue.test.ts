import { announcementsOf, defineModel, type MethodInfo } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const older = defineModel('invoice', {
  post: {
    description: 'Posts an invoice',
    kwargs: z.strictObject({ id: z.int() }),
    run: ({ kwargs }) => `older ${kwargs.id}`,
  },
});

const newer = defineModel('invoice', {
  post: {
    description: 'Posts an invoice',
    kwargs: z.strictObject({ number: z.string() }),
    run: ({ kwargs }) => `newer ${kwargs.number}`,
  },
});

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
});

afterEach(() => stage.stop());

const versions = (): Promise<MethodInfo[]> => stage.cluster.catalogue.versions('invoice.post');

test('the catalogue shows what live workers offer: schemas, defaults, and who offers it', async () => {
  expect(await stage.cluster.catalogue.list()).toEqual([]);
  const workers = [await stage.startWorker(), await stage.startWorker()];
  const model = await eventually(async () => {
    const found = await stage.cluster.catalogue.model('probe');
    expect(found.methods[0]?.workers).toHaveLength(2);
    return found;
  });
  const slow = model.methods.find(({ method }) => method === 'slow');
  expect(slow).toMatchObject({
    model: 'probe',
    description: 'Takes its time, and stops when told to',
    queue: 'default',
    priority: 100,
    timeoutSeconds: 3_600,
    maxRetries: 3,
    kwargsSchema: { type: 'object', properties: { ms: { type: 'integer', default: 1_000 } } },
  });
  expect(slow?.workers.sort()).toEqual(workers.map(({ id }) => id).sort());
  await expect(stage.cluster.catalogue.model('prob')).rejects.toMatchObject({ code: 'model_unknown' });
});

test('what no live worker offers any more is gone from the catalogue', async () => {
  const worker = await stage.startWorker({ models: [older] });
  await eventually(async () => expect(await versions()).toHaveLength(1));
  await worker.stop();
  await eventually(async () => expect(await stage.cluster.catalogue.list()).toEqual([]));
  expect(await stage.cluster.workers.list()).toEqual([]);
  await expect(stage.enqueue('invoice.post', { kwargs: { id: 1 } })).rejects.toMatchObject({ code: 'method_unknown' });
});

test('what a worker offered that is silent for half a minute is gone as well, and the worker shown as lost', async () => {
  const worker = await stage.startWorker({ models: [older] });
  await eventually(async () => expect(await versions()).toHaveLength(1));
  // A worker that fell silent, without the wait: its record is another one's, that never beat again.
  const record = JSON.parse((await stage.redis.get(stage.key(`worker:${worker.id}`))) ?? '{}');
  await worker.stop();
  const seconds = (ago: number) => Date.now() - ago * 1_000;
  await stage.redis.set(stage.key('worker:silent'), JSON.stringify({ ...record, id: 'silent' }));
  await stage.redis.zadd(stage.key('workers'), seconds(20), 'silent');
  await eventually(async () => expect(await versions()).toMatchObject([{ workers: ['silent'] }]));

  await stage.redis.zadd(stage.key('workers'), seconds(31), 'silent');
  await eventually(async () => expect(await versions()).toEqual([]));
  expect(await stage.cluster.workers.list()).toMatchObject([{ id: 'silent', state: 'lost' }]);
});

test('two versions of a method are both shown, and arguments that fit either are accepted', async () => {
  await stage.startWorker({ models: [older], queues: ['default'] });
  await stage.startWorker({ models: [newer], queues: ['default'] });
  const found = await eventually(async () => {
    const both = await versions();
    expect(both).toHaveLength(2);
    return both;
  });
  expect(new Set(found.map(({ version }) => version)).size).toBe(2);
  const required = found.map(({ kwargsSchema }) => JSON.stringify(kwargsSchema.required)).sort();
  expect(required).toEqual(['["id"]', '["number"]']);
  expect(await stage.enqueue('invoice.post', { kwargs: { id: 1 } })).toMatchObject({ state: 'waiting' });
  expect(await stage.enqueue('invoice.post', { kwargs: { number: 'A1' } })).toMatchObject({ state: 'waiting' });
  await expect(stage.enqueue('invoice.post', { kwargs: { name: 'A1' } })).rejects.toMatchObject({
    code: 'args_invalid',
  });
});

test('arguments of another version that meet this worker wait for a person', async () => {
  await stage.startWorker({ models: [newer] });
  const { id } = await stage.cluster.tasks.enqueue(
    requestOf('invoice.post', { kwargs: { id: 1 } }),
    {},
    { unchecked: true },
  );
  expect(await stage.until(id, 'requires_attention')).toMatchObject({ error: { class: 'data' } });
});

test('workers of one build share one manifest', async () => {
  await stage.startWorker({ models: [older] });
  await stage.startWorker({ models: [older] });
  await stage.startWorker({ models: [newer] });
  expect(await stage.redis.keys(stage.key('manifest:*'))).toHaveLength(2);
  expect(announcementsOf([older])).not.toEqual(announcementsOf([newer]));
});

test('a method that nobody offers is refused, with the names that come near', async () => {
  await stage.startWorker();
  await expect(stage.enqueue('probe.ecko')).rejects.toMatchObject({
    code: 'method_unknown',
    message: expect.stringContaining('nearest: probe.echo'),
    faults: [{ pointer: '/method' }],
  });
});

test('arguments that do not fit are refused, each with where and why', async () => {
  await stage.startWorker();
  const cases: [string, object, object[]][] = [
    ['probe.slow', { kwargs: { ms: 'x' } }, [{ pointer: '/kwargs/ms', message: 'must be integer' }]],
    ['probe.slow', { kwargs: { s: 1 } }, [{ pointer: '/kwargs/s', message: 'is not known to this method' }]],
    ['probe.slow', { args: [1] }, [{ pointer: '/args' }]],
    ['probe.log', { kwargs: { level: 'loud' } }, [{ pointer: '/kwargs/level' }]],
    [
      'probe.log',
      { kwargs: { level: 'loud', lines: -1 } },
      [{ pointer: '/kwargs/lines' }, { pointer: '/kwargs/level' }],
    ],
  ];
  for (const [fullName, asked, faults] of cases) {
    await expect(stage.enqueue(fullName, asked), JSON.stringify(asked)).rejects.toMatchObject({
      code: 'args_invalid',
      faults,
    });
  }
});

test('an unchecked task waits until a worker comes that offers its method, and spends no retry on it', async () => {
  const { id } = await stage.cluster.tasks.enqueue(
    requestOf('invoice.post', { kwargs: { id: 7 }, maxRetries: 0 }),
    {},
    { unchecked: true },
  );
  await stage.startWorker({ models: [] });
  const postponed = await stage.until(id, 'scheduled');
  expect(postponed).toMatchObject({ retryCount: 0, executions: [] });
  expect(postponed.message).toContain('does not offer this method');
  expect(Date.parse(postponed.runAt)).toBeGreaterThan(Date.parse(postponed.createdAt));

  await stage.startWorker({ models: [older] });
  const task = await eventually(async () => {
    const found = await stage.get(id);
    if (found.state === 'scheduled') await stage.cluster.tasks.runNow(id, {});
    expect(found.state).toBe('done');
    return found;
  });
  expect(task).toMatchObject({ result: 'older 7', retryCount: 0 });
  expect(task.message).toBeUndefined();
  expect(task.executions).toMatchObject([{ attempt: 1, outcome: 'success' }]);
});

test('a worker tells what it is and what it does', async () => {
  const worker = await stage.startWorker({ concurrency: 7, queues: ['mail', 'default'] });
  const running = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(running.id, 'running');
  const [info] = await stage.cluster.workers.list();
  expect(info).toMatchObject({
    id: worker.id,
    pid: process.pid,
    state: 'running',
    version: '0.1.0',
    queues: ['mail', 'default'],
    concurrency: 7,
  });
  expect(info?.memoryMb).toBeGreaterThan(10);
  await eventually(async () => expect((await stage.cluster.workers.list())[0]?.running).toBe(1), 20_000);
});
