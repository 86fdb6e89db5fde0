import { FlowRequest } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeAll(async () => {
  stage = await startWorkerStage();
});

afterAll(() => stage.stop());

test('flows that were created in the same millisecond are all listed, each once', async () => {
  const { cluster, redis, key } = stage;
  const request = FlowRequest.parse({ tasks: [{ key: 'a', model: 'probe', method: 'echo' }] });
  const create = () => cluster.flows.create(request, {}, { unchecked: true });
  const made: string[] = [];
  // Some at a time: who enqueues is refused when Redis is busy for long.
  for (let n = 0; n < 10; n += 1) {
    const some = await Promise.all(Array.from({ length: 25 }, create));
    made.push(...some.map(({ id }) => id));
  }
  // As a fire of many schedules at midnight makes them.
  await redis.zadd(key('flows'), ...made.flatMap((id) => [1_800_000_000_000, id]));
  const older = await create();
  await redis.zadd(key('flows'), 1_700_000_000_000, older.id);

  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await cluster.flows.list({ limit: 60, ...(cursor ? { cursor } : {}) }, {});
    expect(page.items.length).toBeLessThanOrEqual(60);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    expect(seen.length, 'it goes round').toBeLessThanOrEqual(made.length + 1);
  } while (cursor !== null);
  expect(seen).toEqual([...made.sort().reverse(), older.id]);
});
