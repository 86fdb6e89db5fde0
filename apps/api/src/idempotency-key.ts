import { ClusterError, limits } from '@drover/core';
import { parseItem } from 'structured-headers';
import type { HeaderDoc } from './route.ts';

/**
 * The header `Idempotency-Key` is a String of Structured Fields (RFC 9651), so it is quoted:
 * `Idempotency-Key: "8e03978e-40d5-43e8-bc93-6894a57f9324"`. The same without quotes is taken too, when it holds nothing
 * but letters, digits and `. _ ~ : / + = -`, and begins with one of the first two. Both spell the same key.
 */
const bare = /^[A-Za-z0-9][A-Za-z0-9._~:/+=-]*$/;

/** For routes other than those that enqueue. */
export const keyHeader: Record<string, HeaderDoc> = {
  'idempotency-key': {
    description: 'As of `POST /v1/tasks`: the same key with the same request answers the same again, for 24 hours.',
    example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
  },
};

/** @throws ClusterError idempotency_key_invalid */
export function parseIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = String(header);
  const key = bare.test(text) ? text : quoted(text);
  if (key === '') throw refused('is empty');
  if (key.length > limits.idempotencyKeyLength)
    throw refused(`is longer than ${limits.idempotencyKeyLength} characters`);
  return key;
}

function quoted(text: string): string {
  let value: unknown;
  try {
    [value] = parseItem(text);
  } catch (cause) {
    throw refused('must be one string in double quotes', cause);
  }
  if (typeof value !== 'string') throw refused('must be one string in double quotes');
  return value;
}

function refused(message: string, cause?: unknown): ClusterError {
  return new ClusterError('idempotency_key_invalid', `The header Idempotency-Key ${message}.`, {
    cause,
    faults: [{ pointer: 'header:idempotency-key', message }],
  });
}
