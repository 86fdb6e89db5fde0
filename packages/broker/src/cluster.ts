import type {
  ClusterError,
  KeyInfo,
  KeyRequest,
  MethodInfo,
  ModelInfo,
  NewKey,
  Overview,
  QueueInfo,
  Scope,
  Task,
  TaskLog,
  TaskPatch,
  TaskRequest,
  TaskState,
  WorkerInfo,
} from '@drover/core';

/**
 * Whose tasks a caller may see and touch. A company's caller meets `task_unknown` for every other task: isolation is
 * decided here, in the broker, and nowhere else.
 */
export type Access = { company?: string | undefined };

/** Who a token belongs to. */
export type Caller = Access & { keyId: string; name: string; scopes: Scope[] };

export type TaskFilter = { state: TaskState; queue?: string | undefined; limit: number; cursor?: string | undefined };

export type Page<T> = { items: T[]; nextCursor: string | null };

export type EnqueueOptions = {
  /** Accepts a method that no live worker offers, and leaves its arguments unchecked. */
  unchecked?: boolean;
  idempotencyKey?: string | undefined;
};

export type Tasks = {
  /**
   * Checks the arguments against the catalogue and adds the task.
   * @throws ClusterError method_unknown, args_invalid, args_too_large, request_invalid, queue_limit,
   *   idempotency_key_reused, redis_unavailable
   */
  enqueue(request: TaskRequest, access: Access, options?: EnqueueOptions): Promise<Task>;
  /** The same for many: one bad one spoils only itself. Answers in order. At most `limits.bulkTasks`. */
  enqueueMany(requests: TaskRequest[], access: Access, options?: EnqueueOptions): Promise<(Task | ClusterError)[]>;
  /** @throws ClusterError task_unknown */
  get(id: string, access: Access): Promise<Task>;
  /** Answers when the task has ended, when the time is up, or when the signal aborts: look at its state. */
  waitFor(id: string, access: Access, timeoutMs: number, signal?: AbortSignal): Promise<Task>;
  /**
   * Queue by queue: waiting ones in the order in which they will run, scheduled ones soonest first, ended ones newest
   * first. A page may be short and still have a next one. Cursors are opaque.
   */
  list(filter: TaskFilter, access: Access): Promise<Page<Task>>;
  log(id: string, access: Access): Promise<TaskLog>;
  /** Not yet running: ends as cancelled. @throws ClusterError task_unknown, state_conflict */
  cancel(id: string, access: Access, reason?: string): Promise<Task>;
  /** Ended badly or needs attention: runs again. @throws ClusterError task_unknown, state_conflict */
  retry(id: string, access: Access): Promise<Task>;
  /** Waits for its time: runs now. @throws ClusterError task_unknown, state_conflict */
  runNow(id: string, access: Access): Promise<Task>;
  /** @throws ClusterError task_unknown, state_conflict, args_invalid, args_too_large */
  patch(id: string, access: Access, patch: TaskPatch): Promise<Task>;
};

/** Everything that the API and the dashboard ask of the cluster. */
export type Cluster = {
  tasks: Tasks;
  catalogue: {
    list(): Promise<ModelInfo[]>;
    /** @throws ClusterError model_unknown */
    model(name: string): Promise<ModelInfo>;
    /** All live versions of a method; empty when no live worker offers it. */
    versions(fullName: string): Promise<MethodInfo[]>;
  };
  queues: {
    list(access: Access): Promise<QueueInfo[]>;
    /** @throws ClusterError queue_unknown */
    get(name: string, access: Access): Promise<QueueInfo>;
    pause(name: string): Promise<void>;
    resume(name: string): Promise<void>;
  };
  workers: { list(): Promise<WorkerInfo[]> };
  /** Tokens: only their digests are stored. */
  keys: {
    create(request: KeyRequest): Promise<NewKey>;
    list(): Promise<KeyInfo[]>;
    /** @throws ClusterError key_unknown */
    revoke(id: string): Promise<void>;
    /** Who the token belongs to; undefined when it is nobody's. Cached for a second, so that it costs no call. */
    authenticate(token: string): Promise<Caller | undefined>;
    /** Makes the token an admin's (`ADMIN_TOKEN`), or generates one when there is no admin key yet. */
    ensureAdmin(token: string | undefined): Promise<{ generatedToken: string | undefined }>;
  };
  overview(access: Access): Promise<Overview>;
  /** Round trip to Redis. @throws ClusterError redis_unavailable within a second */
  ping(): Promise<void>;
  stop(): Promise<void>;
};
