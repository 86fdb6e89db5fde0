import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, DroverError } from '@drover/client';
import type { Figures, QueueInfo, Task } from '@drover/core';
import { Redis } from 'ioredis';
import type { Chance } from './chance.ts';
import { eventually } from './eventually.ts';
import { adminToken, journalModel, startApi, startWorkerProcess, type TestProcess } from './processes.ts';
import { startRedis, type TestRedis } from './redis.ts';

export type DisasterOptions = {
  chance: Chance;
  tasks: number;
  /** Enqueued a second. */
  rate: number;
  workers: number;
  /** Of one worker. */
  concurrency: number;
  /** What a task takes at most, ms. */
  taskMs: number;
  /** Pause between two kills of workers, ms; undefined: none is killed. */
  workerKillMs?: [number, number];
  /** When Redis is killed: shares of all tasks that were enqueued. */
  redisKillsAt: number[];
  /** Whether Redis writes what it acknowledges to disk. */
  aof: boolean;
};

/** An execution, as the method itself wrote it down. */
export type Entry = { n: number; id: string; attempt: number; pid: number; at: number };
export type Kill = { what: 'worker' | 'redis'; pid: number; at: number; backAt: number };

/** What is known when all is over. */
export type Account = {
  /** Number → id of the task that was acknowledged; undefined: nobody knows whether it was taken. */
  asked: Map<number, string | undefined>;
  entries: Entry[];
  kills: Kill[];
  /** Acknowledged id → the task as the ledger has it; undefined: it has none. */
  records: Map<string, Task | undefined>;
  /** Tasks that were given up as lost, and run again by a person. */
  givenUp: Task[];
  queue: QueueInfo | undefined;
  /** What the counters say of the tasks, and how many executions the search finds. */
  counted: { figures: Figures | undefined; executionsFound: number };
  /** How long each part took, ms. */
  took: Record<'starting' | 'enqueueing' | 'becomingQuiet' | 'reading', number>;
};

/** Longer than a worker may stand still on a busy machine: what runs again is to be explained by a kill. */
const lockSeconds = 6;
/** How long starting may take on a busy machine, ms. */
const startMs = 60_000;
/** Requests of the client that wait for their answer. */
const underWayMax = 32;
const quietMaxMs = 120_000;
const lookEveryMs = 200;

