import { jitterOf, limits } from '@drover/core';
import { describe, expect, test } from 'vitest';
import { at, iso, LookStand, start } from './look-stand.ts';
import { ruleOf } from './record.ts';

describe('in good times', () => {
  test('each slot makes one task, on time, and one line of the log', () => {
    const stand = new LookStand();
    stand.run(at(3));
    expect(stand.told).toEqual(['task 10:00:01', 'task 10:00:02', 'task 10:00:03']);
    expect([...stand.tasks.values()]).toEqual([at(1), at(2), at(3)]);
    expect(stand.lines[0]).toMatchObject({ number: 1, kind: 'time', lateSeconds: 0, task: { id: 'task-1' } });
    expect(stand.situation.counts).toMatchObject({ tasks: 3, done: 2 });
  });

  test('a look too many changes nothing', () => {
    const stand = new LookStand();
    stand.run(at(3));
    const before = structuredClone(stand.situation);
    stand.look(at(3.5));
    stand.look(at(3.5));
    expect(stand.tasks.size).toBe(3);
    expect(stand.situation).toEqual({ ...before, counts: { ...before.counts, done: 3 } });
    expect(stand.alarmAt).toBe(at(4));
  });

  test('nothing fires early, whenever it is looked at', () => {
    const stand = new LookStand({ frequency: { every: 'minutes' } });
    for (let second = 0; second < 60; second += 1) stand.look(at(second));
    stand.look(at(60) - 1);
    expect(stand.tasks.size).toBe(0);
    stand.look(at(60));
    expect([...stand.tasks.values()]).toEqual([at(60)]);
  });

  test('a clock that is put back makes no slot fire twice', () => {
    const stand = new LookStand();
    stand.run(at(5));
    stand.look(at(2));
    stand.look(at(-3_600));
    expect(stand.tasks.size).toBe(5);
    expect(stand.alarmAt).toBe(at(6));
    stand.run(at(6));
    expect(stand.tasks.size).toBe(6);
  });

  test('a schedule that runs immediately fires once and has finished', () => {
    const stand = new LookStand({ timing: 'immediately' });
    expect(stand.alarmAt).toBe(start);
    stand.look(at(0.05));
    expect(stand.tasks.size).toBe(1);
    expect(stand.situation.state).toBe('finished');
    expect(stand.alarmAt).toBeUndefined();
  });

  test('a task that cannot be made leaves a line that says why, and the schedule goes on', () => {
    const stand = new LookStand();
    stand.fault = 'fire.nothing is not known';
    stand.look(at(1));
    stand.fault = undefined;
    stand.look(at(2));
    expect(stand.told).toEqual(['failed 10:00:01', 'task 10:00:02']);
    expect(stand.lines[0]?.reason).toBe('fire.nothing is not known');
    expect(stand.situation.counts).toMatchObject({ failed: 1, tasks: 1 });
  });
});

