import { forkAsked } from './child.ts';
import type { Api } from './drover-side.ts';
import type { Ground } from './ground.ts';
import type { Load } from './process/load.ts';
import type { RawAdds } from './process/raw-producer.ts';
import type { RawSide } from './raw-side.ts';
import { type Line, ratio, type Section } from './report.ts';
import { interleave, type Subject, valuesOf } from './series.ts';
import type { Side } from './side.ts';
import type { Size } from './size.ts';

const connections = 64;
/** Bulk requests, or calls of `addBulk`, at a time. */
const bulksAtOnce = 2;

type Speed = Subject<'perSecond'>;
type Parts = { ground: Ground; drover: Side; api: Api; raw: RawSide; size: Size };

/** Enqueueing over HTTP, beside BullMQ without HTTP and HTTP without anything behind it. */
export async function enqueueing(parts: Parts): Promise<Section[]> {
  const { ground, drover, api, raw, size } = parts;
  const load = forkAsked<Load, { ms: number }>('load');
  const producer = forkAsked<RawAdds, { ms: number }>('raw-producer');
  const express = forkAsked<'listen', { port: number }>('express-route');
  const routes = `http://127.0.0.1:${(await express.ask('listen')).port}`;

  const sent = (name: string, url: string, what: Pick<Load, 'kind' | 'connections' | 'tasks'>): Speed => ({
    name,
    async run() {
      await ground.clean();
      const { ms } = await load.ask({ url, token: api.token, ...what });
      if (url.startsWith(api.url)) await assertWaiting(drover, what.tasks);
      return { perSecond: (what.tasks / ms) * 1_000 };
    },
  });
  const added = (name: string, what: Pick<RawAdds, 'kind' | 'jobs' | 'parallel'>): Speed => ({
    name,
    async run() {
      await ground.clean();
      const queue = raw.queue.name;
      const { ms } = await producer.ask({ redisUrl: ground.redisUrl, prefix: raw.prefix, queue, ...what });
      await assertWaiting(raw, what.jobs);
      return { perSecond: (what.jobs / ms) * 1_000 };
    },
  });
  const measure = async (subjects: Speed[]): Promise<Line[]> =>
    (await interleave(subjects, size.rounds)).map((series) => ({
      name: series.name,
      values: valuesOf(series, 'perSecond'),
    }));

  try {
    const single = { kind: 'single' as const, connections, tasks: size.singles };
    const [one, reads, nothing, add] = (await measure([
      sent('Drover, POST /v1/tasks', `${api.url}/v1/tasks`, single),
      sent('Express 5, a route that reads the JSON and answers 202', `${routes}/read`, single),
      sent('Express 5, a route that reads nothing', `${routes}/unread`, single),
      added('BullMQ, queue.add, without HTTP', { kind: 'add', jobs: size.singles, parallel: connections }),
    ])) as [Line, Line, Line, Line];
    const bulk = { connections: bulksAtOnce, tasks: size.bulks };
    const [json, lines, addBulk] = (await measure([
      sent('Drover, POST /v1/tasks/bulk, 1000 a request', `${api.url}/v1/tasks/bulk`, { kind: 'bulk', ...bulk }),
      sent('Drover, the same as one stream of NDJSON', `${api.url}/v1/tasks/bulk`, { kind: 'ndjson', ...bulk }),
      added('BullMQ, addBulk of 1000, without HTTP', { kind: 'addBulk', jobs: size.bulks, parallel: bulksAtOnce }),
    ])) as [Line, Line, Line];
    const aim = { atLeast: 0.6 };
    return [
      {
        title: `Enqueue one by one, ${connections} at a time`,
        unit: 'tasks a second',
        lines: [one, reads, nothing, add],
        claims: [
          ratio('Drover ÷ Express that reads the JSON', one, reads, aim),
          ratio('Drover ÷ Express that reads nothing', one, nothing, aim),
          ratio('Drover ÷ queue.add', one, add),
        ],
      },
      {
        title: `Enqueue in bulk, ${bulksAtOnce} calls at a time`,
        unit: 'tasks a second',
        lines: [json, lines, addBulk],
        claims: [
          ratio('Drover ÷ addBulk', json, addBulk, { atLeast: 0.8 }),
          ratio('Drover, NDJSON ÷ addBulk', lines, addBulk, { atLeast: 0.8 }),
        ],
      },
    ];
  } finally {
    await Promise.all([load.stop(), producer.stop(), express.stop()]);
  }
}

/** What was answered must be there. */
async function assertWaiting({ name, queue }: Side, wanted: number): Promise<void> {
  const { wait = 0, prioritized = 0 } = await queue.getJobCounts('wait', 'prioritized');
  if (wait + prioritized !== wanted) throw new Error(`${name}: ${wait + prioritized} tasks wait, not ${wanted}`);
}
