import type {
  BackfillRequest,
  BackfillResult,
  ClusterError,
  Fire,
  PauseRequest,
  Schedule,
  ScheduleCalendar,
  ScheduleFilter,
  SchedulePatch,
  SchedulePreview,
  ScheduleRequest,
  Task,
} from '@drover/core';
import type { Access } from '../cluster.ts';

/** A filter, and which page of what matches. */
export type ScheduleSearch = ScheduleFilter & { limit: number; cursor?: string | undefined };

/** Whose version a change is based on: another one is `precondition_failed`. Undefined: whatever it is. */
export type Based = { version?: number | undefined };

export type CheckOptions = {
  /** Accepts a method that no live worker offers, and leaves its arguments unchecked. */
  unchecked?: boolean | undefined;
  /** Accepts a method of Drover itself (`system.…`): who asks for it decides over the whole cluster. */
  isSystem?: boolean | undefined;
};

export type Schedules = {
  /**
   * Checks rule and task, and schedules it. The same idempotency key: the same schedule again.
   * @throws ClusterError request_invalid, method_unknown, args_invalid, args_too_large, schedule_conflict (the name is
   *   taken), schedule_limit, idempotency_key_reused, redis_unavailable
   */
  create(
    request: ScheduleRequest,
    access: Access,
    options?: CheckOptions & { idempotencyKey?: string | undefined },
  ): Promise<Schedule>;
  /** @throws ClusterError schedule_unknown, as do all that take an id */
  get(id: string, access: Access): Promise<Schedule>;
  /** By name. A page may be short, even empty, and still have a next one. @throws ClusterError request_invalid */
  list(search: ScheduleSearch, access: Access): Promise<{ items: Schedule[]; nextCursor: string | null }>;
  /**
   * Replaces rule, policies and task; what became of it stays. One that a person edits while it is declared in code shows
   * its drift. @throws ClusterError as `create`, precondition_failed
   */
  replace(id: string, request: ScheduleRequest, access: Access, options?: Based & CheckOptions): Promise<Schedule>;
  patch(id: string, patch: SchedulePatch, access: Access, options?: Based & CheckOptions): Promise<Schedule>;
  /**
   * Its tasks stay; its fire log goes with it.
   * @throws ClusterError schedule_conflict: code that declares it would bring it back, precondition_failed
   */
  remove(id: string, access: Access, based?: Based): Promise<void>;
  pause(id: string, pause: PauseRequest, access: Access): Promise<Schedule>;
  /** Nothing more fires. */
  unschedule(id: string, access: Access): Promise<Schedule>;
  /**
   * Fires again, from now on: what went by meanwhile is not caught up. With `immediately` it fires now.
   * @throws ClusterError schedule_conflict: it has no further times
   */
  reschedule(id: string, access: Access): Promise<Schedule>;
  /** Makes its task now; its times stay as they are. */
  run(id: string, access: Access, options?: { idempotencyKey?: string | undefined }): Promise<Task>;
  /** @throws ClusterError request_invalid: more than `limits.backfillFires` */
  backfill(id: string, request: BackfillRequest, access: Access): Promise<BackfillResult>;
  /** Takes the code's definition back. @throws ClusterError schedule_conflict: there is no drift */
  reset(id: string, access: Access, based?: Based): Promise<Schedule>;
  /** Keeps the edit, and shows it no more as drift. @throws ClusterError schedule_conflict: there is no drift */
  adopt(id: string, access: Access, based?: Based): Promise<Schedule>;
  /** Newest first. */
  fires(
    id: string,
    search: { limit: number; cursor?: string | undefined },
    access: Access,
  ): Promise<{ items: Fire[]; nextCursor: string | null }>;
  /** The next times of a saved one. */
  preview(id: string, search: { after?: string | undefined; count: number }, access: Access): Promise<SchedulePreview>;
  /** All fires from `from` to before `to`. @throws ClusterError request_invalid: longer than `limits.calendarMs` */
  calendar(search: { from: string; to: string }, access: Access): Promise<ScheduleCalendar>;
  /**
   * Creates and replaces by name, each on its own. A dry run only tells.
   * Answers in order; of a bad one, why.
   */
  apply(
    requests: ScheduleRequest[],
    access: Access,
    options?: CheckOptions & { dryRun?: boolean },
  ): Promise<({ result: 'created' | 'updated' | 'unchanged'; schedule: Schedule } | ClusterError)[]>;
};
