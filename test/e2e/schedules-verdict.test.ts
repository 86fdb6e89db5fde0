import type { Fire, Schedule, Task } from '@drover/core';
import { expect, test } from 'vitest';
import type { History, Story } from '../schedule-history.ts';
import { cleanVerdict, judgeSchedules } from '../schedule-verdict.ts';

/** The check of the disasters finds what it is there to find: here in a history that somebody forged. */

const startAt = Date.parse('2026-11-26T10:00:00Z');
const iso = (second: number) => new Date(startAt + second * 1_000).toISOString();

/** Every second, 20 times: all is well. */
function goodStory(): Story {
  const seconds = Array.from({ length: 20 }, (_, second) => second);
  const schedule = {
    name: 'forged',
    startAt: iso(0),
    finishAt: iso(19),
    frequency: { every: 'seconds', interval: 1 },
    missed: 'once',
    overlap: 'skip',
    counts: { tasks: 20, manual: 0, skipped: 0, missed: 0, failed: 0, done: 20, error: 0 },
  } as Partial<Schedule> as Schedule;
  const fires = seconds.map((second): Fire => {
    const line = { number: second + 1, kind: 'time' as const, at: iso(second), count: 1, firedAt: iso(second + 0.1) };
    return { ...line, result: 'task', task: { id: `task-${second}` } };
  });
  const tasks = seconds.map(
    (second) =>
      ({
        id: `task-${second}`,
        state: 'done',
        fireAt: iso(second),
        createdAt: iso(second + 0.1),
        executions: [],
      }) as Partial<Task> as Task,
  );
  const entries = seconds.map((second) => ({ n: 0, id: `task-${second}`, attempt: 1, pid: 1, at: startAt }));
  return { histories: [{ schedule, fires, tasks }], entries, killedAt: [] };
}

type Parts = History & Pick<Story, 'entries' | 'killedAt'>;

/** What is found when the history is bent like this: the names of the faults. */
function foundIn(bend: (parts: Parts) => void): string[] {
  const story = goodStory();
  const [history] = story.histories;
  if (history === undefined) throw new Error('a story without a history');
  bend({ ...story, ...history });
  return Object.entries(judgeSchedules(story)).flatMap(([name, faults]) => (faults.length > 0 ? [name] : []));
}

const line = ({ fires }: Parts, index: number) => fires[index] as Fire;
const task = ({ tasks }: Parts, index: number) => tasks[index] as Task;

/** In place of the lines `from` … `to` and their tasks one that stands for all of them. */
function merge(parts: Parts, from: number, to: number, as: Partial<Fire>): void {
  const { task: _, ...first } = line(parts, from);
  const count = to - from + 1;
  parts.fires.splice(from, count, { ...first, until: iso(to), count, firedAt: iso(to + 0.1), ...as } as Fire);
  for (const [index, fire] of parts.fires.entries()) fire.number = index + 1;
  parts.tasks.splice(from, count);
  const { counts } = parts.schedule;
  counts.tasks -= count;
  counts.done -= count;
  if (as.result === 'missed') counts.missed += count;
  if (as.result === 'skipped') counts.skipped += count;
}

/** Nobody rang for 14 seconds. */
function standStill(parts: Parts): void {
  merge(parts, 3, 16, { result: 'missed', firedAt: iso(17.1) });
}

/** Nobody rang for this schedule, but somebody for another one. */
function passOver(parts: Parts): void {
  standStill(parts);
  Object.assign(line(parts, 2), { firedAt: iso(8) });
}

test('where all is well nothing is found, and where nobody rang the policy explains what was missed', () => {
  expect(judgeSchedules(goodStory())).toEqual(cleanVerdict);
  expect(foundIn(standStill)).toEqual([]);
  const killThen = (parts: Parts) => {
    passOver(parts);
    parts.killedAt.push(Date.parse(iso(9)));
  };
  expect(foundIn(killThen)).toEqual([]);
  expect(foundIn((parts) => merge(parts, 3, 4, { result: 'skipped', reason: 'task-2 of an earlier fire' }))).toEqual(
    [],
  );
});

test.each<[string, string[], (parts: Parts) => void]>([
  ['a slot with two lines', ['twice', 'miscounted'], (parts) => parts.fires.push({ ...line(parts, 4), number: 21 })],
  [
    'a slot with two tasks',
    ['twice', 'strangers', 'unrun', 'miscounted'],
    (parts) => parts.tasks.push({ ...task(parts, 4), id: 'another' }),
  ],
  [
    'a slot in two merged lines',
    ['twice', 'miscounted'],
    (parts) => {
      standStill(parts);
      Object.assign(line(parts, 3), { until: iso(17), count: 15 });
    },
  ],
  ['a slot without a line', ['missing', 'strangers', 'miscounted'], (parts) => parts.fires.splice(7, 1)],
  ['a line whose task is nowhere', ['missing', 'miscounted'], (parts) => parts.tasks.splice(7, 1)],
  [
    'a line of no slot',
    ['missing', 'strangers', 'miscounted'],
    (parts) => Object.assign(line(parts, 4), { at: iso(4.05) }),
  ],
  ['a decision before its time', ['early'], (parts) => Object.assign(line(parts, 4), { firedAt: iso(3.9) })],
  ['a task before its time', ['early'], (parts) => Object.assign(task(parts, 4), { createdAt: iso(3.9) })],
  ['a task begun before its time', ['early'], (parts) => Object.assign(task(parts, 4), { startedAt: iso(3.9) })],
  ['a task that never ran', ['unrun'], (parts) => parts.entries.splice(4, 1)],
  ['a task whose end nobody wrote down', ['unrun'], (parts) => Object.assign(task(parts, 4), { state: 'running' })],
  [
    'a fire that still waits',
    ['unexplained', 'strangers', 'miscounted'],
    (parts) => {
      const { task: _, ...rest } = line(parts, 4);
      parts.fires[4] = { ...rest, result: 'queued' };
    },
  ],
  [
    'a fire that was skipped for nothing',
    ['unexplained'],
    (parts) => merge(parts, 3, 4, { result: 'skipped', reason: '' }),
  ],
  [
    'missed, though all were to be caught up',
    ['unexplained'],
    (parts) => {
      standStill(parts);
      parts.schedule.missed = 'all';
    },
  ],
  [
    'missed, though it was hardly late',
    ['unexplained'],
    (parts) => merge(parts, 3, 9, { result: 'missed', firedAt: iso(10) }),
  ],
  ['missed, though others rang meanwhile', ['unexplained'], passOver],
])('%s is found', (_, faults, bend) => {
  expect(foundIn(bend).sort()).toEqual([...faults].sort());
});
