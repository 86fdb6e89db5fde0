import { type Fire, limits, missedFires, nextFires, type Rule } from '@drover/core';
import { aim } from './aim.ts';
import { type DueSlots, dueAt, dueSlots, startsBefore } from './due-slots.ts';
import { lineOf, pushLine, putLine } from './fire-lines.ts';
import { type Definition, encodeLive, type Live, type Situation } from './record.ts';

/**
 * What is to be done with a schedule that rang: the rule, apart from I/O. It is looked at when a slot has come, when one
 * of its tasks has ended, and when a pause is over; a look too many changes nothing.
 */
export type LookParts = {
  definition: Definition;
  rule: Rule;
  situation: Situation;
  /**
   * Its tasks that had not ended at the last look, with what is known of them now: see `ring.lua`. `isAgain`: one that
   * had ended, was counted, and runs again since somebody retried it.
   */
  tasks: { id: string; end: string; isAgain?: boolean }[];
  /** Unix ms, by the clock of Redis. */
  now: number;
  /** Makes the task, or the run of a job, of a slot; answers its id, or why there can or shall be none. */
  make: (at: number) => { id: string } | { fault: string } | { skip: string };
  /** How many one look makes at most; the next look goes on. Default: all. */
  makesAtMost?: number | undefined;
};

export type Looked = {
  situation: Situation;
  live: Live;
  /** Lines of the fire log, new ones and such as replace one, by number. */
  lines: Fire[];
  /** Tasks that must end to make room for a queued fire. */
  replaced: string[];
  /** When to look again. */
  alarmAt: number | undefined;
};

/** Fires that are late by no more than this come one by one: a worker died, another took its place. */
const oneByOneMs = 10_000;
/** Tasks that are watched for their end. */
export const liveMax = 100;

type LiveTask = { id: string; isAgain?: boolean };

type Draft = Omit<LookParts, 'tasks' | 'situation' | 'makesAtMost'> & {
  situation: Situation;
  /** How many it may still make. */
  left: number;
  /** Those that keep the next one from beginning. */
  busy: LiveTask[];
  /** Those that wait for a person, and keep nobody from going on. */
  attention: LiveTask[];
  lines: Map<number, Fire>;
  replaced: string[];
};

export function look({ situation, tasks, makesAtMost = Number.POSITIVE_INFINITY, ...parts }: LookParts): Looked {
  const draft: Draft = {
    ...parts,
    left: makesAtMost,
    situation: { ...situation, queued: [...situation.queued], counts: { ...situation.counts } },
    busy: [],
    attention: [],
    lines: new Map(),
    replaced: [],
  };
  passBeforePause(draft);
  settle(draft, tasks);
  endPause(draft);
  goOn(draft);
  pass(draft);
  const alarmAt = aim(draft);
  return {
    situation: draft.situation,
    live: [...draft.attention, ...draft.busy].slice(-liveMax).map(encodeLive),
    lines: [...draft.lines.values()],
    replaced: draft.replaced,
    alarmAt,
  };
}

/** What became of the tasks that it made. */
function settle(draft: Draft, tasks: LookParts['tasks']): void {
  const { situation, definition, now } = draft;
  for (const { end, ...task } of tasks) {
    const [state] = end.split(' ');
    if (state === 'live') draft.busy.push(task);
    else if (state === 'attention') draft.attention.push(task);
    else if (state === 'done' || state === 'error' || state === 'cancelled') count(situation, state, task);
  }
  const { pauseAfterFailures } = definition.request;
  if (pauseAfterFailures === undefined || situation.state !== 'active') return;
  if (situation.failuresInARow < pauseAfterFailures) return;
  situation.state = 'paused';
  situation.pause = {
    note: `paused itself: ${situation.failuresInARow} of its tasks in a row ended in error`,
    at: now,
  };
}

/** A task counts once: as it ended first. That a retry helped ends a row of failures all the same. */
function count(situation: Situation, state: 'done' | 'error' | 'cancelled', { isAgain }: LiveTask): void {
  if (state === 'done') situation.failuresInARow = 0;
  if (isAgain) return;
  situation.counts[state === 'done' ? 'done' : 'error'] += 1;
  if (state === 'error') situation.failuresInARow += 1;
}

/** What nobody had rung for when somebody paused it was missed, not paused. */
function passBeforePause(draft: Draft): void {
  const { situation, rule, definition } = draft;
  if (situation.pause === undefined) return;
  const { slots, before } = dueSlots(rule, definition.id, situation.last, situation.pause.at - oneByOneMs);
  writeMissed(draft, before, slots);
  situation.last = slots.at(-1) ?? situation.last;
}

/** A pause that is over: what went by until then is written down as such. */
function endPause(draft: Draft): void {
  const { situation, now } = draft;
  const until = situation.pause?.until;
  if (situation.state !== 'paused' || until === undefined || until > now) return;
  passPaused(draft, until);
  situation.state = 'active';
  situation.pause = undefined;
}

/** The fires whose turn has come. */
function goOn(draft: Draft): void {
  const { situation, definition } = draft;
  if (situation.state !== 'active') return;
  const isFree = () => draft.left > 0 && (draft.busy.length === 0 || definition.request.overlap === 'allow');
  while (situation.queued.length > 0 && isFree()) {
    const next = situation.queued.shift();
    if (next === undefined) return;
    const reason = whyOver(draft, next.at);
    if (reason === undefined) create(draft, next.at, next.line, 'it waited for the task of an earlier fire');
    else drop(draft, next, reason);
  }
}

