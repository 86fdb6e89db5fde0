import type {
  Actor,
  AuditEntry,
  AuditFilter,
  AuditPage,
  Autoscale,
  ClusterError,
  ExecutionEntry,
  ExecutionPage,
  Explanation,
  FailureGroup,
  KeyInfo,
  KeyRequest,
  KillAnswer,
  MethodInfo,
  ModelInfo,
  NewKey,
  Overview,
  QueueInfo,
  QueuePatch,
  Scope,
  Statistics,
  StatisticsQuery,
  Task,
  TaskActionPreview,
  TaskActionRequest,
  TaskEvent,
  TaskFilter,
  TaskHistoryEntry,
  TaskLog,
  TaskPage,
  TaskPatch,
  TaskRequest,
  WorkerAnswer,
  WorkerDetails,
  WorkerInfo,
  WorkerPatch,
} from '@drover/core';
import type { AddressSeal } from './address-seal.ts';
import type { Flows } from './flows/contract.ts';
import type { Jobs } from './jobs/contract.ts';
import type { Schedules } from './schedules/contract.ts';

/**
 * Whose tasks a caller may see and touch. A company's caller meets `task_unknown` for every other task: isolation is
 * decided here, in the broker, and nowhere else.
 */
export type Access = {
  company?: string | undefined;
  /** Who it is, where it is somebody: kept with what he does to tasks. */
  by?: Actor | undefined;
};

/** Who a token belongs to. */
export type Caller = Access & { keyId: string; name: string; scopes: Scope[] };

/** A filter, and which page of what matches. Cursors are opaque. */
export type Search = TaskFilter & { limit: number; cursor?: string | undefined };

/** A change as it is asked for, by whom and from where. */
export type AuditChange = Omit<AuditEntry, 'id' | 'at' | 'outcome' | 'status' | 'code'>;

/** What came of it. `target`: in place of the change's, where the change made it. */
export type AuditEnd = {
  outcome: 'done' | 'refused' | 'failed';
  status: number;
  code?: string | undefined;
  target?: string | undefined;
};

export type AuditSearch = AuditFilter & { limit: number; cursor?: string | undefined };

export type EnqueueOptions = {
  /** Accepts a method that no live worker offers, and leaves its arguments unchecked. */
  unchecked?: boolean;
  /** Accepts a method of Drover itself (`system.…`): who asks for it decides over the whole cluster. */
  isSystem?: boolean;
  /** What made the task. */
  origin?: { schedule?: string; flow?: string; job?: string };
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
   * Newest first, live and finished ones alike. A page may be short and still have a next one; pages stay stable while
   * tasks come and go. @throws ClusterError request_invalid
   */
  list(search: Search, access: Access): Promise<TaskPage>;
  log(id: string, access: Access): Promise<TaskLog>;
  /** Not yet running: ends as cancelled. @throws ClusterError task_unknown, state_conflict */
  cancel(id: string, access: Access, reason?: string): Promise<Task>;
  /** Ended badly or needs attention: runs again. @throws ClusterError task_unknown, state_conflict */
  retry(id: string, access: Access, comment?: string): Promise<Task>;
  /** Needs attention: ends as done, skipped. @throws ClusterError task_unknown, state_conflict */
  skip(id: string, access: Access, comment?: string): Promise<Task>;
  /**
   * Runs: is asked to end, and ends as cancelled; what does not end within its grace is killed or given up. The answer
   * does not wait for it: `killAndWait` does. @throws ClusterError task_unknown, state_conflict
   */
  kill(id: string, access: Access, reason?: string): Promise<Task>;
  /** The same, and says what became of it: waits for the grace, and a little for the answer. */
  killAndWait(id: string, access: Access, reason?: string, signal?: AbortSignal): Promise<KillAnswer>;
  /** Keeps what a person has to say of the task. @throws ClusterError task_unknown */
  comment(id: string, access: Access, text: string): Promise<void>;
  /** What people did to the task, oldest first. @throws ClusterError task_unknown */
  history(id: string, access: Access): Promise<TaskHistoryEntry[]>;
  /** Why it does not run, or what happened to it. @throws ClusterError task_unknown */
  explain(id: string, access: Access): Promise<Explanation>;
  /** Waits for its time: runs now. @throws ClusterError task_unknown, state_conflict */
  runNow(id: string, access: Access): Promise<Task>;
  /** @throws ClusterError task_unknown, state_conflict, args_invalid, args_too_large */
  patch(id: string, access: Access, patch: TaskPatch): Promise<Task>;
};

/** Which events: all of the named fields must fit. `task`: of this one only. */
export type EventFilter = Pick<TaskFilter, 'state' | 'outcome' | 'model' | 'method' | 'queue' | 'company'> & {
  task?: string | undefined;
};

