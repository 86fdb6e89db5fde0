import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@drover/core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { journalModel, startSupervisor, type TestProcess } from '../processes.ts';
import { isAlive } from '../start-stage.ts';

let stage: FaultStage;
let supervisors: TestProcess[] = [];

beforeAll(async () => {
  stage = await startFaultStage();
});

afterEach(async () => {
  const workers = await livingWorkers();
  for (const supervisor of supervisors) await supervisor.kill();
  for (const pid of workers) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  supervisors = [];
});

afterAll(() => stage.stop());

/** Resolves when as many workers as it keeps have announced themselves. */
async function supervise(env: Record<string, string> = {}): Promise<TestProcess> {
  const supervisor = startSupervisor(stage.redis.url, {
    MODULES: `@drover/models/probe,${journalModel}`,
    JOURNAL_DIR: stage.folder,
    DATA_DIR: stage.folder,
    ...env,
  });
  supervisors.push(supervisor);
  await untilWorkers(Number(env.WORKERS ?? 2));
  return supervisor;
}

/** The registry goes on naming one that was killed, for a while. */
async function livingWorkers(): Promise<number[]> {
  const workers = await stage.client.workers.list();
  return workers.map(({ pid }) => pid).filter(isAlive);
}

async function untilWorkers(count: number, timeoutMs = 60_000): Promise<number[]> {
  return eventually(async () => {
    const workers = await stage.client.workers.list();
    const takers = workers.filter(({ pid, state }) => state === 'running' && isAlive(pid));
    expect(takers).toHaveLength(count);
    return takers.map(({ pid }) => pid);
  }, timeoutMs);
}

/** Longer than a worker may stand still on a busy machine: nothing is to be taken over. */
const undisturbed = { LOCK_SECONDS: '30' };

/** Enqueues one task after the other until it is told to stop; answers all of them once they have ended. */
function stream(everyMs: number, ms: number): { stop(): Promise<Task[]> } {
  const stopping = new AbortController();
  const asked = (async () => {
    const ids: string[] = [];
    for (let n = 1; !stopping.signal.aborted; n += 1) {
      ids.push((await stage.enqueue('journal.mark', { kwargs: { n, ms } })).id);
      await sleep(everyMs);
    }
    return ids;
  })();
  return {
    async stop() {
      stopping.abort();
      return Promise.all((await asked).map((id) => stage.until(id, 'done')));
    },
  };
}

/** Not one of them was lost, failed, handed back or run twice. */
function expectUndisturbed(tasks: Task[]): void {
  const disturbed = tasks.filter(({ executions }) => executions.map(({ outcome }) => outcome).join() !== 'success');
  expect(disturbed).toEqual([]);
}

const pidsOf = (tasks: Task[]) => new Set(tasks.flatMap(({ executions }) => executions.map(({ pid }) => pid)));

test('a worker that dies is replaced, and its task goes on in another', async () => {
  const supervisor = await supervise();
  const { id } = await stage.enqueue('probe.crash', { kwargs: { attempts: 1 } });
  const task = await stage.until(id, 'done');
  expect(task.executions.map(({ outcome }) => outcome)).toEqual(['lost', 'success']);
  expect(await supervisor.wrote('a worker died, starting a new one')).toContain('"reason":"SIGKILL"');
  await untilWorkers(2);
});

test('a worker whose event loop hangs, or that is frozen, is killed and replaced', async () => {
  const supervisor = await supervise({ WORKERS: '1', HANG_SECONDS: '4' });
  const { id } = await stage.enqueue('journal.block', { kwargs: { ms: 60_000 } });
  const task = await stage.until(id, 'done');
  expect(task).toMatchObject({ result: 'quick', executions: [{ outcome: 'lost' }, { outcome: 'success' }] });
  await supervisor.wrote('a worker hangs: its event loop does not turn, killed');

  const [frozen = 0] = await untilWorkers(1);
  process.kill(frozen, 'SIGSTOP');
  await eventually(() => expect(isAlive(frozen)).toBe(false), 30_000);
  expect(await untilWorkers(1)).not.toContain(frozen);
});

test('workers are replaced after so many tasks, and no task notices', async () => {
  const supervisor = await supervise({ ...undisturbed, RECYCLE_TASKS: '10' });
  // It outlasts the grace period of its worker.
  const long = await stage.enqueue('journal.mark', { kwargs: { n: 0, ms: 8_000 } });
  const streamed = stream(40, 50);
  // Each of these is another worker, which has ended its ten.
  await eventually(
    () => expect(supervisor.lines.filter((line) => line.includes('a worker is replaced')).length).toBeGreaterThan(3),
    90_000,
  );
  const tasks = await streamed.stop();
  expectUndisturbed([...tasks, await stage.until(long.id, 'done')]);
  expect(pidsOf(tasks).size).toBeGreaterThan(3);
});

test('SIGHUP replaces the workers one after the other, and no task notices', async () => {
  const supervisor = await supervise(undisturbed);
  const before = await untilWorkers(2);
  const streamed = stream(40, 50);
  supervisor.signal('SIGHUP');
  await supervisor.wrote('rolling restart done', 60_000);
  const after = await untilWorkers(2);
  const tasks = await streamed.stop();
  expectUndisturbed(tasks);
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  expect(supervisor.isAlive).toBe(true);
});

