import type { FollowedEvent, Following } from '@drover/broker';
import { ClusterError } from '@drover/core';
import { dataHeaders } from './answer.ts';
import { authenticate } from './authorize.ts';
import type { Call } from './route.ts';
import { breakOff, writeOut } from './write-out.ts';

/** Server-sent events, as the HTML standard has them. */
export const eventStreamType = 'text/event-stream';

/** When a reader whose stream ended asks again. */
const retryMs = 2_000;

const headers = {
  ...dataHeaders,
  'content-type': eventStreamType,
  // For nginx and its like: what waits to be passed on in larger parts comes late.
  'x-accel-buffering': 'no',
};

/**
 * Sends what happens as it happens: source ──▶ text ──▶ client. Only what the client takes is made into text; what piles
 * up meanwhile is the source's, which gives up on a client that is too slow: the connection is broken off then.
 *
 * It ends in order with its source, when the process stops, when the token is revoked, and when the client has gone.
 */
export async function sendEvents(call: Call, following: Following): Promise<void> {
  const { request, response } = call;
  response.writeHead(200, headers);
  if (request.method === 'HEAD') {
    following.stop();
    response.end();
    return;
  }
  response.write(`retry: ${retryMs}\n${idLine(following)}\n`);
  await call.longPolls.hold(response, (signal) => passOn(call, following, signal));
}

/** @param signal the client has gone, or the process stops */
async function passOn(call: Call, following: Following, signal: AbortSignal): Promise<void> {
  const { response, logger } = call;
  const hurry = new AbortController();
  const stop = () => {
    hurry.abort();
    following.stop();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  following.cutOff.addEventListener('abort', stop);
  const beats = setInterval(() => beat(call, following, stop), call.heartbeatMs);
  try {
    for await (const events of following) {
      await writeOut(response, events.map(textOf).join(''), hurry.signal);
      if (response.destroyed) return;
    }
    response.end();
  } catch (error) {
    // The answer has begun: breaking off is all that can be said.
    breakOff(response);
    if (!(error instanceof ClusterError)) throw error;
    logger.debug({ code: error.code, reason: error.message }, 'event stream broken off');
  } finally {
    clearInterval(beats);
    following.stop();
  }
}

/** JSON has no line breaks, so that an event is one line of data. */
function textOf({ id, event }: FollowedEvent): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Without an event it tells the client where to go on from. */
function idLine({ lastId }: Following): string {
  return lastId === '' ? '' : `id: ${lastId}\n`;
}

/** Shows that the stream lives, to whoever is on the way, and looks whether its reader may still read. */
function beat({ cluster, request, response }: Call, following: Following, stop: () => void): void {
  authenticate(cluster, request.headers.authorization).catch((error: unknown) => {
    if (error instanceof ClusterError && !error.canRetry) stop();
  });
  if (!response.writableNeedDrain && !response.destroyed) response.write(`:\n${idLine(following)}\n`);
}
