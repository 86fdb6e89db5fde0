import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskRequest, type TaskRequestInput } from '@drover/core';
import { ArgumentChecker } from './arguments.ts';
import { Consumer, type ConsumerOptions, type HoldBack } from './consumer.ts';
import { Control, type ControlParts } from './control.ts';
import type { TakenTask } from './ending.ts';
import { taskFinder } from './find-task.ts';
import { guardWhenReady } from './guard.ts';
import { keysOf } from './keys.ts';
import { createMaintenance, type Maintenance, workshopOf } from './maintenance/maintenance.ts';
import { obeyer } from './obey.ts';
import { Presence, type PresenceOptions } from './presence.ts';
import { connect } from './redis.ts';
import { Registry } from './registry.ts';
import { createRinging, type RingingOptions } from './schedules/ringing.ts';
import { scriptsOn } from './scripts.ts';
import { taskIntake } from './tasks.ts';

/**
 * One worker process in the cluster: its connections, its record in the registry, its consumer.
 *
 * It goes one way: running ──▶ quiet ──▶ stopping ──▶ stopped. While somebody holds it, it counts as quiet too, and
 * comes back.
 *
 * quiet     takes no new tasks; begun tasks go on. Entered by `stop`; for a while by `pause`.
 * stopping  the grace period is over; begun tasks are asked to end, and go back to their queue with no retry spent.
 */
export type WorkerOptions = Pick<ConsumerOptions, 'concurrency' | 'execute' | 'onLost'> &
  PresenceOptions &
  RingingOptions & {
    redisUrl: string;
    /** Default `drover`. */
    keyPrefix?: string;
    /** Life of a task's lock, ms. Default 30 000. */
    lockMs?: number;
    /** A person asked for the end of this process, and was answered. Default: nothing happens, and he hears so. */
    onStopAsked?: () => void;
    /** Redis was lost, and is there again. */
    onBack?: () => void;
    /** The clock by which records are old, Unix ms. Default: the system's. */
    now?: () => number;
  };

export type WorkerSession = {
  start(): Promise<void>;
  /** Ends in order within `graceMs` and a few seconds, also while Redis is away. */
  stop(graceMs: number): Promise<void>;
  /** Adds a task on behalf of one that runs. Answers its id. */
  enqueue(request: TaskRequestInput, parent: TakenTask): Promise<string>;
  /** Adds a task of Drover's own. Asked again with the same key, it answers the same one. */
  enqueueOwn(request: TaskRequestInput, idempotencyKey: string): Promise<string>;
  runningCount(): number;
  /** It can take no more tasks now. */
  isFull(): boolean;
  /** Tasks at a time, as it is set. */
  concurrency(): number;
  /** Is careful with its machine until it is told otherwise; the registry shows at once what `status` tells of it. */
  holdBack(how: HoldBack): void;
  /** Takes nothing new until everybody who held it resumed; meanwhile the registry shows it as quiet. */
  pause(why: string): Promise<void>;
  resume(why: string): Promise<void>;
  /** What Drover does for itself: for the models `system.…` that this worker offers. */
  maintenance: Maintenance;
};

const releaseMs = 2_000;
const settleMs = 3_000;
const leaveMs = 1_000;

export function createWorker(options: WorkerOptions): WorkerSession {
  const keys = keysOf(options.keyPrefix ?? 'drover');
  const redis = connect(options.redisUrl, 'consumer', options);
  const blocking = connect(options.redisUrl, 'blocking');
  const run = scriptsOn(redis);
  const registry = new Registry(redis, keys);
  const checker = new ArgumentChecker();
  const find = taskFinder(run, keys);
  const consumer = new Consumer({
    ...options,
    redis,
    blocking,
    keys,
    run,
    worker: { id: options.id, host: hostname(), pid: process.pid },
    lockMs: options.lockMs ?? 30_000,
    onWake: async () => {
      await Promise.all([control.look(), presence.beat()]);
    },
  });
  const presence = new Presence({ redis, run, keys, consumer }, options);
  let stopped: Promise<void> | undefined;
  const canStop = options.onStopAsked !== undefined;
  const control = new Control({
    redis,
    keys,
    workerId: options.id,
    isWaiting: () => consumer.isWaiting,
    obey: obeyer({ consumer, presence, isStopping: () => stopped !== undefined, canStop }),
    onAnswered: stopOnce(() => stopped === undefined && options.onStopAsked?.()),
    onError: options.onError,
  });
  const ringing = createRinging({ redis, keys, run, registry, checker, find }, options);
  const guarding = new AbortController();

  const stop = async (graceMs: number): Promise<void> => {
    guarding.abort();
    await Promise.race([ringing.stop(), sleep(leaveMs, undefined, { ref: false })]);
    presence.state = 'quiet';
    await consumer.quiet();
    void presence.beat();
    await consumer.drained(graceMs);
    presence.state = 'stopping';
    await consumer.release(releaseMs);
    control.stop();
    await consumer.stop(settleMs);
    await presence.stop();
    redis.disconnect();
    blocking.disconnect();
  };

  return {
    async start() {
      const unfit = await guardWhenReady(redis, keys, guarding.signal);
      if (unfit !== undefined) throw unfit;
      if (!guarding.signal.aborted) await presence.start();
      if (guarding.signal.aborted) return;
      consumer.start();
      control.start();
      ringing.start(guarding.signal);
    },

    stop(graceMs) {
      stopped ??= stop(graceMs);
      return stopped;
    },

    ...enqueuing(taskIntake({ redis, keys, run, registry }, checker, find)),
    runningCount: () => consumer.runningCount,
    isFull: () => consumer.isFull,
    concurrency: () => presence.concurrency,
    holdBack(how) {
      consumer.holdBack(how);
      void presence.beat();
    },

    async pause(why) {
      await consumer.pause(why);
      await presence.beat();
    },

    async resume(why) {
      consumer.resume(why);
      await presence.beat();
    },

    maintenance: createMaintenance(workshopOf({ redis, keys, run, registry, checker, find }, options.now)),
  };
}

/** A second signal would end the process the hard way. */
function stopOnce(stop: () => unknown): ControlParts['onAnswered'] {
  let isAsked = false;
  return ({ kind }, { result }) => {
    if (kind !== 'stop' || result !== 'done' || isAsked) return;
    isAsked = true;
    stop();
  };
}

/** How tasks come in from a worker. */
function enqueuing(intake: ReturnType<typeof taskIntake>): Pick<WorkerSession, 'enqueue' | 'enqueueOwn'> {
  return {
    async enqueue(request, parent) {
      const { user, company } = parent.envelope;
      const parsed = TaskRequest.parse({ ...(user === undefined ? {} : { user }), ...request });
      return (await intake.enqueue(parsed, { company: company })).id;
    },

    async enqueueOwn(request, idempotencyKey) {
      return (await intake.enqueue(TaskRequest.parse(request), {}, { isSystem: true, idempotencyKey })).id;
    },
  };
}
