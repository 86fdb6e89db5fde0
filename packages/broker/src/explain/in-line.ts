import { fullMethodName, limits, type Reason } from '@drover/core';
import { candidates, type Facts, isReady, isToCome, runningOf, slotsOf, takers, type WorkerFacts } from './facts.ts';
import { holderData, holderWords } from './holders.ts';
import { counted, duration, instant, listed } from './words.ts';

/** What keeps a task from being taken: its queue, the workers, those before it. */

type Told = Reason | undefined;

export function queuePaused(facts: Facts): Told {
  const { name, isPaused } = facts.queue;
  if (!isToCome(facts) || !isPaused) return undefined;
  return {
    code: 'queue_paused',
    message: `Queue "${name}" is paused: nothing of it is taken until a person lets it go on.`,
    data: { queue: name },
  };
}

export function noWorker(facts: Facts): Told {
  const { task, workers, nearestMethods } = facts;
  if (!isToCome(facts) || workers.some(({ offers }) => offers)) return undefined;
  const method = fullMethodName(task.model, task.method);
  const live = workers.filter(({ state }) => state !== 'lost');
  const lost = workers.length - live.length;
  const words = [
    live.length === 0 ? 'No worker is alive' : `None of ${counted(live.length, 'live worker')} offers ${method}`,
    lost === 0 ? '' : `; ${counted(lost, 'other')} ${lost === 1 ? 'is' : 'are'} lost`,
    '.',
    nearestMethods.length === 0 ? '' : ` Nearest: ${listed(nearestMethods)}.`,
  ];
  const data = { method, liveWorkers: live.length, lostWorkers: lost, nearest: nearestMethods };
  return { code: 'no_worker', message: words.join(''), data };
}

export function noQueueWorker(facts: Facts): Told {
  const { task, workers } = facts;
  const offering = workers.filter(({ offers }) => offers);
  if (!isToCome(facts) || offering.length === 0 || candidates(facts).length > 0) return undefined;
  const method = fullMethodName(task.model, task.method);
  const queues = [...new Set(offering.flatMap((worker) => worker.queues))].sort();
  const message =
    offering.length === 1
      ? `The only worker that offers ${method} does not serve queue "${task.queue}", but ${listed(queues)}.`
      : `None of the ${offering.length} workers that offer ${method} serves queue "${task.queue}"; they serve ${listed(queues)}.`;
  const data = { queue: task.queue, method, workers: named(offering), queues: queues.slice(0, limits.explainNames) };
  return { code: 'no_queue_worker', message, data };
}

/** Nobody else is left. */
export function allDraining(facts: Facts): Told {
  const draining = candidates(facts);
  if (!isToCome(facts) || draining.length === 0 || takers(facts).length > 0) return undefined;
  const who =
    draining.length === 1
      ? 'The only worker that could take it is'
      : `All ${draining.length} workers that could take it are`;
  const message = `${who} draining: begun tasks are finished, nothing new is taken.`;
  return { code: 'worker_draining', message, data: { workers: named(draining), takers: 0 } };
}

export function concurrencyLimit(facts: Facts): Told {
  const { queue, slots } = facts;
  if (!isReady(facts) || queue.concurrency === undefined || queue.running < queue.concurrency) return undefined;
  const holders = slots.holders.filter((holder) => holder.queue === queue.name);
  const on = holders.length === 0 ? '' : `: ${holderWords(holders)}`;
  return {
    code: 'concurrency_limit',
    message: `Of queue "${queue.name}" at most ${queue.concurrency} may run at a time, and so many do${on}.`,
    data: {
      queue: queue.name,
      concurrency: queue.concurrency,
      running: queue.running,
      ...holderData(holders, slots),
    },
  };
}

export function rateLimit(facts: Facts): Told {
  const { rate, rateLeftMs, name } = facts.queue;
  if (!isReady(facts) || rate === undefined || rateLeftMs === undefined) return undefined;
  const bound = `at most ${rate.max} may begin in ${duration(rate.durationMs)}`;
  const againAt = instant(facts.nowMs + rateLeftMs);
  return {
    code: 'rate_limit',
    message: `Of queue "${name}" ${bound}, and so many did: it goes on at ${againAt}.`,
    data: { queue: name, max: rate.max, durationSeconds: rate.durationMs / 1_000, againAt },
  };
}

