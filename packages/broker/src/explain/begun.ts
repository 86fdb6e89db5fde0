import { type Execution, limits, type Reason } from '@drover/core';
import type { Facts, WorkerFacts } from './facts.ts';
import { counted, cut, duration, sentence } from './words.ts';

/** A task that a worker has, or had. */

type Told = Reason | undefined;

type Run = { execution: Execution; worker: WorkerFacts | undefined; isLost: boolean };

function runOf({ task, workers, lockLeftMs }: Facts): Run | undefined {
  const execution = task.executions.at(-1);
  if (task.state !== 'running' || execution === undefined) return undefined;
  const worker = workers.find(({ id }) => id === execution.worker);
  return { execution, worker, isLost: worker?.state === 'lost' || lockLeftMs === undefined };
}

function silenceMs(worker: WorkerFacts | undefined, nowMs: number): number | undefined {
  return worker === undefined ? undefined : Math.max(0, nowMs - Date.parse(worker.lastHeartbeatAt));
}

/** What stands on both: where it runs, and what is heard of there. */
function runData({ execution, worker }: Run): Reason['data'] {
  return {
    attempt: execution.attempt,
    worker: execution.worker,
    host: execution.host,
    pid: execution.pid,
    startedAt: execution.startedAt,
    ...(worker === undefined ? {} : { workerState: worker.state, lastHeartbeatAt: worker.lastHeartbeatAt }),
  };
}

export function running(facts: Facts): Told {
  const run = runOf(facts);
  if (run === undefined) return undefined;
  const { task, nowMs } = facts;
  const { execution, worker, isLost } = run;
  const { percent, message } = task.progress;
  const ranMs = nowMs - Date.parse(execution.startedAt);
  const silent = silenceMs(worker, nowMs);
  const parts = [
    sentence(
      `Attempt ${execution.attempt} runs on ${execution.host} since ${execution.startedAt}, for ${duration(ranMs)}`,
    ),
    percent > 0 || message !== undefined
      ? sentence(`${Math.round(percent)} % are done${message === undefined ? '' : `: ${cut(message)}`}`)
      : '',
    isLost || silent === undefined ? '' : `Its worker was heard of ${duration(silent)} ago.`,
  ];
  return {
    code: 'running',
    message: parts.filter((part) => part !== '').join(' '),
    data: {
      ...runData(run),
      runningSeconds: ranMs / 1_000,
      timeoutSeconds: task.timeoutSeconds,
      percent,
      ...(message === undefined ? {} : { progress: cut(message) }),
    },
  };
}

/** It runs no more, most likely, and is taken over by another. */
export function workerLost(facts: Facts): Told {
  const run = runOf(facts);
  if (run === undefined || !run.isLost) return undefined;
  const { nowMs, lockLeftMs, lostWorkers } = facts;
  const { execution, worker } = run;
  const silent = silenceMs(worker, nowMs);
  const what =
    worker?.state === 'lost' && silent !== undefined
      ? `has not been heard of for ${duration(silent)}`
      : 'has let its lock on the task run out';
  const next =
    lockLeftMs === undefined ? 'The task goes back to its queue.' : `Its lock runs out in ${duration(lockLeftMs)}.`;
  return {
    code: 'worker_lost',
    message: `Worker ${execution.worker} on ${execution.host} ${what}. ${next} ${bound(lostWorkers + 1)}`,
    data: {
      ...runData(run),
      ...(lockLeftMs === undefined ? {} : { lockLeftSeconds: lockLeftMs / 1_000 }),
      lostWorkers,
      lostWorkersMax: limits.lostWorkers,
    },
  };
}

export function runsOnDraining(facts: Facts): Told {
  const run = runOf(facts);
  if (run === undefined || run.isLost) return undefined;
  const { execution, worker } = run;
  if (worker?.state !== 'quiet' && worker?.state !== 'stopping') return undefined;
  const rest =
    worker.state === 'quiet'
      ? 'takes nothing new. The task goes on; if the worker is to end, for its grace period, then it goes back to its queue'
      : 'is about to stop: its grace period is over and the task goes back to its queue';
  return {
    code: 'worker_draining',
    message: `Worker ${execution.worker} on ${execution.host} ${rest}.`,
    data: runData(run),
  };
}

/** It waits, because the one who had it died. */
export function workerDied({ task, lostAttempt, lostWorkers }: Facts): Told {
  if (task.state !== 'waiting' || lostAttempt === undefined) return undefined;
  const { attempt, worker, host } = lostAttempt;
  return {
    code: 'worker_lost',
    message: `The worker of attempt ${attempt} on ${host} was lost, so another one takes it. ${bound(lostWorkers)}`,
    data: { attempt, worker, host, lostWorkers, lostWorkersMax: limits.lostWorkers },
  };
}

function bound(lostWorkers: number): string {
  return `With ${counted(limits.lostWorkers, 'lost worker')} it is given up; so far it had ${lostWorkers}.`;
}