/** Enqueues tasks over HTTP while workers and Redis are killed, waits until all is quiet, and answers what came of it. */
export async function runDisaster(options: DisasterOptions): Promise<Account> {
  const lap = stopwatch();
  const folder = await mkdtemp(join(tmpdir(), 'drover-disaster-'));
  const redis = await startDurableRedis(options.aof);
  const { process: apiProcess, url } = await startApi(redis.url);
  const kills: Kill[] = [];
  const workers = keepWorkers(redis.url, folder, options, kills);
  const over = new AbortController();
  try {
    const client = createClient({ baseUrl: url, token: adminToken, retry: { maxRetries: 12, delayMsMax: 1_000 } });
    await eventually(async () => expectReady(await client.ready()), startMs);
    await eventually(() => client.models.get('journal'), startMs);
    const starting = lap();
    const killing = killWorkers(workers, options, over.signal);
    const asked = await enqueueAll(client, options, redis, kills);
    const enqueueing = lap();
    over.abort();
    await killing;
    const givenUp: Task[] = [];
    const queue = await quiet(client, givenUp);
    const becomingQuiet = lap();
    const entries = await readJournal(folder);
    const records = await recordsOf(client, [...asked.values(), ...entries.map(({ id }) => id)]);
    const counted = await countedOf(client);
    const took = { starting, enqueueing, becomingQuiet, reading: lap() };
    return { asked, entries, kills, records, givenUp, queue, counted, took };
  } finally {
    over.abort();
    await workers.stop();
    await apiProcess.kill();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * With `appendfsync everysec` Redis answers before it writes while a sync is under way, so that even a SIGKILL may take
 * what it has acknowledged. Here nothing acknowledged may be lost.
 */
export async function startDurableRedis(aof: boolean): Promise<TestRedis> {
  const redis = await startRedis({ aof });
  const makeDurable = async () => {
    if (!aof) return;
    const admin = new Redis(redis.url);
    await admin.config('SET', 'appendfsync', 'always');
    admin.disconnect();
  };
  await makeDurable();
  return {
    ...redis,
    get pid() {
      return redis.pid;
    },
    async restart() {
      await redis.restart();
      await makeDurable();
    },
  };
}

/** Each call answers the time since the last one, ms. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return Math.round(last - before);
  };
}

export function expectReady(isReady: boolean): void {
  if (!isReady) throw new Error('the API is not ready');
}

type Workers = { started(): TestProcess[]; kill(worker: TestProcess): Promise<void>; stop(): Promise<void> };

/**
 * As many workers as were asked for: one that dies is followed by another. Only one that has begun to work is killed, or
 * on a busy machine none ever would.
 */
function keepWorkers(redisUrl: string, folder: string, options: DisasterOptions, kills: Kill[]): Workers {
  let isOver = false;
  const running = new Set<TestProcess>();
  const started = new Set<TestProcess>();
  const start = () => {
    const worker = startWorkerProcess(redisUrl, {
      MODULES: journalModel,
      JOURNAL_DIR: folder,
      LOCK_SECONDS: String(lockSeconds),
      CONCURRENCY: String(options.concurrency),
      DATA_DIR: folder,
    });
    running.add(worker);
    worker.wrote('worker started', startMs).then(
      () => worker.isAlive && started.add(worker),
      () => undefined,
    );
  };
  for (let n = 0; n < options.workers; n += 1) start();
  return {
    started: () => [...started],
    async kill(worker) {
      const at = Date.now();
      started.delete(worker);
      await worker.kill();
      running.delete(worker);
      kills.push({ what: 'worker', pid: worker.pid, at, backAt: Date.now() });
      if (!isOver) start();
    },
    async stop() {
      isOver = true;
      await Promise.all([...running].map((worker) => worker.kill()));
    },
  };
}

async function killWorkers(workers: Workers, options: DisasterOptions, over: AbortSignal): Promise<void> {
  if (options.workerKillMs === undefined) return;
  const [min, max] = options.workerKillMs;
  for (;;) {
    await sleep(options.chance.between(min, max), undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    const worker = options.chance.pick(workers.started());
    if (worker !== undefined) await workers.kill(worker);
  }
}

type Client = ReturnType<typeof createClient>;

async function enqueueAll(
  client: Client,
  { chance, tasks, rate, taskMs, redisKillsAt }: DisasterOptions,
  redis: TestRedis,
  kills: Kill[],
): Promise<Account['asked']> {
  const asked = new Map<number, string | undefined>();
  const killsAt = new Set(redisKillsAt.map((share) => Math.floor(share * tasks)));
  const underWay = new Set<Promise<unknown>>();
  const refusals = new Map<string, number>();
  let redisIsThere = Promise.resolve();
  for (let n = 0; n < tasks; n += 1) {
    const nextAt = Date.now() + 1_000 / rate;
    const request = { model: 'journal', method: 'mark', kwargs: { n, ms: chance.between(0, taskMs) } };
    asked.set(n, undefined);
    const call = client.tasks
      // On a busy machine there may be no worker for a while, and then nobody offers the method.
      .enqueue(request, { idempotencyKey: `disaster-${n}`, unchecked: true })
      .then(
        ({ id }) => asked.set(n, id),
        (error: unknown) => {
          // Nobody knows whether it was taken: it may run, but need not.
          if (!(error instanceof DroverError)) throw error;
          refusals.set(error.message, (refusals.get(error.message) ?? 0) + 1);
        },
      )
      .finally(() => underWay.delete(call));
    underWay.add(call);
    if (killsAt.has(n)) {
      const awayMs = chance.between(100, 1_500);
      redisIsThere = redisIsThere.then(() => killRedis(redis, awayMs, kills));
    }
    if (underWay.size >= underWayMax) await Promise.race(underWay);
    await sleep(Math.max(0, nextAt - Date.now()));
  }
  await Promise.all([...underWay, redisIsThere]);
  for (const [message, count] of refusals) console.log(`not acknowledged, ${count} times: ${message}`);
  return asked;
}

async function killRedis(redis: TestRedis, awayMs: number, kills: Kill[]): Promise<void> {
  const kill: Kill = { what: 'redis', pid: redis.pid, at: Date.now(), backAt: Number.POSITIVE_INFINITY };
  kills.push(kill);
  await redis.kill();
  await sleep(awayMs);
  await redis.restart();
  kill.backAt = Date.now();
}

/** Waits until nothing waits or runs. What three dead workers in a row gave up, a person would run again: so do we. */
async function quiet(client: Client, givenUp: Task[]): Promise<QueueInfo | undefined> {
  const until = Date.now() + quietMaxMs;
  for (;;) {
    const queue = (await client.queues.list()).find(({ name }) => name === 'default');
    const { waiting = 0, running = 0, scheduled = 0, error = 0 } = queue?.counts ?? {};
    if (error > 0) await runAgain(client, givenUp);
    else if (waiting + running + scheduled === 0) return queue;
    if (Date.now() > until) throw new Error(`it did not become quiet: ${JSON.stringify(queue)}`);
    await sleep(lookEveryMs);
  }
}

async function runAgain(client: Client, givenUp: Task[]): Promise<void> {
  for (const { outcome, id } of (await client.tasks.list({ state: 'error' })).items) {
    if (outcome !== 'lost') throw new Error(`task ${id} ended as ${outcome}`);
    givenUp.push(await client.tasks.get(id));
    await client.tasks.retry(id);
  }
}

async function recordsOf(client: Client, ids: (string | undefined)[]): Promise<Account['records']> {
  const records: Account['records'] = new Map();
  const left = [...new Set(ids)].filter((id) => id !== undefined);
  const lane = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      records.set(id, await client.tasks.get(id).catch(unlessUnknown));
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return records;
}

async function countedOf(client: Client): Promise<Account['counted']> {
  const { groups = [] } = await client.statistics({ days: 2, by: 'method' });
  const figures = groups.find(({ key }) => key === 'journal.mark');
  let executionsFound = 0;
  let cursor: string | undefined;
  do {
    const page = await client.executions.list({ model: 'journal', limit: 200, ...(cursor ? { cursor } : {}) });
    executionsFound += page.items.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { figures, executionsFound };
}

function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof DroverError) || error.code !== 'task_unknown') throw error;
}

export async function readJournal(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.ndjson')) continue;
    const text = await readFile(join(folder, name), 'utf8');
    for (const line of text.split('\n')) if (line !== '') entries.push(JSON.parse(line) as Entry);
  }
  return entries.sort((a, b) => a.at - b.at);
}
