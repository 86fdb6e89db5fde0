import type {
  AuditEntry,
  Autoscale,
  BulkAction,
  ExecutionEntry,
  ExecutionPage,
  FailureGroup,
  KeyInfo,
  KeyRequest,
  Model,
  ModelInfo,
  NewKey,
  Overview,
  QueueInfo,
  QueuePatch,
  Scope,
  Statistics,
  StatisticsGrouping,
  Task,
  TaskActionPreview,
  TaskEvent,
  TaskFilter,
} from '@drover/core';
import { systemClock } from './clock.ts';
import { DroverError } from './drover-error.ts';
import { type EventOptions, type EventSearch, followEvents } from './events.ts';
import { createFlows, type FlowsClient } from './flows.ts';
import { idempotencyHeader, newIdempotencyKey } from './idempotency-key.ts';
import { createJobs, type JobsClient } from './jobs.ts';
import { createModelClient, type ModelClient } from './model-client.ts';
import { createScheduleFiles } from './schedule-files.ts';
import { createSchedules, type SchedulesClient } from './schedules.ts';
import { type CallOptions, createTasks, type Page, type TaskSearch, type TasksClient } from './tasks.ts';
import { type Call, type ClientOptions, createTransport, type Transport } from './transport.ts';
import { createWorkers, type WorkersClient } from './workers.ts';

/** Who the token belongs to. */
export type Me = { keyId: string; name: string; scopes: Scope[]; company?: string; mayKill: boolean };

export type StatisticsSearch = {
  /** The last so many days, today included. Default 7. */
  days?: number | undefined;
  by?: StatisticsGrouping | undefined;
  /** An IANA zone: what a day is. Default UTC. */
  timeZone?: string | undefined;
  company?: string | undefined;
};

