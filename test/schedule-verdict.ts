import { type Fire, limits, type Task } from '@drover/core';
import { type History, type Story, slotsOf } from './schedule-history.ts';

/** What must be empty, whatever was killed when, and whatever clocks said. */
export type ScheduleVerdict = {
  /** A slot with a second place in the fire log, or a second task. */
  twice: string[];
  /** A slot without a place in the fire log, or whose task the ledger does not have. */
  missing: string[];
  /** A line for what is no slot, or a task that no line tells of. */
  strangers: string[];
  /** Decided, made or begun before its time. */
  early: string[];
  /** It made no task, and no policy says why. */
  unexplained: string[];
  /** Its method was not executed, or nobody wrote down that it was. */
  unrun: string[];
  /** Whether the figures of the schedule are those of its lines. */
  miscounted: string[];
};

export const cleanVerdict: ScheduleVerdict = {
  twice: [],
  missing: [],
  strangers: [],
  early: [],
  unexplained: [],
  unrun: [],
  miscounted: [],
};

/** Fires that are no later than this come one by one, whatever the policy. */
const oneByOneMs = 10_000;
/** What a turn of the alarm clock takes on a busy machine. */
const turnMs = 5_000;

export function judgeSchedules({ histories, entries, killedAt }: Story): ScheduleVerdict {
  const verdict = structuredClone(cleanVerdict);
  const rangAt = histories.flatMap(({ fires }) => fires.map(({ firedAt }) => Date.parse(firedAt)));
  // Whoever rings after the last kill rings for all.
  const didRing = (from: number, to: number) =>
    rangAt.some((at) => at > from && at < to - turnMs && !killedAt.some((kill) => kill > at - turnMs && kill < to));
  const ran = new Set(entries.map(({ id }) => id));
  for (const history of histories) {
    judgeSlots(history, verdict);
    judgeTimes(history, verdict);
    for (const fire of history.fires) {
      const fault = faultOf(fire, history, didRing);
      if (fault !== undefined) verdict.unexplained.push(`${nameOf(history, fire)}: ${fault}`);
    }
    for (const task of history.tasks) {
      const hasRun = ran.has(task.id) && task.state === 'done';
      if (!hasRun && !isExcused(task))
        verdict.unrun.push(`${nameOf(history)} ${task.id}: ${task.state} ${task.outcome} ${task.message}`);
    }
    verdict.miscounted.push(...miscountsOf(history));
  }
  return verdict;
}

/** How many slots ended as what, and how late they were, for people. */
export function summaryOfSchedules({ histories, entries }: Story): string {
  const results = new Map<string, number>();
  const lateMs: number[] = [];
  for (const { result, count, lateSeconds } of histories.flatMap(({ fires }) => fires)) {
    results.set(result, (results.get(result) ?? 0) + count);
    if (lateSeconds !== undefined) lateMs.push(Math.round(lateSeconds * 1_000));
  }
  lateMs.sort((a, b) => a - b);
  const late = (share: number) => lateMs[Math.min(lateMs.length - 1, Math.floor(share * lateMs.length))];
  return [
    `${histories.length} schedules, ${entries.length} executions; slots: ${[...results].map(([result, count]) => `${count} ${result}`).join(', ')}`,
    `late by ${late(0.5)} ms at p50, ${late(0.95)} at p95, ${late(1)} at most`,
  ].join('\n');
}

function judgeSlots(history: History, { twice, missing, strangers, miscounted }: ScheduleVerdict): void {
  const slots = new Set(slotsOf(history.schedule));
  const places = new Map<number, Fire[]>();
  for (const fire of history.fires) {
    const covered = slotsIn(fire, slots);
    if (covered.length !== fire.count)
      miscounted.push(`${nameOf(history, fire)}: ${covered.length} slots, not ${fire.count}`);
    for (const at of covered) places.set(at, [...(places.get(at) ?? []), fire]);
    if (!slots.has(Date.parse(fire.at))) strangers.push(`${nameOf(history, fire)}: no such slot`);
  }
  const tasks = new Map<number, Task[]>();
  for (const task of history.tasks) {
    const at = Date.parse(task.fireAt ?? '');
    tasks.set(at, [...(tasks.get(at) ?? []), task]);
  }
  for (const at of new Set([...slots, ...tasks.keys()])) {
    const [found = [], made = []] = [places.get(at), tasks.get(at)];
    const name = `${nameOf(history)} ${at}`;
    if (found.length === 0 && slots.has(at)) missing.push(`${name}: it has no place in the log`);
    if (found.length > 1) twice.push(`${name}: lines ${found.map(({ number }) => number).join(', ')}`);
    if (made.length > 1) twice.push(`${name}: tasks ${made.map(({ id }) => id).join(', ')}`);
    const told = new Set(found.map(({ task }) => task?.id).filter((id) => id !== undefined));
    for (const { id } of made) if (!told.delete(id)) strangers.push(`${name}: no line tells of task ${id}`);
    for (const id of told) missing.push(`${name}: the ledger has no task ${id}`);
  }
}

