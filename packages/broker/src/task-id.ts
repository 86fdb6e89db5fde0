import { randomFillSync } from 'node:crypto';
import { QueueName } from '@drover/core';

/**
 * A task's id: `tsk_` + 10 characters of time + 12 of chance + shard + queue, for example
 * `tsk_01jd7v8k3r9x2m5p7q0w4z-0-default`. Sortable by time; names its queue and shard, so that no look-up is needed.
 * Opaque to everybody but this file.
 */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const pattern = /^tsk_[0-9a-hjkmnp-tv-z]{22}-([0-9a-z]{1,2})-([a-z][a-z0-9_]{0,63})$/;

export function createTaskId(queue: string, nowMs: number): string {
  return `tsk_${timeOf(nowMs)}${chance()}-0-${queue}`;
}

let lastTime = { ms: 0, text: '' };

function timeOf(nowMs: number): string {
  if (nowMs === lastTime.ms) return lastTime.text;
  let text = '';
  for (let rest = nowMs, i = 0; i < 10; i += 1, rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text;
  lastTime = { ms: nowMs, text };
  return text;
}

/** Random bytes come cheaper by the thousand. */
const bytes = Buffer.alloc(12 * 256);
let used = bytes.length;

function chance(): string {
  if (used === bytes.length) {
    randomFillSync(bytes);
    used = 0;
  }
  let text = '';
  for (const end = used + 12; used < end; used += 1) text += alphabet[(bytes[used] ?? 0) % 32];
  return text;
}

/** The queue that an id names; undefined when it is no id of ours. */
export function queueOfTaskId(id: string): string | undefined {
  const queue = pattern.exec(id)?.[2];
  return queue !== undefined && QueueName.safeParse(queue).success ? queue : undefined;
}
