import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createScaler } from '@drover/broker';
import { defineModel } from '@drover/core';
import type { MachineReading } from '@drover/runtime';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type TestWorker, type WorkerStage } from '../worker-stage.ts';

const cleaned: string[] = [];
let busy = 0;
let busiest = 0;
const photo = defineModel('photo', {
  clean: { description: 'Frees disk', queue: 'photos', isCleanUp: true, run: (_, { id }) => cleaned.push(id) },
  render: { description: 'Needs disk', queue: 'photos', needsDisk: true, run: () => 'rendered' },
  develop: {
    description: 'Tells how many run at a time',
    queue: 'photos',
    async run() {
      busy += 1;
      busiest = Math.max(busiest, busy);
      await sleep(250);
      busy -= 1;
    },
  },
});

let stage: WorkerStage;
beforeEach(async () => {
  cleaned.length = 0;
  stage = await startWorkerStage({ models: [photo] });
});
afterEach(() => stage.stop());

const memoryUsed = (percent: number): MachineReading['memory'] => ({
  usedBytes: percent * 1e7,
  limitBytes: 1e9,
  of: 'container',
});
const diskUsed = (percent: number): MachineReading['disk'] => ({ percent, folder: '/data', freeBytes: 1e9 });

/** What the registry shows of a worker. */
async function shown({ id }: TestWorker) {
  const workers = await stage.cluster.workers.list();
  return workers.find((worker) => worker.id === id);
}

/** Once the registry shows exactly these pressures. */
function shows(worker: TestWorker, kinds: string[]): Promise<void> {
  return eventually(async () => {
    const { pressure = [] } = (await shown(worker)) ?? {};
    expect(pressure.map(({ kind }) => kind)).toEqual(kinds);
  });
}

/** How often workers of this cluster look for tasks, and begin to wait for some, in this time or a little longer. */
async function looksIn(ms: number): Promise<{ takes: number; waits: number; seconds: number }> {
  const redis = new Redis(stage.redisUrl);
  const monitor = await redis.monitor();
  const looks = { takes: 0, waits: 0 };
  monitor.on('monitor', (_, [command = '', ...args]: string[]) => {
    const isOurs = args.some((arg) => arg.startsWith(stage.key('')));
    const name = isOurs ? command.toLowerCase() : '';
    if (name === 'bzpopmin') looks.waits += 1;
    // Of all scripts only this one is told who asks.
    if (name === 'evalsha' && args.some((arg) => /^worker-\w+\|/.test(arg))) looks.takes += 1;
  });
  const startedAt = performance.now();
  await sleep(ms);
  const seconds = (performance.now() - startedAt) / 1_000;
  monitor.disconnect();
  redis.disconnect();
  return { ...looks, seconds };
}

test('while memory is short urgent tasks run and others wait, and say why; when there is room again they run', async () => {
  const machine: MachineReading = { memory: memoryUsed(92) };
  const worker = await stage.startWorker({ machine });
  await shows(worker, ['memory']);
  expect(await shown(worker)).toMatchObject({ memoryLimitMb: 954 });
  const patient = await Promise.all([1, 2, 3].map(() => stage.enqueue('probe.echo', { priority: 200 })));
  const urgent = await Promise.all([1, 2, 3].map(() => stage.enqueue('probe.echo', { priority: 10 })));
  const usual = await stage.enqueue('probe.echo', { priority: 100 });
  for (const { id } of [...urgent, usual]) expect(await stage.ended(id)).toMatchObject({ outcome: 'success' });
  for (const { id } of patient) expect(await stage.get(id)).toMatchObject({ state: 'waiting', executions: [] });
  const { reasons } = await stage.cluster.tasks.explain(patient[0]?.id ?? '', {});
  expect(reasons[0]).toMatchObject({ code: 'memory_pressure', data: { priority: 200, workers: [{ id: worker.id }] } });

  machine.memory = memoryUsed(50);
  for (const { id } of patient) expect(await stage.ended(id)).toMatchObject({ outcome: 'success' });
  await shows(worker, []);
});

test('workers that must not take what waits look once a second, and do not wake each other', async () => {
  const workers = await Promise.all(
    [1, 2].map(() => stage.startWorker({ queues: ['default'], machine: { memory: memoryUsed(92) } })),
  );
  for (const worker of workers) await shows(worker, ['memory']);
  const patient = await Promise.all(Array.from({ length: 50 }, () => stage.enqueue('probe.echo', { priority: 101 })));
  // The first look of each, at what has just come.
  await sleep(1_500);
  const looks = await looksIn(3_000);
  expect(looks.takes).toBeGreaterThanOrEqual(2);
  // Two workers, each with a look at both ends of the time, and one more that was late.
  const most = 2 * (looks.seconds + 2);
  expect(looks.takes).toBeLessThanOrEqual(most);
  expect(looks.waits).toBeLessThanOrEqual(most);
  for (const { id } of patient) expect(await stage.get(id)).toMatchObject({ state: 'waiting', executions: [] });
});

