import { ScheduleRequest, type ScheduleRequestInput } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage();
  await stage.startWorker({ rings: true, concurrency: 20 });
});

afterAll(() => stage.stop());

let count = 0;

function scheduled(asked: Partial<ScheduleRequestInput> = {}): ScheduleRequest {
  count += 1;
  return ScheduleRequest.parse({
    name: `schedule ${count}`,
    timing: 'schedule',
    frequency: { every: 'seconds', interval: 1 },
    task: { model: 'probe', method: 'echo', args: [1] },
    ...asked,
  });
}

const schedules = () => stage.cluster.schedules;
const firesOf = async (id: string) => (await schedules().fires(id, { limit: 100 }, {})).items;

test('a schedule fires at its times, and each fire has one line and one task', async () => {
  // On a machine that stands still for seconds, what was missed is made up for, each time by itself.
  const { id, sentence } = await schedules().create(scheduled({ missed: 'all' }), {});
  expect(sentence).toContain('every second');
  await eventually(async () => expect((await firesOf(id)).length).toBeGreaterThanOrEqual(3));
  await schedules().unschedule(id, {});
  const fires = await eventually(async () => {
    const found = await firesOf(id);
    for (const fire of found) expect(fire).toMatchObject({ result: 'task', count: 1, task: { state: 'done' } });
    return found;
  });
  const slots = fires.map(({ at }) => Date.parse(at)).reverse();
  expect(slots).toEqual(slots.map((_, index) => (slots[0] ?? 0) + index * 1_000));
});

test('a schedule that runs immediately fires once, and again when it is rescheduled', async () => {
  const { id } = await schedules().create(scheduled({ timing: 'immediately', frequency: undefined }), {});
  await eventually(async () => expect((await schedules().get(id, {})).state).toBe('finished'));
  expect(await firesOf(id)).toHaveLength(1);
  await schedules().reschedule(id, {});
  await eventually(async () => expect(await firesOf(id)).toHaveLength(2));
});
