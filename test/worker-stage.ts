import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, createCluster, createWorker, type WorkerSession } from '@drover/broker';
import {
  announcementsOf,
  declarationsOf,
  isFinished,
  type Model,
  methodsOf,
  type Task,
  TaskRequest,
  type TaskRequestInput,
  type TaskState,
} from '@drover/core';
import { probe, systemModels } from '@drover/models';
import type { MachineReading } from '@drover/runtime';
import { careful, executor, taskContext } from '@drover/worker';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, inject } from 'vitest';
import { eventually } from './eventually.ts';

const beganAt = Date.now();

/** What is asked of a task beside its method. */
export type Asked = Omit<TaskRequestInput, 'model' | 'method'>;

export type WorkerAsked = {
  /** Default: `probe` and the stage's own. */
  models?: Model[];
  queues?: string[] | undefined;
  /** Default 10. */
  concurrency?: number;
  /** Default 2000. */
  lockMs?: number;
  /** How long a method may go on after its time is up, ms. Default 200. */
  graceMs?: number;
  /** Default: the stage's Redis. */
  redisUrl?: string;
  /** The clock by which the ledger's records are old. Default: the system's. */
  now?: () => number;
  /** How it is with its machine, which it is careful with. Default: it looks at none. */
  machine?: MachineReading;
  /** The supervisor that it says it has. Default: none. */
  supervisor?: string;
  /** Rings the schedules, and declares those of its models. Default: false. */
  rings?: boolean;
  /** Told of schedules whose alarm was lost. */
  onSilent?: (schedule: string) => void;
};

/** A worker in this process. */
export type TestWorker = {
  id: string;
  session: WorkerSession;
  /** Ids of tasks that others took over while they ran here. */
  lost: string[];
  errors: Error[];
  stop(graceMs?: number): Promise<void>;
};

/** A cluster without an API: the broker's door, workers in this process, and Redis itself to look into. */
export type WorkerStage = {
  cluster: Cluster;
  /** Beside the cluster: to look, and to break things. */
  redis: Redis;
  redisUrl: string;
  keyPrefix: string;
  /** A name of ours in Redis: `key('task:…')`. */
  key(name: string): string;
  /** BullMQ's own object for a queue. */
  bull(queue: string): Queue;
  /** `enqueue('probe.echo', { args: [1] })`. */
  enqueue(fullName: string, asked?: Asked): Promise<Task>;
  get(id: string): Promise<Task>;
  /** The task once it has ended. */
  ended(id: string): Promise<Task>;
  /** The task once it is in this state. */
  until(id: string, state: TaskState): Promise<Task>;
  startWorker(asked?: WorkerAsked): Promise<TestWorker>;
  stop(): Promise<void>;
};

export type StageOptions = {
  redisUrl?: string;
  /** Offered by workers beside `probe`. */
  models?: Model[];
};

export async function startWorkerStage(options: StageOptions = {}): Promise<WorkerStage> {
  const { redisUrl = inject('redisUrl'), models = [] } = options;
  const keyPrefix = `worker-${randomBytes(6).toString('hex')}`;
  const cluster = createCluster({ redisUrl, keyPrefix });
  const redis = new Redis(redisUrl);
  redis.on('error', () => undefined);
  const bulls = new Map<string, Queue>();
  const stops: (() => Promise<unknown>)[] = [
    async () => redis.disconnect(),
    () => cluster.stop(),
    () => Promise.all([...bulls.values()].map((queue) => queue.close())),
  ];
  await eventually(() => cluster.ping());

  const get = (id: string) => cluster.tasks.get(id, {});
  const key = (name: string) => `{${keyPrefix}}:${name}`;
  return {
    cluster,
    redis,
    redisUrl,
    keyPrefix,
    key,
    bull(name) {
      const known = bulls.get(name);
      if (known !== undefined) return known;
      const queue = new Queue(name, { connection: redis, prefix: key('q') });
      bulls.set(name, queue);
      return queue;
    },
    enqueue: (fullName, asked = {}) => cluster.tasks.enqueue(requestOf(fullName, asked), {}),
    get,
    async ended(id) {
      const task = await cluster.tasks.waitFor(id, {}, 15_000);
      expect(isFinished(task.state), `${task.id} is still ${task.state}`).toBe(true);
      return task;
    },
    until: (id, state) =>
      eventually(async () => {
        const task = await get(id);
        expect(task.state).toBe(state);
        return task;
      }),
    async startWorker(asked = {}) {
      const worker = await startWorker({ redisUrl, keyPrefix, models: [probe, ...models], ...asked });
      stops.push(() => worker.stop());
      return worker;
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

export function requestOf(fullName: string, asked: Asked = {}): TaskRequest {
  const dot = fullName.lastIndexOf('.');
  return TaskRequest.parse({ model: fullName.slice(0, dot), method: fullName.slice(dot + 1), ...asked });
}

type Started = WorkerAsked & { redisUrl: string; keyPrefix: string; models: Model[] };

async function startWorker(asked: Started): Promise<TestWorker> {
  const { redisUrl, keyPrefix, models, queues, concurrency = 10, lockMs = 2_000, graceMs = 200, now } = asked;
  const id = `worker-${randomBytes(4).toString('hex')}`;
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-worker-'));
  const lost: string[] = [];
  const errors: Error[] = [];
  const offered = [
    ...models,
    ...systemModels({
      maintenance: () => session.maintenance,
      retention: { doneDays: 30, otherDays: 90, tasks: 1_000_000 },
    }),
  ];
  const methods = new Map(offered.flatMap((model) => [...methodsOf(model)]));
  const { machine } = asked;
  const care = careful({
    settings: { MEMORY_PERCENT: 80, CPU_PERCENT: 90, DISK_PERCENT: 90, QUEUES: queues ?? [] },
    methods,
    dataDir,
    session: () => session,
    logger: { info: () => undefined, warn: ({ err }) => err instanceof Error && errors.push(err) },
    machine: { read: async () => ({ ...machine }) },
    everyMs: 50,
    // All of a test's workers ask for clean-ups in the same ten minutes.
    now: () => beganAt,
  });
  const closing = new AbortController();
  const session: WorkerSession = createWorker({
    redisUrl,
    keyPrefix,
    id,
    version: '0.1.0',
    queues,
    concurrency,
    lockMs,
    ...(now === undefined ? {} : { now }),
    ...(asked.onSilent === undefined ? {} : { onSilent: asked.onSilent }),
    ...(asked.rings === true
      ? { schedules: { models: offered.map(({ name }) => name), declarations: declarationsOf(offered) } }
      : {}),
    announcements: announcementsOf(offered),
    execute: executor({
      methods,
      heldBack: care.heldBack,
      graceMs,
      gathering: { isFull: () => session.isFull(), running: () => session.runningCount(), closing: closing.signal },
      contextOf: (task, hands, waited) => taskContext({ dataDir, enqueue: session.enqueue }, task, hands, waited),
    }),
    onStopAsked: () => void session.stop(0),
    status: care.status,
    supervisor: asked.supervisor,
    onLost: (task) => lost.push(task.id),
    onError: (error) => errors.push(error),
    onFatal: (error) => {
      throw error;
    },
  });
  await session.start();
  if (machine !== undefined) care.start();
  return {
    id,
    session,
    lost,
    errors,
    async stop(stopGraceMs = 0) {
      closing.abort();
      care.stop();
      await session.stop(stopGraceMs);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
