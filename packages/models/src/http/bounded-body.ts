import type { Readable } from 'node:stream';
import { declaredClass, PermanentError, TemporaryError } from '@drover/core';

/**
 * Reads a body that must not be larger than `maxBytes`.
 *
 * @throws PermanentError when it is larger; TemporaryError when the connection breaks; signal.reason on abort.
 */
export async function readBounded(body: Readable, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new PermanentError(`the answer is larger than maxBytes, ${maxBytes}`);
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (declaredClass(error) !== undefined) throw error;
    throw new TemporaryError(`the answer broke off: ${(error as Error).message}`, { cause: error });
  }
  return Buffer.concat(chunks, bytes);
}

/**
 * A body as text in its declared charset (UTF-8 where none is declared), cut so that it takes at most `maxBytes` as
 * JSON. Null when it is no text: not of that charset, or with NUL characters.
 */
export function boundedText(
  bytes: Buffer,
  contentType: string | string[] | undefined,
  maxBytes: number,
): { text: string | null; truncated: boolean } {
  const text = decode(bytes, [contentType].flat()[0]);
  if (text?.includes('\0') !== false) return { text: null, truncated: false };
  const cut = cutToJsonBytes(text, maxBytes);
  return { text: cut, truncated: cut.length < text.length };
}

function decode(bytes: Buffer, contentType: string | undefined): string | undefined {
  const charset = /charset="?([\w.:-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function cutToJsonBytes(text: string, maxBytes: number): string {
  let cut = text.slice(0, maxBytes);
  for (;;) {
    const jsonBytes = Buffer.byteLength(JSON.stringify(cut));
    if (jsonBytes <= maxBytes) return cut;
    // In proportion, and at least by a little, so that it ends.
    const length = Math.min(Math.floor((cut.length * maxBytes) / jsonBytes), cut.length - 16);
    cut = cut.slice(0, Math.max(0, length));
    if (/[\uD800-\uDBFF]$/.test(cut)) cut = cut.slice(0, -1);
  }
}
