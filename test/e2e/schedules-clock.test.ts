import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJournal } from '../disaster.ts';
import { eventually } from '../eventually.ts';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import type { TestProcess } from '../processes.ts';
import { beating, inLanes, readHistory, type Story, secondAfter } from '../schedule-history.ts';
import { cleanVerdict, judgeSchedules, summaryOfSchedules } from '../schedule-verdict.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

let stage: FaultStage;
let clock: FakeClock;
let wrong: TestProcess;
let right: TestProcess;

beforeAll(async () => {
  clock = await createFakeClock();
  stage = await startFaultStage();
  // It comes first, so that it has the alarm clock.
  wrong = await stage.startWorker(clock.env);
  right = await stage.startWorker();
});

afterAll(async () => {
  await stage?.stop();
  await clock?.remove();
});

/** Another one rings then: nobody else does while a worker lives. */
async function freeze(worker: TestProcess, ms: number): Promise<void> {
  worker.signal('SIGSTOP');
  await sleep(ms);
  worker.signal('SIGCONT');
}

async function story(ids: string[]): Promise<Story> {
  const histories = await inLanes(ids, (id) => readHistory(stage.client, id));
  return { histories, entries: await readJournal(stage.folder), killedAt: [] };
}

test('with the clock of a worker an hour ahead, then an hour behind, no slot comes twice and none early', async () => {
  const now = Date.now();
  const later = new Date(now + 20 * minuteMs).toISOString();
  const notYet = await stage.enqueue('journal.mark', { runAt: later, kwargs: { n: 100 } });
  const { id: once } = await stage.client.schedules.create({
    name: 'in twenty minutes',
    timing: 'later',
    startAt: later,
    task: { model: 'journal', method: 'mark', kwargs: { n: 101 } },
  });
  const finishAt = secondAfter(now + 24_000);
  const task = { model: 'journal', method: 'mark', kwargs: { n: 1 } };
  const ids = await inLanes([0, 1, 2, 3, 4, 5], async (n) => {
    const asked = n === 0 ? { task: { ...task, expiresAfterSeconds: 600 } } : { overlap: 'allow' as const };
    return (await stage.client.schedules.create(beating(n, { finishAt }, asked))).id;
  });
  for (const aheadMs of [hourMs, -hourMs, 0]) {
    await clock.set(aheadMs);
    await sleep(3_000);
    await freeze(wrong, 2_500);
    await sleep(1_000);
  }
  await clock.set(hourMs);
  await eventually(async () => {
    for (const id of ids) {
      const { state, counts } = await stage.client.schedules.get(id);
      expect({ state, ended: counts.done + counts.error }).toEqual({ state: 'finished', ended: counts.tasks });
    }
  }, 60_000);

  const told = await story(ids);
  console.log(summaryOfSchedules(told));
  expect(judgeSchedules(told)).toEqual(cleanVerdict);
  // Both had their part in it.
  expect(new Set(told.entries.map(({ pid }) => pid))).toEqual(new Set([wrong.pid, right.pid]));
  expect(await stage.client.tasks.get(notYet.id)).toMatchObject({ state: 'scheduled', executions: [] });
  expect((await stage.client.schedules.fires(once)).items).toEqual([]);
  const workers = await stage.client.workers.list();
  expect(workers.map(({ pid, state }) => ({ pid, state })).sort((a, b) => a.pid - b.pid)).toEqual(
    [wrong, right].map(({ pid }) => ({ pid, state: 'running' })).sort((a, b) => a.pid - b.pid),
  );
}, 240_000);
