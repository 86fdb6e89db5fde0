import type { ServerResponse } from 'node:http';
import { limits } from '@drover/core';

/**
 * Writes a part of an answer that has begun. Returns when the client has taken enough of it for more to be made, has
 * gone, or has taken nothing for `limits.streamStallMs` and was cut off: look at `response.destroyed`.
 *
 * @param hurry ends the wait for the client
 */
export async function writeOut(response: ServerResponse, text: string, hurry?: AbortSignal): Promise<void> {
  if (response.destroyed || response.write(text) || hurry?.aborted) return;
  await new Promise<void>((resolve) => {
    const stalled = setTimeout(() => breakOff(response), limits.streamStallMs);
    const done = () => {
      clearTimeout(stalled);
      response.off('drain', done).off('close', done);
      hurry?.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
    hurry?.addEventListener('abort', done);
  });
}

/**
 * Ends an answer that is not whole, so that nobody takes it for one: by a reset, since to a reader of HTTP/1.0, as many
 * proxies are, a connection that is closed in order is an answer that has ended.
 */
export function breakOff(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
  response.destroy();
}
