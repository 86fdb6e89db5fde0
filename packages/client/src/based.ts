import { DroverError, type DroverErrorCode } from './drover-error.ts';
import type { CallOptions } from './tasks.ts';
import type { Call } from './transport.ts';

/** Edits of what has versions. */

/**
 * `version`: the change is refused with `precondition_failed` when somebody else made another one meanwhile. It is refused
 * too when it was sent again because the answer to it was lost: look whether it is there.
 */
export type Based = CallOptions & { version?: number | undefined };

/** `unchecked`: takes a method that no live worker offers, with arguments unchecked. */
export type Checked = { unchecked?: boolean | undefined };

export function basedCall(method: Call['method'], path: string, body: unknown, options: Based & Checked = {}): Call {
  const { version, unchecked, signal } = options;
  const headers = version === undefined ? {} : { 'if-match': `"${version}"` };
  return { method, path, query: { unchecked }, headers, body: textOf(body), repeat: 'always', signal };
}

export function textOf(body: unknown): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

/** The first sending may have done it without our seeing the answer. */
export function wasDone(error: unknown, code: DroverErrorCode): boolean {
  return error instanceof DroverError && error.code === code && error.attempts > 1;
}