test('what a worker leaves is taken soon by another one that has room', async () => {
  const short = await stage.startWorker({ queues: ['default'], machine: { memory: memoryUsed(92) } });
  await shows(short, ['memory']);
  await stage.startWorker({ queues: ['default'] });
  const waited: number[] = [];
  for (let round = 0; round < 5; round++) {
    const { id, createdAt } = await stage.enqueue('probe.echo', { priority: 200 });
    const { executions } = await stage.ended(id);
    expect(executions[0]?.worker).not.toBe(short.id);
    waited.push(Date.parse(executions[0]?.startedAt ?? '') - Date.parse(createdAt));
  }
  // One of them may meet a moment in which the machine is busy.
  expect(waited.sort((a, b) => a - b)[2]).toBeLessThan(2_000);
});

test('a supervisor does not add workers to a machine that is short of memory; one of another machine does', async () => {
  const short = await stage.startWorker({ supervisor: 'a', machine: { memory: memoryUsed(92) } });
  await shows(short, ['memory']);
  await Promise.all(Array.from({ length: 12 }, () => stage.enqueue('probe.echo', { priority: 200 })));
  const look = async (supervisor: string) => {
    const options = { supervisor, host: supervisor, bounds: { min: 0, max: 8 }, cooldownMs: 1_000 };
    const scaler = createScaler({
      redisUrl: stage.redisUrl,
      keyPrefix: stage.keyPrefix,
      onError: () => undefined,
      ...options,
    });
    try {
      return await eventually(() => scaler.look(1));
    } finally {
      scaler.stop();
    }
  };
  expect(await look('a')).toBeUndefined();
  expect(await look('b')).toMatchObject({ wanted: 3 });
});

test('while the CPU is busy fewer tasks run at a time, beside what is set; when it is calm, as many as before', async () => {
  const machine: MachineReading = { cpu: { percent: 97, of: 'host' } };
  const worker = await stage.startWorker({ concurrency: 8, machine });
  await eventually(async () => expect(await shown(worker)).toMatchObject({ concurrency: 8, concurrencyNow: 1 }));
  const develop = async () => {
    busiest = 0;
    // They are all there when the first begins.
    await stage.cluster.queues.pause('photos');
    const tasks = await Promise.all(Array.from({ length: 12 }, () => stage.enqueue('photo.develop')));
    await stage.cluster.queues.resume('photos');
    for (const { id } of tasks) await stage.ended(id);
    return busiest;
  };
  expect(await develop()).toBe(1);
  machine.cpu = { percent: 10, of: 'host' };
  await shows(worker, []);
  await eventually(async () => expect((await shown(worker))?.concurrencyNow).toBeUndefined());
  expect(await develop()).toBeGreaterThan(3);
});

test('where the disk is nearly full it is cleaned up once a host, and what needs disk is put off and says why', async () => {
  const machine: MachineReading = { disk: diskUsed(95) };
  const workers = await Promise.all([1, 2, 3].map(() => stage.startWorker({ machine })));
  await eventually(() => expect(cleaned).toHaveLength(1));
  const ran = await eventually(async () => {
    const { items } = await stage.cluster.tasks.list({ model: 'system.disk', limit: 10 }, {});
    expect(items).toMatchObject([{ method: 'cleanup', tags: [`host:${hostname()}`] }]);
    return items;
  });
  expect(await stage.ended(ran[0]?.id ?? '')).toMatchObject({
    outcome: 'success',
    result: { failures: [] },
    progress: { percent: 100 },
  });

  const { id } = await stage.enqueue('photo.render');
  const putOff = await stage.until(id, 'scheduled');
  const why = `It needs disk, and that of host ${hostname()} is nearly full`;
  expect(putOff).toMatchObject({ message: why, executions: [] });
  const { reasons } = await stage.cluster.tasks.explain(id, {});
  expect(reasons[0]).toMatchObject({ code: 'put_off', data: { why } });

  machine.disk = diskUsed(60);
  for (const worker of workers) await shows(worker, []);
  expect(await stage.ended(id)).toMatchObject({ outcome: 'success', result: 'rendered' });
  expect(cleaned).toHaveLength(1);
  expect(workers.flatMap(({ errors }) => errors)).toEqual([]);
});

test('a clean-up that is meant for another host is not done here', async () => {
  await stage.startWorker();
  const { id } = await stage.enqueue('photo.clean', { tags: ['host:elsewhere'] });
  expect(await stage.until(id, 'scheduled')).toMatchObject({ message: expect.stringContaining('another one took it') });
  expect(cleaned).toEqual([]);
});