test('workers become more while many tasks wait, and fewer when nothing does', async () => {
  const scaled = { WORKERS_MAX: '4', SCALE_COOLDOWN_SECONDS: '1', CONCURRENCY: '2' };
  const supervisor = await supervise({ ...undisturbed, ...scaled });
  // Those that were killed before are counted for a while.
  const atFirst = { rule: 'stay', wanted: 2, current: 2, history: [] };
  await eventually(async () => expect(await stage.client.autoscale()).toMatchObject(atFirst), 60_000);
  // As many as the first two need longer for than the others to start.
  const requests = Array.from({ length: 400 }, () => ({ model: 'probe', method: 'slow', kwargs: { ms: 250 } }));
  const asked = await stage.client.tasks.enqueueMany(requests);
  await untilWorkers(4);
  await eventually(async () => {
    const grown = await stage.client.autoscale();
    expect(grown).toMatchObject({ current: 4, min: 2, max: 256 });
    expect(grown.queues).toContainEqual(expect.objectContaining({ name: 'default', current: 4 }));
  });
  await untilWorkers(2, 120_000);
  const { history, ready } = await stage.client.autoscale();
  expect(ready).toBe(0);
  const steps = history.map(({ from, to }) => `${from} to ${to}`).reverse();
  expect(steps.slice(0, 3)).toEqual(['2 to 4', '4 to 3', '3 to 2']);
  const tasks = await Promise.all(asked.map((one) => stage.until('id' in one ? one.id : one.code, 'done')));
  expectUndisturbed(tasks);
  expect(supervisor.isAlive).toBe(true);
}, 300_000);

test('in place of a worker that somebody stopped no other one is started', async () => {
  const supervisor = await supervise();
  const before = await untilWorkers(2);
  await stage.client.workers.stop(`${hostname()}-${before[0]}`);
  await supervisor.wrote('one worker less is wanted here', 30_000);
  // Who is wanted is there when all have been replaced.
  supervisor.signal('SIGHUP');
  await supervisor.wrote('rolling restart done', 60_000);
  const after = await untilWorkers(1);
  expect(before).not.toContain(after[0]);
});

test('SIGTERM lets begun tasks end, and leaves no process', async () => {
  const supervisor = await supervise({ ...undisturbed, SHUTDOWN_GRACE_SECONDS: '30' });
  const workers = await untilWorkers(2);
  const begun = await Promise.all([1, 2, 3, 4].map((n) => stage.enqueue('journal.mark', { kwargs: { n, ms: 5_000 } })));
  await Promise.all(begun.map(({ id }) => stage.until(id, 'running')));
  supervisor.signal('SIGTERM');
  expect(await supervisor.ended(60_000)).toBe(0);
  expectUndisturbed(await Promise.all(begun.map(({ id }) => stage.client.tasks.get(id))));
  expect(workers.filter(isAlive)).toEqual([]);
  // What is shown of workers may be a second old.
  await eventually(async () =>
    expect(await stage.client.workers.list()).not.toContainEqual(expect.objectContaining({ pid: workers[0] })),
  );
});

test('a second SIGTERM ends everything at once', async () => {
  const supervisor = await supervise({ SHUTDOWN_GRACE_SECONDS: '60', LOCK_SECONDS: '2' });
  const workers = await untilWorkers(2);
  const { id } = await stage.enqueue('probe.hang');
  await stage.until(id, 'running');
  supervisor.signal('SIGTERM');
  await supervisor.wrote('stopping');
  await sleep(600);
  const toldAt = performance.now();
  supervisor.signal('SIGTERM');
  expect(await supervisor.ended()).toBe(130);
  await eventually(() => expect(workers.filter(isAlive)).toEqual([]), 10_000);
  // Far less than its grace, also on a machine that does other things too.
  expect(performance.now() - toldAt).toBeLessThan(15_000);
  // No worker is left to answer.
  void stage.client.tasks.kill(id, { reason: 'the test is over' }).catch(() => undefined);
});

test('a supervisor that is killed without a word leaves no process', async () => {
  const supervisor = await supervise();
  const workers = await untilWorkers(2);
  await supervisor.kill();
  await eventually(() => expect(workers.filter(isAlive)).toEqual([]), 30_000);
});

test('nor does one whose worker is blocked by a task', async () => {
  const supervisor = await supervise({ WORKERS: '1', SHUTDOWN_GRACE_SECONDS: '1' });
  const [worker = 0] = await untilWorkers(1);
  const { id } = await stage.enqueue('journal.block', { kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  await supervisor.kill();
  // Its grace period, and what it needs beside it.
  await eventually(() => expect(isAlive(worker)).toBe(false), 30_000);
});

test('what is wrong with all workers is told once, and ends the supervisor', async () => {
  const start = (env: Record<string, string>) => {
    const supervisor = startSupervisor(stage.redis.url, { DATA_DIR: stage.folder, ...env });
    supervisors.push(supervisor);
    return supervisor;
  };
  const refused = start({ CONCURRENCY: 'many' });
  const lost = start({ MODULES: './no-such-module.mjs' });
  expect(await refused.ended(60_000)).toBe(1);
  expect(refused.lines).toEqual(['A setting is not valid:', expect.stringContaining('CONCURRENCY: expected')]);
  expect(await lost.ended(60_000)).toBe(1);
  expect(lost.lines.filter((line) => line.includes('"could not start"') && line.includes('"worker"'))).toHaveLength(1);
  expect(lost.lines.at(-1)).toMatch(/No worker starts here.*no-such-module/);
});

test('workers that die while they start are tried five times, then the supervisor says why and ends', async () => {
  const module = join(stage.folder, 'dies.mjs');
  await writeFile(module, 'console.error("its native part is missing"); process.kill(process.pid, "SIGKILL");');
  const supervisor = startSupervisor(stage.redis.url, { DATA_DIR: stage.folder, MODULES: module });
  supervisors.push(supervisor);
  expect(await supervisor.ended(90_000)).toBe(1);
  expect(supervisor.lines.filter((line) => line.includes('a worker died'))).toHaveLength(5);
  expect(supervisor.lines.at(-1)).toMatch(/No worker starts here.*SIGKILL.*its native part is missing/);
});
