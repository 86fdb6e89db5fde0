import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import type { TestProcess } from '../processes.ts';

let stage: FaultStage;

beforeAll(async () => {
  stage = await startFaultStage();
});

afterEach(() => stage.endWorkers());
afterAll(() => stage.stop());

const nameOf = (worker: TestProcess) => `${hostname()}-${worker.pid}`;

test('the task of a killed worker is taken over by another, with its checkpoint and its log', async () => {
  const first = await stage.startWorker();
  const { id } = await stage.enqueue('journal.remember');
  await eventually(async () => expect((await stage.client.tasks.log(id)).items).toHaveLength(1));
  const second = await stage.startWorker();
  await first.kill();

  const task = await stage.until(id, 'done');
  expect(task).toMatchObject({ outcome: 'success', result: { attempt: 1 }, retryCount: 0 });
  expect(task.executions).toMatchObject([
    { attempt: 1, outcome: 'lost', worker: nameOf(first), pid: first.pid },
    { attempt: 2, outcome: 'success', worker: nameOf(second), pid: second.pid },
  ]);
  expect((await stage.client.tasks.log(id)).items).toMatchObject([{ message: 'remembered', attempt: 1 }]);
});

/** Starts one worker after the other until one survives; answers how many died. */
async function deaths(id: string, queue: string): Promise<number> {
  for (let died = 0; ; died += 1) {
    const worker = await stage.startWorker({ QUEUES: queue }, false);
    const end = await Promise.race([
      worker.ended(60_000),
      stage.client.tasks.waitFor(id, { timeoutMs: 60_000 }).then(() => 'task ended' as const),
    ]);
    if (end === 'task ended') return died;
    expect(end).toBe('SIGKILL');
  }
}

test('two kills of a task’s workers do not fail it; the third ends it as lost', async () => {
  const helper = await stage.startWorker({ QUEUES: 'unused' });
  const survivor = await stage.enqueue('probe.crash', { queue: 'twice', kwargs: { attempts: 2 } });
  const poison = await stage.enqueue('probe.crash', { queue: 'thrice', kwargs: { attempts: 3 } });
  expect(await Promise.all([deaths(survivor.id, 'twice'), deaths(poison.id, 'thrice')])).toEqual([2, 3]);
  expect(helper.isAlive).toBe(true);

  const survived = await stage.client.tasks.get(survivor.id);
  expect(survived).toMatchObject({ state: 'done', outcome: 'success', retryCount: 0 });
  expect(survived.executions.map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'success']);

  const lost = await stage.client.tasks.get(poison.id);
  expect(lost).toMatchObject({
    state: 'error',
    outcome: 'lost',
    message: 'given up: 3 workers died while they ran it',
  });
  expect(lost.executions.map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'lost']);
  expect(new Set(lost.executions.map(({ pid }) => pid)).size).toBe(3);

  // A person who has mended the reason runs it again: nothing is held against it.
  await stage.client.tasks.retry(poison.id);
  const mended = await stage.until(poison.id, 'done');
  expect(mended.executions.map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'lost', 'success']);
}, 120_000);

test('a method that forgets a promise, which fails, costs the other tasks of its worker nothing', async () => {
  // Longer than the worker may stand still on a busy machine: nothing is to be taken over here.
  const worker = await stage.startWorker({ LOCK_SECONDS: '30' });
  const { id } = await stage.enqueue('journal.mark', { kwargs: { n: 1, ms: 8_000 } });
  await stage.until(id, 'running');
  const { id: careless } = await stage.enqueue('journal.forget');
  expect(await worker.wrote('nobody waits for this')).toContain('"level":50');

  const task = await stage.until(id, 'done');
  expect(task.executions).toMatchObject([{ attempt: 1, outcome: 'success', pid: worker.pid }]);
  await stage.until(careless, 'done');
  expect(worker.isAlive).toBe(true);
});

test('a task whose worker’s event loop is blocked for longer than its lock may run twice, but ends once', async () => {
  const blocked = await stage.startWorker();
  // Meanwhile another worker starts, and takes it over.
  const { id } = await stage.enqueue('journal.block', { kwargs: { ms: 15_000 } });
  await stage.until(id, 'running');
  const other = await stage.startWorker();

  const task = await stage.until(id, 'done');
  expect(task.result).toBe('quick');
  await blocked.wrote('task was taken over by another worker', 40_000);
  expect(await stage.client.tasks.get(id)).toEqual(task);
  expect(task.executions).toMatchObject([
    { attempt: 1, outcome: 'lost', worker: nameOf(blocked) },
    { attempt: 2, outcome: 'success', worker: nameOf(other) },
  ]);
  // Having come back to itself, it goes on working.
  await other.kill();
  const { id: next } = await stage.enqueue('probe.succeed');
  expect((await stage.until(next, 'done')).executions).toMatchObject([{ worker: nameOf(blocked) }]);
});

test('SIGTERM lets a worker finish what it can, and hands back the rest at once, with no retry spent', async () => {
  const queue = 'handing_back';
  const worker = await stage.startWorker({ QUEUES: queue, SHUTDOWN_GRACE_SECONDS: '6' });
  const [quick, polite, deaf] = await Promise.all([
    stage.enqueue('journal.mark', { queue, kwargs: { n: 1, ms: 5_000 } }),
    stage.enqueue('journal.polite', { queue }),
    stage.enqueue('probe.hang', { queue }),
  ]);
  await Promise.all([quick, polite, deaf].map(({ id }) => stage.until(id, 'running')));
  worker.signal('SIGTERM');
  const toldAt = Date.now();
  await worker.wrote('stopping');
  const late = await stage.enqueue('journal.mark', { queue, kwargs: { n: 2 } });

  expect(await worker.ended(40_000)).toBe(0);
  expect(Date.now() - toldAt).toBeLessThan(25_000);
  expect(await stage.client.tasks.get(quick.id)).toMatchObject({ state: 'done', result: 1 });
  for (const { id } of [polite, deaf]) {
    expect(await stage.client.tasks.get(id)).toMatchObject({
      state: 'waiting',
      retryCount: 0,
      executions: [{ attempt: 1, outcome: 'cancelled', message: expect.stringMatching(/^handed back/) }],
    });
  }
  expect(await stage.client.tasks.get(late.id)).toMatchObject({ state: 'waiting', executions: [] });
  // What is shown of workers may be a second old.
  await eventually(async () =>
    expect((await stage.client.workers.list()).map(({ pid }) => pid)).not.toContain(worker.pid),
  );

  await stage.startWorker({ QUEUES: queue });
  expect(await stage.until(late.id, 'done')).toMatchObject({ executions: [{ attempt: 1 }] });
  expect(await stage.until(deaf.id, 'running')).toMatchObject({ executions: [{ attempt: 1 }, { attempt: 2 }] });
});

test('a second Ctrl-C ends a worker at once, and its task is taken over', async () => {
  const queue = 'twice_told';
  const worker = await stage.startWorker({ QUEUES: queue, SHUTDOWN_GRACE_SECONDS: '60' });
  const { id } = await stage.enqueue('journal.remember', { queue });
  await eventually(async () => expect((await stage.client.tasks.log(id)).items).toHaveLength(1));
  worker.signal('SIGINT');
  await worker.wrote('stopping');
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(worker.isAlive).toBe(true);
  worker.signal('SIGINT');
  expect(await worker.ended(20_000)).toBe(130);

  await stage.startWorker({ QUEUES: queue });
  expect(await stage.until(id, 'done')).toMatchObject({ executions: [{ outcome: 'lost' }, { outcome: 'success' }] });
});
