import type {
  ClusterError,
  Job,
  JobFilter,
  JobRequest,
  JobResult,
  JobResultFilter,
  JobResultSummary,
  JobRun,
} from '@drover/core';
import type { Access } from '../cluster.ts';
import type { Based, CheckOptions } from '../schedules/contract.ts';

type Paged = { limit: number; cursor?: string | undefined };

export type Jobs = {
  /**
   * @throws ClusterError request_invalid (faults name the line: `/lines/2/kwargs/x`), method_unknown, job_conflict (the
   *   name is taken), job_limit, idempotency_key_reused, redis_unavailable
   */
  create(
    request: JobRequest,
    access: Access,
    options?: CheckOptions & { idempotencyKey?: string | undefined },
  ): Promise<Job>;
  /** @throws ClusterError job_unknown, as do all that take an id */
  get(id: string, access: Access): Promise<Job>;
  /** By name. */
  list(search: JobFilter & Paged, access: Access): Promise<{ items: Job[]; nextCursor: string | null }>;
  /** Of the job with this name, of the caller's company; without one, of a global one. */
  idOf(name: string, access: Access): Promise<string | undefined>;
  /** It stays with its company. @throws ClusterError as `create`, job_conflict, precondition_failed */
  replace(id: string, request: JobRequest, access: Access, options?: Based & CheckOptions): Promise<Job>;
  /** @throws ClusterError job_conflict: a schedule runs it, precondition_failed */
  remove(id: string, access: Access, based?: Based): Promise<void>;
  /** @throws ClusterError job_conflict: it is not active; request_invalid, args_invalid: what it says differently, by number */
  run(
    id: string,
    run: JobRun,
    access: Access,
    options?: { isSystem?: boolean | undefined; idempotencyKey?: string | undefined },
  ): Promise<JobResult>;
  /** Creates and replaces by name, each on its own. A dry run only tells. Answers in order. */
  apply(
    requests: JobRequest[],
    access: Access,
    options?: CheckOptions & { dryRun?: boolean },
  ): Promise<({ result: 'created' | 'updated' | 'unchanged'; job: Job } | ClusterError)[]>;
  results: {
    /** Newest first. A page may be short, even empty, and still have a next one. */
    list(
      search: JobResultFilter & Paged,
      access: Access,
    ): Promise<{ items: JobResultSummary[]; nextCursor: string | null }>;
    /** @throws ClusterError job_result_unknown */
    get(id: string, access: Access): Promise<JobResult>;
    /** Answers with the warning that part of the work may remain. @throws ClusterError job_conflict: it does not run */
    kill(id: string, reason: string | undefined, access: Access): Promise<JobResult>;
  };
};
