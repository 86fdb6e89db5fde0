import { expect, test } from 'vitest';
import { createChance } from '../chance.ts';
import { runDisaster } from '../disaster.ts';
import { judge, summaryOf, type Verdict } from '../verdict.ts';

/** `SOAK=1`: longer, with more of everything. `SEED=n`: the same chances again. */
const isSoak = process.env.SOAK === '1';
const clean: Verdict = { lost: [], strangers: [], unexplained: [], unrecorded: [], miscounted: [] };

test(
  'no task is lost, invented or run again without reason while workers and Redis are killed again and again',
  async () => {
    const account = await runDisaster({
      chance: createChance(),
      tasks: isSoak ? 20_000 : 2_000,
      rate: 200,
      workers: 3,
      concurrency: 10,
      taskMs: 120,
      workerKillMs: [400, 1_600],
      redisKillsAt: isSoak ? Array.from({ length: 20 }, (_, index) => (index + 0.5) / 20) : [0.15, 0.45, 0.8],
      aof: true,
    });
    console.log(summaryOf(account));
    expect(judge(account)).toEqual(clean);
    // Or it was no disaster.
    expect(account.kills.length).toBeGreaterThan(6);
    const acknowledged = [...account.asked.values()].filter((id) => id !== undefined);
    expect(acknowledged.length).toBeGreaterThan(0.95 * account.asked.size);
  },
  isSoak ? 1_800_000 : 360_000,
);

test('the same check finds the loss when Redis keeps nothing on disk', async () => {
  const account = await runDisaster({
    chance: createChance(),
    tasks: 300,
    rate: 200,
    workers: 1,
    concurrency: 2,
    // So long that most of them wait when it is killed, however slowly they were enqueued.
    taskMs: 150,
    redisKillsAt: [0.5],
    aof: false,
  });
  console.log(summaryOf(account));
  const { lost } = judge(account);
  expect(lost.length).toBeGreaterThan(10);
});