function slotsIn({ at, until = at }: Fire, slots: Set<number>): number[] {
  const [from, to] = [Date.parse(at), Date.parse(until)];
  return [...slots].filter((slot) => slot >= from && slot <= to);
}

function judgeTimes(history: History, { early }: ScheduleVerdict): void {
  for (const fire of history.fires) {
    if (fire.firedAt < (fire.until ?? fire.at)) early.push(`${nameOf(history, fire)}: decided at ${fire.firedAt}`);
  }
  for (const { id, fireAt = '', createdAt, startedAt = createdAt } of history.tasks) {
    if (createdAt < fireAt) early.push(`${nameOf(history)} ${id}: made at ${createdAt} for ${fireAt}`);
    if (startedAt < fireAt) early.push(`${nameOf(history)} ${id}: begun at ${startedAt} for ${fireAt}`);
  }
}

/** Why a line is not as the policies of its schedule have it. */
function faultOf(
  fire: Fire,
  { schedule, fires, tasks }: History,
  didRing: (from: number, to: number) => boolean,
): string | undefined {
  const { result, reason = '' } = fire;
  switch (result) {
    case 'task':
      return undefined;
    case 'skipped': {
      if (schedule.overlap === 'replace' && reason === 'a later fire took its place') return undefined;
      if (schedule.overlap === 'queue' && reason === `${limits.queuedFires} fires wait already`) return undefined;
      const isBlocked = schedule.overlap === 'skip' && tasks.some(({ id }) => reason.startsWith(`${id} `));
      return isBlocked ? undefined : `skipped with overlap ${schedule.overlap}: ${reason}`;
    }
    case 'missed': {
      const caughtUp = fires.filter(({ firedAt, result: other }) => firedAt === fire.firedAt && other !== 'missed');
      const isBounded = caughtUp.length === limits.missedFires;
      if (schedule.missed === 'all' && !isBounded) return `missed, though ${schedule.missed} are to be caught up`;
      const [from, to] = [Date.parse(fire.at), Date.parse(fire.firedAt)];
      if (to - from <= oneByOneMs) return 'missed, though it was hardly late';
      return didRing(from + 1_000, to) ? 'missed, though others rang meanwhile' : undefined;
    }
    case 'queued':
    case 'paused':
    case 'failed':
      return `${result}: ${reason}`;
    default:
      return result satisfies never;
  }
}

/** Made room for the next one, or was given up because of three dead workers. */
function isExcused({ state, message = '', executions }: Task): boolean {
  if (state === 'cancelled') return /^(killed: )?replaced by the next fire/.test(message);
  return executions.filter(({ outcome }) => outcome === 'lost').length >= limits.lostWorkers;
}

function miscountsOf(history: History): string[] {
  const { schedule, fires } = history;
  const { counts } = schedule;
  const of = (result: Fire['result']) =>
    fires.reduce((sum, fire) => sum + (fire.result === result ? fire.count : 0), 0);
  const wrong: string[] = [];
  const compare = (name: string, told: number, is: number) => {
    if (told !== is) wrong.push(`${nameOf(history)}: ${told} ${name} are told, ${is} there are`);
  };
  compare('tasks', counts.tasks, of('task'));
  compare('skipped', counts.skipped, of('skipped'));
  compare('missed', counts.missed, of('missed'));
  compare('failed', counts.failed, of('failed'));
  compare('ended', counts.done + counts.error, history.tasks.length);
  compare('lines', fires.at(-1)?.number ?? 0, fires.length);
  return wrong;
}

function nameOf({ schedule }: History, fire?: Fire): string {
  return fire === undefined ? schedule.name : `${schedule.name} line ${fire.number} (${fire.at})`;
}
