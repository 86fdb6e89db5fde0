import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DroverClient } from '@drover/client';
import type { Task, TaskState } from '@drover/core';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { journalModel, startApi, startWorkerProcess, type TestApi, type TestProcess } from './processes.ts';
import { startRedis, type TestRedis } from './redis.ts';

/** How long a starting process may take on a busy machine, ms. */
const startMs = 60_000;

/** Redis with AOF, an API and workers: all of them processes, to be stopped, killed and frozen. */
export type FaultStage = {
  redis: TestRedis;
  api: TestApi;
  client: DroverClient;
  /** Where `journal` writes. */
  folder: string;
  /** Offers `probe` and `journal`. Resolves when it has announced itself, unless `isAwaited` is false. */
  startWorker(env?: Record<string, string>, isAwaited?: boolean): Promise<TestProcess>;
  /** `enqueue('probe.echo', { kwargs: {} })`. */
  enqueue(
    fullName: string,
    asked?: { queue?: string; runAt?: string; kwargs?: Record<string, never> | object },
  ): Promise<Task>;
  until(id: string, state: TaskState, timeoutMs?: number): Promise<Task>;
  /** Kills what runs of the workers: for the end of a test. */
  endWorkers(): Promise<void>;
  stop(): Promise<void>;
};

export async function startFaultStage(options: { isRedisAway?: boolean } = {}): Promise<FaultStage> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-faults-'));
  const redis = await startRedis();
  if (options.isRedisAway) await redis.kill();
  const api = await startApi(redis.url, { DATA_DIR: folder });
  const { client } = api;
  let workers: TestProcess[] = [];

  const endWorkers = async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    workers = [];
  };
  if (!options.isRedisAway) await eventually(async () => expect(await client.ready()).toBe(true), startMs);
  return {
    redis,
    api,
    client,
    folder,
    async startWorker(env = {}, isAwaited = true) {
      const worker = startWorkerProcess(redis.url, {
        MODULES: `@drover/models/probe,${journalModel}`,
        JOURNAL_DIR: folder,
        DATA_DIR: folder,
        ...env,
      });
      workers.push(worker);
      if (isAwaited) await worker.wrote('worker started', startMs);
      return worker;
    },
    async enqueue(fullName, asked = {}) {
      const [model = '', method = ''] = fullName.split('.');
      const request = { model, method, ...asked } as Parameters<DroverClient['tasks']['enqueue']>[0];
      // The API may learn of a method a moment after its worker announced it.
      return eventually(() => client.tasks.enqueue(request), startMs);
    },
    until: (id, state, timeoutMs = startMs) =>
      eventually(async () => {
        const task = await client.tasks.get(id);
        expect(task.state).toBe(state);
        return task;
      }, timeoutMs),
    endWorkers,
    async stop() {
      await endWorkers();
      await api.process.kill();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