describe('an end', () => {
  test('maxFires counts tasks, and ends the schedule', () => {
    const stand = new LookStand({ maxFires: 3 });
    stand.run(at(60));
    expect(stand.tasks.size).toBe(3);
    expect(stand.situation).toMatchObject({ state: 'finished', counts: { tasks: 3, missed: 0, skipped: 0 } });
    expect(stand.situation.next).toBeUndefined();
  });

  test('maxFires holds when many slots come at once', () => {
    const stand = new LookStand({ maxFires: 3, missed: 'all', overlap: 'allow' });
    stand.look(at(60));
    expect(stand.tasks.size).toBe(3);
    expect(stand.situation.state).toBe('finished');
  });

  test('fires that wait count too, so that there are never more tasks than asked for', () => {
    const stand = new LookStand({ maxFires: 2, overlap: 'queue' });
    stand.run(at(5), { tasksGoOn: true });
    expect(stand.told).toEqual(['task 10:00:01', 'queued 10:00:02']);
    expect(stand.situation.state).toBe('active');
    stand.endAll('done success');
    stand.look(at(6));
    expect(stand.tasks.size).toBe(2);
    expect(stand.situation.state).toBe('finished');
  });

  test('nothing fires after finishAt, and a fire at it is the last', () => {
    const stand = new LookStand({ finishAt: iso(at(2)), overlap: 'allow' });
    stand.look(at(9));
    expect(stand.told).toEqual(['task 10:00:01', 'task 10:00:02']);
    expect(stand.situation.state).toBe('finished');
    expect(stand.alarmAt).toBeUndefined();
  });

  test('what is to run later runs once', () => {
    const stand = new LookStand({ timing: 'later', startAt: iso(at(30)) });
    expect(stand.alarmAt).toBe(at(30));
    stand.run(at(600));
    expect(stand.told).toEqual(['task 10:00:30']);
    expect(stand.situation.state).toBe('finished');
  });

  test('what is to run later does not run after its endAt, and the log says so', () => {
    const stand = new LookStand({ timing: 'later', startAt: iso(at(30)), endAt: iso(at(60)) });
    stand.look(at(61));
    expect(stand.told).toEqual(['skipped 10:00:30']);
    expect(stand.lines[0]?.reason).toBe('its task was not to start after 2026-11-26T10:01:00.000Z');
    expect(stand.situation).toMatchObject({ state: 'finished', counts: { tasks: 0, skipped: 1 } });
  });

  test('a task that would have expired already is not made', () => {
    const task = { model: 'probe', method: 'echo', expiresAfterSeconds: 30 };
    const stand = new LookStand({ frequency: { every: 'hourly' }, task });
    stand.look(at(3_631));
    expect(stand.told).toEqual(['skipped 11:00:00']);
    stand.look(at(7_229));
    expect(stand.told).toEqual(['skipped 11:00:00', 'task 12:00:00']);
  });
});

