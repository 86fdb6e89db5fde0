/**
 * A failure that we expect. One table says what it means over HTTP and whether trying the same again can help.
 */
export const clusterErrors = {
  request_invalid: { status: 422, title: 'The request is not valid', canRetry: false },
  request_unreadable: { status: 400, title: 'This is not HTTP', canRetry: false },
  headers_too_large: { status: 431, title: 'The headers are too large', canRetry: false },
  request_timeout: { status: 408, title: 'The request did not come in time', canRetry: true },
  body_invalid: { status: 400, title: 'The body is not valid JSON', canRetry: false },
  body_too_large: { status: 413, title: 'The body is too large', canRetry: false },
  content_type_unsupported: { status: 415, title: 'The content type is not supported', canRetry: false },
  not_acceptable: { status: 406, title: 'The answer has no such format', canRetry: false },
  token_missing: { status: 401, title: 'A token is needed', canRetry: false },
  token_invalid: { status: 401, title: 'The token is not valid', canRetry: false },
  scope_missing: { status: 403, title: 'The token lacks the scope for this', canRetry: false },
  origin_refused: { status: 403, title: 'The request comes from another site', canRetry: false },
  route_unknown: { status: 404, title: 'There is nothing here', canRetry: false },
  method_not_allowed: { status: 405, title: 'This address does not take that HTTP method', canRetry: false },
  task_unknown: { status: 404, title: 'There is no such task', canRetry: false },
  execution_unknown: { status: 404, title: 'There is no such execution', canRetry: false },
  job_unknown: { status: 404, title: 'There is no such job', canRetry: false },
  job_result_unknown: { status: 404, title: 'There is no such job result', canRetry: false },
  flow_unknown: { status: 404, title: 'There is no such flow', canRetry: false },
  schedule_unknown: { status: 404, title: 'There is no such schedule', canRetry: false },
  model_unknown: { status: 404, title: 'There is no such model', canRetry: false },
  queue_unknown: { status: 404, title: 'There is no such queue', canRetry: false },
  key_unknown: { status: 404, title: 'There is no such key', canRetry: false },
  worker_unknown: { status: 404, title: 'There is no such worker', canRetry: false },
  method_unknown: { status: 422, title: 'No live worker offers this method', canRetry: false },
  args_invalid: { status: 422, title: 'The arguments do not fit the method', canRetry: false },
  args_too_large: { status: 422, title: 'The arguments are too large', canRetry: false },
  result_too_large: { status: 500, title: 'The result is too large', canRetry: false },
  queue_limit: { status: 422, title: 'The cluster has as many queues as it may have', canRetry: false },
  key_limit: { status: 422, title: 'The cluster has as many keys as it may have', canRetry: false },
  idempotency_key_invalid: { status: 400, title: 'The idempotency key is not valid', canRetry: false },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request', canRetry: false },
  state_conflict: { status: 409, title: 'Its state forbids this', canRetry: false },
  job_conflict: { status: 409, title: 'The job does not allow this', canRetry: false },
  job_limit: { status: 422, title: 'The cluster has as many jobs as it may have', canRetry: false },
  flow_conflict: { status: 409, title: 'The flow does not allow this', canRetry: false },
  flow_invalid: { status: 422, title: 'The flow is not possible', canRetry: false },
  schedule_conflict: { status: 409, title: 'The schedule does not allow this', canRetry: false },
  schedule_limit: { status: 422, title: 'The cluster has as many schedules as it may have', canRetry: false },
  precondition_failed: { status: 412, title: 'It was changed by somebody else', canRetry: false },
  too_many_requests: { status: 429, title: 'Too many requests', canRetry: true },
  redis_unavailable: { status: 503, title: 'Redis does not answer', canRetry: true },
  api_unavailable: { status: 503, title: 'The API does not answer', canRetry: true },
  stopping: { status: 503, title: 'This process is stopping', canRetry: true },
  internal: { status: 500, title: 'Something went wrong here', canRetry: false },
} as const satisfies Record<string, { status: number; title: string; canRetry: boolean }>;

export type ClusterErrorCode = keyof typeof clusterErrors;

/** One fault of a request: where (JSON Pointer into the body, or `?name`, or `header:name`) and what. */
export type Fault = { pointer: string; message: string };

export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code: ClusterErrorCode;
  /** The faults of bad input, field by field. */
  readonly faults: Fault[];

  constructor(code: ClusterErrorCode, message: string, options: { cause?: unknown; faults?: Fault[] } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.faults = options.faults ?? [];
  }

  get status(): number {
    return clusterErrors[this.code].status;
  }

  get canRetry(): boolean {
    return clusterErrors[this.code].canRetry;
  }
}
