import type {
  ChainRequest,
  Flow,
  FlowCancel,
  FlowFilter,
  FlowRequest,
  FlowResume,
  FlowResumed,
  FlowSummary,
} from '@drover/core';
import type { Access } from '../cluster.ts';
import type { CheckOptions } from '../schedules/contract.ts';

export type FlowSearch = FlowFilter & { limit: number; cursor?: string | undefined };

export type FlowOptions = CheckOptions & { idempotencyKey?: string | undefined };

export type Flows = {
  /**
   * Checks graph, expressions and arguments, and adds all tasks, or none.
   * @throws ClusterError flow_invalid, request_invalid, method_unknown, args_invalid, args_too_large, queue_limit,
   *   idempotency_key_reused, redis_unavailable; faults name the task: `/tasks/3/args/0`
   */
  create(request: FlowRequest, access: Access, options?: FlowOptions): Promise<Flow>;
  /** Steps in a row. Faults name the step: `/steps/3/args/0`. @throws as `create` */
  createChain(request: ChainRequest, access: Access, options?: FlowOptions): Promise<Flow>;
  /** @throws ClusterError flow_unknown, as do all that take an id */
  get(id: string, access: Access): Promise<Flow>;
  /** Newest first. A page may be short, even empty, and still have a next one. */
  list(search: FlowSearch, access: Access): Promise<{ items: FlowSummary[]; nextCursor: string | null }>;
  /** Answers when all tasks not marked `background` have ended, when the time is up, or when the signal aborts. */
  waitFor(
    id: string,
    access: Access,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<{ flow: Flow; hasEnded: boolean }>;
  /** Those that have not begun are cancelled at once; those that run are left alone, or killed. */
  cancel(id: string, request: FlowCancel, access: Access): Promise<Flow>;
  /**
   * What failed or was cancelled runs again under the same ids, with what was passed over because of it.
   * @throws ClusterError flow_conflict: nothing of it failed
   */
  resume(id: string, request: FlowResume, access: Access): Promise<FlowResumed>;
};
