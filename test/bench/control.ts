import { setTimeout as sleep } from 'node:timers/promises';
import { createWorker, type WorkerSession } from '@drover/broker';
import type { Ground } from './ground.ts';
import type { Section } from './report.ts';
import type { Size } from './size.ts';

type Parts = { ground: Ground; size: Size };

const percentBelow = 1;
/** All of them have begun to beat, each in its own moment. */
const settleMs = 2_000;
const startedAtOnce = 20;

/**
 * What many workers cost Redis that have nothing to do: they beat, look for requests, and look for work now and then.
 * All of them live in this process; Redis does not know that.
 */
export async function control({ ground, size }: Parts): Promise<Section> {
  const { workers: count, seconds } = size.control;
  await ground.clean();
  const alone = await restOf(ground, seconds);
  const workers: WorkerSession[] = [];
  try {
    for (let n = 0; n < count; n += startedAtOnce) {
      const group = Array.from({ length: Math.min(startedAtOnce, count - n) }, (_, at) => idleWorker(ground, n + at));
      workers.push(...group);
      await Promise.all(group.map((worker) => worker.start()));
    }
    await sleep(settleMs);
    const busy = await restOf(ground, seconds);
    const percent = (busy.redisMs - alone.redisMs) / 10;
    return {
      title: `${count} workers that have nothing to do`,
      unit: 'a second',
      lines: [
        { name: 'commands in Redis', values: [busy.commands] },
        { name: 'script calls', values: [busy.scripts] },
        { name: 'of it registry and control, µs of Redis in commands', values: [busy.controlUs] },
        { name: 'CPU of Redis, ms', values: [busy.redisMs] },
        { name: 'CPU of Redis without any worker, ms', values: [alone.redisMs] },
      ],
      claims: [
        {
          text: 'CPU of Redis for beating, listening and waiting',
          value: percent,
          aim: { below: percentBelow, unit: '%' },
        },
      ],
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop(0)));
  }
}

function idleWorker({ redisUrl }: Ground, n: number): WorkerSession {
  return createWorker({
    redisUrl,
    keyPrefix: 'many',
    id: `many-${n}`,
    version: '0.1.0',
    concurrency: 50,
    announcements: [],
    execute: async () => ({ kind: 'postpone', delayMs: 60_000 }),
    onLost: () => undefined,
    onError: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
}

/** Commands that nothing else sends while there is no queue: heartbeats, looks. */
const ofControl = ['evalsha', 'lrange'];

async function restOf(ground: Ground, seconds: number) {
  const [before, usedBefore] = [await ground.spent(), await usecOf(ground)];
  await sleep(seconds * 1_000);
  const [after, usedAfter] = [await ground.spent(), await usecOf(ground)];
  return {
    commands: (after.commands - before.commands) / seconds,
    scripts: (after.scripts - before.scripts) / seconds,
    redisMs: (after.cpuMs - before.cpuMs) / seconds,
    controlUs: (usedAfter - usedBefore) / seconds,
  };
}

async function usecOf({ redis }: Ground): Promise<number> {
  const stats = await redis.info('commandstats');
  return ofControl.reduce((sum, name) => {
    return sum + Number(new RegExp(`^cmdstat_${name}:.*?usec=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
  }, 0);
}
