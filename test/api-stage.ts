import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi, refuseUnreadable } from '@drover/api';
import { type Cluster, createCluster, createWorker, type WorkerSession } from '@drover/broker';
import {
  announcementsOf,
  declarationsOf,
  defineModel,
  type Model,
  methodsOf,
  type Problem,
  type Scope,
  type Task,
} from '@drover/core';
import { models, probe, systemModels } from '@drover/models';
import { createLogger, type Listening, listen } from '@drover/runtime';
import { executor, taskContext } from '@drover/worker';
import { expect, inject, vi } from 'vitest';
import { z } from 'zod';

const logger = createLogger({ name: 'test', level: process.env.LOG_LEVEL ?? 'silent' });

export const adminToken = 'admin-token-of-the-tests';

/** A model whose arguments are not just anything. */
const shopOrder = defineModel('shop.order', {
  place: {
    description: 'Places an order',
    args: z.tuple([z.array(z.int().min(1)).max(3)]),
    kwargs: z.strictObject({ customer: z.string().min(1), express: z.boolean().default(false) }),
    queue: 'orders',
    run: ({ args: [items], kwargs: { customer } }) => ({ customer, count: items.length }),
  },
});

export type AskOptions = {
  method?: string;
  /** Default: the admin's. Null: none. */
  token?: string | null;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Uint8Array | ReadableStream;
  signal?: AbortSignal;
};

export type Answered<T> = { status: number; headers: Headers; text: string; body: T };

export type StageOptions = {
  /** Default: the one that integration tests share. */
  redisUrl?: string;
  /** Redis is not there: nobody waits for it. */
  isAway?: boolean;
  trustedProxies?: number;
  /** The scope that ending a running task needs. Default `admin`. */
  killScope?: 'admin' | 'operate';
};

export type WorkerAsked = {
  queues?: string[];
  concurrency?: number;
  /** Beside those that every worker here has. */
  models?: Model[];
  /** Rings the schedules, and declares those of its models. Default: false. */
  rings?: boolean;
};

/** The API over a cluster, all of it real, under a key prefix of its own. */
export type ApiStage = {
  cluster: Cluster;
  keyPrefix: string;
  url: string;
  listening: Listening;
  /** What `main.ts` aborts when the process is told to stop. */
  stopping: AbortController;
  ask<T = unknown>(path: string, options?: AskOptions): Promise<Answered<T>>;
  /** Enqueues over HTTP; expects that it is accepted. */
  enqueue(request: object, options?: AskOptions): Promise<Task>;
  /** The token of a new key. */
  keyFor(scopes: Scope[], company?: string): Promise<string>;
  startWorker(options?: WorkerAsked): Promise<WorkerSession>;
  stop(): Promise<void>;
};

export async function startApiStage(options: StageOptions = {}): Promise<ApiStage> {
  const { redisUrl = inject('redisUrl'), isAway = false, trustedProxies = 0, killScope = 'admin' } = options;
  const keyPrefix = `api-${randomBytes(6).toString('hex')}`;
  const stopping = new AbortController();
  const cluster = createCluster({ redisUrl, keyPrefix });
  const stops: (() => Promise<unknown>)[] = [() => cluster.stop()];
  if (!isAway) {
    await until(() => cluster.ping());
    await cluster.keys.ensureAdmin(adminToken);
  }
  const app = createApi({ cluster, logger, stopping: stopping.signal, trustedProxies, killScope });
  const listening = await listen(app, { port: 0, logger });
  refuseUnreadable(listening.server);
  stops.push(() => listening.stop(0));

  const ask: ApiStage['ask'] = async <T>(path: string, options: AskOptions = {}) => {
    const answer = await fetch(`${listening.url}${path}`, requestOf(options));
    const text = await textOf(answer);
    return { status: answer.status, headers: answer.headers, text, body: bodyOf<T>(answer.headers, text) };
  };

  return {
    cluster,
    keyPrefix,
    url: listening.url,
    listening,
    stopping,
    ask,
    async enqueue(request, options = {}) {
      const answer = await ask<Task>('/v1/tasks', { method: 'POST', json: request, ...options });
      expect(answer.status, answer.text).toBe(202);
      return answer.body;
    },
    async keyFor(scopes, company) {
      const request = { name: `key ${scopes.join(' ')}`, scopes, ...(company === undefined ? {} : { company }) };
      return (await cluster.keys.create(request)).token;
    },
    async startWorker(workerOptions = {}) {
      const { worker, stop } = await startWorker({ redisUrl, keyPrefix, ...workerOptions });
      stops.push(stop);
      return worker;
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

function requestOf({ method = 'GET', token = adminToken, headers = {}, json, body, signal }: AskOptions): RequestInit {
  return {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body }),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    ...(signal === undefined ? {} : { signal }),
  } as RequestInit;
}

/** A stream of events has no end to wait for: that it begins is the answer. */
async function textOf(answer: Response): Promise<string> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.text();
  await answer.body?.cancel();
  return '';
}

function bodyOf<T>(headers: Headers, text: string): T {
  const type = headers.get('content-type') ?? '';
  return (text !== '' && /^application\/(problem\+)?json$/.test(type) ? JSON.parse(text) : undefined) as T;
}

type WorkerStage = WorkerAsked & { redisUrl: string; keyPrefix: string };

/** A worker in this process, with the ready-made models. */
async function startWorker({ redisUrl, keyPrefix, queues, concurrency = 10, ...asked }: WorkerStage) {
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-api-'));
  const retention = { doneDays: 30, otherDays: 90, tasks: 1_000_000 };
  const own = systemModels({ maintenance: () => worker.maintenance, retention });
  const offered = [...models, probe, shopOrder, ...own, ...(asked.models ?? [])];
  const execute = executor({
    methods: new Map(offered.flatMap((model) => [...methodsOf(model)])),
    graceMs: 500,
    contextOf: (task, hands, waited) => taskContext({ dataDir, enqueue: worker.enqueue }, task, hands, waited),
  });
  const worker: WorkerSession = createWorker({
    redisUrl,
    keyPrefix,
    id: `worker-${randomBytes(4).toString('hex')}`,
    version: '0.1.0',
    queues,
    concurrency,
    ...(asked.rings === true
      ? { schedules: { models: offered.map(({ name }) => name), declarations: declarationsOf(offered) } }
      : {}),
    announcements: announcementsOf(offered),
    execute,
    onStopAsked: () => void worker.stop(0),
    onLost: () => undefined,
    onError: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  await worker.start();
  const stop = async () => {
    await worker.stop(0);
    await rm(dataDir, { recursive: true, force: true });
  };
  return { worker, stop };
}

/** A producer that has just been made is not connected yet, and says so at once. */
async function until(ready: () => Promise<void>): Promise<void> {
  await vi.waitFor(ready, { timeout: 10_000, interval: 20 });
}

/** What a problem is recognised by. */
export function problemOf(answer: Answered<unknown>): string {
  const { code, errors = [] } = (answer.body ?? {}) as Partial<Problem>;
  return [answer.status, code, ...errors.map(({ pointer }) => pointer)].join(' ');
}