/** Its key has as many tasks running as it may, or about to. */
export function keyLimit(facts: Facts): Told {
  const { key, name } = facts.queue;
  if (!isReady(facts) || key === undefined) return undefined;
  const holders = facts.slots.holders.filter(({ id }) => key.holders.has(id));
  const on = holders.length === 0 ? '' : `: ${holderWords(holders)}`;
  const bound =
    key.concurrency === undefined
      ? `Tasks of key "${key.name}" were held back in queue "${name}", and are let go now`
      : `Of key "${key.name}" at most ${key.concurrency} may run at a time in queue "${name}", and so many do${on}`;
  return {
    code: 'concurrency_limit',
    message: `${bound}.`,
    data: {
      queue: name,
      key: key.name,
      ...(key.concurrency === undefined ? {} : { concurrency: key.concurrency }),
      running: key.holders.size,
      ...holderData(holders, facts.slots),
    },
  };
}

function areSlotsBusy(facts: Facts): boolean {
  const able = takers(facts);
  return able.length > 0 && able.every((worker) => runningOf(worker, facts.slots) >= slotsOf(worker));
}

export function slotsBusy(facts: Facts): Told {
  if (!isReady(facts) || !areSlotsBusy(facts)) return undefined;
  const able = takers(facts);
  const slots = able.reduce((sum, worker) => sum + slotsOf(worker), 0);
  const ids = new Set(able.map(({ id }) => id));
  const holders = facts.slots.holders.filter(({ worker }) => ids.has(worker));
  const whose = able.length === 1 ? 'the worker' : `the ${able.length} workers`;
  const what = slots === 1 ? 'The only slot' : `All ${slots} slots`;
  const on = holders.length === 0 ? '' : `: ${holderWords(holders)}`;
  return {
    code: 'slots_busy',
    message: `${what} of ${whose} that could take it ${slots === 1 ? 'is' : 'are'} busy${on}.`,
    data: { slots, workers: named(able), ...holderData(holders, facts.slots) },
  };
}

export function tasksAhead(facts: Facts): Told {
  const { name, ahead, aheadByPriority: byPriority } = facts.queue;
  if (!isReady(facts) || ahead === 0) return undefined;
  const earlier = ahead - byPriority;
  const parts = [
    byPriority === 0 ? [] : [`${byPriority} with a lower priority number`],
    earlier === 0 ? [] : [`${earlier} of the same priority that came earlier`],
  ].flat();
  return {
    code: 'tasks_ahead',
    message: `${counted(ahead, 'task')} of queue "${name}" ${ahead === 1 ? 'is' : 'are'} taken before it: ${listed(parts)}.`,
    data: { queue: name, ahead, byPriority, earlier, priority: facts.task.priority },
  };
}

/** Others are left, but have no slot. */
export function someDraining(facts: Facts): Told {
  const draining = candidates(facts).filter(({ state }) => state !== 'running');
  const left = takers(facts).length;
  if (!isReady(facts) || draining.length === 0 || !areSlotsBusy(facts)) return undefined;
  const verbs = draining.length === 1 ? 'is draining and takes' : 'are draining and take';
  const message = `${draining.length} of the ${draining.length + left} workers that could take it ${verbs} nothing new.`;
  return { code: 'worker_draining', message, data: { workers: named(draining), takers: left } };
}

/** Nothing else was found. */
export function nextInLine(facts: Facts, found: readonly Reason[]): Told {
  if (found.length > 0 || !isReady(facts)) return undefined;
  const able = takers(facts);
  return {
    code: 'next_in_line',
    message: `It is the next of queue "${facts.task.queue}": a free worker takes it at any moment.`,
    data: { queue: facts.task.queue, workers: named(able) },
  };
}

function named(workers: readonly WorkerFacts[]): { id: string; host: string; state: string }[] {
  return workers.slice(0, limits.explainNames).map(({ id, host, state }) => ({ id, host, state }));
}
