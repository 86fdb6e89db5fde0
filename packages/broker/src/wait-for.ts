import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError, isFinished, type Task } from '@drover/core';
import { hearEnd } from './news/hear-end.ts';
import type { NewsDesk } from './news/news-desk.ts';

/** While Redis is away nobody begins to listen: then looking tells so at once. */
const beginMs = 500;
/** After a break the listening connection may be back before the other one: a task that was seen is looked for so long. */
const returnMs = 1_000;
const lookEveryMs = 50;

/** Reads a task until it has ended, the time is up or the signal aborts; in between it listens, without a call to Redis. */
export async function waitFor(
  desk: NewsDesk,
  read: () => Promise<Task>,
  id: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Task> {
  const until = Date.now() + timeoutMs;
  let look = read;
  for (;;) {
    // Listening begins before the look, so that an end between the two is not missed.
    const listening = hearEnd(desk, id);
    try {
      await firstOf(listening.ready, Math.min(beginMs, Math.max(until - Date.now(), 0)), signal);
      const task = await look();
      look = () => readAgain(read);
      const leftMs = until - Date.now();
      if (isFinished(task.state) || leftMs <= 0 || signal?.aborted) return task;
      await firstOf(listening.woken, leftMs, signal);
    } finally {
      listening.stop();
    }
  }
}

/** Reads what was there before, though Redis may not be back yet. */
export async function readAgain<T>(read: () => Promise<T>): Promise<T> {
  const until = Date.now() + returnMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ClusterError) || !error.canRetry || Date.now() >= until) throw error;
      await sleep(lookEveryMs);
    }
  }
}

async function firstOf(woken: Promise<void>, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  let finish: () => void = () => {};
  const interrupted = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const timer = setTimeout(finish, timeoutMs);
  signal?.addEventListener('abort', finish, { once: true });
  await Promise.race([woken, interrupted]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', finish);
}
