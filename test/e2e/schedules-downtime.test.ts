import { setTimeout as sleep } from 'node:timers/promises';
import type { Fire, MissedPolicy, ScheduleRequestInput } from '@drover/core';
import { limits } from '@drover/core';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { readJournal } from '../disaster.ts';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { beating, type History, inLanes, readHistory, secondAfter, slotsOf } from '../schedule-history.ts';
import { cleanVerdict, judgeSchedules, summaryOfSchedules } from '../schedule-verdict.ts';

const minuteMs = 60_000;
const downMs = 190 * minuteMs;
const policies: MissedPolicy[] = ['once', 'skip', 'all'];

let stage: FaultStage;

afterEach(() => stage?.stop());

/** Answers their ids, in order. */
function make(requests: ScheduleRequestInput[]): Promise<string[]> {
  return inLanes(requests, async (request) => (await stage.client.schedules.create(request)).id);
}

function once(name: string, at: number, asked: Partial<ScheduleRequestInput>): ScheduleRequestInput {
  const task = { model: 'journal', method: 'mark', kwargs: { n: 0 } };
  return { name, timing: 'later', startAt: new Date(at).toISOString(), task, ...asked };
}

const read = (id: string) => readHistory(stage.client, id);
const of = ({ fires }: History, result: Fire['result']) => fires.filter((fire) => fire.result === result);

/** The one line that stands for all that was missed, and the slots that were caught up when it was written. */
function missedOf(history: History) {
  const lines = of(history, 'missed');
  expect(lines, history.schedule.name).toHaveLength(1);
  const [line] = lines as [Fire];
  const caughtUp = of(history, 'task').filter(({ firedAt }) => firedAt === line.firedAt);
  return { line, caughtUp };
}

test('no worker for some seconds: once and skip make one task for all of it, all makes one for each', async () => {
  stage = await startFaultStage();
  await stage.startWorker();
  const now = Date.now();
  const finishAt = secondAfter(now + 24_000);
  const beats = await make(policies.map((missed, n) => beating(n, { finishAt }, { missed, overlap: 'allow' })));
  const soon = now + 8_000;
  const singles = await make(policies.map((missed) => once(`once ${missed}`, soon, { missed })));
  const [over = ''] = await make([once('not after', soon, { endAt: new Date(soon + 1_000).toISOString() })]);
  await sleep(3_000);
  await stage.endWorkers();
  const killedAt = [Date.now()];
  await sleep(12_500);
  await stage.startWorker();
  await eventually(async () => {
    for (const id of [...beats, ...singles, over]) {
      const { state, counts } = await stage.client.schedules.get(id);
      expect({ id, state, ended: counts.done + counts.error }).toEqual({ id, state: 'finished', ended: counts.tasks });
    }
  }, 60_000);

  const histories = await inLanes(beats, read);
  const story = { histories, entries: await readJournal(stage.folder), killedAt };
  console.log(summaryOfSchedules(story));
  expect(judgeSchedules(story)).toEqual(cleanVerdict);
  for (const history of histories) {
    const { missed } = history.schedule;
    if (missed === 'all') {
      expect(history.schedule.counts).toMatchObject({ tasks: slotsOf(history.schedule).length, missed: 0 });
    } else {
      const { line, caughtUp } = missedOf(history);
      expect(line.count, missed).toBeGreaterThanOrEqual(10);
      expect(
        caughtUp.map(({ at }) => Date.parse(at)),
        missed,
      ).toEqual([Date.parse(line.until ?? '') + 1_000]);
    }
  }
  // Later than it should be, but not by a minute: with skip too.
  for (const { fires } of await inLanes(singles, read)) {
    expect(fires).toMatchObject([{ result: 'task', count: 1, task: { state: 'done' } }]);
  }
  expect((await read(over)).fires).toMatchObject([{ result: 'skipped', count: 1 }]);
}, 240_000);

