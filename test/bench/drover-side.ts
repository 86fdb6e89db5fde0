import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Cluster, createCluster } from '@drover/broker';
import { TaskRequest } from '@drover/core';
import { freePort } from '@drover/runtime';
import { Queue } from 'bullmq';
import { type Child, spawnApp } from './child.ts';
import type { Ground } from './ground.ts';
import { bulkTasks, taskRequest } from './payload.ts';
import type { Side, Workers, WorkersOptions } from './side.ts';

export type Api = { url: string; token: string; pid: number; stop(): Promise<void> };

/** Drover's own processes, with their default settings. */
export type DroverSide = Side & {
  cluster: Cluster;
  startApi(): Promise<Api>;
  /** Workers of these queues only. */
  startWorkersOf(queues: string, options: WorkersOptions): Promise<Workers>;
  stop(): Promise<void>;
};

const keyPrefix = 'bench-drover';
const queueName = 'bench';
const lookMs = 50;
const startsWithinMs = 30_000;

export async function openDrover(ground: Ground): Promise<DroverSide> {
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-bench-'));
  const { redisUrl } = ground;
  const cluster = createCluster({ redisUrl, keyPrefix });
  await until('Redis', () => cluster.ping().then(() => true));
  const queue = new Queue(queueName, { connection: ground.redis, prefix: `{${keyPrefix}}:q`, skipMetasUpdate: true });
  // A machine as busy as it can be is what is measured: nothing is held back for it.
  const common = { REDIS_URL: redisUrl, KEY_PREFIX: keyPrefix, DATA_DIR: dataDir, CPU_PERCENT: '0' };

  async function startWorkers({ processes, concurrency }: WorkersOptions, queues = queueName): Promise<Workers> {
    const MODULES = fileURLToPath(new URL('./process/bench-model.js', import.meta.url));
    const env = { ...common, MODULES, QUEUES: queues, CONCURRENCY: String(concurrency) };
    const children = Array.from({ length: processes }, () => spawnApp('worker', env));
    const pids = children.map(({ pid }) => pid);
    await until('the workers', async () => {
      const live = (await cluster.workers.list()).map(({ pid }) => pid);
      return pids.every((pid) => live.includes(pid));
    });
    return { pids, stop: () => stopAll(children) };
  }

  return {
    name: 'Drover',
    cluster,
    queue,
    startWorkers,
    startWorkersOf: (queues, options) => startWorkers(options, queues),
    async startApi() {
      const [port, token] = [await freePort(), randomBytes(12).toString('hex')];
      // Arguments are checked against what a live worker announces: this one does so, and takes nothing.
      const offering = await startWorkers({ processes: 1, concurrency: 1 }, 'idle');
      const env = { ...common, API_PORT: String(port), ADMIN_TOKEN: token, SHUTDOWN_GRACE_SECONDS: '0' };
      const child = spawnApp('api', env);
      const url = `http://127.0.0.1:${port}`;
      await until('the API', async () => (await fetch(`${url}/readyz`)).ok);
      return { url, token, pid: child.pid, stop: () => stopAll([child, offering]) };
    },
    async fill(tasks) {
      const request = TaskRequest.parse(taskRequest);
      for (let added = 0; added < tasks; added += bulkTasks) {
        const requests = new Array<TaskRequest>(Math.min(bulkTasks, tasks - added)).fill(request);
        await cluster.tasks.enqueueMany(requests, {}, { unchecked: true });
      }
    },
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    async stop() {
      await queue.close();
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function stopAll(children: Pick<Child, 'stop'>[]): Promise<void> {
  await Promise.all(children.map((child) => child.stop()));
}

async function until(what: string, isReady: () => Promise<boolean>): Promise<void> {
  const late = Date.now() + startsWithinMs;
  while (!(await isReady().catch(() => false))) {
    if (Date.now() > late) throw new Error(`${what} did not come up within ${startsWithinMs} ms`);
    await sleep(lookMs);
  }
}
