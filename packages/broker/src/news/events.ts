import type { Redis } from 'ioredis';
import type { Cluster } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import type { RunScript } from '../scripts.ts';
import { follow } from './follow.ts';
import { followTask } from './follow-task.ts';
import type { NewsDesk } from './news-desk.ts';
import { EventStreams } from './streams.ts';

export function createEvents(parts: { redis: Redis; keys: Keys; run: RunScript; desk: NewsDesk }): Cluster['events'] {
  const streams = new EventStreams();
  return {
    follow: (filter, access, lastEventId) => streams.begin(() => follow(parts, filter, lastEventId, access)),
    followTask: (id, access, lastEventId) => streams.begin(() => followTask(parts, id, lastEventId, access)),
  };
}
