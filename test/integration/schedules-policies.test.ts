import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { ago, gated, hourMs, type ScheduleStage, startScheduleStage } from '../schedule-stage.ts';

let stage: ScheduleStage;

beforeAll(async () => {
  stage = await startScheduleStage();
  await stage.startRinging();
});

afterAll(() => stage.stop());

const hourly = { frequency: { every: 'hourly' }, startAt: ago(100) } as const;

describe('while everything was down for hours', () => {
  test('once: one task comes for all of it', async () => {
    const { id } = await stage.create(hourly);
    const since = Date.now();
    await stage.missed(id, 5.5 * hourMs);
    const [missed, fired] = await stage.untilFired(id, ['missed', 'task']);
    expect(missed?.count).toBeGreaterThanOrEqual(4);
    expect(Date.parse(fired?.at ?? '')).toBeGreaterThan(since - hourMs);
    expect(fired?.lateSeconds).toBeGreaterThanOrEqual(0);
    expect((await stage.look(id)).counts).toMatchObject({ tasks: 1, missed: missed?.count });
  });

  test('skip: none comes, and the log says what was missed', async () => {
    const { id } = await stage.create({ ...hourly, startAt: ago(99), missed: 'skip' });
    await stage.missed(id, 5.2 * hourMs);
    const [missed] = await stage.untilFired(id, ['missed']);
    expect(missed).toMatchObject({ result: 'missed', reason: 'nothing could fire at that time' });
    expect((await stage.look(id)).counts).toMatchObject({ tasks: 0, missed: missed?.count });
  });

  test('all: one task comes for each, in their order', async () => {
    const { id } = await stage.create({ ...hourly, missed: 'all', overlap: 'allow' });
    await stage.missed(id, 4.5 * hourMs);
    const fires = await stage.untilFired(id, ['task', 'task', 'task', 'task']);
    const slots = fires.map(({ at }) => Date.parse(at));
    expect(slots).toEqual(slots.map((_, index) => (slots[0] ?? 0) + index * hourMs));
    expect(new Set(fires.map(({ task }) => task?.id)).size).toBe(fires.length);
  });

  test('all: no more than the newest hundred, and the log counts the others', async () => {
    const { id } = await stage.create({ ...hourly, startAt: ago(1_000), missed: 'all', overlap: 'allow' });
    await stage.missed(id, 150.5 * hourMs);
    const [missed, ...fired] = await eventually(async () => {
      const fires = await stage.fires(id);
      expect(fires).toHaveLength(101);
      return fires;
    });
    expect(missed).toMatchObject({ result: 'missed' });
    expect([50, 51]).toContain(missed?.count);
    expect(fired.every(({ result }) => result === 'task')).toBe(true);
  });

  test('a task that would have expired by now is not made', async () => {
    const task = { model: 'probe', method: 'echo', expiresAfterSeconds: 1 };
    const { id } = await stage.create({ ...hourly, startAt: ago(99), task });
    await stage.missed(id, 3.2 * hourMs);
    const fires = await stage.untilFired(id, ['missed', 'skipped']);
    expect(fires[1]?.reason).toMatch(/^its task was not to start after /);
  });
});