/** The slots that have come since the last look. */
function pass(draft: Draft): void {
  const { situation, rule, definition, now } = draft;
  if (situation.state === 'paused') passPaused(draft, now);
  if (situation.state !== 'active') return;
  const { slots, before } = dueSlots(rule, definition.id, situation.last, now);
  const newest = slots.at(-1);
  const oldest = before?.first ?? slots[0];
  if (newest === undefined || oldest === undefined) return;
  const { missed } = definition.request;
  const lateMs = (at: number) => now - dueAt(rule, definition.id, at);
  const areOnTime = lateMs(oldest) <= oneByOneMs;
  const isTooLate = missed === 'skip' && lateMs(newest) > limits.missedAfterMs;
  const fired = isTooLate ? [] : areOnTime || missed === 'all' ? slots : [newest];
  const passed = slots.slice(0, slots.length - fired.length);
  writeMissed(draft, before, passed);
  situation.last = passed.at(-1) ?? before?.last ?? situation.last;
  for (const at of fired) {
    if (draft.left <= 0) return;
    situation.last = at;
    fire(draft, at);
  }
}

function writeMissed(draft: Draft, before: DueSlots['before'], passed: number[]): void {
  const first = before?.first ?? passed[0];
  if (first === undefined) return;
  const count = (before?.count ?? 0) + passed.length;
  draft.situation.counts.missed += count;
  pushLine(draft, {
    at: first,
    until: passed.at(-1) ?? before?.last,
    count,
    isAtLeast: before?.isAtLeast,
    result: 'missed',
    reason: 'nothing could fire at that time',
  });
}

function passPaused(draft: Draft, until: number): void {
  const { rule, situation } = draft;
  const due = missedFires(rule, situation.last, until, 1);
  const newest = due.at[0];
  if (newest === undefined) return;
  const [first = newest] = nextFires(rule, situation.last, 1);
  situation.last = newest;
  const { count, isAtLeast } = due;
  pushLine(draft, { at: first, until: newest, count, isAtLeast, result: 'paused', reason: 'the schedule was paused' });
}

/** One slot that is to make a task, if it may. */
function fire(draft: Draft, at: number): void {
  const { situation, definition, rule, busy } = draft;
  const { overlap } = definition.request;
  const most = rule.maxFires ?? Number.POSITIVE_INFINITY;
  if (situation.counts.tasks + situation.queued.length >= most) return;
  const over = whyOver(draft, at);
  if (over !== undefined) {
    skip(draft, at, over);
    return;
  }
  const [blocking] = busy;
  if (blocking === undefined || overlap === 'allow') {
    create(draft, at);
    return;
  }
  const reason = `${blocking.id} of an earlier fire has not ended`;
  if (overlap === 'skip') skip(draft, at, reason);
  else if (overlap === 'replace') replace(draft, at, reason);
  else if (situation.queued.length >= limits.queuedFires) skip(draft, at, `${limits.queuedFires} fires wait already`);
  else queue(draft, at, reason);
}

function skip(draft: Draft, at: number, reason: string): void {
  draft.situation.counts.skipped += 1;
  pushLine(draft, { at, count: 1, result: 'skipped', reason });
}

function queue(draft: Draft, at: number, reason: string): void {
  draft.situation.queued.push({ at, line: pushLine(draft, { at, count: 1, result: 'queued', reason }) });
}

/** Only the newest one follows what still runs. */
function replace(draft: Draft, at: number, reason: string): void {
  const { situation } = draft;
  for (const queued of situation.queued) drop(draft, queued, 'a later fire took its place');
  situation.queued = [];
  draft.replaced.push(...draft.busy.map(({ id }) => id));
  queue(draft, at, `${reason}: it is asked to end`);
}

/** A fire that waited, and makes no task any more. */
function drop(draft: Draft, { at, line }: Situation['queued'][number], reason: string): void {
  draft.situation.counts.skipped += 1;
  putLine(draft, lineOf({ at, count: 1, result: 'skipped', reason }, line, draft.now));
}

/** Why a slot makes no task any more: its time is over. */
function whyOver({ definition, rule, now }: Draft, at: number): string | undefined {
  const { delaySeconds = 0 } = definition.request.task;
  const before = startsBefore(definition, rule, at);
  if (before === undefined || now + delaySeconds * 1_000 < before) return undefined;
  return `its task was not to start after ${new Date(before).toISOString()}`;
}

function create(draft: Draft, at: number, line?: number, reason?: string): void {
  const { situation, rule, definition, now } = draft;
  const made = draft.make(at);
  draft.left -= 1;
  const lateMs = Math.max(0, now - dueAt(rule, definition.id, at));
  const written = { at, count: 1, lateSeconds: lateMs / 1_000 };
  if ('fault' in made) {
    situation.counts.failed += 1;
    pushLine(draft, { ...written, result: 'failed', reason: made.fault.slice(0, limits.errorMessageBytes) }, line);
    return;
  }
  if ('skip' in made) {
    situation.counts.skipped += 1;
    pushLine(draft, { at, count: 1, result: 'skipped', reason: made.skip }, line);
    return;
  }
  situation.counts.tasks += 1;
  draft.busy.push({ id: made.id });
  const what = definition.request.job === undefined ? { task: { id: made.id } } : { run: { id: made.id } };
  pushLine(draft, { ...written, result: 'task', reason, ...what }, line);
}