/** The clock of Redis cannot be set ahead: all that schedules know of times is put back. No worker may run. */
async function putBack(ids: string[], ms: number): Promise<void> {
  const redis = new Redis(stage.redis.url);
  const earlier = (at: string | undefined) => at && new Date(Date.parse(at) - ms).toISOString();
  for (const id of ids) {
    const key = `{drover}:schedule:${id}`;
    const [d, s] = (await redis.hmget(key, 'd', 's')).map((text) => JSON.parse(text ?? ''));
    const { request } = d;
    for (const field of ['startAt', 'endAt', 'finishAt']) request[field] = earlier(request[field]);
    for (const field of ['anchorAt', 'createdAt', 'updatedAt']) d[field] -= ms;
    for (const field of ['last', 'next']) s[field] -= ms;
    await redis.hset(key, 'd', JSON.stringify(d), 's', JSON.stringify(s));
    await redis.zincrby('{drover}:alarms', -ms, id);
  }
  redis.disconnect();
}

test('no worker for hours: once makes one task, skip none that is late, all the newest hundred', async () => {
  stage = await startFaultStage();
  await stage.startWorker();
  // Not before all of them are made.
  const startAt = secondAfter(Date.now() + 6_000);
  const finishAt = startAt + 100 * 60 * minuteMs;
  const often = await make(policies.map((missed, n) => beating(n, { finishAt }, { missed, overlap: 'allow' })));
  const seldom = await make(
    policies.map((missed, n) =>
      beating(10 + n, { startAt, finishAt, everySeconds: 1_800 }, { missed, overlap: 'allow' }),
    ),
  );
  const inAnHour = startAt + 60 * minuteMs;
  const singles = await make(policies.map((missed) => once(`once ${missed}`, inAnHour, { missed })));
  const [over = ''] = await make([once('not after', inAnHour, { endAt: new Date(inAnHour + 1_000).toISOString() })]);
  // The first slot of each is there.
  await eventually(async () => {
    for (const id of [...often, ...seldom]) expect((await read(id)).fires.length).toBeGreaterThan(0);
  }, 40_000);
  await stage.endWorkers();
  await putBack([...often, ...seldom, ...singles, over], downMs);
  const backAt = Date.now();
  const worker = await stage.startWorker();
  await worker.wrote('schedule rang late', 30_000);
  await eventually(async () => {
    for (const id of [...often, ...seldom, over, ...singles]) {
      const { lastFire } = await stage.client.schedules.get(id);
      expect(Date.parse(lastFire?.firedAt ?? ''), id).toBeGreaterThan(backAt);
    }
  }, 60_000);

  const [onceOften, skipOften, allOften] = (await inLanes(often, read)) as [History, History, History];
  for (const history of [onceOften, skipOften, allOften]) {
    const { line, caughtUp } = missedOf(history);
    const count = history === allOften ? limits.missedFires : 1;
    expect(caughtUp, history.schedule.missed).toHaveLength(count);
    expect(line, history.schedule.missed).toMatchObject({ isAtLeast: true });
    expect(line.count).toBeGreaterThan(9_000);
    // Those that were caught up are the newest, one by one, up to now.
    const slots = caughtUp.map(({ at }) => Date.parse(at));
    expect(slots).toEqual(slots.map((_, index) => (slots[0] ?? 0) + index * 1_000));
    expect(Date.parse(line.firedAt) - (slots.at(-1) ?? 0)).toBeLessThan(1_000);
  }
  const [onceSeldom, skipSeldom, allSeldom] = (await inLanes(seldom, read)) as [History, History, History];
  // At 0:00, then 0:30 … 3:00 were missed.
  expect(onceSeldom.fires).toMatchObject([
    { result: 'task' },
    { result: 'missed', count: 5 },
    { result: 'task', at: new Date(startAt + 180 * minuteMs - downMs).toISOString() },
  ]);
  expect(skipSeldom.fires).toMatchObject([{ result: 'task' }, { result: 'missed', count: 6 }]);
  expect(allSeldom.fires.map(({ result, count }) => [result, count])).toEqual(Array(7).fill(['task', 1]));
  const [onceSingle, skipSingle, allSingle] = (await inLanes(singles, read)) as [History, History, History];
  expect(skipSingle.fires).toMatchObject([{ result: 'missed', count: 1 }]);
  for (const { fires } of [onceSingle, allSingle]) {
    expect(fires).toMatchObject([{ result: 'task', count: 1 }]);
    expect(fires[0]?.lateSeconds).toBeGreaterThan(7_200);
  }
  expect((await read(over)).fires).toMatchObject([{ result: 'skipped', count: 1 }]);
  for (const { schedule } of [onceSingle, skipSingle, allSingle]) expect(schedule.state).toBe('finished');
}, 240_000);
