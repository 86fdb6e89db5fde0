import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type ScheduleStage, startScheduleStage } from '../schedule-stage.ts';

/** The alarm clock: one worker at a time has it, and whatever is lost comes again. */

let stage: ScheduleStage;

beforeAll(async () => {
  stage = await startScheduleStage();
});

afterAll(() => stage.stop());

/** Late enough for a test to do something before. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const slotsOf = async (id: string) => (await stage.fires(id)).map(({ at }) => Date.parse(at));

test('a schedule that has lost its alarm has it again within a minute, and it is told', {
  timeout: 120_000,
}, async () => {
  const silent: string[] = [];
  const worker = await stage.startRinging({ onSilent: (schedule) => silent.push(schedule) });
  const lost = await stage.create({ frequency: { every: 'seconds', interval: 5 }, overlap: 'allow' });
  const paused = await stage.create();
  await stage.schedules.pause(paused.id, { until: new Date(Date.now() + 3_600_000).toISOString() }, {});
  const stopped = await stage.create();
  await stage.schedules.unschedule(stopped.id, {});
  // Its alarm is set when it fires, and when its task has ended: after that not for seconds.
  await eventually(async () => expect((await stage.look(lost.id)).counts).toMatchObject({ tasks: 1, done: 1 }));
  for (const { id } of [lost, paused, stopped]) await stage.redis.zrem(stage.key('alarms'), id);
  const seen = (await stage.fires(lost.id)).length;
  await eventually(async () => {
    expect((await stage.fires(lost.id)).length).toBeGreaterThan(seen + 1);
    expect(silent).toContain(paused.id);
  }, 60_000);
  expect(silent.sort()).toEqual([lost.id, paused.id].sort());
  expect(await stage.redis.zscore(stage.key('alarms'), stopped.id)).toBeNull();
  await stage.schedules.unschedule(lost.id, {});
  await worker.stop();
});

test('an alarm that was set far too late is set again too', { timeout: 120_000 }, async () => {
  const silent: string[] = [];
  const worker = await stage.startRinging({ onSilent: (schedule) => silent.push(schedule) });
  const { id } = await stage.create({ startAt: inSeconds(3) });
  await stage.redis.zadd(stage.key('alarms'), Date.now() + 3_600_000, id);
  await eventually(() => expect(silent).toEqual([id]), 60_000);
  await stage.untilFired(id, ['task'], 5_000).catch(() => stage.untilFired(id, ['missed', 'task']));
  await stage.schedules.unschedule(id, {});
  await worker.stop();
});

test('when the worker that rings ends in order another one goes on at once', async () => {
  const first = await stage.startRinging();
  const { id } = await stage.create({ overlap: 'allow' });
  await stage.untilFired(id, ['task']);
  const second = await stage.startRinging();
  await first.stop();
  await eventually(async () => expect((await stage.fires(id)).length).toBeGreaterThanOrEqual(5), 20_000);
  await stage.schedules.unschedule(id, {});
  const slots = await slotsOf(id);
  expect(slots).toEqual(slots.map((_, index) => (slots[0] ?? 0) + index * 1_000));
  await second.stop();
});

test('when the worker that rings is gone without a word another one goes on within seconds, and nothing is lost', async () => {
  const worker = await stage.startRinging();
  const { id } = await stage.create({ overlap: 'allow' });
  await stage.untilFired(id, ['task']);
  // As a worker leaves it that was killed.
  await stage.redis.set(stage.key('clock'), 'somebody-else', 'PX', 1_500);
  const fires = await stage.untilFired(id, ['task', 'task', 'task', 'task', 'task'], 20_000);
  await stage.schedules.unschedule(id, {});
  const slots = fires.map(({ at }) => Date.parse(at));
  expect(slots).toEqual(slots.map((_, index) => (slots[0] ?? 0) + index * 1_000));
  for (const { lateSeconds } of fires) expect(lateSeconds).toBeLessThan(8);
  await worker.stop();
});

test('several workers ring as one', async () => {
  const workers = await Promise.all([stage.startRinging(), stage.startRinging(), stage.startRinging()]);
  const { id } = await stage.create({ overlap: 'allow' });
  await eventually(async () => expect((await stage.fires(id)).length).toBeGreaterThanOrEqual(4), 20_000);
  await stage.schedules.unschedule(id, {});
  const fires = await stage.fires(id);
  const tasks = (await stage.cluster.tasks.list({ schedule: id, limit: 100 }, {})).items;
  expect(tasks.map((task) => task.id).sort()).toEqual(fires.map(({ task }) => task?.id).sort());
  expect(new Set(tasks.map(({ fireAt }) => fireAt)).size).toBe(tasks.length);
  for (const worker of workers) {
    expect(worker.errors).toEqual([]);
    await worker.stop();
  }
});

test('a schedule that nobody can decide upon hinders no other', async () => {
  const worker = await stage.startRinging();
  const broken = await stage.create({ startAt: inSeconds(3) });
  const other = await stage.create({ overlap: 'allow' });
  await stage.redis.hset(stage.key(`schedule:${broken.id}`), 's', '{');
  await stage.untilFired(other.id, ['task', 'task', 'task'], 20_000);
  await eventually(() => expect(worker.errors.map(({ message }) => message).join()).toContain(broken.id));
  expect(worker.errors.length).toBeLessThanOrEqual(2);
  await stage.schedules.unschedule(other.id, {});
  await worker.stop();
});

test('a cluster without a worker that rings fires nothing, and forgets nothing', async () => {
  const { id } = await stage.create({ overlap: 'allow' });
  const worker = await stage.startWorker();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await stage.fires(id)).toEqual([]);
  const ringing = await stage.startRinging();
  await stage.untilFired(id, ['task', 'task']);
  await stage.schedules.unschedule(id, {});
  await ringing.stop();
  await worker.stop();
});
