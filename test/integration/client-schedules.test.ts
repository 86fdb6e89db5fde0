import { randomUUID } from 'node:crypto';
import { createClient, type DroverClient } from '@drover/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';

let stage: ApiStage;
let client: DroverClient;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ rings: true });
  client = createClient({ baseUrl: stage.url, token: adminToken });
  await vi.waitUntil(async () => (await client.models.list()).length > 0, { timeout: 10_000 });
});

afterAll(() => stage.stop());

const nightly = () => ({
  name: `nightly ${randomUUID()}`,
  timing: 'schedule' as const,
  frequency: { every: 'daily' as const, at: '02:00' },
  task: { model: 'probe', method: 'echo', args: ['hello'] },
});

test('a schedule is made, edited under its version, run, and removed', async () => {
  const { schedules } = client;
  const schedule = await schedules.create(nightly());
  expect(await schedules.get(schedule.id)).toEqual(schedule);
  expect((await schedules.list({ q: schedule.name, limit: 5 })).items).toEqual([schedule]);
  const edited = await schedules.patch(schedule.id, { missed: 'all' }, { version: schedule.version });
  expect(edited).toMatchObject({ missed: 'all', version: schedule.version + 1 });
  const stale = { version: schedule.version };
  for (const late of [
    () => schedules.patch(schedule.id, { missed: 'skip' }, stale),
    () => schedules.replace(schedule.id, nightly(), stale),
    () => schedules.remove(schedule.id, stale),
    () => schedules.reset(schedule.id, stale),
    () => schedules.adopt(schedule.id, stale),
  ]) {
    await expect(late()).rejects.toMatchObject({ code: 'precondition_failed', status: 412 });
  }
  const task = await schedules.run(schedule.id);
  expect(await client.tasks.waitFor(task.id, { timeoutMs: 20_000 })).toMatchObject({ state: 'done' });
  expect((await schedules.fires(schedule.id)).items).toMatchObject([{ kind: 'manual', task: { id: task.id } }]);
  const replaced = await schedules.replace(schedule.id, nightly(), { version: edited.version });
  expect(replaced.missed).toBe('once');
  await schedules.remove(schedule.id, { version: replaced.version });
  await expect(schedules.get(schedule.id)).rejects.toMatchObject({ code: 'schedule_unknown' });
});

test('a schedule is paused, stopped and let go on', async () => {
  const { schedules } = client;
  const { id } = await schedules.create(nightly());
  expect(await schedules.pause(id, { note: 'closed' })).toMatchObject({ state: 'paused', pause: { note: 'closed' } });
  expect(await schedules.pause(id)).toMatchObject({ state: 'paused' });
  expect(await schedules.unschedule(id)).toMatchObject({ state: 'unscheduled', nextFireAt: null });
  expect(await schedules.reschedule(id)).toMatchObject({ state: 'active' });
});

test('times are told before and after, and made up for', async () => {
  const { schedules } = client;
  const request = nightly();
  const { timing, frequency } = request;
  const after = '2049-01-01T00:00:00Z';
  const { id, sentence } = await schedules.create(request);
  const preview = await schedules.preview({ timing, frequency, after, count: 2 });
  expect(preview.fires.map(({ at }) => at)).toEqual(['2049-01-01T02:00:00.000Z', '2049-01-02T02:00:00.000Z']);
  expect(await schedules.previewOf(id, { after, count: 2 })).toEqual(preview);
  expect(preview.sentence).toBe(sentence);
  const calendar = await schedules.calendar({ from: after, to: '2049-01-02T00:00:00Z' });
  expect(calendar.items.find((item) => item.id === id)?.fires).toEqual(['2049-01-01T02:00:00.000Z']);
  const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z' };
  expect(await schedules.backfill(id, { ...range, dryRun: true })).toMatchObject({ created: 2 });
  expect(await schedules.backfill(id, range)).toMatchObject({ created: 2 });
  await expect(schedules.preview({ timing: 'schedule' })).rejects.toMatchObject({
    code: 'request_invalid',
    faults: [{ pointer: '/frequency' }],
  });
});
