import { limits } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';

let stage: FaultStage;

beforeAll(async () => {
  stage = await startFaultStage();
});
afterAll(() => stage.stop());

test('a worker whose method does not listen ends its other tasks, takes no new ones, and is gone', async () => {
  // Longer than the worker may stand still on a busy machine: its long task is to stay with it.
  const deaf = await stage.startWorker({ LOCK_SECONDS: '30' });
  const hanging = await stage.enqueue('probe.hang');
  const long = await stage.enqueue('probe.slow', { kwargs: { ms: 30_000 } });
  await stage.until(hanging.id, 'running');
  await stage.until(long.id, 'running');

  const answer = await stage.client.tasks.kill(hanging.id);
  expect(answer).toMatchObject({ result: 'killed', task: { state: 'cancelled', outcome: 'cancelled' } });
  const [asked] = await stage.client.tasks.history(hanging.id);
  const endedMs = Date.parse(answer.task.finishedAt ?? '') - Date.parse(asked?.at ?? '');
  // Two seconds are promised beyond it. A machine that does other things too may take longer.
  expect(endedMs).toBeLessThan(limits.killGraceMs + 6_000);
  await eventually(async () => {
    const [worker] = await stage.client.workers.list();
    expect(worker).toMatchObject({
      state: 'quiet',
      tainted: 'a method went on after it was given up',
    });
  });
  expect(await deaf.wrote('worker is tainted')).toContain(hanging.id);
  const next = await stage.enqueue('probe.echo', { kwargs: {} });

  expect(await stage.until(long.id, 'done', 60_000)).toMatchObject({ outcome: 'success', retryCount: 0 });
  expect(await deaf.ended(40_000)).toBe(1);
  expect(await stage.client.tasks.get(next.id)).toMatchObject({ state: 'waiting', executions: [] });
  await stage.startWorker();
  expect(await stage.until(next.id, 'done')).toMatchObject({ outcome: 'success' });
});
