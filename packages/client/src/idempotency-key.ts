import { limits } from '@drover/core';
import { DroverError } from './drover-error.ts';

/** A key that nobody has used: 128 random bits. `crypto.randomUUID` is missing in pages served over plain HTTP. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The header as draft-ietf-httpapi-idempotency-key-header has it: a Structured Field string, quoted.
 *
 * @throws DroverError idempotency_key_invalid when a header cannot carry the key.
 */
export function idempotencyHeader(key: string): string {
  if (!/^[\x20-\x7e]+$/.test(key) || key.length > limits.idempotencyKeyLength) {
    const expected = `1 to ${limits.idempotencyKeyLength} printable ASCII characters`;
    throw new DroverError('idempotency_key_invalid', `an idempotency key is ${expected}`);
  }
  return `"${key.replace(/["\\]/g, '\\$&')}"`;
}
