import { randomBytes } from 'node:crypto';
import { ClusterError, fullMethodName, limits, type Rule } from '@drover/core';
import type { ArgumentChecker } from '../arguments.ts';
import type { Cluster, Tasks } from '../cluster.ts';
import type { NewTask } from '../enqueue.ts';
import type { PlannedFlow } from '../flows/plan-flow.ts';
import type { JobStore } from '../jobs/job-record.ts';
import type { Keys } from '../keys.ts';
import type { Registry } from '../registry.ts';
import type { RunScript } from '../scripts.ts';
import { type LookParts, look } from './look.ts';
import { faultOf, planFire } from './plan-fire.ts';
import { planJobFires } from './plan-job-fires.ts';
import { type Definition, decodeLive, decodeRecord, ruleOf, type ScheduleRecord } from './record.ts';
import type { Outcome, ScheduleStore, Written } from './store.ts';

/**
 * The alarm clock of all schedules. Every worker has one; one of them rings.
 *
 * waiting  another worker has the clock. Asks again when his lease would end: whoever is first then has it.
 * ringing  asks which schedules are due, decides what they do, and writes it down; then sleeps until the next alarm, or
 *          a tenth of a second, since alarms may be set meanwhile. A worker that dies, or stands still, loses the clock;
 *          one whose loop is busy leaves it to the next that asks and is not.
 *
 * That one alone rings is no promise anything is built on: every write says which state it was decided on.
 */
export type AlarmClockParts = {
  keys: Keys;
  run: RunScript;
  registry: Registry;
  checker: ArgumentChecker;
  store: ScheduleStore;
  jobs: Pick<JobStore, 'read'>;
  flows: Pick<Cluster['flows'], 'cancel'>;
  tasks: Pick<Tasks, 'cancel' | 'kill'>;
  onError: (error: Error) => void;
  /** Told of a schedule whose alarm was missed by far: nobody rang for a while. */
  onLate?: (late: { schedule: string; lateMs: number }) => void;
  /** Told of a schedule whose alarm was lost, and is set again: it would never have rung. */
  onSilent?: (schedule: string) => void;
};

/** Longer than a turn takes; the life of a worker's claim to the clock. */
const leaseMs = 1_500;
const lookEveryMs = 100;
const errorPauseMs = 500;
/** A schedule that cannot be decided upon is left alone for so long. */
const brokenPauseMs = 60_000;
const lateMs = 30_000;
/** A worker is busy whose timers come later than this, and for so long afterwards. */
const busyLagMs = 150;
const busyForMs = 5_000;
/** All schedules are looked through for lost alarms in so many parts, one at a time. */
const watchEveryMs = 1_000;
const watchParts = 25;

type Ring = [now: number, leftMs: number, next: number, ...due: DueReply[]];
type DueReply = [id: string, v: string, d: string, s: string, tasks: string[]];

export class AlarmClock {
  readonly #parts: AlarmClockParts;
  readonly #token = randomBytes(9).toString('base64url');
  /** Schedules whose last task would have made one queue too many. */
  readonly #refused = new Set<string>();
  /** Schedules of which it was told that they are late. */
  readonly #late = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isRunning = false;
  #busyUntil = 0;
  #watchedTo = '-';
  #watchedAt = 0;

  constructor(parts: AlarmClockParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isRunning = true;
    this.#next(0);
  }

