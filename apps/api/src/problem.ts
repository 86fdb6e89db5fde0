import { ClusterError, type ClusterErrorCode, clusterErrors, limits, type Problem } from '@drover/core';

/**
 * Problems are RFC 9457. Their `type` is an identifier, stable for good, and need not be opened; `code` is its last part,
 * for programs. `detail` is for people, and may change.
 */
export const problemTypeBase = 'https://drover.dev/problems/';
export const problemMediaType = 'application/problem+json';

/** When to try again, seconds: Redis comes back within its reconnect pause, another process takes over from this one. */
const retryAfterSeconds: Partial<Record<ClusterErrorCode, number>> = {
  redis_unavailable: 2,
  stopping: 1,
  too_many_requests: 1,
};

/** `instance` is the path of the request; parts of an answer have none. */
export function problemOf(error: ClusterError, instance?: string): Problem {
  const { status, title } = clusterErrors[error.code];
  const problem: Problem = {
    type: problemTypeBase + error.code,
    title,
    status,
    detail: shortened(error.message),
    code: error.code,
  };
  if (instance !== undefined) problem.instance = instance;
  if (error.faults.length > 0) problem.errors = error.faults;
  return problem;
}

/** Details quote what was sent, which may be as long as an address. */
function shortened(text: string): string {
  return text.length <= limits.problemDetailLength ? text : `${text.slice(0, limits.problemDetailLength - 1)}…`;
}

/** The headers that a problem of this code comes with. RFC 6750 asks for the challenge on 401. */
export function problemHeaders(code: ClusterErrorCode): Record<string, string> {
  const headers: Record<string, string> = {};
  const seconds = retryAfterSeconds[code];
  if (seconds !== undefined) headers['retry-after'] = String(seconds);
  if (code === 'request_timeout') headers.connection = 'close';
  if (code === 'token_missing') headers['www-authenticate'] = 'Bearer realm="drover"';
  if (code === 'token_invalid') headers['www-authenticate'] = 'Bearer realm="drover", error="invalid_token"';
  if (code === 'scope_missing') headers['www-authenticate'] = 'Bearer realm="drover", error="insufficient_scope"';
  return headers;
}

/** What is not expected is our own bug: its words stay in the log. */
export function clusterErrorOf(error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  return new ClusterError('internal', 'This is a fault of Drover, not of the request; the log of the API tells more.', {
    cause: error,
  });
}
