import type { Execution, Task } from '@drover/core';
import type { Facts, Holder, WorkerFacts } from './facts.ts';
import { explanationOf } from './reasons.ts';

/** Facts as tests need them: a task that nothing holds, and what is changed of it. */
export const nowMs = Date.parse('2026-11-22T08:00:00.000Z');
export const at = (seconds: number) => new Date(nowMs + seconds * 1_000).toISOString();

const aTask: Task = {
  id: 'tsk_a',
  name: 'Post invoices',
  model: 'account.invoice',
  method: 'post',
  args: [],
  kwargs: {},
  queue: 'line',
  priority: 100,
  maxRetries: 3,
  timeoutSeconds: 3_600,
  retry: { delaySeconds: 60, delaySecondsMax: 3_600 },
  tags: [],
  notifyOnFailure: false,
  state: 'waiting',
  progress: { percent: 0 },
  result: null,
  retryCount: 0,
  createdAt: at(-60),
  runAt: at(-60),
  executions: [],
};

export function worker(id: string, change: Partial<WorkerFacts> = {}): WorkerFacts {
  return {
    id,
    host: `host-${id}`,
    pid: 7,
    startedAt: at(-3_600),
    lastHeartbeatAt: at(-2),
    state: 'running',
    version: '1',
    queues: ['line'],
    concurrency: 2,
    running: 0,
    memoryMb: 100,
    eventLoopLagMs: 1,
    offers: true,
    ...change,
  };
}

export function execution(attempt: number, change: Partial<Execution> = {}): Execution {
  return {
    id: `tsk_a.${attempt}`,
    taskId: 'tsk_a',
    attempt,
    worker: 'w1',
    host: 'host-7',
    pid: 7,
    startedAt: at(-10),
    ...change,
  };
}

type Change = Partial<Omit<Facts, 'task' | 'queue'>> & { task?: Partial<Task>; queue?: Partial<Facts['queue']> };

export function explain({ task, queue, ...change }: Change) {
  return explanationOf({
    nowMs,
    isPutOff: false,
    putOffWhy: undefined,
    patienceMs: 0,
    lostWorkers: 0,
    lostAttempt: undefined,
    lockLeftMs: 20_000,
    workers: [worker('w1')],
    nearestMethods: [],
    slots: { holders: [], isWhole: true, visible: undefined },
    dependsOn: { count: 0, ids: [] },
    ...change,
    task: { ...aTask, ...task },
    queue: {
      name: 'line',
      isPaused: false,
      running: 0,
      concurrency: undefined,
      rate: undefined,
      rateLeftMs: undefined,
      key: undefined,
      ahead: 0,
      aheadByPriority: 0,
      ...queue,
    },
  });
}

export const codes = (change: Change) => explain(change).reasons.map(({ code }) => code);

export function holder(id: string, change: Partial<Holder> = {}): Holder {
  return { id, queue: 'line', method: 'probe.slow', worker: 'w1', startedAtMs: nowMs - 5_000, ...change };
}
