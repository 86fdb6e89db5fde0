import type { Task } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
});

afterEach(() => stage.stop());

test('searches that read the same at the same time leave it in memory once', { timeout: 60_000 }, async () => {
  const request = requestOf('probe.succeed', { delaySeconds: 3_600, company: 'acme', user: 'ann', tags: ['a'] });
  const added: Task[] = [];
  for (let at = 0; at < 5; at += 1) {
    const tasks = await stage.cluster.tasks.enqueueMany(new Array(1_000).fill(request), {}, { unchecked: true });
    added.push(...(tasks as Task[]));
  }
  const oldest = added[0] as Task;
  const filters = [{ model: 'probe' }, { user: 'ann' }, { tag: 'a' }];
  // Many at once, each of them finding one task at most: of the oldest part of the index, which does not change any more.
  const cursor = Buffer.from('rows 4000').toString('base64url');
  for (const filter of filters) {
    await Promise.allSettled(
      Array.from({ length: 400 }, () => stage.cluster.tasks.list({ ...filter, limit: 1, cursor }, {})),
    );
  }
  // The names are gone from Redis; who remembers them finds the task all the same.
  await stage.redis.setrange(stage.key('rows:0:w'), 12, '\0'.repeat(8));
  await stage.redis.setrange(stage.key('rows:0:c'), 8, '\0'.repeat(8));
  await stage.redis.setrange(stage.key('rows:0:l'), 32, '\0'.repeat(32));
  const second = Buffer.from('rows 2').toString('base64url');
  for (const filter of filters) {
    const { items } = await stage.cluster.tasks.list({ ...filter, limit: 10, cursor: second }, {});
    expect(items.map(({ id }) => id)).toEqual([oldest.id]);
  }
});
