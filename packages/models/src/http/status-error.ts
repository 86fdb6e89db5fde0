import { limits, PermanentError, TemporaryError } from '@drover/core';
import type { OpenedUrl } from './open-url.ts';
import { retryAfterSeconds } from './retry-after.ts';

/**
 * What an unexpected status means: 408, 425, 429 and 5xx pass, after the pause that `Retry-After` asks for (at most a
 * day); any other stays as it is.
 */
export function statusError(
  method: string,
  { url, status, headers }: Pick<OpenedUrl, 'url' | 'status' | 'headers'>,
  body: string | null,
): TemporaryError | PermanentError {
  const said = body === null || body === '' ? '' : `: ${body.slice(0, 200)}`;
  const message = `${method} ${url} answered ${status}${said}`;
  const canPass = status >= 500 || status === 408 || status === 425 || status === 429;
  if (!canPass) return new PermanentError(message);
  const asked = retryAfterSeconds(headers['retry-after'], new Date());
  return new TemporaryError(
    message,
    asked === undefined ? {} : { delaySeconds: Math.min(asked, limits.retryAfterSeconds) },
  );
}
