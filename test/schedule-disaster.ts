import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type DroverClient } from '@drover/client';
import type { MissedPolicy, OverlapPolicy, Schedule, ScheduleRequestInput } from '@drover/core';
import { expect } from 'vitest';
import type { Chance } from './chance.ts';
import { expectReady, readJournal, startDurableRedis } from './disaster.ts';
import { eventually } from './eventually.ts';
import { adminToken, journalModel, startApi, startWorkerProcess, type TestProcess } from './processes.ts';
import { type RedisProxy, startProxy } from './proxy.ts';
import type { TestRedis } from './redis.ts';
import { beating, inLanes, readHistory, type Story, secondAfter } from './schedule-history.ts';

export type ScheduleDisasterOptions = {
  chance: Chance;
  /** All of them fire every second. */
  schedules: number;
  /** How long they do. */
  seconds: number;
  workers: number;
  /** Pause between two kills of the worker that fires, ms. */
  killMs: [number, number];
  /** When Redis is killed: shares of the time. */
  redisKillsAt: number[];
};

/** Where a worker was when it was killed. `decided`: nothing was written yet. `written`: it never knew that it was. */
export type Moment = 'decided' | 'written' | 'somewhere';
/** When. */
type Kills = Record<Moment | 'redis', number[]>;
export type ScheduleDisaster = Story & { kills: Record<Moment | 'redis', number> };

/** Only fires are written with it. */
const fireText = '"kind":"time"';
const startMs = 60_000;
/** What making the schedules takes. They fire from the moment on at which they are made. */
const leadMs = 2_000;
const leadMsEach = 20;
const quietMs = 60_000;
/** So long nobody may ring before a kill is given up: a worker starts meanwhile. */
const ringsWithinMs = 8_000;

const overlaps: OverlapPolicy[] = ['allow', 'skip', 'queue', 'replace'];
const policies: MissedPolicy[] = ['once', 'all', 'skip'];

