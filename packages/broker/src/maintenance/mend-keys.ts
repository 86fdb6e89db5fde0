import type { Redis } from 'ioredis';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import type { Workshop } from './maintenance.ts';

const group = 100;

/** Compares slots of keys, and what is held for want of one, with the tasks. Answers of how many keys it mended some. */
export async function mendKeys({ redis, keys, run }: Workshop, signal: AbortSignal): Promise<number> {
  const queues = new Map<string, Set<string>>();
  for (const kind of ['slots', 'held']) {
    let cursor = '0';
    do {
      signal.throwIfAborted();
      const [next, found] = await reach(
        redis.scan(cursor, 'MATCH', `${escaped(keys.prefix)}${kind}:*:*`, 'COUNT', 500),
      );
      cursor = next;
      gather(queues, found, `${keys.prefix}${kind}:`);
    } while (cursor !== '0');
  }
  let corrected = 0;
  for (const [queue, found] of queues) {
    const names = [...found];
    for (let at = 0; at < names.length; at += group) {
      signal.throwIfAborted();
      const args = [keys.prefix, `${keys.bullPrefix}:`, queue, at === 0 ? 1 : 0, ...names.slice(at, at + group)];
      corrected += Number(await reach(run('mend', keys.queues, args)));
    }
  }
  return corrected;
}

/** A text that a pattern of SCAN takes as it is. */
export function escaped(text: string): string {
  return text.replaceAll(/[*?[\]\\]/g, '\\$&');
}

/** `<queue>:<key>` behind `prefix`: a queue's name holds no colon, a key may. */
function gather(queues: Map<string, Set<string>>, found: readonly string[], prefix: string): void {
  for (const full of found) {
    const rest = full.slice(prefix.length);
    const colon = rest.indexOf(':');
    const queue = rest.slice(0, colon);
    const names = queues.get(queue) ?? new Set();
    queues.set(queue, names.add(rest.slice(colon + 1)));
  }
}

/** Ids of tasks of a queue that are held. */
export async function* heldTasks(redis: Redis, keys: Keys, queue: string): AsyncGenerator<string[], void, undefined> {
  for (const name of await reach(redis.hkeys(keys.heldCounts(queue)))) {
    if (name === '') continue;
    for (let at = 0; ; at += group) {
      const ids = await reach(redis.zrange(keys.held(queue, name), at, `${at + group - 1}`));
      if (ids.length === 0) break;
      yield ids;
    }
  }
}
