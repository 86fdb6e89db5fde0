import { createScaler, type ScalerOptions } from '@drover/broker';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;
const stops: (() => void)[] = [];

beforeAll(async () => {
  stage = await startWorkerStage();
  // For the catalogue; it takes nothing that is asked for here.
  await stage.startWorker({ queues: ['elsewhere'] });
});

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await stage.redis.del(stage.key('scale-turn'), stage.key('scalings'));
});

afterAll(() => stage.stop());

function scaler(asked: Partial<ScalerOptions> = {}) {
  const made = createScaler({
    redisUrl: stage.redisUrl,
    keyPrefix: stage.keyPrefix,
    supervisor: 'host-1',
    host: 'host',
    bounds: { min: 2, max: 10 },
    cooldownMs: 60_000,
    queues: ['default', 'later', 'stopped'],
    ...asked,
  });
  stops.push(() => made.stop());
  return made;
}

async function fill(queue: string, count: number, runAt?: string) {
  for (let n = 0; n < count; n += 1) await stage.enqueue('probe.succeed', { queue, ...(runAt ? { runAt } : {}) });
}

test('of several supervisors one at a time takes a step, and it is remembered who did, and why', async () => {
  await fill('default', 21);
  const [one, two] = [scaler(), scaler({ supervisor: 'other-1', host: 'other' })];
  // Both are connected, and five are enough.
  expect(await eventually(() => Promise.all([one.look(5), two.look(5)]))).toEqual([undefined, undefined]);
  const steps = await Promise.all([one.look(2), two.look(2)]);
  expect(steps.filter((step) => step !== undefined)).toEqual([
    { wanted: 4, reason: '21 ready tasks for 2 workers: more than 5 each' },
  ]);
  const { history, rule, ready } = await stage.cluster.autoscale();
  expect(history).toMatchObject([{ from: 2, to: 4, reason: '21 ready tasks for 2 workers: more than 5 each' }]);
  expect({ rule, ready }).toEqual({ rule: 'bound', ready: 21 });
});

test('what waits for its time, in a paused queue, or for a slot of its queue asks for no worker', async () => {
  await fill('later', 40, new Date(Date.now() + 3_600_000).toISOString());
  await fill('stopped', 40);
  await stage.cluster.queues.pause('stopped');
  const later = scaler({ queues: ['later', 'stopped'] });
  await eventually(async () => expect(await later.look(2)).toBeUndefined());

  await fill('bound', 21);
  await stage.cluster.queues.patch('bound', { concurrency: 3 });
  const bound = scaler({ queues: ['bound'] });
  await eventually(async () => expect(await bound.look(4)).toMatchObject({ wanted: 3 }));
  const { queues } = await stage.cluster.autoscale();
  const readyOf = (name: string) => queues.find((queue) => queue.name === name)?.ready;
  expect([readyOf('bound'), readyOf('later'), readyOf('stopped')]).toEqual([3, 0, 0]);

  // What begins in the next seconds counts, not all that waits for its turn.
  await stage.cluster.queues.patch('bound', { concurrency: null, rate: { tasks: 1, seconds: 1, burst: 1 } });
  const slow = (await stage.cluster.autoscale()).queues.find(({ name }) => name === 'bound');
  expect(slow?.ready).toBe(6);
  await stage.cluster.queues.patch('bound', { rate: null });
});

test('a number outside of its bounds is brought inside at once, and a step ends at the bound', async () => {
  const one = scaler({ bounds: { min: 3, max: 4 } });
  expect(await eventually(() => one.look(1))).toMatchObject({ wanted: 3 });
  expect(await one.look(9)).toMatchObject({ wanted: 4 });
  expect(await one.look(3)).toMatchObject({ wanted: 4 });
  expect(await one.look(4)).toBeUndefined();
});

test('the cluster as a whole is answered within the bounds of who asks', async () => {
  const advice = await stage.cluster.autoscale();
  expect(advice).toMatchObject({ wanted: 2, current: 1, min: 2, max: 256, rule: 'bound', history: [] });
  expect(advice.queues.find(({ name }) => name === 'elsewhere')).toMatchObject({ current: 1, wanted: 1, rule: 'stay' });
});