describe('while the task of an earlier fire goes on', () => {
  test('skip: no other one comes, and the log says which it waits for', async () => {
    const { task, open } = gated();
    const { id } = await stage.create({ task });
    const [first, skipped] = await stage.untilFired(id, ['task', 'skipped']);
    expect(skipped?.reason).toBe(`${first?.task?.id} of an earlier fire has not ended`);
    open();
    await stage.untilFired(id, ['task', 'skipped', 'task']);
    await stage.schedules.unschedule(id, {});
  });

  test('queue: the next one comes at once when it has ended', async () => {
    const { task, open } = gated();
    const { id } = await stage.create({ task, overlap: 'queue', frequency: { every: 'seconds', interval: 5 } });
    await stage.untilFired(id, ['task', 'queued'], 20_000);
    expect((await stage.look(id)).queued).toBe(1);
    open();
    const openedAt = Date.now();
    const fires = await stage.untilFired(id, ['task', 'task']);
    // Not only when the next slot comes.
    expect(Date.parse(fires[1]?.firedAt ?? '') - openedAt).toBeLessThan(4_000);
    expect(fires[1]).toMatchObject({ number: 2, reason: 'it waited for the task of an earlier fire' });
    await stage.schedules.unschedule(id, {});
  });

  test('queue: what waits is dropped when the schedule is stopped', async () => {
    const { task, open } = gated();
    const { id } = await stage.create({ task, overlap: 'queue' });
    await stage.untilFired(id, ['task', 'queued', 'queued']);
    const stopped = await stage.schedules.unschedule(id, {});
    expect(stopped).toMatchObject({ queued: 0, lastFire: { result: 'skipped', reason: 'the schedule was stopped' } });
    open();
    await eventually(async () => expect((await stage.look(id)).counts).toMatchObject({ tasks: 1, done: 1 }));
    expect((await stage.fires(id)).slice(1).every(({ result }) => result === 'skipped')).toBe(true);
  });

  test('allow: they run beside each other', async () => {
    const { task, open } = gated();
    const { id } = await stage.create({ task, overlap: 'allow' });
    const fires = await stage.untilFired(id, ['task', 'task', 'task']);
    for (const fire of fires.slice(0, 2)) expect(fire.task?.state).not.toBe('done');
    await stage.schedules.unschedule(id, {});
    open();
  });

  test('replace: it is killed, and the new one follows at once', async () => {
    const { task, open } = gated();
    const { id } = await stage.create({ task, overlap: 'replace', frequency: { every: 'seconds', interval: 5 } });
    const fires = await stage.untilFired(id, ['task', 'task'], 25_000);
    expect(fires[0]?.task?.state).toBe('cancelled');
    expect(Date.parse(fires[1]?.firedAt ?? '') - Date.parse(fires[1]?.at ?? '')).toBeLessThan(4_800);
    await stage.schedules.unschedule(id, {});
    open();
  });

  test('replace: one that has not begun is cancelled, and the new one follows at once', async () => {
    const task = { model: 'probe', method: 'echo', delaySeconds: 600 };
    const { id } = await stage.create({ task, overlap: 'replace', frequency: { every: 'seconds', interval: 5 } });
    const fires = await stage.untilFired(id, ['task', 'task'], 25_000);
    expect(fires[0]?.task?.state).toBe('cancelled');
    expect(Date.parse(fires[1]?.firedAt ?? '') - Date.parse(fires[1]?.at ?? '')).toBeLessThan(4_800);
    await stage.schedules.unschedule(id, {});
  });

  test('a retried one is waited for as well', async () => {
    const task = { model: 'probe', method: 'permanent_error' };
    // Seconds apart: it is retried before the next one comes.
    const { id } = await stage.create({ task, frequency: { every: 'seconds', interval: 5 } });
    const [first] = await stage.untilFired(id, ['task']);
    const failed = await stage.until(first?.task?.id ?? '', 'error');
    await stage.cluster.queues.pause('default');
    await stage.cluster.tasks.retry(failed.id, {});
    const fires = await eventually(async () => {
      const found = await stage.fires(id);
      expect(found.at(-1)?.result).toBe('skipped');
      return found;
    }, 20_000);
    expect(fires.at(-1)?.reason).toBe(`${failed.id} of an earlier fire has not ended`);
    await stage.cluster.queues.resume('default');
    await stage.schedules.unschedule(id, {});
    await eventually(async () => {
      const { counts } = await stage.look(id);
      expect(counts.done + counts.error).toBe(counts.tasks);
    });
  });
});

describe('a schedule that pauses', () => {
  test('itself after so many failures says why, and goes on when it is rescheduled', async () => {
    const task = { model: 'probe', method: 'permanent_error' };
    const { id } = await stage.create({ task, pauseAfterFailures: 2 });
    const paused = await eventually(async () => {
      const found = await stage.look(id);
      expect(found.state).toBe('paused');
      return found;
    });
    expect(paused).toMatchObject({ failuresInARow: 2, counts: { tasks: 2, error: 2 } });
    expect(paused.pause).toMatchObject({ note: 'paused itself: 2 of its tasks in a row ended in error' });
    await stage.schedules.reschedule(id, {});
    await eventually(async () => expect(await stage.look(id)).toMatchObject({ state: 'paused', counts: { tasks: 4 } }));
    await stage.schedules.unschedule(id, {});
  });

  test('until a time goes on by itself then, and its times meanwhile are one line', async () => {
    const { id } = await stage.create();
    const until = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 5_000).toISOString();
    await stage.schedules.pause(id, { until, note: 'a deploy' }, {});
    await eventually(async () => expect((await stage.look(id)).state).toBe('active'), 20_000);
    const fires = await eventually(async () => {
      const found = await stage.fires(id);
      expect(found.at(-1)?.result).toBe('task');
      return found;
    });
    const paused = fires.filter(({ result }) => result === 'paused');
    expect(paused).toHaveLength(1);
    expect(paused[0]?.count).toBeGreaterThanOrEqual(2);
    expect(paused[0]?.until).toBe(until);
    await stage.schedules.unschedule(id, {});
  });
});
