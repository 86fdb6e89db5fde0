import { setTimeout as sleep } from 'node:timers/promises';
import { type Json, type KillAnswer, limits } from '@drover/core';
import type { Redis } from 'ioredis';
import { hearWorker, newRequestId } from './ask-worker.ts';
import type { Access, Tasks } from './cluster.ts';
import type { FindTask } from './find-task.ts';
import { historyEntry } from './history-entry.ts';
import type { Keys } from './keys.ts';
import { reach } from './redis.ts';
import type { RunScript } from './scripts.ts';
import { stateConflict } from './state-conflict.ts';
import type { RawTask } from './task-view.ts';

export type KillParts = { redis: Redis; keys: Keys; run: RunScript; find: FindTask };

export const killWarning =
  'What ran was asked to end. Part of its work may remain done: look at what it did before you run it again.';

/** Between two decisions about a task that moved on: its end may be on its way to Redis. */
const againMs = 100;
/** How often a task is looked at whose worker says nothing: another one may have ended it. */
const lookMs = 1_000;

/**
 * Ends a task that runs. The request is for the attempt that runs when it is asked for: is that over when its worker
 * hears of it, then the task's state decides afresh, so that a retry that began meanwhile is killed too, by its worker.
 */
export function createKill({ redis, keys, run, find }: KillParts): Pick<Tasks, 'kill' | 'killAndWait'> {
  const ask = async (raw: RawTask, reason: string | undefined, entry: string, request: string): Promise<boolean> => {
    const args: (string | number)[] = [
      keys.prefix,
      `${keys.bullPrefix}:`,
      raw.queue,
      raw.id,
      reason ?? '',
      limits.controlMs,
    ];
    args.push(entry, limits.historyEntries, limits.historyBytes, request, limits.controlRequests);
    return (await reach(run('kill', keys.queues, args))) !== 0;
  };

  /** Without a result, its worker did not say: it may be dead, and the task ended by another one. */
  const answer = async (id: string, access: Access, said?: KillAnswer['result']): Promise<KillAnswer> => {
    const { raw, task } = await find(id, access);
    const result = said ?? (task.state === 'cancelled' ? 'killed' : 'no_answer');
    const checkpoint = raw.job.get('cp') ?? raw.ledger.get('cp');
    const remembered = checkpoint === undefined ? {} : { checkpoint: JSON.parse(checkpoint) as Json };
    return { result, warning: killWarning, ...remembered, task };
  };

  /** What its worker says; undefined: nothing in time, or the task is cancelled without a word of it. */
  const hear = async (id: string, access: Access, request: string, until: number, signal?: AbortSignal) => {
    for (;;) {
      const leftMs = until - performance.now();
      const result = await hearWorker(redis, keys, request, Math.min(leftMs, lookMs), signal);
      if (result !== undefined || leftMs <= lookMs || signal?.aborted) return result;
      const { task } = await find(id, access);
      // A worker says it a moment after it was recorded.
      if (task.state === 'cancelled') return hearWorker(redis, keys, request, lookMs, signal);
    }
  };

  return {
    async kill(id, access, reason) {
      const { raw } = await find(id, access);
      const isAsked = await ask(raw, reason, historyEntry(access, 'kill', reason), newRequestId());
      const { task } = await find(id, access);
      if (!isAsked) throw stateConflict(task, 'killed');
      return task;
    },

    async killAndWait(id, access, reason, signal) {
      const until = performance.now() + limits.killGraceMs + limits.cancelMs + limits.controlAnswerMs;
      let entry = historyEntry(access, 'kill', reason);
      for (;;) {
        const leftMs = until - performance.now();
        const { raw } = await find(id, access);
        const request = newRequestId();
        if (await ask(raw, reason, entry, request)) {
          entry = '';
          const result = await hear(id, access, request, until, signal);
          if (result === undefined || result === 'ended' || result === 'killed') return answer(id, access, result);
        } else {
          const { task } = await find(id, access);
          if (task.state !== 'running' || leftMs <= 0) throw stateConflict(task, 'killed');
        }
        await sleep(againMs);
      }
    },
  };
}
