import type {
  Execution,
  Explanation,
  KillAnswer,
  Progress,
  Task,
  TaskEvent,
  TaskFilter,
  TaskHistoryEntry,
  TaskLog,
  TaskPage,
  TaskPatch,
  TaskRequestInput,
} from '@drover/core';
import { type BulkOptions, type BulkResult, enqueueMany, enqueueStream, type StreamOptions } from './bulk.ts';
import type { Clock } from './clock.ts';
import { DroverError } from './drover-error.ts';
import { type EventOptions, followTask } from './events.ts';
import { idempotencyHeader, newIdempotencyKey } from './idempotency-key.ts';
import type { Call, Transport } from './transport.ts';
import { waitFor } from './wait-for.ts';

export type CallOptions = { signal?: AbortSignal | undefined };

export type EnqueueOptions = CallOptions & {
  /** Waits so long for the end, seconds; the task comes back in whatever state it is then. Default: not at all. */
  waitSeconds?: number | undefined;
  /** The same key and request give the same task again. Default: one of this call's own, so that a retry is safe. */
  idempotencyKey?: string | undefined;
  /** Accepts a method that no live worker offers, with arguments unchecked. */
  unchecked?: boolean | undefined;
};

/** Which tasks: all of the named fields must fit. */
export type TaskSearch = { [Field in keyof TaskFilter]?: TaskFilter[Field] | undefined } & {
  /** Tasks a page. Default 50, at most 200. */
  limit?: number | undefined;
};

export type Page<T> = { items: T[]; nextCursor: string | null };

export type WaitOptions = CallOptions & {
  /** Give up after this, ms; the task goes on. Default: never. */
  timeoutMs?: number | undefined;
  /** Called with every change that is seen; looks once a second then. */
  onProgress?: ((progress: Progress, task: Task) => void) | undefined;
};

/** Every call rejects with a DroverError, or with the reason of its signal. */
export type TasksClient = {
  enqueue(request: TaskRequestInput, options?: EnqueueOptions): Promise<Task>;
  /** Any number, sent in parts. Answers in order; a bad one is an error in its place. */
  enqueueMany(requests: readonly TaskRequestInput[], options?: BulkOptions): Promise<BulkResult[]>;
  /** The same for what does not fit in memory, or is not yet known. Reads no further ahead than it must. */
  enqueueStream(
    requests: AsyncIterable<TaskRequestInput> | Iterable<TaskRequestInput>,
    options?: StreamOptions,
  ): AsyncGenerator<BulkResult, void, undefined>;
  /** With `waitSeconds` (at most 60) the answer is held back until the task has ended, or the time is up. */
  get(id: string, options?: CallOptions & { waitSeconds?: number | undefined }): Promise<Task>;
  /**
   * Answers when the task has ended, or needs a person: look at its state.
   * @throws DroverError wait_timeout, task_unknown
   */
  waitFor(id: string, options?: WaitOptions): Promise<Task>;
  /** Newest first, live and finished ones alike. */
  list(search?: TaskSearch & { cursor?: string | undefined }, options?: CallOptions): Promise<TaskPage>;
  /** All pages, one after the other. */
  listAll(search?: TaskSearch, options?: CallOptions): AsyncGenerator<Task, void, undefined>;
  executions(id: string, options?: CallOptions): Promise<Page<Execution>>;
  log(id: string, options?: CallOptions): Promise<TaskLog>;
  /** @throws DroverError state_conflict when it runs or has ended. */
  cancel(id: string, options?: CallOptions & { reason?: string | undefined }): Promise<Task>;
  /**
   * Ends one that runs, and waits for what becomes of it: at most for its grace and a few seconds. Part of its work may
   * have been done. Sent once. @throws DroverError state_conflict when it does not run.
   */
  kill(id: string, options?: CallOptions & { reason?: string | undefined }): Promise<KillAnswer>;
  /** Runs a task again that ended badly or needs attention. Sent once: a second one could be one run too many. */
  retry(id: string, options?: CallOptions & { comment?: string | undefined }): Promise<Task>;
  /** A task that needs attention ends as done, skipped. @throws DroverError state_conflict */
  skip(id: string, options?: CallOptions & { comment?: string | undefined }): Promise<Task>;
  /** Keeps what a person has to say of a task. Sent once: a second one would stand there twice. */
  comment(id: string, text: string, options?: CallOptions): Promise<void>;
  /** What people did to a task, oldest first. */
  history(id: string, options?: CallOptions): Promise<TaskHistoryEntry[]>;
  /** Why it does not run, or what happened to it. */
  explain(id: string, options?: CallOptions): Promise<Explanation>;
  /**
   * Where the task is and how far, its log, and every change and new line as they come; ends with the end of the task.
   * Comes back by itself when the connection breaks.
   */
  events(id: string, options?: EventOptions): AsyncGenerator<TaskEvent, void, undefined>;
  /** Does not wait for the task's time. */
  runNow(id: string, options?: CallOptions): Promise<Task>;
  patch(id: string, patch: TaskPatch, options?: CallOptions): Promise<Task>;
};

