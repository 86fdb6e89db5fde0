import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { gated, type ScheduleStage, scheduled, startScheduleStage } from '../schedule-stage.ts';

/** What goes wrong with the scheduler of BullMQ, and must not with ours. */

let stage: ScheduleStage;

beforeAll(async () => {
  stage = await startScheduleStage();
  await stage.startRinging();
});

afterAll(() => stage.stop());

const soon = (seconds: number) => new Date((Math.floor(Date.now() / 1_000) + seconds) * 1_000).toISOString();
const alarmOf = (id: string) => stage.redis.zscore(stage.key('alarms'), id);

async function untilFinished(id: string) {
  await eventually(async () => expect((await stage.look(id)).state).toBe('finished'));
}

test('a schedule does not fire once more after its finish', async () => {
  const finishAt = new Date(Date.now() + 4_500).toISOString();
  const { id } = await stage.create({ finishAt, overlap: 'allow' });
  await untilFinished(id);
  await sleep(1_200);
  const fires = await stage.fires(id);
  expect(fires.length).toBeGreaterThanOrEqual(2);
  for (const { at } of fires) expect(Date.parse(at)).toBeLessThanOrEqual(Date.parse(finishAt));
});

test('a start that is a slot fires', async () => {
  const startAt = soon(4);
  const { id } = await stage.create({ startAt, frequency: { every: 'cron', cron: '* * * * * *' } });
  const [first] = await stage.untilFired(id, ['task']);
  expect(first?.at).toBe(startAt);
  await stage.schedules.unschedule(id, {});
});

test('a new schedule fires at its first time, not at once', async () => {
  const { id, nextFireAt } = await stage.create({ frequency: { every: 'seconds', interval: 3 } });
  const [first] = await stage.untilFired(id, ['task']);
  expect(first?.at).toBe(nextFireAt);
  expect(Date.parse(first?.firedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(nextFireAt ?? ''));
  await stage.schedules.unschedule(id, {});
});

test('a schedule that has finished says so, and leaves no alarm behind', async () => {
  const { id } = await stage.create({ maxFires: 1 });
  await untilFinished(id);
  expect(await stage.look(id)).toMatchObject({ nextFireAt: null, counts: { tasks: 1 } });
  await eventually(async () => expect(await alarmOf(id)).toBeNull());
});

describe('the number of fires', () => {
  test('is not counted anew when the same schedule is imported again', async () => {
    const request = scheduled({ maxFires: 2, overlap: 'allow' });
    const { id } = await stage.schedules.create(request, {});
    await untilFinished(id);
    expect(await stage.schedules.apply([request], {})).toMatchObject([{ result: 'unchanged' }]);
    await stage.schedules.replace(id, { ...request, description: 'the same, with a word to it' }, {});
    await stage.schedules.replace(id, { ...request, frequency: { every: 'seconds', interval: 2 } }, {});
    await sleep(2_200);
    expect(await stage.look(id)).toMatchObject({ state: 'finished', counts: { tasks: 2 } });
  });

  test('may be raised: it goes on from there', async () => {
    const { id } = await stage.create({ maxFires: 1, overlap: 'allow' });
    await untilFinished(id);
    await stage.schedules.patch(id, { maxFires: 2 }, {});
    await eventually(async () =>
      expect(await stage.look(id)).toMatchObject({ state: 'finished', counts: { tasks: 2 } }),
    );
  });
});

test('an edit fires nothing at once, and no slot twice, however often it is made', async () => {
  const { id } = await stage.create({ overlap: 'allow' });
  await stage.untilFired(id, ['task']);
  for (let edit = 0; edit < 20; edit += 1) {
    await stage.schedules.patch(id, { description: `edit ${edit}` }, {});
    await stage.schedules.patch(id, { frequency: { every: 'seconds', interval: 1 + (edit % 2) } }, {});
    await sleep(50);
  }
  await stage.schedules.unschedule(id, {});
  const slots = (await stage.fires(id)).map(({ at }) => at);
  expect(new Set(slots).size).toBe(slots.length);
  for (const fire of await stage.fires(id)) {
    expect(Date.parse(fire.firedAt)).toBeGreaterThanOrEqual(Date.parse(fire.at));
  }
});

test('a run by hand makes its task at once, and leaves the times as they are', async () => {
  const { id, nextFireAt } = await stage.create({ startAt: soon(5), frequency: { every: 'seconds', interval: 10 } });
  const run = await stage.schedules.run(id, {});
  expect((await stage.ended(run.id)).state).toBe('done');
  expect((await stage.look(id)).nextFireAt).toBe(nextFireAt);
  const [manual, first] = await eventually(async () => {
    const fires = await stage.fires(id);
    expect(fires).toHaveLength(2);
    return fires;
  }, 20_000);
  expect(manual).toMatchObject({ kind: 'manual', task: { id: run.id } });
  expect(first).toMatchObject({ kind: 'time', at: nextFireAt, result: 'task' });
  expect((await stage.look(id)).counts).toMatchObject({ tasks: 1, manual: 1 });
  await stage.schedules.unschedule(id, {});
});

test('a schedule that is removed while its time comes leaves nothing that fires', async () => {
  const { id } = await stage.create();
  await stage.untilFired(id, ['task']);
  await stage.schedules.remove(id, {});
  const before = (await stage.cluster.tasks.list({ schedule: id, limit: 100 }, {})).items.length;
  await sleep(1_500);
  expect((await stage.cluster.tasks.list({ schedule: id, limit: 100 }, {})).items).toHaveLength(before);
  expect(await alarmOf(id)).toBeNull();
  expect(await stage.redis.exists(stage.key(`schedule:${id}`), stage.key(`fires:${id}`))).toBe(0);
});

test('a schedule that is stopped while its task runs fires no more; what it made is counted still', async () => {
  const { task, open } = gated();
  const { id } = await stage.create({ task });
  await stage.untilFired(id, ['task']);
  await stage.schedules.unschedule(id, {});
  open();
  await eventually(async () => expect((await stage.look(id)).counts).toMatchObject({ tasks: 1, done: 1 }));
  expect(await stage.look(id)).toMatchObject({ state: 'unscheduled', nextFireAt: null });
  await eventually(async () => expect(await alarmOf(id)).toBeNull());
});

test('a task that fails never ends its schedule', async () => {
  const { id } = await stage.create({ task: { model: 'probe', method: 'permanent_error' } });
  await eventually(async () => expect((await stage.look(id)).counts.error).toBeGreaterThanOrEqual(3), 20_000);
  expect(await stage.look(id)).toMatchObject({ state: 'active' });
  await stage.schedules.unschedule(id, {});
});

test('a method that nobody offers is waited for, and the schedule goes on', async () => {
  const task = { model: 'nobody', method: 'offers', queue: 'default' };
  const request = scheduled({ task, overlap: 'allow' });
  const { id } = await stage.schedules.create(request, {}, { unchecked: true });
  await stage.untilFired(id, ['task', 'task']);
  await stage.schedules.unschedule(id, {});
});

test('many fires at the same moment are one each', async () => {
  const startAt = soon(8);
  const ids: string[] = [];
  // Some at a time: who creates is refused when Redis is busy for long.
  for (let n = 0; n < 10; n += 1) {
    const some = Array.from({ length: 25 }, () => stage.create({ timing: 'later', startAt, missed: 'all' }));
    ids.push(...(await Promise.all(some)).map(({ id }) => id));
  }
  for (const id of ids) await stage.untilFired(id, ['task'], 20_000);
  for (const id of ids) expect((await stage.look(id)).counts.tasks).toBe(1);
});
