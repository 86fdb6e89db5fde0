import { checkRule, firesBetween, limits, missedFires, nextFires, type Rule } from '@drover/core';
import { expect, test, vi } from 'vitest';
import { createChance } from '../chance.ts';
import { wallByIntl } from './clock.ts';
import { anchorOf, slots, slotsAfter } from './oracle.ts';
import { type RandomRule, randomRule } from './random-rule.ts';
import { shownIn } from './shown.ts';
import { iso } from './vector.ts';

/** `SOAK=1`: at full size. `SEED=n`: the same chances again. */
const isSoak = process.env.SOAK === '1';
const rounds = isSoak ? 2_000 : 40;
vi.setConfig({ testTimeout: isSoak ? 900_000 : 60_000 });
const chance = createChance();
const day = 86_400_000;

type Round = RandomRule & { rule: Rule; after: number };

function plan(): Round {
  const random = randomRule(chance);
  const { asked, near, spacing } = random;
  if (neverFires(random)) {
    expect(() => checkRule(asked.rule, asked.anchorAt)).toThrow('is before the first fire');
    return plan();
  }
  // Asked at any ms: only slots are whole seconds.
  const after = near - chance.between(0, 3 * spacing);
  return { ...random, rule: checkRule(asked.rule, asked.anchorAt), after };
}

/** It finishes too early. Without a start of its own a schedule does not fire in the moment in which it is created. */
function neverFires({ asked }: RandomRule): boolean {
  const { startAt, finishAt } = asked.rule;
  const from = startAt === undefined ? asked.anchorAt + 1 : Date.parse(startAt);
  return finishAt !== undefined && slots(asked, from, Date.parse(finishAt)).next().done === true;
}

function each(check: (round: Round) => void): void {
  for (let n = 0; n < rounds; n++) check(plan());
}

/** So many that the oracle is not asked to walk through decades. */
function fewOf({ spacing }: Round): number {
  return chance.between(1, spacing > 20 * day ? 3 : 6);
}

/** Holds a few slots, mostly. Ms. */
function someTime({ spacing }: Round): number {
  return chance.between(0, Math.min(12 * spacing, 300 * day));
}

function expectSame(round: Round, got: readonly number[], expected: readonly number[]): void {
  if (got.join() === expected.join()) return;
  const { asked, after } = round;
  const show = (times: readonly number[]) => shownIn(asked.rule.timeZone, times.map(iso));
  const question = JSON.stringify({ ...asked, anchorAt: iso(asked.anchorAt), after: iso(after) });
  expect.fail(`${question}\nexpected ${show(expected)}\ngot      ${show(got)}`);
}

test('any rule at any time has the next slots that the oracle finds', () => {
  each((round) => {
    const n = fewOf(round);
    expectSame(round, nextFires(round.rule, round.after, n), slotsAfter(round.asked, round.after, n));
  });
});

test('slots come in order, and never outside start and finish', () => {
  each((round) => {
    const fires = nextFires(round.rule, round.after, 40);
    const { finishAt } = round.asked.rule;
    for (const [index, at] of fires.entries()) {
      expect(at).toBeGreaterThan(fires[index - 1] ?? round.after);
      expect(at).toBeGreaterThanOrEqual(anchorOf(round.asked));
      if (finishAt !== undefined) expect(at).toBeLessThanOrEqual(Date.parse(finishAt));
    }
    if (finishAt === undefined) expect(fires.length).toBe(40);
  });
});

test('slots are the same from whichever earlier time one looks', () => {
  each((round) => {
    const fires = nextFires(round.rule, round.after, 30);
    const from = chance.between(0, Math.max(0, fires.length - 1));
    const [earlier = round.after, later = earlier + 1] = [fires[from - 1], fires[from]];
    const between = earlier + Math.floor(chance.next() * (later - earlier));
    expectSame(round, nextFires(round.rule, between, fires.length - from), fires.slice(from));
    const before = round.after - chance.between(1, 3 * round.spacing);
    const seen = nextFires(round.rule, before, 300).filter((at) => at > round.after);
    expectSame(round, fires.slice(0, seen.length), seen.slice(0, fires.length));
  });
});

