import { type Fire, ScheduleRequest, type ScheduleRequestInput } from '@drover/core';
import { aimOf, edited, goingOn } from './change.ts';
import { firstSituation } from './edits.ts';
import { type Looked, look } from './look.ts';
import { type Definition, decodeLive, isOtherRule, type Live, ruleOf, type Situation } from './record.ts';

/** A schedule without a server, its clock in the hands of a test: `look` and what is around it, one step after the other. */

export const start = Date.parse('2026-11-26T10:00:00.000Z');
/** `at(5)`: five seconds after the schedule was made. */
export const at = (seconds: number) => start + seconds * 1_000;
export const iso = (ms: number) => new Date(ms).toISOString();

export type Asked = Partial<ScheduleRequestInput>;

export class LookStand {
  definition: Definition;
  situation: Situation;
  live: Live = [];
  alarmAt: number | undefined;
  /** Slot of every task that was made, by id. */
  readonly tasks = new Map<string, number>();
  /** What has become of tasks that do not run any more: `done success`, `attention`. */
  readonly ends = new Map<string, string>();
  readonly log = new Map<number, Fire>();
  readonly replaced: string[] = [];
  /** Why no task can be made. */
  fault: string | undefined;
  /** How many tasks one look makes at most. */
  makesAtMost: number | undefined;

  /** Every second, unless something else is asked for. */
  constructor(asked: Asked = {}) {
    const request = ScheduleRequest.parse({
      name: 'a schedule',
      timing: 'schedule',
      ...(asked.timing === undefined || asked.timing === 'schedule' ? { frequency: { every: 'seconds' } } : {}),
      timeZone: 'UTC',
      task: { model: 'probe', method: 'echo' },
      ...asked,
    });
    this.definition = {
      v: 1,
      id: 'sch_00000000000000000000',
      request,
      owner: { kind: 'key', name: 'test' },
      anchorAt: start,
      createdAt: start,
      updatedAt: start,
      version: 1,
    };
    this.situation = firstSituation(this.definition, start);
    this.alarmAt = aimOf(this.definition, this.situation, start);
  }

  /** Looks at the schedule, as the alarm clock does. */
  look(now: number): Looked {
    const looked = look({
      definition: this.definition,
      rule: ruleOf(this.definition),
      situation: this.situation,
      tasks: this.live.map((live) => {
        const task = decodeLive(live);
        return { ...task, end: this.ends.get(task.id) ?? 'live' };
      }),
      now,
      makesAtMost: this.makesAtMost,
      make: (slot) => {
        if (this.fault !== undefined) return { fault: this.fault };
        const id = `task-${this.tasks.size + 1}`;
        this.tasks.set(id, slot);
        return { id };
      },
    });
    // As Redis keeps it.
    this.situation = JSON.parse(JSON.stringify(looked.situation)) as Situation;
    this.live = looked.live;
    this.alarmAt = looked.alarmAt;
    this.replaced.push(...looked.replaced);
    for (const line of looked.lines) this.log.set(line.number, JSON.parse(JSON.stringify(line)) as Fire);
    return looked;
  }

  /** Looks whenever it rings, up to and at an instant; tasks end at once, unless they are to go on. */
  run(until: number, { tasksGoOn = false }: { tasksGoOn?: boolean } = {}): void {
    while (this.alarmAt !== undefined && this.alarmAt <= until) {
      const now = this.alarmAt;
      this.look(now);
      if (!tasksGoOn) this.endAll('done success');
      if (this.alarmAt === now) throw new Error(`it rings at ${iso(now)} again and again`);
    }
  }

  endAll(end: string): void {
    for (const live of this.live) this.ends.set(decodeLive(live).id, end);
  }

  pause(now: number, until?: number): void {
    this.situation = { ...this.situation, state: 'paused', pause: { at: now, until } };
    this.alarmAt = aimOf(this.definition, this.situation, now);
  }

  edit(asked: Asked, now: number): void {
    const request = ScheduleRequest.parse({ ...this.definition.request, ...asked });
    const isRuleNew = isOtherRule(request, this.definition.request);
    this.definition = edited(this.definition, { request }, {}, now);
    this.situation = goingOn(this.situation, isRuleNew, now);
    this.alarmAt = aimOf(this.definition, this.situation, now);
  }

  get lines(): Fire[] {
    return [...this.log.values()].sort((one, other) => one.number - other.number);
  }

  /** `task 10:00:01`, `missed 10:00:02…10:00:09 (8)`: the log, oldest first. */
  get told(): string[] {
    return this.lines.map(({ result, at: from, until, count, isAtLeast }) => {
      const times = until === undefined ? clock(from) : `${clock(from)}…${clock(until)}`;
      return `${result} ${times}${count === 1 ? '' : ` (${isAtLeast ? 'at least ' : ''}${count})`}`;
    });
  }
}

function clock(time: string): string {
  return time.slice(11, 19);
}
