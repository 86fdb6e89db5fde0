import { expect, test } from 'vitest';
import { createChance } from '../chance.ts';
import { runScheduleDisaster } from '../schedule-disaster.ts';
import { cleanVerdict, judgeSchedules, summaryOfSchedules } from '../schedule-verdict.ts';

/** `SOAK=1`: longer, with more of everything. `SEED=n`: the same chances again. */
const isSoak = process.env.SOAK === '1';

test(
  'each slot has one place and at most one task, though workers are killed as they fire, and Redis between',
  async () => {
    const story = await runScheduleDisaster({
      chance: createChance(),
      schedules: isSoak ? 200 : 40,
      seconds: isSoak ? 120 : 16,
      workers: 3,
      killMs: isSoak ? [1_000, 4_000] : [0, 700],
      redisKillsAt: isSoak ? [0.1, 0.25, 0.4, 0.55, 0.7, 0.85] : [0.3, 0.7],
    });
    console.log(`${summaryOfSchedules(story)}\nkilled: ${JSON.stringify(story.kills)}`);
    expect(judgeSchedules(story)).toEqual(cleanVerdict);
    // Or it was no disaster.
    const { redis, ...moments } = story.kills;
    const ringers = moments.decided + moments.written + moments.somewhere;
    expect(Math.min(redis, ringers), JSON.stringify(story.kills)).toBeGreaterThanOrEqual(isSoak ? 6 : 2);
  },
  isSoak ? 600_000 : 300_000,
);
