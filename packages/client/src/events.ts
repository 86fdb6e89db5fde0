import { isFinished, limits, type TaskEvent, type TaskFilter } from '@drover/core';
import type { Clock } from './clock.ts';
import { DroverError } from './drover-error.ts';
import { serverEventsOf } from './server-events.ts';
import type { CallOptions } from './tasks.ts';
import { errorOf, type Query, type Transport } from './transport.ts';

/** Which events: all of the named fields must fit. */
export type EventSearch = {
  [Field in 'state' | 'outcome' | 'model' | 'method' | 'queue' | 'company']?: TaskFilter[Field] | undefined;
} & { task?: string | undefined };

export type EventOptions = CallOptions & {
  /** Goes on after the event with this id. Default: from now on; of one task, from the beginning. */
  lastEventId?: string | undefined;
  /** Told the id of every event, before the event itself: with it one may go on later. */
  onId?: ((id: string) => void) | undefined;
};

/** A server that says nothing for so long, not even that it lives, is not there any more. */
const silenceMs = 3 * limits.eventHeartbeatMs;
/** Before one comes back, as long as the server has named no other pause. */
const pauseMs = 2_000;

/**
 * Events as they come, over as many connections as it takes: it comes back with the id of the last one, for as long as
 * somebody reads. It ends when the server says that there is no more.
 *
 * @throws DroverError what cannot be overcome by coming back; with `retry: false`, whatever breaks the first connection
 */
export async function* followEvents(
  { transport, clock }: { transport: Transport; clock: Clock },
  { path, query = {} }: { path: string; query?: Query },
  { signal, lastEventId, onId }: EventOptions = {},
): AsyncGenerator<TaskEvent, void, undefined> {
  let lastId = lastEventId;
  let asked = pauseMs;
  for (let failures = 0; ; ) {
    const silence = startSilence();
    try {
      const response = await transport.open({
        path,
        query,
        headers: {
          accept: 'text/event-stream, application/problem+json',
          ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
        },
        signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
      });
      if (response.status === 204) return;
      for await (const { id, retryMs, data } of serverEventsOf(response.body, silence.heard)) {
        failures = 0;
        asked = retryMs ?? asked;
        if (id !== undefined) lastId = id;
        if (data === undefined) continue;
        if (lastId !== undefined) onId?.(lastId);
        // What the reader does with it is his time, not the server's silence.
        silence.pause();
        yield eventOf(data);
        silence.heard();
      }
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      const error = errorOf(thrown, { method: 'GET', path }, failures + 1);
      if (!(error instanceof DroverError)) throw error;
      const pause = transport.pauseBeforeReturn(error, failures++);
      if (pause === undefined) throw error;
      await clock.sleep(Math.max(asked, pause), signal);
      continue;
    } finally {
      silence.pause();
    }
    await clock.sleep(asked, signal);
  }
}

/** The events of one task, up to its end. */
export async function* followTask(
  parts: { transport: Transport; clock: Clock },
  path: string,
  options?: EventOptions,
): AsyncGenerator<TaskEvent, void, undefined> {
  for await (const event of followEvents(parts, { path }, options)) {
    yield event;
    // The server would say so at the next connection: that one can be spared.
    if (event.type === 'state' && isFinished(event.state)) return;
  }
}

function eventOf(data: string): TaskEvent {
  try {
    return JSON.parse(data) as TaskEvent;
  } catch (cause) {
    throw new DroverError('answer_invalid', 'expected an event of the API as JSON', { cause });
  }
}

/** A signal that aborts when nothing is heard for too long. */
function startSilence() {
  const silent = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pause = () => clearTimeout(timer);
  const heard = () => {
    pause();
    timer = setTimeout(() => silent.abort(new DOMException('no answer in time', 'TimeoutError')), silenceMs);
  };
  heard();
  return { signal: silent.signal, heard, pause };
}
