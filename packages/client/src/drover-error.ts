import type { ClusterErrorCode, Fault, Problem, Task } from '@drover/core';

/**
 * What the client itself says:
 * network         the API was not reached, or its answer broke off, or did not come in time.
 * answer_invalid  something answered that is not the API, for example a proxy's error page.
 * wait_timeout    the time to wait is up; the task goes on.
 * task_failed     `call`: the task ended badly, or needs a person. The task is in `task`.
 */
export type ClientErrorCode = 'network' | 'answer_invalid' | 'wait_timeout' | 'task_failed';

/** A code of this version, or of a newer API. */
export type DroverErrorCode = ClusterErrorCode | ClientErrorCode | (string & {});

type Details = {
  /** HTTP status; 0 when there was no answer. */
  status?: number;
  problem?: Problem | undefined;
  retryAfterSeconds?: number | undefined;
  attempts?: number;
  task?: Task;
  cause?: unknown;
};

/** HTTP statuses after which the same request may do better: the cluster's own two, and a proxy's words for them. */
const passingStatuses = new Set([429, 502, 503, 504]);

/** The one class of everything that goes wrong on the way to the cluster and back. */
export class DroverError extends Error {
  override readonly name = 'DroverError';
  /** What happened, to be tested by programs. */
  readonly code: DroverErrorCode;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The whole RFC 9457 problem, when the API sent one. */
  readonly problem: Problem | undefined;
  /** The faults of bad input, field by field; `pointer` is a JSON Pointer into the body. */
  readonly faults: Fault[];
  /** When the API asks to be tried again. */
  readonly retryAfterSeconds: number | undefined;
  /** Requests that were sent before giving up. */
  readonly attempts: number;
  /** With `task_failed`: the task. */
  readonly task: Task | undefined;

  constructor(code: DroverErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? 0;
    this.problem = details.problem;
    this.faults = details.problem?.errors ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.attempts = details.attempts ?? 1;
    this.task = details.task;
  }

  /** Whether the same request may succeed later. */
  get isRetryable(): boolean {
    return this.code === 'network' || passingStatuses.has(this.status);
  }
}

/** The error of an API's problem; `detail` is what a person reads. */
export function errorOfProblem(problem: Problem, details: Omit<Details, 'problem' | 'status'> = {}): DroverError {
  return new DroverError(problem.code, problem.detail || problem.title, {
    ...details,
    status: problem.status,
    problem,
  });
}

/** Whether an answer's body is a problem as this API writes it. */
export function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { code, status, title } = body as Record<string, unknown>;
  return typeof code === 'string' && typeof status === 'number' && typeof title === 'string';
}
