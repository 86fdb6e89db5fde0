import { setTimeout as sleep } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import { Client } from 'undici';
import type { Api, DroverSide } from './drover-side.ts';
import type { Ground } from './ground.ts';
import type { RawSide } from './raw-side.ts';
import type { Section } from './report.ts';
import { interleave, median, percentile, type Subject, valuesOf } from './series.ts';
import type { Size } from './size.ts';

type Parts = { ground: Ground; drover: DroverSide; api: Api; raw: RawSide; size: Size };
type Figures = 'p50' | 'p99';
/** Long enough for a worker to have gone to sleep again. */
const pauseMs = 5;
const endsWithinMs = 10_000;

/** From just before the call to the first line of the method, with one idle worker process. */
export async function latency({ ground, drover, api, raw, size }: Parts): Promise<Section> {
  await ground.clean();
  const workers = [
    await drover.startWorkers({ processes: 1, concurrency: 50 }),
    await raw.startWorkers({ processes: 1, concurrency: 50 }),
  ];
  const client = new Client(api.url);
  const events = new QueueEvents(raw.queue.name, { connection: { url: ground.redisUrl }, prefix: raw.prefix });
  await events.waitUntilReady();
  try {
    await drover.resume();
    await raw.resume();
    const subjects = [
      sampled('Drover, POST /v1/tasks → method', size.idle, () => overHttp(drover, client, api.token)),
      sampled('BullMQ, queue.add → processor', size.idle, async () => {
        const sentAt = process.hrtime.bigint();
        const job = await raw.queue.add('bench.stamp', {});
        return nanoseconds(sentAt, await job.waitUntilFinished(events, endsWithinMs));
      }),
    ];
    const series = await interleave(subjects, size.rounds);
    const lines = series.flatMap((one) => [
      { name: `${one.name}, p50`, values: valuesOf(one, 'p50') },
      { name: `${one.name}, p99`, values: valuesOf(one, 'p99') },
    ]);
    const p50 = median(lines[0]?.values ?? []);
    return {
      title: 'Enqueue → start, one idle worker',
      unit: 'ms',
      lines,
      claims: [{ text: 'Drover, p50', value: p50, aim: { below: 3, unit: 'ms' } }],
    };
  } finally {
    await Promise.all([events.close(), client.close()]);
    for (const started of workers) await started.stop();
  }
}

async function overHttp({ cluster }: DroverSide, client: Client, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'bench', method: 'stamp', queue: 'bench' });
  const sentAt = process.hrtime.bigint();
  const answer = await client.request({ method: 'POST', path: '/v1/tasks', headers, body });
  const { id } = (await answer.body.json()) as { id: string };
  const task = await cluster.tasks.waitFor(id, {}, endsWithinMs);
  return nanoseconds(sentAt, task.result);
}

/** The worker's clock is ours: the machine's monotonic one. */
function nanoseconds(sentAt: bigint, startedAt: unknown): number {
  if (typeof startedAt !== 'string') throw new Error(`the task did not say when it began, but ${startedAt}`);
  return Number(BigInt(startedAt) - sentAt);
}

function sampled(name: string, count: number, sample: () => Promise<number>): Subject<Figures> {
  return {
    name,
    async run() {
      const ms: number[] = [];
      for (let taken = 0; taken < count; taken += 1) {
        await sleep(pauseMs);
        ms.push((await sample()) / 1e6);
      }
      return { p50: median(ms), p99: percentile(ms, 0.99) };
    },
  };
}
