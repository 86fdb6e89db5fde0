import { setTimeout as sleep } from 'node:timers/promises';
import { TaskRequest } from '@drover/core';
import { Client } from 'undici';
import type { Api, DroverSide } from './drover-side.ts';
import type { Ground } from './ground.ts';
import { args } from './payload.ts';
import type { Section } from './report.ts';
import { median, percentile } from './series.ts';
import type { Size } from './size.ts';

type Parts = { ground: Ground; drover: DroverSide; api: Api; size: Size };
type Query = Record<string, string>;

const companies = ['acme', 'globex', 'initech', 'umbrella', 'wayne'];
const bulk = 1_000;
/** Every pair of filters is asked so often. */
const rounds = 3;
/** Waiting at a time while the ledger is filled. */
const wave = 50_000;
const lookMs = 50;

/** How long looking takes in a large ledger, over HTTP, and what a remembered task costs. */
export async function ledger({ ground, drover, api, size }: Parts): Promise<Section[]> {
  await ground.clean();
  const { finished, waiting } = size.ledger;
  const empty = await ground.usedBytes();
  await fillLedger(drover, finished);
  const bytes = (await ground.usedBytes()) - empty;
  await drover.pause();
  await enqueue(drover, waiting, finished);
  const client = new Client(api.url);
  try {
    const get = askWith(client, api.token);
    const newest = (await get('/v1/tasks?limit=1')).body as { items: { id: string; createdAt: string }[] };
    const queries = pairs(filters(newest.items[0]?.createdAt ?? ''));
    const pages = new Map<string, number[]>();
    for (let round = 0; round < rounds; round += 1) {
      for (const query of queries) {
        const search = new URLSearchParams({ ...query, limit: '50' }).toString();
        pages.set(search, [...(pages.get(search) ?? []), (await get(`/v1/tasks?${search}`)).ms]);
      }
    }
    const byId = await timesOf(300, () => get(`/v1/tasks/${newest.items[0]?.id}`));
    const words = await timesOf(20, () => get('/v1/tasks?q=nothing%20like%20this'));
    const executions = await timesOf(20, () => get('/v1/executions?company=acme&outcome=error'));
    const statistics = await timesOf(10, () => get('/v1/statistics?days=7&by=method'));
    const times = [...pages.values()].flat();
    const [slowest = '', slowestMs = []] = [...pages].sort(([, a], [, b]) => median(b) - median(a))[0] ?? [];
    return [
      {
        title: `A ledger of ${finished} finished tasks, and ${waiting} that wait`,
        unit: 'ms over HTTP, one request at a time',
        lines: [
          { name: `a page of 50, two filters, ${queries.length} pairs: half of them`, values: [median(times)] },
          { name: 'the same: 95 % of them', values: [percentile(times, 0.95)] },
          { name: `the same: the slowest pair (${slowest})`, values: slowestMs },
          { name: 'the same: the slowest page of all', values: [Math.max(...times)] },
          { name: 'a task by its id, p99', values: [percentile(byId, 0.99)] },
          { name: 'words that stand nowhere: one look through 2000 tasks', values: words },
          { name: 'a page of executions, two filters', values: executions },
          { name: 'statistics of 7 days by method', values: statistics },
        ],
        claims: [
          { text: 'the slowest pair', value: median(slowestMs), aim: { below: 100, unit: 'ms' } },
          { text: 'by id, p99', value: percentile(byId, 0.99), aim: { below: 5, unit: 'ms' } },
        ],
      },
      {
        title: 'What a remembered task costs, index and counters included',
        unit: 'bytes of Redis, with about 200 B of args',
        lines: [{ name: 'finished, record, executions and rows', values: [bytes / finished] }],
        claims: [{ text: 'bytes', value: bytes / finished, aim: { below: 1_229, unit: 'bytes (1.2 KiB)' } }],
      },
    ];
  } finally {
    await client.close();
  }
}

async function fillLedger(drover: DroverSide, finished: number): Promise<void> {
  const workers = await drover.startWorkers({ processes: 1, concurrency: 200 });
  for (let added = 0; added < finished; added += wave) {
    await drover.pause();
    await enqueue(drover, Math.min(wave, finished - added), added);
    await drover.resume();
    for (;;) {
      const counts = await drover.queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
      if (Object.values(counts).every((count) => count === 0)) break;
      await sleep(lookMs);
    }
  }
  await workers.stop();
}

async function enqueue({ cluster }: DroverSide, count: number, from: number): Promise<void> {
  for (let at = 0; at < count; at += bulk) {
    const requests = Array.from({ length: Math.min(bulk, count - at) }, (_, n) => requestOf(from + at + n));
    await cluster.tasks.enqueueMany(requests, {}, { unchecked: true });
  }
}

/** Twenty methods, five companies, a thousand users, a few tags; one of fifty fails. */
function requestOf(n: number): TaskRequest {
  const fails = n % 50 === 0;
  return TaskRequest.parse({
    model: fails ? 'bench.refusing' : `bench.ledger${n % 4}`,
    method: `m${n % 5}`,
    args,
    queue: 'bench',
    company: companies[n % 7],
    ...(n % 3 === 0 ? { user: `user-${n % 1_000}` } : {}),
    ...(n % 10 === 0 ? { tags: [`tag-${n % 30}`] } : {}),
  });
}

/** Common values, rare ones, and such as nothing has. */
function filters(newestAt: string): Query[] {
  const ago = (ms: number) => new Date(Date.parse(newestAt) - ms).toISOString();
  return [
    ...['done', 'error', 'waiting', 'scheduled', 'running'].map((state) => ({ state })),
    ...['success', 'error', 'timeout'].map((outcome) => ({ outcome })),
    ...['bench.ledger1', 'bench.refusing', 'no.such'].map((model) => ({ model })),
    ...['m3', 'none'].map((method) => ({ method })),
    { queue: 'bench' },
    ...['acme', 'wayne', 'nobody'].map((company) => ({ company })),
    ...['user-9', 'user-none'].map((user) => ({ user })),
    ...['tag-10', 'tag-none'].map((tag) => ({ tag })),
    { worker: 'worker-none' },
    { from: ago(1_000) },
    { to: ago(3_600_000) },
  ];
}

function pairs(all: Query[]): Query[] {
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => Object.keys(other)[0] !== Object.keys(one)[0])
      .map((other) => ({ ...one, ...other })),
  );
}

type Ask = (path: string) => Promise<{ ms: number; body: unknown }>;

function askWith(client: Client, token: string): Ask {
  return async (path) => {
    const since = performance.now();
    const answer = await client.request({ method: 'GET', path, headers: { authorization: `Bearer ${token}` } });
    const body = await answer.body.json();
    if (answer.statusCode !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return { ms: performance.now() - since, body };
  };
}

async function timesOf(count: number, ask: () => Promise<{ ms: number }>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) times.push((await ask()).ms);
  return times;
}
