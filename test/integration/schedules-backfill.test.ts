import { type Cluster, createCluster } from '@drover/broker';
import type { Task } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { ago, gated, hourMs, type ScheduleStage, scheduled, startScheduleStage } from '../schedule-stage.ts';

/** Times that have gone by are filled in, each once, whoever else makes tasks meanwhile. */

let stage: ScheduleStage;
let other: Cluster;

beforeAll(async () => {
  stage = await startScheduleStage();
  await stage.startRinging();
  other = createCluster({ redisUrl: stage.redisUrl, keyPrefix: stage.keyPrefix });
  await eventually(() => other.ping());
});

afterAll(async () => {
  await other.stop();
  await stage.stop();
});

const hourly = { frequency: { every: 'hourly' }, startAt: ago(2_000) } as const;
const after = (time: string, hours: number) => new Date(Date.parse(time) + hours * hourMs).toISOString();

async function tasksOf(id: string): Promise<Task[]> {
  const tasks: Task[] = [];
  let cursor: string | undefined;
  do {
    const page = await stage.cluster.tasks.list({ schedule: id, limit: 200, cursor }, {});
    tasks.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return tasks;
}

/** No slot has two of them. */
function expectOnce(tasks: Task[]): void {
  const slots = tasks.map(({ fireAt }) => fireAt);
  expect(new Set(slots).size).toBe(slots.length);
}

test('a dry run tells every time of the range, and makes nothing', async () => {
  const { id } = await stage.create(hourly);
  const range = { from: ago(10), to: ago(4) };
  const dry = await stage.schedules.backfill(id, { ...range, dryRun: true }, {});
  expect(dry).toMatchObject({ dryRun: true, created: 6 });
  expect(dry.fires.map(({ at }) => at)).toEqual([10, 9, 8, 7, 6, 5].map(ago));
  expect(dry.fires.every(({ isKnown, taskId }) => !isKnown && taskId === undefined)).toBe(true);
  expect(await tasksOf(id)).toEqual([]);
  expect(await stage.fires(id)).toEqual([]);
});

test('a second one makes nothing again, and a wider one only what is missing', async () => {
  const { id } = await stage.create(hourly);
  const first = await stage.schedules.backfill(id, { from: ago(10), to: ago(5), dryRun: false }, {});
  expect(first).toMatchObject({ dryRun: false, created: 5 });
  const again = await stage.schedules.backfill(id, { from: ago(10), to: ago(5), dryRun: false }, {});
  expect(again.created).toBe(0);
  expect(again.fires.map(({ taskId, isKnown }) => ({ taskId, isKnown }))).toEqual(
    first.fires.map(({ taskId }) => ({ taskId, isKnown: true })),
  );
  const wider = await stage.schedules.backfill(id, { from: ago(12), to: ago(3), dryRun: false }, {});
  expect(wider.created).toBe(4);
  const tasks = await tasksOf(id);
  expect(tasks).toHaveLength(9);
  expectOnce(tasks);
  const fires = await stage.fires(id);
  expect(fires.map(({ number }) => number)).toEqual(fires.map((_, index) => index + 1));
  expect(fires.every(({ kind, result }) => kind === 'backfill' && result === 'task')).toBe(true);
  expect((await stage.look(id)).counts).toMatchObject({ tasks: 0, manual: 9 });
});

test('two at once fill the range together, each time once', { timeout: 60_000 }, async () => {
  const { id } = await stage.create(hourly);
  const range = { from: ago(400), to: ago(200), dryRun: false };
  const both = await Promise.all([stage.schedules, other.schedules].map((one) => one.backfill(id, range, {})));
  const tasks = await tasksOf(id);
  expect(tasks).toHaveLength(200);
  expectOnce(tasks);
  expect((both[0]?.created ?? 0) + (both[1]?.created ?? 0)).toBe(200);
  for (const { fires } of both) expect(fires.every(({ taskId }) => taskId !== undefined)).toBe(true);
  expect((await stage.look(id)).counts.manual).toBe(200);
});

test('beside a schedule that fires every second no time has two tasks', async () => {
  const { id } = await stage.create({ overlap: 'allow' });
  await stage.untilFired(id, ['task', 'task']);
  for (let attempt = 0; attempt < 15; attempt += 1) {
    const now = Date.now() - 5;
    const range = { from: new Date(now - 5_000).toISOString(), to: new Date(now).toISOString(), dryRun: false };
    await stage.schedules.backfill(id, range, {});
  }
  await stage.schedules.unschedule(id, {});
  expectOnce(await tasksOf(id));
});

test('fires that wait for their turn are left to it', async () => {
  const { task, open } = gated();
  const { id } = await stage.create({ task, overlap: 'queue' });
  const [first] = await stage.untilFired(id, ['task', 'queued', 'queued']);
  await stage.schedules.pause(id, {}, {});
  const range = { from: first?.at ?? '', to: new Date(Date.parse(first?.at ?? '') + 2_001).toISOString() };
  const filled = await stage.schedules.backfill(id, { ...range, dryRun: false }, {});
  expect(filled).toMatchObject({ created: 0, fires: [{ isKnown: true }, { isKnown: true }, { isKnown: true }] });
  open();
  await stage.schedules.reschedule(id, {});
  await stage.untilFired(id, ['task', 'task', 'task']);
  await stage.schedules.unschedule(id, {});
  expectOnce(await tasksOf(id));
});

test('what was missed, skipped or paused is filled in; what made its task is not', async () => {
  const { id } = await stage.create({ ...hourly, missed: 'once' });
  await stage.missed(id, 5.2 * hourMs);
  const [missed, fired] = await stage.untilFired(id, ['missed', 'task']);
  const filled = await stage.schedules.backfill(
    id,
    { from: missed?.at ?? '', to: after(fired?.at ?? '', 0.1), dryRun: false },
    {},
  );
  expect(filled.created).toBe(missed?.count);
  expect(filled.fires.filter(({ isKnown }) => isKnown).map(({ taskId }) => taskId)).toEqual([fired?.task?.id]);
  expectOnce(await tasksOf(id));
});

test('times from before the schedule was there are filled in, unless it says when it starts', async () => {
  const now = Math.floor(Date.now() / hourMs) * hourMs;
  const range = { from: new Date(now - 3 * hourMs).toISOString(), to: new Date(now).toISOString(), dryRun: true };
  const open = await stage.create({ frequency: { every: 'cron', cron: '30 * * * *' } });
  expect((await stage.schedules.backfill(open.id, range, {})).created).toBe(3);
  const bound = await stage.create({ frequency: { every: 'cron', cron: '30 * * * *' }, startAt: after(range.from, 1) });
  expect((await stage.schedules.backfill(bound.id, range, {})).created).toBe(2);
});

test('its tasks get the arguments of their times, and as long to start as others have', async () => {
  const task = { model: 'probe', method: 'echo', args: ['${fire.at}'], expiresAfterSeconds: 600 };
  const { id } = await stage.create({ ...hourly, task });
  const { fires } = await stage.schedules.backfill(id, { from: ago(10), to: ago(8), dryRun: false }, {});
  for (const { at, taskId } of fires) {
    expect(await stage.ended(taskId ?? '')).toMatchObject({ state: 'done', args: [at], fireAt: at });
  }
});

test('a range is refused that is too wide, lies ahead, or ends before it begins', async () => {
  const { id } = await stage.create(hourly);
  const backfill = (from: string, to: string) => stage.schedules.backfill(id, { from, to, dryRun: true }, {});
  await expect(backfill(ago(1_500), ago(2))).rejects.toThrow(/more than 1000 fires/);
  await expect(backfill(ago(2), ago(-1))).rejects.toThrow(/must have gone by/);
  await expect(backfill(ago(2), ago(3))).rejects.toThrow(/must lie after from/);
});

test('the record of its tasks may be forgotten: within a day they are not made again', async () => {
  const { id } = await stage.create(hourly);
  const range = { from: ago(10), to: ago(5), dryRun: false };
  const { fires } = await stage.schedules.backfill(id, range, {});
  for (const { taskId } of fires) await stage.ended(taskId ?? '');
  const pruned = await stage.enqueue('probe.succeed');
  await stage.ended(pruned.id);
  const ids = fires.map(({ taskId }) => taskId ?? '');
  for (const task of ids) {
    await stage.redis.del(stage.key(`task:${task}`), stage.key(`q:default:${task}`));
    await stage.redis.zrem(stage.key('q:default:completed'), task);
  }
  const again = await stage.schedules.backfill(id, range, {});
  expect(again.created).toBe(0);
  expect(again.fires.map(({ taskId }) => taskId)).toEqual(ids);
});

test('a task by hand, whatever its schedule is, is made at once', async () => {
  const startAt = after(ago(0), -3);
  const past = scheduled({ timing: 'later', startAt: after(ago(0), 2), endAt: after(ago(0), 3) });
  const { id } = await stage.schedules.create(past, {});
  await stage.schedules.unschedule(id, {});
  const key = stage.key(`schedule:${id}`);
  const definition = JSON.parse((await stage.redis.hget(key, 'd')) ?? '');
  definition.request = { ...definition.request, startAt, endAt: after(startAt, 1) };
  await stage.redis.hset(key, 'd', JSON.stringify(definition));
  const task = await stage.schedules.run(id, {});
  expect((await stage.ended(task.id)).state).toBe('done');
});