  /** Resolves when no fire is under way; another worker may ring at once then. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    clearTimeout(this.#timer);
    await this.#turn;
    await this.#ask(0).catch(() => undefined);
  }

  #next(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    this.#timer = setTimeout(() => {
      if (performance.now() - dueAt > busyLagMs) this.#busyUntil = performance.now() + busyForMs;
      this.#turn = this.#ring().then(
        (pauseMs) => {
          if (this.#isRunning) this.#next(pauseMs);
        },
        (error: Error) => {
          this.#parts.onError(error);
          if (this.#isRunning) this.#next(errorPauseMs);
        },
      );
    }, delayMs);
  }

  async #ask(lifeMs: number): Promise<Ring> {
    const { keys, run } = this.#parts;
    const isBusy = performance.now() < this.#busyUntil ? 1 : 0;
    const args = [keys.prefix, `${keys.bullPrefix}:`, this.#token, lifeMs, limits.fireGroup, isBusy];
    return (await run('ring', keys.queues, args)) as Ring;
  }

  /** One turn. Answers after how long the next one is due. */
  async #ring(): Promise<number> {
    const [now, leftMs, next, ...due] = await this.#ask(leaseMs);
    if (leftMs > 0) return leftMs + Math.random() * leaseMs;
    const pauseMs = await this.#answer(now, next, due);
    await this.#watch();
    return pauseMs;
  }

  /** Decides on what is due, and writes it down. Answers when to ring again, ms from now. */
  async #answer(now: number, next: number, due: DueReply[]): Promise<number> {
    if (due.length === 0) return next === 0 ? lookEveryMs : Math.max(1, Math.min(next - now, lookEveryMs));
    const outcomes: Outcome[] = [];
    for (const reply of due) {
      const outcome = await this.#decide(reply, now);
      if (outcome !== undefined) outcomes.push(outcome);
    }
    this.#refused.clear();
    for (const group of groupsOf(outcomes)) {
      for (const [id, answer] of await this.#write(group, now)) {
        if (answer === 'queue_limit') this.#refused.add(id);
      }
    }
    // More may be due already.
    return due.length === limits.fireGroup || this.#refused.size > 0 ? 0 : 1;
  }

  /** Where Redis takes the call, but cannot do it: each alone, so that one that is broken hinders no other. */
  async #write(group: Outcome[], now: number): Promise<[string, Written][]> {
    const { store, onError } = this.#parts;
    try {
      const answers = await store.write(group, now);
      return answers.map((answer, index) => [group[index]?.record.id ?? '', answer]);
    } catch (error) {
      if (error instanceof ClusterError) throw error;
      const [first] = group;
      if (group.length > 1 || first === undefined) {
        const single: [string, Written][] = [];
        for (const outcome of group) single.push(...(await this.#write([outcome], now)));
        return single;
      }
      onError(new Error(`schedule ${first.record.id} could not be written`, { cause: error }));
      await store.leaveAlone(first.record.id, now + brokenPauseMs);
      return [];
    }
  }

  /** The next part of all schedules: whether those that are to ring have an alarm. */
  async #watch(): Promise<void> {
    if (performance.now() - this.#watchedAt < watchEveryMs) return;
    this.#watchedAt = performance.now();
    const { keys, run, onSilent } = this.#parts;
    const args = [keys.prefix, this.#watchedTo, watchParts, brokenPauseMs + leaseMs];
    const [next = '-', ...silent] = (await run('watch', keys.queues, args)) as string[];
    this.#watchedTo = next;
    for (const schedule of silent) onSilent?.(schedule);
  }

  async #decide([id, v, d, s, ends]: DueReply, now: number): Promise<Outcome | undefined> {
    try {
      const record = decodeRecord(id, [v, d, s, '']);
      if (record === undefined) return undefined;
      this.#tellLate(id, now - (record.situation.next ?? now));
      return await this.#outcomeOf(record, ends, now);
    } catch (error) {
      this.#parts.onError(new Error(`schedule ${id} could not be decided upon`, { cause: error }));
      await this.#parts.store.leaveAlone(id, now + brokenPauseMs);
      return undefined;
    }
  }

  /** Once, however often it is looked at until it has caught up. */
  #tellLate(schedule: string, byMs: number): void {
    if (byMs <= lateMs) this.#late.delete(schedule);
    else if (!this.#late.has(schedule)) {
      this.#late.add(schedule);
      this.#parts.onLate?.({ schedule, lateMs: byMs });
    }
  }

  async #outcomeOf(record: ScheduleRecord, ends: string[], now: number): Promise<Outcome> {
    const { definition, situation } = record;
    const rule = ruleOf(definition);
    const tasks: NewTask[] = [];
    const flows: PlannedFlow[] = [];
    const plan = await this.#planner(definition, rule, now, tasks, flows);
    const looked = look({
      definition,
      rule,
      situation,
      tasks: tasksOf(ends),
      now,
      // A run of a job is as much as one call may write.
      makesAtMost: definition.request.job === undefined ? undefined : 1,
      make: (at) => {
        if (this.#refused.has(record.id))
          return { fault: `there may be ${limits.queues} queues: its own would be one too many` };
        try {
          return plan(at);
        } catch (error) {
          return { fault: faultOf(error) };
        }
      },
    });
    for (const id of looked.replaced) await this.#end(id, record);
    const { live, lines, alarmAt } = looked;
    return { record, situation: looked.situation, live, lines, alarmAt, tasks, flows };
  }

  /** What makes the task, or the run of a job, of a slot. */
  async #planner(
    definition: Definition,
    rule: Rule,
    now: number,
    tasks: NewTask[],
    flows: PlannedFlow[],
  ): Promise<LookParts['make']> {
    const { registry, jobs } = this.#parts;
    const { job, task } = definition.request;
    if (job !== undefined) return planJobFires(this.#parts, await jobs.read(job), definition, now, flows);
    const fullName = fullMethodName(task.model, task.method);
    const [version] = registry.versionsAtHand(fullName) ?? (await registry.versions(fullName));
    return (at) => {
      const made = planFire(definition, rule, at, now, version);
      tasks.push(made);
      return made;
    };
  }

  /** Makes room for a fire that replaces what still runs. What has ended meanwhile is what was wanted. */
  async #end(id: string, { definition }: ScheduleRecord): Promise<void> {
    const reason = `replaced by the next fire of "${definition.request.name}"`;
    if (definition.request.job !== undefined) {
      await this.#parts.flows.cancel(id, { reason, running: 'kill' }, {}).catch(() => undefined);
      return;
    }
    try {
      await this.#parts.tasks.cancel(id, {}, reason);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'state_conflict') return;
      await this.#parts.tasks.kill(id, {}, reason).catch(() => undefined);
    }
  }
}

/** As many in one call as keep Redis busy for a few milliseconds at most. */
function groupsOf(outcomes: Outcome[]): Outcome[][] {
  const groups: Outcome[][] = [];
  let left = 0;
  for (const outcome of outcomes) {
    const { tasks, flows = [] } = outcome;
    const weight = flows.reduce((sum, flow) => sum + flow.tasks.length, 1 + tasks.length);
    if (weight > left) {
      groups.push([]);
      left = limits.enqueueGroup;
    }
    left -= weight;
    groups.at(-1)?.push(outcome);
  }
  return groups;
}

function tasksOf(flat: string[]): LookParts['tasks'] {
  const tasks: LookParts['tasks'] = [];
  for (let at = 0; at < flat.length; at += 2) tasks.push({ ...decodeLive(flat[at] ?? ''), end: flat[at + 1] ?? '' });
  return tasks;
}