/** Schedules fire every second while the worker that fires them, and Redis, are killed again and again. */
export async function runScheduleDisaster(options: ScheduleDisasterOptions): Promise<ScheduleDisaster> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-schedules-'));
  const redis = await startDurableRedis(true);
  const api = await startApi(redis.url, { DATA_DIR: folder });
  const workers = await keepProxied(redis.url, folder, options.workers);
  const kills: Kills = { decided: [], written: [], somewhere: [], redis: [] };
  try {
    const retry = { maxRetries: 12, delayMsMax: 1_000 };
    const client = createClient({ baseUrl: api.url, token: adminToken, retry });
    await eventually(async () => expectReady(await client.ready()), startMs);
    await eventually(() => client.models.get('journal'), startMs);
    const finishAt = secondAfter(Date.now() + leadMs + options.schedules * leadMsEach + options.seconds * 1_000);
    const ids = await inLanes(requestsOf(options, finishAt), (request) =>
      client.schedules.create(request).then(({ id }) => id),
    );
    await Promise.all([
      killRingers(workers, options, finishAt, kills),
      killRedis(redis, options, finishAt, kills),
      sleep(finishAt - Date.now()),
    ]);
    await untilOver(client, ids, workers);
    const histories = await inLanes(ids, (id) => readHistory(client, id));
    const count = (what: keyof Kills) => kills[what].length;
    return {
      histories,
      entries: await readJournal(folder),
      killedAt: Object.values(kills).flat(),
      kills: {
        decided: count('decided'),
        written: count('written'),
        somewhere: count('somewhere'),
        redis: count('redis'),
      },
    };
  } finally {
    await workers.stop();
    await api.process.kill();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every policy with every other one. Some tasks last so long that the next slot meets them now and then. */
function requestsOf({ schedules, chance }: ScheduleDisasterOptions, finishAt: number): ScheduleRequestInput[] {
  return Array.from({ length: schedules }, (_, n) =>
    beating(
      n,
      { finishAt },
      { overlap: overlaps[n % 4] ?? 'skip', missed: policies[n % 3] ?? 'once', ms: chance.between(0, 200) },
    ),
  );
}

/** Until every schedule is finished and knows how its tasks ended. */
async function untilOver(client: DroverClient, ids: string[], workers: Workers): Promise<void> {
  const until = Date.now() + quietMs;
  for (const id of ids) {
    await eventually(async () => expectOver(await client.schedules.get(id)), Math.max(0, until - Date.now())).catch(
      async (cause: Error) => {
        const { fires, tasks } = await readHistory(client, id);
        const told = { newest: fires.slice(-5), tasks: tasks.map(({ executions: _, args: __, ...task }) => task) };
        const all = [cause.message, JSON.stringify(told, undefined, 1), ...workers.complaints()];
        throw new Error(all.join('\n'), { cause });
      },
    );
  }
}

function expectOver({ id, state, counts, queued }: Schedule): void {
  const wanted = { id, state: 'finished', queued: 0, ended: counts.tasks };
  expect({ id, state, queued, ended: counts.done + counts.error }).toEqual(wanted);
}

async function killRedis(
  redis: TestRedis,
  { chance, redisKillsAt }: ScheduleDisasterOptions,
  finishAt: number,
  kills: Kills,
): Promise<void> {
  const startAt = Date.now();
  for (const share of redisKillsAt) {
    await sleep(Math.max(0, startAt + share * (finishAt - startAt) - Date.now()));
    await redis.kill();
    kills.redis.push(Date.now());
    await sleep(chance.between(100, 1_500));
    await redis.restart();
  }
}

async function killRingers(
  workers: Workers,
  { chance, killMs }: ScheduleDisasterOptions,
  finishAt: number,
  kills: Kills,
): Promise<void> {
  const moments: Moment[] = ['decided', 'written', 'somewhere'];
  for (let round = 0; Date.now() < finishAt - 1_000; round += 1) {
    // Each has its turn; which comes first is chance.
    const moment = moments[(round + chance.seed) % moments.length] ?? 'somewhere';
    const ringer = await caught(workers.alive(), moment);
    if (ringer === undefined) continue;
    if (moment === 'somewhere') await sleep(chance.between(0, 30));
    await workers.kill(ringer);
    kills[moment].push(Date.now());
    await sleep(chance.between(...killMs));
  }
}

/** Whoever fires next, at this moment of firing. */
async function caught(workers: Proxied[], moment: Moment): Promise<Proxied | undefined> {
  const lookOut = ({ proxy }: Proxied): Promise<void> => {
    switch (moment) {
      case 'decided':
        return proxy.holdBack(fireText);
      case 'written':
        return proxy.loseReplyTo(fireText);
      case 'somewhere':
        return proxy.pass(fireText);
      default:
        return moment satisfies never;
    }
  };
  const giveUp = new AbortController();
  const ringer = await Promise.race([
    ...workers.map((worker) => lookOut(worker).then(() => worker)),
    sleep(ringsWithinMs, undefined, { signal: giveUp.signal }),
  ]);
  giveUp.abort();
  for (const { proxy } of workers) proxy.disarm();
  return ringer;
}

type Proxied = { process: TestProcess; proxy: RedisProxy };
type Workers = {
  alive(): Proxied[];
  /** What they had to complain of, also those that were killed. */
  complaints(): string[];
  kill(worker: Proxied): Promise<void>;
  stop(): Promise<void>;
};

/** Workers that reach Redis each through a proxy of its own. One that is killed is followed by another. */
async function keepProxied(redisUrl: string, folder: string, count: number): Promise<Workers> {
  const running = new Set<Proxied>();
  const started: TestProcess[] = [];
  const start = async () => {
    const proxy = await startProxy(redisUrl);
    const env = { MODULES: journalModel, JOURNAL_DIR: folder, DATA_DIR: folder };
    const process = startWorkerProcess(proxy.url, env);
    started.push(process);
    running.add({ process, proxy });
  };
  for (let n = 0; n < count; n += 1) await start();
  const end = async (worker: Proxied) => {
    running.delete(worker);
    await worker.process.kill();
    await worker.proxy.stop();
  };
  return {
    alive: () => [...running],
    complaints: () => started.flatMap(({ lines }) => lines.filter((line) => /"level":[4-6]0/.test(line))),
    async kill(worker) {
      await end(worker);
      await start();
    },
    async stop() {
      await Promise.all([...running].map(end));
    },
  };
}
