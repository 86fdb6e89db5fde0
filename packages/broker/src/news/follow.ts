import { limits, type ProgressEvent, type StateEvent } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access, EventFilter, FollowedEvent } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import { Inbox } from './inbox.ts';
import { after, type NewsDesk } from './news-desk.ts';
import { compareIds, entryOf, merged, type NewsStream, newsOf, type RawEntry } from './news-entry.ts';
import { newsKept } from './news-reader.ts';
import { type Position, readPosition, streamStart, writePosition } from './position.ts';
import { begunInTime, type Source } from './streams.ts';

type Parts = { redis: Redis; keys: Keys; desk: NewsDesk };

/** What an event takes in memory and on the way, about, beside its own words. */
const eventBytes = 300;

/**
 * What happens to all tasks that fit, from now on. With the id of the last event that somebody has: from there on, if the
 * streams still hold all of it, and else from now on, after a `reset`.
 */
export async function follow(
  parts: Parts,
  filter: EventFilter,
  lastEventId: string | undefined,
  access: Access,
): Promise<Source> {
  const inbox = new Inbox<FollowedEvent>();
  const fits = fitting(filter, access);
  let heardTo: Position | undefined;
  let begin: (position: Position) => void = () => {};
  const begun = new Promise<Position>((resolve) => {
    begin = resolve;
  });
  const stop = parts.desk.listen({
    begun(position) {
      if (heardTo !== undefined) inbox.put(resetAt(position), eventBytes);
      heardTo = position;
      begin(position);
    },
    heard({ event, entry }, position) {
      heardTo = position;
      if (event === undefined || !fits(event)) return;
      inbox.put({ id: writePosition(position), event }, eventBytes + Math.min(entry.text.length, eventBytes));
    },
  });
  try {
    const start = await begunInTime(begun);
    let missed = lastEventId === undefined ? [] : await missedSince(parts, lastEventId, start, fits);
    let lastId = missed.length > 0 ? '' : writePosition(start);
    return {
      async take() {
        const events = missed.length > 0 ? missed : await inbox.take();
        missed = [];
        lastId = events?.at(-1)?.id ?? lastId;
        return events;
      },
      lastId: () => (missed.length === 0 && inbox.isEmpty && heardTo ? writePosition(heardTo) : lastId),
      cutOff: inbox.cutOff,
      stop() {
        stop();
        inbox.end();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

function resetAt(position: Position): FollowedEvent {
  return { id: writePosition(position), event: { type: 'reset' } };
}

type Fits = (event: StateEvent | ProgressEvent) => boolean;

/** A company's caller is told of his company's tasks, whatever he asks for. */
function fitting(filter: EventFilter, access: Access): Fits {
  const { state, outcome, model, method, queue, company, task } = filter;
  return (event) => {
    const eventState = event.type === 'state' ? event.state : 'running';
    const eventOutcome = event.type === 'state' ? event.outcome : undefined;
    return (
      (access.company === undefined || event.company === access.company) &&
      (state === undefined || eventState === state) &&
      (outcome === undefined || eventOutcome === outcome) &&
      (model === undefined || event.model === model) &&
      (method === undefined || event.method === method || `${event.model}.${event.method}` === method) &&
      (queue === undefined || event.queue === queue) &&
      (company === undefined || event.company === company) &&
      (task === undefined || event.taskId === task)
    );
  };
}

/** What came after that event, up to `until`; a `reset` where that is not known any more, or is too much. */
async function missedSince(parts: Parts, lastEventId: string, until: Position, fits: Fits): Promise<FollowedEvent[]> {
  const since = readPosition(lastEventId);
  const read = since === undefined ? undefined : await readSince(parts, since);
  if (since === undefined || read === undefined) return [resetAt(until)];
  const { events, pulse } = read;
  const entries = merged(
    events.map((entry) => entryOf('events', entry)),
    pulse.map((entry) => entryOf('pulse', entry)),
  );
  const missed: FollowedEvent[] = [];
  let [position, bytes] = [since, 0];
  for (const entry of entries) {
    // What is newer is heard already.
    if (compareIds(entry.id, until[entry.stream]) > 0) continue;
    for (const news of newsOf(entry, () => true)) {
      if (entry.id === since.events && news.line < (since.lines ?? 0)) continue;
      position = after(position, news);
      if (news.event === undefined || !fits(news.event)) continue;
      missed.push({ id: writePosition(position), event: news.event });
      bytes += eventBytes + Math.min(entry.text.length, eventBytes);
    }
    if (bytes > limits.eventLagBytes) return [resetAt(until)];
  }
  return missed;
}

/** All entries after a position; undefined when some of them are gone. */
async function readSince({ redis, keys }: Parts, since: Position) {
  const replies = await reach(
    redis.pipeline().xrange(keys.events, since.events, '+').xrange(keys.pulse, since.pulse, '+').exec(),
  );
  const entriesOf = (stream: NewsStream): RawEntry[] | undefined => {
    const [error, reply] = replies?.[stream === 'events' ? 0 : 1] ?? [];
    if (error) throw error;
    const entries = reply as RawEntry[];
    // The entry itself is still there, so that nothing after it is gone; or nothing was ever forgotten.
    const isWhole = since[stream] === streamStart ? entries.length < newsKept : entries[0]?.[0] === since[stream];
    if (!isWhole) return undefined;
    const isKnown = since[stream] !== streamStart && (stream === 'pulse' || since.lines === undefined);
    return isKnown ? entries.slice(1) : entries;
  };
  const [events, pulse] = [entriesOf('events'), entriesOf('pulse')];
  return events === undefined || pulse === undefined ? undefined : { events, pulse };
}
