import { type Fire, firesBetween } from '@drover/core';
import { expect, test } from 'vitest';
import { dueAt } from './due-slots.ts';
import { type Asked, LookStand, start } from './look-stand.ts';
import { decodeLive, ruleOf } from './record.ts';

/**
 * Schedules by chance, looked at at times by chance, while tasks go on, end, and are lost, and people pause. Whatever
 * happens, the log has to tell of every slot, once.
 */

const seed = Number(process.env.SEED ?? Date.now()) % 2 ** 32;
/** More of them by hand: `ROUNDS=5000 SEED=1 npx vitest …`. */
const rounds = Number(process.env.ROUNDS ?? 100);
const looks = 60;

test(`every slot has one line, and at most one task, never early (SEED=${seed})`, {
  timeout: 60_000 + rounds * 100,
}, () => {
  for (let round = 0; round < rounds; round += 1) {
    const chance = chanceFrom(seed + round);
    const asked = askedBy(chance);
    try {
      check(live(new LookStand(asked), chance));
    } catch (error) {
      throw new Error(`SEED=${seed + round} ROUNDS=1: ${JSON.stringify(asked)}`, { cause: error });
    }
  }
});

type Chance = ReturnType<typeof chanceFrom>;

/** Mulberry32. */
function chanceFrom(begin: number) {
  let state = begin >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const one = <T>(values: readonly T[]) => values[int(0, values.length - 1)] as T;
  return { next, int, one };
}

function askedBy({ int, one, next }: Chance): Asked {
  const frequency = one<NonNullable<Asked['frequency']>>([
    { every: 'seconds', interval: int(1, 30) },
    { every: 'minutes', interval: int(1, 3) },
    { every: 'cron', cron: one(['* * * * * *', '*/7 * * * * *', '* * * * *', '3,4 0-20 * * * *']) },
  ]);
  const isDense = frequency.every === 'cron';
  return {
    frequency,
    missed: one(['once', 'skip', 'all']),
    overlap: one(['skip', 'queue', 'allow', 'replace']),
    ...(next() < 0.3 ? { jitterSeconds: isDense ? int(1, 300) : 0.9 } : {}),
    ...(next() < 0.3 ? { pauseAfterFailures: int(1, 4) } : {}),
    ...(next() < 0.2 ? { task: { model: 'probe', method: 'echo', expiresAfterSeconds: int(1, 60) } } : {}),
  };
}

/** Looks again and again: mostly when it rings, sometimes late, or too early, and now and then with a clock put back. */
function live(stand: LookStand, { int, one, next }: Chance): LookStand {
  let now = start;
  let latest = start;
  for (let turn = 0; turn < looks; turn += 1) {
    const what = next();
    if (what < 0.6 && stand.alarmAt !== undefined) now = Math.max(now, stand.alarmAt) + int(0, 20);
    else if (what < 0.7) now += int(0, 5_000);
    else if (what < 0.8) now += int(10_000, 200_000);
    else if (what < 0.83) now -= int(0, 60_000);
    else if (what < 0.86 && stand.situation.state === 'active')
      stand.pause(now, one([undefined, now + int(1, 60_000)]));
    else if (what < 0.9 && stand.situation.state === 'paused') resume(stand, now);
    stand.fault = next() < 0.1 ? 'no such thing' : undefined;
    for (const task of stand.live) {
      const end = one([
        'live',
        'live',
        'live',
        'done success',
        'error error',
        'cancelled cancelled',
        'attention',
        'gone',
      ]);
      if (end !== 'live') stand.ends.set(decodeLive(task).id, end);
    }
    latest = Math.max(latest, now);
    stand.makesAtMost = one([undefined, undefined, 1, 3]);
    const before = stand.tasks.size;
    stand.look(now);
    const rule = ruleOf(stand.definition);
    for (const slot of [...stand.tasks.values()].slice(before)) {
      expect(dueAt(rule, stand.definition.id, slot), 'a task is early').toBeLessThanOrEqual(latest);
    }
  }
  return stand;
}

/** As `reschedule` does, after a last look. */
function resume(stand: LookStand, now: number): void {
  stand.look(now);
  const { situation } = stand;
  stand.situation = {
    ...situation,
    state: 'active',
    pause: undefined,
    failuresInARow: 0,
    last: Math.max(situation.last, now),
  };
  stand.look(now);
}

function check(stand: LookStand): void {
  const { lines, situation, tasks } = stand;
  const rule = ruleOf(stand.definition);
  const slots = firesBetween(rule, start + 1, situation.last + 1, 1_000_000);
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
  // Lines in the order of their slots: one begins where the one before ended, and nothing lies between.
  const told = lines.flatMap((line) => slotsOf(line, slots));
  expect(told).toEqual(slots);
  expect(new Set(tasks.values()).size, 'a slot has two tasks').toBe(tasks.size);
  expect([...tasks.values()]).toEqual([...tasks.values()].sort((one, other) => one - other));
  const countOf = (result: Fire['result']) =>
    lines.filter((line) => line.result === result).reduce((sum, { count }) => sum + count, 0);
  const { counts, queued } = situation;
  expect(counts.tasks).toBe(tasks.size);
  expect(countOf('task')).toBe(tasks.size);
  expect(countOf('queued')).toBe(queued.length);
  expect({ skipped: countOf('skipped'), missed: countOf('missed'), failed: countOf('failed') }).toEqual({
    skipped: counts.skipped,
    missed: counts.missed,
    failed: counts.failed,
  });
  expect(counts.done + counts.error).toBeLessThanOrEqual(tasks.size);
}

/** The slots that a line stands for: as many as it says. */
function slotsOf({ at: from, until = from, count }: Fire, slots: number[]): number[] {
  const found = slots.filter((slot) => slot >= Date.parse(from) && slot <= Date.parse(until));
  expect(found, `${from} to ${until}`).toHaveLength(count);
  return found;
}