test('the interval and what it is counted from are kept', () => {
  each((round) => {
    const { asked, frequency, rule } = round;
    const { every, interval = 1 } = frequency;
    if (every === 'cron') return;
    const zone = asked.rule.timeZone ?? 'UTC';
    const dayOf = (at: number) => Math.floor(wallByIntl(zone, at) / day);
    const mondayOf = (at: number) => dayOf(at) - ((dayOf(at) + 3) % 7);
    const monthOf = (at: number) => new Date(wallByIntl(zone, at)).toISOString().slice(0, 7).split('-').map(Number);
    const [anchor, fires] = [anchorOf(asked), nextFires(rule, round.after, 20)];
    const [year = 0, month = 0] = monthOf(anchor);
    const counted = {
      seconds: (at: number) => (at - anchor) / 1_000,
      minutes: (at: number) => (at - anchor) / 60_000,
      hourly: (at: number) => (at - anchor) / 3_600_000,
      daily: (at: number) => dayOf(at) - dayOf(anchor),
      weekly: (at: number) => (mondayOf(at) - mondayOf(anchor)) / 7,
      monthly: (at: number) => ((monthOf(at)[0] ?? 0) - year) * 12 + (monthOf(at)[1] ?? 0) - month,
    }[every];
    for (const at of fires) expect(counted(at) % interval, `${JSON.stringify(asked)} ${iso(at)}`).toBe(0);
  });
});

test('what was missed is what the oracle finds in the range: the newest, and how many', () => {
  each((round) => {
    const to = round.after + someTime(round);
    const expected = [...slots(round.asked, round.after + 1, to)];
    const max = chance.between(1, 10);
    const missed = missedFires(round.rule, round.after, to, max);
    expectSame(round, missed.at, expected.slice(-max));
    const [all, bound] = [expected.length, limits.missedCount];
    expect({ ...missed, at: [] }).toEqual({ at: [], count: Math.min(all, bound), isAtLeast: all > bound });
  });
});

test('the slots of a range are those that the oracle finds in it', () => {
  each((round) => {
    const to = round.after + someTime(round);
    const max = chance.between(1, 10);
    const expected = [...slots(round.asked, round.after, to - 1)].slice(0, max);
    expectSame(round, firesBetween(round.rule, round.after, to, max), expected);
  });
});

test('a backfill finds the slots before the schedule was created too, but none before a start that was asked for', () => {
  each((round) => {
    const from = anchorOf(round.asked) - someTime(round);
    const to = from + someTime(round);
    const max = chance.between(1, 10);
    const expected = [...slots(round.asked, from, to - 1, true)].slice(0, max);
    expectSame(round, firesBetween(round.rule, from, to, max, { ignoresStart: true }), expected);
  });
});

test('no more is listed than the rule fires at all', () => {
  each((round) => {
    const maxFires = chance.between(1, 4);
    const asked = { ...round.asked, rule: { ...round.asked.rule, maxFires } };
    const rule = checkRule(asked.rule, asked.anchorAt);
    expectSame(round, nextFires(rule, round.after, 9), nextFires(round.rule, round.after, maxFires));
  });
});

test('missed seconds are counted up to the bound, be it a year of them', () => {
  const anchorAt = Date.parse('2027-01-01T00:00:00Z');
  const rule = checkRule({ timing: 'schedule', frequency: { every: 'seconds' } }, anchorAt);
  const missedIn = (seconds: number) => missedFires(rule, anchorAt, anchorAt + seconds * 1_000, 100);
  expect(missedIn(limits.missedCount)).toMatchObject({ count: limits.missedCount, isAtLeast: false });
  expect(missedIn(limits.missedCount + 1)).toMatchObject({ count: limits.missedCount, isAtLeast: true });
  const [startedAt, year] = [Date.now(), 365 * 86_400];
  const newest = Array.from({ length: 100 }, (_, n) => anchorAt + (year - 99 + n) * 1_000);
  expect(missedIn(year)).toEqual({ at: newest, count: limits.missedCount, isAtLeast: true });
  // A busy machine is forgiven a lot; a walk over the whole year is not.
  expect(Date.now() - startedAt).toBeLessThan(3_000);
});