describe('missed fires', () => {
  const hourly = { every: 'hourly' } as const;

  test('up to ten seconds late they come one by one', () => {
    const stand = new LookStand({ overlap: 'allow' });
    stand.look(at(11));
    expect(stand.tasks.size).toBe(11);
    expect(stand.lines.map(({ lateSeconds }) => lateSeconds)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('once: one task for all that went by', () => {
    const stand = new LookStand({ frequency: hourly });
    stand.look(at(3_600 * 5 + 60));
    expect(stand.told).toEqual(['missed 11:00:00…14:00:00 (4)', 'task 15:00:00']);
    expect(stand.situation.counts).toMatchObject({ missed: 4, tasks: 1 });
    expect(stand.lines[1]).toMatchObject({ lateSeconds: 60 });
    expect(stand.alarmAt).toBe(at(3_600 * 6));
  });

  test('skip: none, but one that is late by a minute only', () => {
    const late = new LookStand({ frequency: hourly, missed: 'skip' });
    late.look(at(3_600 * 5 + 61));
    expect(late.told).toEqual(['missed 11:00:00…15:00:00 (5)']);
    expect(late.tasks.size).toBe(0);
    const soon = new LookStand({ frequency: hourly, missed: 'skip' });
    soon.look(at(3_600 * 5 + 60));
    expect(soon.told).toEqual(['missed 11:00:00…14:00:00 (4)', 'task 15:00:00']);
  });

  test('all: one task each', () => {
    const stand = new LookStand({ frequency: hourly, missed: 'all', overlap: 'allow' });
    stand.look(at(3_600 * 5 + 60));
    expect([...stand.tasks.values()]).toEqual([1, 2, 3, 4, 5].map((hour) => at(3_600 * hour)));
    expect(stand.situation.counts).toMatchObject({ missed: 0, tasks: 5 });
  });

  test('all: the newest ones where there are too many, and the log tells how many there were before', () => {
    const stand = new LookStand({ missed: 'all', overlap: 'allow' });
    stand.look(at(1_000));
    expect(stand.tasks.size).toBe(limits.missedFires);
    expect(stand.told.slice(0, 2)).toEqual(['missed 10:00:01…10:15:00 (900)', 'task 10:15:01']);
    expect(stand.situation.counts).toMatchObject({ missed: 900, tasks: 100 });
  });

  test('all: what is too much for one look, the next ones go on with, in order', () => {
    const stand = new LookStand({ frequency: hourly, missed: 'all', overlap: 'allow' });
    stand.makesAtMost = 2;
    const now = at(3_600 * 5 + 60);
    const slots = [1, 2, 3, 4, 5].map((hour) => at(3_600 * hour));
    stand.look(now);
    expect([...stand.tasks.values()]).toEqual(slots.slice(0, 2));
    expect(stand.alarmAt).toBe(slots[2]);
    stand.look(now);
    stand.look(now);
    expect([...stand.tasks.values()]).toEqual(slots);
    expect(stand.situation.counts).toMatchObject({ tasks: 5, missed: 0 });
    expect(stand.alarmAt).toBe(at(3_600 * 6));
  });

  test('beyond counting the log says "at least", and a year of seconds is looked at in no time', () => {
    const stand = new LookStand();
    const before = performance.now();
    stand.look(at(365 * 86_400));
    expect(performance.now() - before).toBeLessThan(500);
    expect(stand.lines[0]).toMatchObject({ result: 'missed', isAtLeast: true, at: iso(at(1)) });
    expect(stand.lines[0]?.until).toBe(iso(at(365 * 86_400 - 1)));
    expect(stand.tasks.size).toBe(1);
    expect(stand.alarmAt).toBe(at(365 * 86_400 + 1));
  });

  test('what is missed twice in a row is one line', () => {
    const stand = new LookStand({ frequency: hourly, missed: 'skip' });
    stand.look(at(3_600 * 2 + 100));
    stand.look(at(3_600 * 4 + 100));
    expect(stand.told).toEqual(['missed 11:00:00…14:00:00 (4)']);
    expect(stand.situation.counts.missed).toBe(4);
  });

  test('a start in the past floods nothing', () => {
    const stand = new LookStand({ startAt: '2020-01-01T00:00:00Z', missed: 'all' });
    stand.look(start);
    expect(stand.lines).toEqual([]);
    expect(stand.alarmAt).toBe(at(1));
  });
});

describe('jitter', () => {
  test('a fire comes later by its own chance, and is not late for that', () => {
    const stand = new LookStand({ frequency: { every: 'minutes' }, jitterSeconds: 30 });
    const jitterMs = jitterOf(ruleOf(stand.definition), stand.definition.id, at(60));
    expect(jitterMs).toBeGreaterThan(0);
    expect(stand.alarmAt).toBe(at(60) + jitterMs);
    stand.look(at(60) + jitterMs - 1);
    expect(stand.tasks.size).toBe(0);
    stand.look(at(60) + jitterMs);
    expect(stand.lines[0]).toMatchObject({ at: iso(at(60)), lateSeconds: 0 });
  });

  test('longer than the time between two fires it loses none of them, and they keep their order', () => {
    const stand = new LookStand({ frequency: { every: 'cron', cron: '* * * * * *' }, jitterSeconds: 600 });
    stand.run(at(300));
    expect([...stand.tasks.values()]).toEqual(Array.from({ length: stand.tasks.size }, (_, index) => at(index + 1)));
    expect(stand.tasks.size).toBeGreaterThanOrEqual(299);
    expect(stand.situation.counts.missed).toBe(0);
  });
});

describe('an edit', () => {
  test('of the rule: its new times count from now on, and nothing fires at once', () => {
    const stand = new LookStand({ frequency: { every: 'hourly' } });
    stand.edit({ frequency: { every: 'minutes', interval: 10 } }, at(900));
    expect(stand.alarmAt).toBe(at(1_200));
    stand.run(at(1_800));
    expect([...stand.tasks.values()]).toEqual([at(1_200), at(1_800)]);
  });

  test('of anything else leaves its times as they are', () => {
    const stand = new LookStand({ frequency: { every: 'hourly' } });
    stand.edit({ description: 'another one' }, at(900));
    expect(stand.alarmAt).toBe(at(3_600));
  });

  test('does not begin maxFires anew', () => {
    const stand = new LookStand({ maxFires: 2 });
    stand.run(at(10));
    stand.edit({ description: 'another one' }, at(20));
    expect(stand.situation.state).toBe('finished');
    stand.edit({ frequency: { every: 'minutes' } }, at(20));
    expect(stand.situation.state).toBe('finished');
    stand.edit({ maxFires: 3 }, at(30));
    stand.run(at(600));
    expect(stand.tasks.size).toBe(3);
  });
});
