import type { Task, WorkerInfo } from '@drover/core';

/** What an explanation stands on. Read once, in bounded work; everything after it is pure. */
export type Facts = {
  nowMs: number;
  task: Task;
  /** A worker that does not offer its method, or must not begin it now, took it and put it off. */
  isPutOff: boolean;
  /** Why, where it is not that the worker does not offer its method. A sentence without its end. */
  putOffWhy: string | undefined;
  /** How long it may wait in its worker before its time begins. */
  patienceMs: number;
  /** How often a worker died with it. */
  lostWorkers: number;
  /** Begun, and neither running nor recorded as ended: its worker died. It is recorded when the task is taken again. */
  lostAttempt: LostAttempt | undefined;
  /** Of a running task: how long its worker's lock on it lives on, ms; undefined when it has run out. */
  lockLeftMs: number | undefined;
  queue: QueueFacts;
  /** All of the registry, also those that are lost. */
  workers: WorkerFacts[];
  /** Names of offered methods that look like this one's. */
  nearestMethods: string[];
  slots: Slots;
  dependsOn: { count: number; ids: string[] };
};

export type LostAttempt = { attempt: number; worker: string; host: string; startedAtMs: number };

export type WorkerFacts = WorkerInfo & {
  /** It announces the method, and is not lost. */
  offers: boolean;
};

export type QueueFacts = {
  name: string;
  isPaused: boolean;
  running: number;
  /** At most so many of it run at a time, over all workers. */
  concurrency: number | undefined;
  /** At most `max` begin in `durationMs`. */
  rate: { max: number; durationMs: number } | undefined;
  /** It is used up for so long, ms. */
  rateLeftMs: number | undefined;
  /** Its key has no slot for it: whose it is, how many there are, and the tasks that have them. */
  key: { name: string; concurrency: number | undefined; holders: ReadonlySet<string> } | undefined;
  /** Tasks that are taken before this one. */
  ahead: number;
  /** Those of them that have a lower priority number. The others came earlier. */
  aheadByPriority: number;
};

/** A running task: it holds a slot of its worker. */
export type Holder = { id: string; queue: string; method: string; worker: string; startedAtMs: number };

export type Slots = {
  /** Running tasks of the queues that the workers concerned serve. */
  holders: Holder[];
  /** All of them were looked at. Otherwise the workers' own words count. */
  isWhole: boolean;
  /** Those that the caller may see; undefined: all. */
  visible: ReadonlySet<string> | undefined;
};

/**
 * Workers that could take it: they offer the method and serve the queue. In whatever state, but not lost. A worker of all
 * queues names a new one only with its next heartbeat.
 */
export function candidates({ task, workers }: Facts): WorkerFacts[] {
  return workers.filter(
    ({ offers, queues, allQueues }) => offers && (allQueues === true || queues.includes(task.queue)),
  );
}

/** Those of them that take tasks. */
export function takers(facts: Facts): WorkerFacts[] {
  return candidates(facts).filter(({ state }) => state === 'running');
}

export function isDue({ task, nowMs }: Facts): boolean {
  return Date.parse(task.runAt) <= nowMs;
}

/** It waits for nothing but a worker. A due task stays `scheduled` until a worker looks. */
export function isReady(facts: Facts): boolean {
  const { task, isPutOff } = facts;
  return task.state === 'waiting' || (task.state === 'scheduled' && !isPutOff && isDue(facts));
}

/** It has not begun, and will by itself. */
export function isToCome({ task }: Facts): boolean {
  return task.state === 'waiting' || task.state === 'scheduled';
}

/** How many tasks a worker may run at a time now. */
export function slotsOf({ concurrency, concurrencyNow = concurrency }: WorkerFacts): number {
  return Math.min(concurrency, concurrencyNow);
}

/** How many tasks a worker runs. Its own word is as old as its heartbeat. */
export function runningOf(worker: WorkerFacts, { holders, isWhole }: Slots): number {
  return isWhole ? holders.filter((holder) => holder.worker === worker.id).length : worker.running;
}
