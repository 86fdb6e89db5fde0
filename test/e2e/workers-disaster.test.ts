import { setTimeout as sleep } from 'node:timers/promises';
import { limits, type Task } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChance } from '../chance.ts';
import { readJournal } from '../disaster.ts';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { journalModel, startSupervisor, type TestProcess } from '../processes.ts';
import { isAlive } from '../start-stage.ts';

/** Whatever happens to the workers of a host while they work: nothing is lost, and nothing is done twice in the ledger. */

const isSoak = process.env.SOAK === '1';
const lockSeconds = isSoak ? 30 : 2;
const frozenMs = isSoak ? 40_000 : 4_000;
/** Longer than one is frozen: it comes back, and finds that its tasks were taken over. */
const hangSeconds = isSoak ? 60 : 10;
const patienceMs = 240_000;

let stage: FaultStage;
let supervisor: TestProcess;

beforeAll(async () => {
  stage = await startFaultStage();
  supervisor = startSupervisor(stage.redis.url, {
    WORKERS: '4',
    LOCK_SECONDS: String(lockSeconds),
    HANG_SECONDS: String(hangSeconds),
    RECYCLE_MEMORY_MB: '600',
    MODULES: `@drover/models/probe,${journalModel}`,
    JOURNAL_DIR: stage.folder,
    DATA_DIR: stage.folder,
  });
  await untilWorkers();
});

afterAll(async () => {
  const pids = (await stage.client.workers.list().catch(() => [])).map(({ pid }) => pid);
  await supervisor?.kill();
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await stage?.stop();
});

async function untilWorkers(): Promise<number[]> {
  return eventually(async () => {
    const workers = await stage.client.workers.list();
    const takers = workers.filter(({ pid, state }) => state === 'running' && isAlive(pid));
    expect(takers).toHaveLength(4);
    return takers.map(({ pid }) => pid);
  }, patienceMs);
}

const chance = createChance();

async function someWorker(): Promise<number> {
  const pid = chance.pick(await untilWorkers());
  if (pid === undefined) throw new Error('there is no worker');
  return pid;
}

async function gone(pid: number): Promise<void> {
  await eventually(() => expect(isAlive(pid)).toBe(false), patienceMs);
}

const disasters: Record<string, () => Promise<void>> = {
  async 'a worker is killed'() {
    const pid = await someWorker();
    process.kill(pid, 'SIGKILL');
    await gone(pid);
  },
  async 'a worker is frozen for longer than its lock, and comes back'() {
    const pid = await someWorker();
    process.kill(pid, 'SIGSTOP');
    await sleep(frozenMs);
    process.kill(pid, 'SIGCONT');
  },
  async 'the event loop of a worker hangs'() {
    const { id } = await stage.enqueue('journal.block', { kwargs: { ms: 10 * hangSeconds * 1_000 } });
    expect((await stage.until(id, 'done', patienceMs)).result).toBe('quick');
  },
  async 'a method ends its worker'() {
    const { id } = await stage.enqueue('journal.exit');
    expect((await stage.until(id, 'done', patienceMs)).result).toBe('stayed');
  },
  async 'a method keeps memory'() {
    const { id } = await stage.enqueue('journal.leak', { kwargs: { mb: 700 } });
    const [execution] = (await stage.until(id, 'done', patienceMs)).executions;
    await gone(execution?.pid ?? 0);
  },
  async 'an endless loop is killed'() {
    const { id } = await stage.client.tasks.enqueue({ model: 'probe.isolated', method: 'spin' });
    await eventually(async () => expect((await stage.client.tasks.log(id)).items).not.toEqual([]), patienceMs);
    const since = performance.now();
    expect(await stage.client.tasks.kill(id)).toMatchObject({ result: 'killed', task: { state: 'cancelled' } });
    expect(performance.now() - since).toBeLessThan(isSoak ? 2_000 : 10_000);
  },
  async 'a method that does not listen is killed'() {
    const { id } = await stage.enqueue('probe.hang');
    const { executions } = await stage.until(id, 'running', patienceMs);
    expect(await stage.client.tasks.kill(id)).toMatchObject({ result: 'killed', task: { state: 'cancelled' } });
    // It cannot be ended but with its worker, which is replaced.
    await gone(executions[0]?.pid ?? 0);
  },
  async 'all workers are replaced, one after the other'() {
    const before = await untilWorkers();
    supervisor.signal('SIGHUP');
    for (const pid of before) await gone(pid);
  },
};

/** Half of the slots are taken, until it is told to stop; answers all of them once they have ended. */
function load(): { stop(): Promise<Task[]> } {
  const stopping = new AbortController();
  const asked = (async () => {
    const ids: string[] = [];
    while (!stopping.signal.aborted) {
      const marks = Array.from({ length: 8 }, (_, n) => ({
        model: 'journal',
        method: 'mark',
        kwargs: { n: ids.length + n, ms: chance.between(0, 1_000) },
      }));
      for (const task of await stage.client.tasks.enqueueMany(marks)) {
        if (task instanceof Error) throw task;
        ids.push(task.id);
      }
      await sleep(200);
    }
    return ids;
  })();
  return {
    async stop() {
      stopping.abort();
      const tasks: Task[] = [];
      for (const id of await asked) tasks.push(await done(id));
      return tasks;
    },
  };
}

/** What three dead workers in a row gave up, a person would run again: so do we. */
async function done(id: string): Promise<Task> {
  const task = await eventually(async () => {
    const found = await stage.client.tasks.get(id);
    expect(found.state === 'done' || found.outcome === 'lost', `${id}: ${found.state}`).toBe(true);
    return found;
  }, patienceMs);
  if (task.state === 'done') return task;
  expect(task.executions.filter(({ outcome }) => outcome === 'lost').length).toBeGreaterThanOrEqual(limits.lostWorkers);
  await stage.client.tasks.retry(id);
  return stage.until(id, 'done', patienceMs);
}

test(
  'four workers under load are killed, frozen, hung, leaked, ended and replaced: no task is lost, none is done twice',
  async () => {
    const loaded = load();
    const order = Object.keys(disasters).sort(() => chance.next() - 0.5);
    for (const name of order) {
      const since = performance.now();
      await Promise.race([
        disasters[name]?.().then(untilWorkers),
        sleep(patienceMs, undefined, { ref: false }).then(() => {
          throw new Error([`${name}: it did not come to an end`, ...supervisor.lines.slice(-40)].join('\n'));
        }),
      ]);
      console.log(`${name}: ${Math.round(performance.now() - since)} ms`);
    }
    const tasks = await loaded.stop();
    const ran = new Set((await readJournal(stage.folder)).map(({ id }) => id));
    expect(tasks.filter(({ id }) => !ran.has(id))).toEqual([]);
    const ends = tasks.map(({ id, executions }) => [
      id,
      executions.filter(({ outcome }) => outcome === 'success').length,
    ]);
    expect(ends.filter(([, count]) => count !== 1)).toEqual([]);
    const outcomes = new Set(tasks.flatMap(({ executions }) => executions.map(({ outcome }) => outcome)));
    // A worker that is replaced may hand back what did not end within its grace.
    expect([...outcomes].filter((outcome) => !['success', 'lost', 'cancelled'].includes(outcome ?? ''))).toEqual([]);
    expect(supervisor.isAlive).toBe(true);
    const again = tasks.filter(({ executions }) => executions.length > 1);
    console.log(`${tasks.length} tasks, ${again.length} of them begun again`);
    expect(again.length).toBeGreaterThan(0);
  },
  isSoak ? 900_000 : 480_000,
);
