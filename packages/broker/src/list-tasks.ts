import { ClusterError, type Task, type TaskState } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access, Page, TaskFilter } from './cluster.ts';
import type { Keys } from './keys.ts';
import { readTasks } from './read-tasks.ts';
import { reach } from './redis.ts';
import type { RunScript } from './scripts.ts';
import { attentionScore, envelopeOf, viewTask } from './task-view.ts';

type Parts = { redis: Redis; keys: Keys; run: RunScript; queueNames: string[] };
type Position = { queue: string; offset: number };

/** Tasks looked at for one page: what a narrow filter costs at most. */
const lookMax = 2_000;
const chunk = 200;

/**
 * Tasks of one state, queue by queue, from BullMQ's own lists: waiting ones in the order in which they will run,
 * scheduled ones soonest first, ended ones newest first (as many as BullMQ keeps). A page may be short, or even empty,
 * and still have a next one: then more had to be looked at than one request may.
 */
export async function listTasks(parts: Parts, filter: TaskFilter, access: Access): Promise<Page<Task>> {
  const names =
    filter.queue === undefined ? parts.queueNames : parts.queueNames.filter((name) => name === filter.queue);
  const start = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor);
  const items: Task[] = [];
  let looked = 0;
  for (const queue of names) {
    if (start !== undefined && queue < start.queue) continue;
    let offset = start?.queue === queue ? start.offset : 0;
    for (;;) {
      const ids = await idsOf(parts, queue, filter.state, offset);
      const raws = await readTasks(
        parts.run,
        parts.keys,
        ids.map((id) => ({ queue, id })),
      );
      for (const raw of raws) {
        offset += 1;
        looked += 1;
        const envelope = envelopeOf(raw);
        if (envelope === undefined || (access.company !== undefined && envelope.company !== access.company)) continue;
        const task = viewTask(raw, envelope);
        if (task?.state !== filter.state) continue;
        items.push(task);
        if (items.length === filter.limit) return { items, nextCursor: encodeCursor({ queue, offset }) };
      }
      if (ids.length < chunk) break;
      if (looked >= lookMax) return { items, nextCursor: encodeCursor({ queue, offset }) };
    }
  }
  return { items, nextCursor: null };
}

async function idsOf({ redis, keys }: Parts, queue: string, state: TaskState, offset: number): Promise<string[]> {
  const base = `${keys.bullPrefix}:${queue}:`;
  const last = offset + chunk - 1;
  switch (state) {
    case 'waiting': {
      const handedBack = await reach(redis.llen(`${base}wait`));
      if (offset < handedBack) {
        const newestLast = await reach(redis.lrange(`${base}wait`, -Math.min(offset + chunk, handedBack), -1 - offset));
        return newestLast.reverse().concat(await reach(redis.zrange(`${base}prioritized`, 0, `${last - handedBack}`)));
      }
      return reach(redis.zrange(`${base}prioritized`, offset - handedBack, `${last - handedBack}`));
    }
    case 'scheduled':
      return reach(redis.zrangebyscore(`${base}delayed`, '-inf', `(${attentionScore}`, 'LIMIT', offset, chunk));
    case 'requires_attention':
      return reach(redis.zrangebyscore(`${base}delayed`, attentionScore, '+inf', 'LIMIT', offset, chunk));
    case 'depends':
      return reach(redis.zrange(`${base}waiting-children`, offset, `${last}`));
    case 'running':
      return reach(redis.lrange(`${base}active`, offset, last));
    case 'done':
      return reach(redis.zrange(`${base}completed`, offset, `${last}`, 'REV'));
    case 'error':
    case 'cancelled':
      return reach(redis.zrange(`${base}failed`, offset, `${last}`, 'REV'));
    default:
      return state satisfies never;
  }
}

function encodeCursor(position: Position): string {
  return Buffer.from(`${position.queue} ${position.offset}`).toString('base64url');
}

function decodeCursor(cursor: string): Position {
  const [queue = '', offset = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (/^[a-z][a-z0-9_]*$/.test(queue) && /^\d{1,9}$/.test(offset)) return { queue, offset: Number(offset) };
  const message = 'is not a cursor of this list';
  throw new ClusterError('request_invalid', `?cursor ${message}`, { faults: [{ pointer: '?cursor', message }] });
}
