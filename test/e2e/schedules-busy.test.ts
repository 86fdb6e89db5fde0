import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJournal } from '../disaster.ts';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { beating, readHistory, secondAfter } from '../schedule-history.ts';
import { cleanVerdict, judgeSchedules } from '../schedule-verdict.ts';

let stage: FaultStage;

beforeAll(async () => {
  stage = await startFaultStage();
});

afterAll(() => stage.stop());

test('a worker whose loop is blocked again and again leaves the alarm clock to one that is free', async () => {
  const redis = new Redis(stage.redis.url);
  const ringer = async () => (await redis.get('{drover}:clock'))?.split(' ')[0];
  await stage.startWorker({ QUEUES: 'busy', CONCURRENCY: '1' });
  const busy = await eventually(async () => {
    const token = await ringer();
    expect(token).toBeDefined();
    return token;
  }, 30_000);
  const spin = { queue: 'busy', kwargs: { ms: 400 } };
  await stage.enqueue('probe.spin', spin);
  await stage.client.tasks.enqueueMany(Array(75).fill({ model: 'probe', method: 'spin', ...spin }));
  await stage.startWorker({ QUEUES: 'default,system' });
  const finishAt = secondAfter(Date.now() + 10_000);
  const { id } = await stage.client.schedules.create(beating(0, { finishAt }, { overlap: 'allow' }));

  await eventually(async () => expect([undefined, busy]).not.toContain(await ringer()), 30_000);
  await eventually(async () => {
    const { state, counts } = await stage.client.schedules.get(id);
    expect([state, counts.done]).toEqual(['finished', counts.tasks]);
  }, 60_000);
  // Between two that ring there may be nobody for a moment.
  await eventually(async () => expect([undefined, busy]).not.toContain(await ringer()));
  const story = {
    histories: [await readHistory(stage.client, id)],
    entries: await readJournal(stage.folder),
    killedAt: [],
  };
  expect(judgeSchedules(story)).toEqual(cleanVerdict);
  redis.disconnect();
}, 240_000);