/** With its id somebody who was away goes on after this event. */
export type FollowedEvent = { id: string; event: TaskEvent };

/**
 * Events as they come, those together that came together; perhaps none. It ends with its task, or by `stop`, which must
 * be called in any case. Who takes nothing while `limits.eventLagBytes` pile up is cut off: `too_many_requests` is thrown.
 */
export type Following = AsyncIterable<FollowedEvent[]> & {
  /** From here on somebody goes on who has all that was taken; empty while that is nowhere. */
  readonly lastId: string;
  /** Aborted when it is cut off. */
  readonly cutOff: AbortSignal;
  stop(): void;
};

/** Everything that the API and the dashboard ask of the cluster. */
export type Cluster = {
  tasks: Tasks;
  executions: {
    /** By start, newest first. @throws ClusterError request_invalid */
    list(search: Search, access: Access): Promise<ExecutionPage>;
    /** @throws ClusterError execution_unknown */
    get(id: string, access: Access): Promise<ExecutionEntry>;
  };
  flows: Flows;
  jobs: Jobs;
  schedules: Schedules;
  /** What is done to all tasks that match. */
  actions: {
    preview(request: TaskActionRequest, access: Access): Promise<TaskActionPreview>;
    /**
     * Starts it as a task of Drover's own, which tells its progress. The same key and request: the same task again.
     * @throws ClusterError idempotency_key_reused, redis_unavailable
     */
    start(request: TaskActionRequest, access: Access, options?: { idempotencyKey?: string | undefined }): Promise<Task>;
  };
  /** What happens, as it happens. At most `limits.eventStreams` at a time. */
  events: {
    /**
     * Changes of state and progress of the tasks that fit, from now on; or from after `lastEventId`, with `reset` first
     * where some of that is not known any more. @throws ClusterError too_many_requests, redis_unavailable
     */
    follow(filter: EventFilter, access: Access, lastEventId?: string): Promise<Following>;
    /**
     * One task: its state, progress and log as they are, and what happens to it up to its end, which is the last event.
     * With `lastEventId` the log goes on after it. Undefined: that was the last event.
     * @throws ClusterError task_unknown, too_many_requests, redis_unavailable
     */
    followTask(id: string, access: Access, lastEventId?: string): Promise<Following | undefined>;
  };
  /** A company's caller gets his company's figures. */
  statistics(query: StatisticsQuery, access: Access): Promise<Statistics>;
  /** Failures that look alike, newest first. */
  failures(access: Access): Promise<FailureGroup[]>;
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
    /** @throws ClusterError queue_unknown */
    patch(name: string, patch: QueuePatch): Promise<void>;
  };
  workers: {
    list(): Promise<WorkerInfo[]>;
    /** A company's caller sees the tasks of his company. @throws ClusterError worker_unknown */
    get(id: string, access: Access): Promise<WorkerDetails>;
    /** Takes nothing new; begun tasks go on. @throws ClusterError worker_unknown, state_conflict (it stops, or is lost) */
    quiet(id: string): Promise<WorkerAnswer>;
    /** Takes tasks again. @throws ClusterError worker_unknown, state_conflict */
    resume(id: string): Promise<WorkerAnswer>;
    /** Ends as by SIGTERM. A supervisor does not start another in its place. @throws ClusterError worker_unknown, state_conflict */
    stop(id: string): Promise<WorkerAnswer>;
    /** @throws ClusterError worker_unknown, state_conflict */
    patch(id: string, patch: WorkerPatch): Promise<WorkerAnswer>;
  };
  /** How many workers there should be, in all and for each queue. */
  autoscale(): Promise<Autoscale>;
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
  /** Who changed what. */
  audit: {
    /**
     * Before a change: writes down that it is asked for, and answers the id that `end` needs.
     * @throws ClusterError redis_unavailable: then the change must not be made
     */
    begin(change: AuditChange): Promise<string>;
    /**
     * What came of it; without an id, of what was refused before it began.
     * @throws ClusterError redis_unavailable: what was begun is written later then, by itself
     */
    end(change: AuditChange, end: AuditEnd, begunId?: string): Promise<void>;
    /**
     * Newest first. A company's caller sees what keys of his company did. A page may be short, even empty, and still
     * have a next one. @throws ClusterError request_invalid
     */
    list(search: AuditSearch, access: Access): Promise<AuditPage>;
    /** Forgets what is older than `limits.auditMs` by then; answers how many entries went. */
    trim(nowMs: number): Promise<number>;
  };
  /** How the API knows from which address a browser asks. */
  addressSeal: AddressSeal;
  overview(access: Access): Promise<Overview>;
  /** Round trip to Redis. @throws ClusterError redis_unavailable within a second */
  ping(): Promise<void>;
  stop(): Promise<void>;
};