export type AuditSearch = {
  action?: string | undefined;
  key?: string | undefined;
  target?: string | undefined;
  outcome?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

/** What is done to all tasks that match. `ids`: to these of them only. */
export type ActionSearch = {
  action: BulkAction;
  filter: TaskFilter;
  ids?: string[] | undefined;
  reason?: string | undefined;
};

/** Every call rejects with a DroverError, or with the reason of its signal. */
export type DroverClient = {
  tasks: TasksClient;
  executions: {
    /** The process monitor: by start, newest first. */
    list(search?: TaskSearch & { cursor?: string | undefined }, options?: CallOptions): Promise<ExecutionPage>;
    /** @throws DroverError execution_unknown */
    get(id: string, options?: CallOptions): Promise<ExecutionEntry>;
  };
  flows: FlowsClient;
  jobs: JobsClient;
  schedules: SchedulesClient;
  actions: {
    /** What it would do: changes nothing. */
    preview(action: ActionSearch, options?: CallOptions): Promise<TaskActionPreview>;
    /** Starts it, under an idempotency key of this call's own. The task that does it tells its progress and its result. */
    start(action: ActionSearch, options?: CallOptions): Promise<Task>;
  };
  /**
   * What happens to the tasks that fit, from now on, or from after `lastEventId`; `reset` where some of it is not known
   * any more. Comes back by itself when the connection breaks; without end.
   */
  events(search?: EventSearch, options?: EventOptions): AsyncGenerator<TaskEvent, void, undefined>;
  statistics(search?: StatisticsSearch, options?: CallOptions): Promise<Statistics>;
  /** Failures that look alike, newest first. */
  failures(options?: CallOptions): Promise<FailureGroup[]>;
  audit: { list(search?: AuditSearch, options?: CallOptions): Promise<Page<AuditEntry>> };
  /** The methods of a model, typed: `client.model<typeof invoices>('account.invoice').call('process_batch', {…})`. */
  model<T extends Model>(name: string): ModelClient<T>;
  models: {
    list(options?: CallOptions): Promise<ModelInfo[]>;
    /** @throws DroverError model_unknown */
    get(model: string, options?: CallOptions): Promise<ModelInfo>;
  };
  queues: {
    list(options?: CallOptions): Promise<QueueInfo[]>;
    /** Begun tasks go on; no other is taken. */
    pause(name: string, options?: CallOptions): Promise<void>;
    resume(name: string, options?: CallOptions): Promise<void>;
    patch(name: string, patch: QueuePatch, options?: CallOptions): Promise<QueueInfo>;
  };
  workers: WorkersClient;
  /** How many workers there should be, and why. */
  autoscale(options?: CallOptions): Promise<Autoscale>;
  keys: {
    /** Sent once. The answer is the only place where the token is ever shown. */
    create(request: KeyRequest, options?: CallOptions): Promise<NewKey>;
    list(options?: CallOptions): Promise<KeyInfo[]>;
    revoke(id: string, options?: CallOptions): Promise<void>;
  };
  me(options?: CallOptions): Promise<Me>;
  /** The dashboard's figures. */
  monitor(options?: CallOptions): Promise<Overview>;
  /** Whether the API takes tasks now. Never rejects but for its signal. */
  ready(options?: CallOptions): Promise<boolean>;
};

/**
 * A client of one API.
 *
 * A request that met 429, 502, 503, 504 or a broken connection is sent again with growing pauses, honouring Retry-After:
 * reading and setting always; enqueueing under an idempotency key, so that it never makes two tasks; `tasks.retry`,
 * `flows.resume` and `keys.create`, which would do their work twice, only after 429.
 */
export function createClient(options: ClientOptions): DroverClient {
  const transport = createTransport(options);
  const clock = options.clock ?? systemClock;
  const tasks = createTasks(transport, clock);
  const get = <T>(path: string, { signal }: CallOptions = {}, query: Call['query'] = {}) =>
    transport.send<T>({ method: 'GET', path, query, repeat: 'always', signal });
  const items = async <T>(path: string, call?: CallOptions) => (await get<Page<T>>(path, call)).items;
  const onQueue = async (name: string, action: string, { signal }: CallOptions = {}) => {
    const path = `/v1/queues/${encodeURIComponent(name)}/${action}`;
    await transport.send({ method: 'POST', path, repeat: 'always', signal });
  };
  const once = createTransport({ ...options, retry: false });

  return {
    tasks,
    executions: {
      list: (search = {}, call) => get('/v1/executions', call, search),
      get: (id, call) => get(`/v1/executions/${encodeURIComponent(id)}`, call),
    },
    flows: createFlows(transport, clock),
    jobs: createJobs(transport, clock),
    schedules: { ...createSchedules(transport), ...createScheduleFiles(transport) },
    actions: actionsOn(transport),
    events: (search = {}, call) => followEvents({ transport, clock }, { path: '/v1/events', query: search }, call),
    statistics: (search = {}, call) => get('/v1/statistics', call, search),
    failures: (call) => items('/v1/failures', call),
    audit: { list: (search = {}, call) => get('/v1/audit', call, search) },
    model: (name) => createModelClient(name, tasks),
    models: {
      list: (call) => items('/v1/models', call),
      get: (model, call) => get(`/v1/models/${encodeURIComponent(model)}`, call),
    },
    queues: {
      list: (call) => items('/v1/queues', call),
      pause: (name, call) => onQueue(name, 'pause', call),
      resume: (name, call) => onQueue(name, 'resume', call),
      patch: (name, patch, { signal } = {}) =>
        transport.send({
          method: 'PATCH',
          path: `/v1/queues/${encodeURIComponent(name)}`,
          body: JSON.stringify(patch),
          repeat: 'always',
          signal,
        }),
    },
    workers: createWorkers(transport),
    autoscale: (call) => get('/v1/autoscale', call),
    keys: {
      create: (request, { signal } = {}) =>
        transport.send({ method: 'POST', path: '/v1/keys', body: JSON.stringify(request), repeat: 'refused', signal }),
      list: (call) => items('/v1/keys', call),
      revoke: (id, call) => revokeKey(transport, id, call),
    },
    me: (call) => get('/v1/me', call),
    monitor: (call) => get('/v1/monitor', call),
    async ready({ signal } = {}) {
      try {
        await once.send({ method: 'GET', path: '/readyz', repeat: 'refused', signal });
        return true;
      } catch (error) {
        if (error instanceof DroverError) return false;
        throw error;
      }
    },
  };
}

function actionsOn(transport: Transport): DroverClient['actions'] {
  const path = '/v1/tasks/actions';
  return {
    preview: (action, { signal } = {}) =>
      transport.send({
        method: 'POST',
        path,
        body: JSON.stringify({ ...action, dryRun: true }),
        repeat: 'always',
        signal,
      }),
    start: (action, { signal } = {}) =>
      transport.send({
        method: 'POST',
        path,
        headers: { 'idempotency-key': idempotencyHeader(newIdempotencyKey()) },
        body: JSON.stringify(action),
        repeat: 'always',
        signal,
      }),
  };
}

async function revokeKey(transport: Transport, id: string, { signal }: CallOptions = {}): Promise<void> {
  try {
    const path = `/v1/keys/${encodeURIComponent(id)}`;
    await transport.send({ method: 'DELETE', path, repeat: 'always', signal });
  } catch (error) {
    // The first request may have revoked it without our seeing the answer.
    if (error instanceof DroverError && error.code === 'key_unknown' && error.attempts > 1) return;
    throw error;
  }
}
