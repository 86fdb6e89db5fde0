import { randomBytes } from 'node:crypto';
import { defineModel, type Fire, type Schedule, ScheduleRequest, type ScheduleRequestInput } from '@drover/core';
import { expect } from 'vitest';
import { z } from 'zod';
import { eventually } from './eventually.ts';
import { startWorkerStage, type WorkerAsked, type WorkerStage } from './worker-stage.ts';

/** Tasks that go on until a test lets them end: `gate.pass`, with a name for each gate. */
const opened = new Set<string>();

export const gate = defineModel('gate', {
  pass: {
    description: 'Waits until its gate is opened',
    kwargs: z.strictObject({ name: z.string() }),
    async run({ kwargs }, task) {
      while (!opened.has(kwargs.name) && !task.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
      task.signal.throwIfAborted();
    },
  },
});

export type ScheduleAsked = Partial<ScheduleRequestInput>;

/** A cluster whose schedules ring, once a worker of it is asked to. */
export type ScheduleStage = WorkerStage & {
  schedules: WorkerStage['cluster']['schedules'];
  startRinging(asked?: WorkerAsked): ReturnType<WorkerStage['startWorker']>;
  create(asked?: ScheduleAsked): Promise<Schedule>;
  look(id: string): Promise<Schedule>;
  /** Its log, oldest first. */
  fires(id: string): Promise<Fire[]>;
  /** The log once it looks so: `['task', 'skipped']` are its results, oldest first, and more may follow. */
  untilFired(id: string, results: Fire['result'][], timeoutMs?: number): Promise<Fire[]>;
  /** As if nobody had rung for so long. */
  missed(id: string, ms: number): Promise<void>;
};

export async function startScheduleStage(): Promise<ScheduleStage> {
  const stage = await startWorkerStage({ models: [gate] });
  const { schedules } = stage.cluster;
  const fires = async (id: string) => (await schedules.fires(id, { limit: 200 }, {})).items.reverse();
  return {
    ...stage,
    schedules,
    startRinging: (asked = {}) => stage.startWorker({ rings: true, concurrency: 50, ...asked }),
    create: (asked) => schedules.create(scheduled(asked), {}),
    look: (id) => schedules.get(id, {}),
    fires,
    untilFired: (id, results, timeoutMs) =>
      eventually(async () => {
        const found = await fires(id);
        expect(found.slice(0, results.length).map(({ result }) => result)).toEqual(results);
        return found;
      }, timeoutMs),
    async missed(id, ms) {
      const key = stage.key(`schedule:${id}`);
      const situation = JSON.parse((await stage.redis.hget(key, 's')) ?? '') as { last: number };
      situation.last = Date.now() - ms;
      await stage.redis.multi().hset(key, 's', JSON.stringify(situation)).hincrby(key, 'v', 1).exec();
      await stage.redis.zadd(stage.key('alarms'), 0, id);
    },
  };
}

let made = 0;

/** Every second, with a name of its own; its task echoes. */
export function scheduled(asked: ScheduleAsked = {}): ScheduleRequest {
  made += 1;
  const isRepeated = asked.timing === undefined || asked.timing === 'schedule';
  return ScheduleRequest.parse({
    name: `schedule ${made}`,
    timing: 'schedule',
    ...(isRepeated ? { frequency: { every: 'seconds' } } : {}),
    task: { model: 'probe', method: 'echo', args: [1] },
    ...asked,
  });
}

/** A task that goes on until its gate is opened. */
export function gated(options: object = {}) {
  const name = randomBytes(6).toString('hex');
  return {
    task: { model: 'gate', method: 'pass', kwargs: { name }, ...options },
    open: () => opened.add(name),
  };
}

export const hourMs = 3_600_000;
const beganAt = Math.floor(Date.now() / 1_000) * 1_000;
/** `ago(5)`: five hours and a half ago. What began then and is hourly does not fire by itself while a test looks. */
export const ago = (hours: number) => new Date(beganAt - (hours + 0.5) * hourMs).toISOString();