export function createTasks(transport: Transport, clock: Clock): TasksClient {
  const get: TasksClient['get'] = (id, { waitSeconds, signal } = {}) =>
    transport.send({
      method: 'GET',
      path: taskPath(id),
      query: { wait: waitSeconds === undefined ? undefined : Math.ceil(waitSeconds) },
      repeat: 'always',
      waitSeconds,
      signal,
    });

  /** A change whose second sending changes nothing. If the first one did it unseen, the second is refused: that is fine. */
  const change = async (id: string, call: Omit<Call, 'repeat'>): Promise<Task> => {
    try {
      return await transport.send<Task>({ ...call, repeat: 'always' });
    } catch (error) {
      const wasDone = error instanceof DroverError && error.code === 'state_conflict' && error.attempts > 1;
      if (!wasDone) throw error;
      return get(id, { signal: call.signal });
    }
  };

  const part = <T>(id: string, name: string, { signal }: CallOptions = {}) =>
    transport.send<T>({ method: 'GET', path: `${taskPath(id)}/${name}`, repeat: 'always', signal });

  const list: TasksClient['list'] = (search = {}, { signal } = {}) =>
    transport.send({ method: 'GET', path: '/v1/tasks', query: search, repeat: 'always', signal });

  return {
    enqueue: (request, options) => transport.send(enqueueCall(transport, '/v1/tasks', request, options)),
    enqueueMany: (requests, options) => enqueueMany(transport, requests, options),
    enqueueStream: (requests, options) => enqueueStream(transport, requests, options),
    get,
    waitFor: (id, options) => waitFor(id, get, clock, options),
    list,
    async *listAll(search, options) {
      let cursor: string | null | undefined;
      do {
        const page: TaskPage = await list({ ...search, ...(cursor ? { cursor } : {}) }, options);
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== null);
    },
    executions: (id, options) => part(id, 'executions', options),
    log: (id, options) => part(id, 'log', options),
    cancel: (id, { reason, signal } = {}) =>
      change(id, {
        method: 'POST',
        path: `${taskPath(id)}/cancel`,
        body: reason === undefined ? undefined : JSON.stringify({ reason }),
        signal,
      }),
    kill: (id, { reason, signal } = {}) =>
      transport.send({
        method: 'POST',
        path: `${taskPath(id)}/kill`,
        body: reason === undefined ? undefined : JSON.stringify({ reason }),
        repeat: 'refused',
        signal,
      }),
    retry: (id, { comment, signal } = {}) =>
      transport.send({
        method: 'POST',
        path: `${taskPath(id)}/retry`,
        body: comment === undefined ? undefined : JSON.stringify({ comment }),
        repeat: 'refused',
        signal,
      }),
    skip: (id, { comment, signal } = {}) =>
      change(id, {
        method: 'POST',
        path: `${taskPath(id)}/skip`,
        body: comment === undefined ? undefined : JSON.stringify({ comment }),
        signal,
      }),
    async comment(id, text, { signal } = {}) {
      const body = JSON.stringify({ text });
      await transport.send({ method: 'POST', path: `${taskPath(id)}/comments`, body, repeat: 'refused', signal });
    },
    history: async (id, options) => (await part<Page<TaskHistoryEntry>>(id, 'history', options)).items,
    explain: (id, options) => part(id, 'explain', options),
    events: (id, options) => followTask({ transport, clock }, `${taskPath(id)}/events`, options),
    runNow: (id, { signal } = {}) => change(id, { method: 'POST', path: `${taskPath(id)}/run-now`, signal }),
    patch: (id, patch, { signal } = {}) =>
      transport.send({ method: 'PATCH', path: taskPath(id), body: JSON.stringify(patch), repeat: 'always', signal }),
  };
}

export function enqueueCall(transport: Transport, path: string, request: object, options: EnqueueOptions = {}): Call {
  const { waitSeconds, unchecked, signal } = options;
  const key = options.idempotencyKey ?? (transport.canRetry ? newIdempotencyKey() : undefined);
  return {
    method: 'POST',
    path,
    query: { unchecked },
    headers: {
      ...(key === undefined ? {} : { 'idempotency-key': idempotencyHeader(key) }),
      ...(waitSeconds === undefined ? {} : { prefer: `wait=${Math.ceil(waitSeconds)}` }),
    },
    body: JSON.stringify(request),
    // Without a key, a second sending would be a second task.
    repeat: key === undefined ? 'refused' : 'always',
    waitSeconds,
    signal,
  };
}

/** The id of a task is one path segment, whatever it holds. */
function taskPath(id: string): string {
  return `/v1/tasks/${encodeURIComponent(id)}`;
}
