import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerInfo } from '@drover/core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { startApi, type TestApi, type TestProcess } from '../processes.ts';
import { startProxy } from '../proxy.ts';

let stage: FaultStage;
let otherApi: TestApi;

beforeAll(async () => {
  stage = await startFaultStage();
  otherApi = await startApi(stage.redis.url, { DATA_DIR: stage.folder });
});

afterEach(() => stage.endWorkers());
afterAll(async () => {
  await otherApi.process.kill();
  await stage.stop();
});

const nameOf = (worker: TestProcess) => `${hostname()}-${worker.pid}`;

const shown = async (worker: TestProcess): Promise<WorkerInfo | undefined> =>
  (await stage.client.workers.list()).find(({ id }) => id === nameOf(worker));

/** Two seconds are promised: of three times at least one keeps them, also on a machine that does other things too. */
const promisedMs = 2_000;
const soonMs = 8_000;

/** The worker once it is shown so, soon after it was asked. Answers after how long, ms. */
async function soon(worker: TestProcess, expected: Partial<WorkerInfo>): Promise<number> {
  const since = performance.now();
  await eventually(async () => expect(await shown(worker)).toMatchObject(expected), soonMs);
  return performance.now() - since;
}

const slow = () => stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });

test('a task that runs is killed from any API process, which says within two seconds what became of it', async () => {
  await stage.startWorker();
  const took: number[] = [];
  for (const reason of ['Wrong month.', 'Wrong year.', 'Wrong company.']) {
    const { id } = await slow();
    await stage.until(id, 'running');
    const since = performance.now();
    const answer = await otherApi.client.tasks.kill(id, { reason });
    took.push(performance.now() - since);
    expect(answer).toMatchObject({ result: 'ended', task: { state: 'cancelled', message: `killed: ${reason}` } });
    await expect(stage.client.tasks.kill(id)).rejects.toMatchObject({ status: 409, code: 'state_conflict' });
  }
  expect(Math.min(...took)).toBeLessThan(promisedMs);
});

test('quiet, resume and concurrency are acknowledged, and seen within two seconds', async () => {
  const worker = await stage.startWorker();
  const id = nameOf(worker);
  expect((await stage.client.workers.quiet(id)).acknowledged).toBe(true);
  const took = [await soon(worker, { state: 'quiet' })];
  const task = await stage.enqueue('probe.succeed');
  expect((await stage.client.workers.patch(id, { concurrency: 3 })).acknowledged).toBe(true);
  took.push(await soon(worker, { state: 'quiet', concurrency: 3 }));
  expect((await stage.client.tasks.get(task.id)).state).toBe('waiting');
  expect((await stage.client.workers.resume(id)).acknowledged).toBe(true);
  took.push(await soon(worker, { state: 'running', concurrency: 3 }));
  expect(Math.min(...took)).toBeLessThan(promisedMs);
  await stage.until(task.id, 'done');
});

test('a worker that is to stop ends in order, as by SIGTERM, and its tasks go back', async () => {
  const worker = await stage.startWorker({ SHUTDOWN_GRACE_SECONDS: '12' });
  const { id } = await slow();
  await stage.until(id, 'running');
  expect((await stage.client.workers.stop(nameOf(worker))).acknowledged).toBe(true);
  await soon(worker, { state: 'quiet' });
  // Nor does who asks twice end it the hard way; a second signal would, half a second after the first.
  await sleep(600);
  expect((await stage.client.workers.stop(nameOf(worker))).acknowledged).toBe(true);
  // It is on its way out: nothing brings it back.
  await expect(stage.client.workers.resume(nameOf(worker))).rejects.toMatchObject({
    code: 'state_conflict',
    message: expect.stringContaining('is on its way out: it cannot be resumed'),
  });
  expect(await worker.ended(40_000)).toBe(0);
  // What is shown may be a second old.
  await eventually(async () => expect(await shown(worker)).toBeUndefined());
  expect(await stage.client.tasks.get(id)).toMatchObject({ state: 'waiting', retryCount: 0 });
});

test('what a frozen worker is asked, it does when it is back', async () => {
  const worker = await stage.startWorker({ LOCK_SECONDS: '30' });
  const { id } = await slow();
  await stage.until(id, 'running');
  worker.signal('SIGSTOP');
  const killing = stage.client.tasks.kill(id);
  const quiet = stage.client.workers.quiet(nameOf(worker));
  await sleep(3_000);
  expect((await stage.client.tasks.get(id)).state).toBe('running');
  worker.signal('SIGCONT');
  expect(await killing).toMatchObject({ result: 'ended', task: { state: 'cancelled' } });
  // Three seconds may have been too long to wait for: it is quiet all the same.
  await quiet;
  await soon(worker, { state: 'quiet' });
});

test('a task whose worker dies before it hears of the kill is ended by the one who takes it over', async () => {
  // Nobody takes the task over before the kill is asked for.
  const first = await stage.startWorker({ LOCK_SECONDS: '6' });
  const { id } = await slow();
  await stage.until(id, 'running');
  const second = await stage.startWorker();
  first.signal('SIGSTOP');
  const killing = stage.client.tasks.kill(id, { reason: 'It hangs.' });
  await eventually(async () => expect(await stage.client.tasks.history(id)).toHaveLength(1));
  await first.kill();
  expect(await killing).toMatchObject({ result: 'killed' });
  const task = await stage.until(id, 'cancelled');
  expect(task).toMatchObject({ outcome: 'cancelled', message: 'killed: It hangs.' });
  expect(task.executions).toMatchObject([{ outcome: 'lost', worker: nameOf(first) }]);
  expect(second.isAlive).toBe(true);
});

test('what a worker is asked while it has no connection, it does when that is back, and loses none of it', async () => {
  const line = await startProxy(stage.redis.url);
  try {
    const worker = await stage.startWorker({ REDIS_URL: line.url });
    line.close();
    expect((await stage.client.workers.quiet(nameOf(worker))).acknowledged).toBe(false);
    // Not even with the reply that tells the worker of it, when that gets lost on its way.
    const lost = line.loseReplyTo(`control:${nameOf(worker)}`);
    line.open();
    await lost;
    await eventually(async () => expect(await shown(worker)).toMatchObject({ state: 'quiet' }), 30_000);
  } finally {
    await line.stop();
  }
});

test('a worker that is told to end while it starts ends without having taken a task', async () => {
  const [module, goOn] = [join(stage.folder, 'slow.mjs'), join(stage.folder, 'go-on')];
  const untilTold = `while (!existsSync(${JSON.stringify(goOn)})) await new Promise((next) => setTimeout(next, 50));`;
  await writeFile(module, `import { existsSync } from 'node:fs'; console.log('loading'); ${untilTold}`);
  const { id } = await stage.enqueue('probe.succeed', { queue: 'early' });
  const worker = await stage.startWorker({ MODULES: `@drover/models/probe,${module}`, QUEUES: 'early' }, false);
  await worker.wrote('loading', 30_000);
  worker.signal('SIGTERM');
  await sleep(500);
  await writeFile(goOn, '');
  expect(await worker.ended(30_000)).toBe(0);
  expect(worker.lines.filter((line) => line.includes('worker started'))).toEqual([]);
  expect(await stage.client.tasks.get(id)).toMatchObject({ state: 'waiting', executions: [] });
});
