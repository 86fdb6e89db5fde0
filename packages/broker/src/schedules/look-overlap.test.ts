import { limits } from '@drover/core';
import { describe, expect, test } from 'vitest';
import { at, iso, LookStand } from './look-stand.ts';

describe('overlap', () => {
  const goOn = { tasksGoOn: true };

  test('skip: no task while the earlier one has not ended, and one line for all of it', () => {
    const stand = new LookStand();
    stand.run(at(4), goOn);
    expect(stand.told).toEqual(['task 10:00:01', 'skipped 10:00:02…10:00:04 (3)']);
    expect(stand.lines[1]?.reason).toBe('task-1 of an earlier fire has not ended');
    stand.endAll('done success');
    stand.run(at(5), goOn);
    expect(stand.told.at(-1)).toBe('task 10:00:05');
    expect(stand.situation.counts).toMatchObject({ tasks: 2, skipped: 3 });
  });

  test('queue: one after the other, oldest first, and the line becomes that of the task', () => {
    const stand = new LookStand({ overlap: 'queue' });
    stand.run(at(3), goOn);
    expect(stand.told).toEqual(['task 10:00:01', 'queued 10:00:02', 'queued 10:00:03']);
    stand.endAll('done success');
    stand.look(at(3.5));
    expect(stand.told).toEqual(['task 10:00:01', 'task 10:00:02', 'queued 10:00:03']);
    expect(stand.lines[1]).toMatchObject({ reason: 'it waited for the task of an earlier fire', lateSeconds: 1.5 });
    expect([...stand.tasks.values()]).toEqual([at(1), at(2)]);
  });

  test('queue: no more than so many wait; further fires are skipped', () => {
    const stand = new LookStand({ overlap: 'queue' });
    stand.run(at(limits.queuedFires + 5), goOn);
    expect(stand.situation.queued).toHaveLength(limits.queuedFires);
    expect(stand.situation.counts.skipped).toBe(4);
    expect(stand.lines.at(-1)).toMatchObject({ result: 'skipped', count: 4, reason: '100 fires wait already' });
  });

  test('queue: it is looked at again though nobody told that the earlier task has ended', () => {
    const stand = new LookStand({ frequency: { every: 'daily' }, overlap: 'queue', missed: 'all' });
    stand.look(at(2 * 86_400));
    expect(stand.told.map((line) => line.split(' ')[0])).toEqual(['task', 'queued']);
    expect(stand.alarmAt).toBe(at(2 * 86_400 + 30));
  });

  test('queue: a fire whose time is over when its turn comes makes no task', () => {
    const task = { model: 'probe', method: 'echo', expiresAfterSeconds: 5 };
    const stand = new LookStand({ overlap: 'queue', task });
    stand.run(at(3), goOn);
    stand.endAll('done success');
    stand.look(at(7.5));
    expect(stand.told.slice(0, 4)).toEqual(['task 10:00:01', 'skipped 10:00:02', 'task 10:00:03', 'queued 10:00:04']);
  });

  test('queue: those that wait do so no longer when it is edited to allow', () => {
    const stand = new LookStand({ overlap: 'queue' });
    stand.run(at(3), goOn);
    stand.edit({ overlap: 'allow' }, at(3.2));
    expect(stand.alarmAt).toBe(at(3.2));
    stand.look(at(3.2));
    expect(stand.told).toEqual(['task 10:00:01', 'task 10:00:02', 'task 10:00:03']);
  });

  test('queue: what waits too long for one look, the next ones go on with', () => {
    const stand = new LookStand({ overlap: 'queue' });
    stand.run(at(4), goOn);
    stand.makesAtMost = 1;
    stand.edit({ overlap: 'allow' }, at(4.5));
    for (let look = 0; look < 2; look += 1) stand.look(at(5.2));
    expect(stand.told.slice(1)).toEqual(['task 10:00:02', 'task 10:00:03', 'queued 10:00:04']);
    expect(stand.alarmAt).toBeLessThanOrEqual(at(5.2));
    for (let look = 0; look < 3; look += 1) stand.look(at(5.2));
    expect(stand.told.slice(1)).toEqual(['task 10:00:02', 'task 10:00:03', 'task 10:00:04', 'task 10:00:05']);
  });

  test('allow: one beside the other', () => {
    const stand = new LookStand({ overlap: 'allow' });
    stand.run(at(5), goOn);
    expect(stand.tasks.size).toBe(5);
    expect(stand.live).toHaveLength(5);
  });

  test('replace: the earlier task is asked to end, and only the newest fire follows it', () => {
    const stand = new LookStand({ overlap: 'replace' });
    stand.run(at(3), goOn);
    expect(stand.replaced).toEqual(['task-1', 'task-1']);
    expect(stand.told).toEqual(['task 10:00:01', 'skipped 10:00:02', 'queued 10:00:03']);
    expect(stand.lines[1]?.reason).toBe('a later fire took its place');
    stand.endAll('cancelled cancelled');
    stand.look(at(3.1));
    expect(stand.told).toEqual(['task 10:00:01', 'skipped 10:00:02', 'task 10:00:03']);
    expect(stand.situation.counts).toMatchObject({ tasks: 2, skipped: 1, error: 1 });
  });

  test('a task that waits for a person keeps nobody from going on', () => {
    const stand = new LookStand();
    stand.look(at(1));
    stand.endAll('attention');
    stand.look(at(2));
    expect(stand.tasks.size).toBe(2);
    expect(stand.live).toEqual(['task-1', 'task-2']);
  });

  test('a task that is not known any more keeps nobody from going on', () => {
    const stand = new LookStand();
    stand.look(at(1));
    stand.endAll('gone');
    stand.look(at(2));
    expect(stand.live).toEqual(['task-2']);
    expect(stand.situation.counts).toMatchObject({ tasks: 2, done: 0, error: 0 });
  });

  test('however many wait for a person, the one that runs is not forgotten', () => {
    const stand = new LookStand();
    for (let second = 1; second <= 150; second += 1) {
      stand.look(at(second));
      stand.endAll('attention');
    }
    stand.ends.delete('task-150');
    stand.look(at(151));
    expect(stand.tasks.size).toBe(150);
    expect(stand.told.at(-1)).toBe('skipped 10:02:31');
  });

  test('a task that is retried is not run into, and counts once', () => {
    const stand = new LookStand();
    stand.look(at(1));
    stand.endAll('error error');
    stand.look(at(1.5));
    expect(stand.situation).toMatchObject({ counts: { error: 1 }, failuresInARow: 1 });
    // As `retry.lua` does.
    stand.live = ['task-1!'];
    stand.ends.delete('task-1');
    stand.look(at(2));
    expect(stand.told).toEqual(['task 10:00:01', 'skipped 10:00:02']);
    expect(stand.live).toEqual(['task-1!']);
    stand.endAll('done success');
    stand.look(at(2.5));
    expect(stand.situation).toMatchObject({ counts: { tasks: 1, done: 0, error: 1 }, failuresInARow: 0 });
  });
});

describe('failures', () => {
  test('so many in a row pause the schedule, which says why', () => {
    const stand = new LookStand({ pauseAfterFailures: 3 });
    for (const second of [1, 2, 3, 4, 5]) {
      stand.look(at(second));
      stand.endAll('error error');
    }
    expect(stand.told).toEqual(['task 10:00:01', 'task 10:00:02', 'task 10:00:03', 'paused 10:00:04…10:00:05 (2)']);
    expect(stand.situation).toMatchObject({
      state: 'paused',
      failuresInARow: 3,
      pause: { note: 'paused itself: 3 of its tasks in a row ended in error', at: at(4) },
    });
  });

  test('one that ends well begins the row anew; one that is cancelled neither adds nor ends it', () => {
    const stand = new LookStand({ pauseAfterFailures: 2 });
    const ends = ['error error', 'done success', 'error error', 'cancelled cancelled', 'done warning', 'error timeout'];
    for (const [index, end] of ends.entries()) {
      stand.look(at(index + 1));
      stand.endAll(end);
    }
    stand.look(at(7));
    expect(stand.situation).toMatchObject({ state: 'active', failuresInARow: 1, counts: { done: 2, error: 4 } });
  });
});

describe('a pause', () => {
  test('its times go by, all of them in one line', () => {
    const stand = new LookStand();
    stand.run(at(2));
    stand.pause(at(2.5));
    stand.run(at(60));
    expect(stand.told).toEqual(['task 10:00:01', 'task 10:00:02', 'paused 10:00:03…10:01:00 (58)']);
    expect(stand.situation.counts.missed).toBe(0);
  });

  test('with an end goes over by itself, and the slot at its end is still paused', () => {
    const stand = new LookStand();
    stand.pause(at(0.5), at(3));
    stand.run(at(5));
    expect(stand.told).toEqual(['paused 10:00:01…10:00:03 (3)', 'task 10:00:04', 'task 10:00:05']);
    expect(stand.situation.pause).toBeUndefined();
  });

  test('that was over before anybody looked: what came after it was missed', () => {
    const stand = new LookStand({ frequency: { every: 'hourly' } });
    stand.pause(at(10), at(3_600 * 2.5));
    stand.look(at(3_600 * 5.5));
    expect(stand.told).toEqual(['paused 11:00:00…12:00:00 (2)', 'missed 13:00:00…14:00:00 (2)', 'task 15:00:00']);
  });

  test('what nobody had rung for when it was paused was missed, not paused', () => {
    const stand = new LookStand({ frequency: { every: 'hourly' } });
    stand.pause(at(3_600 * 2.5));
    stand.look(at(3_600 * 4));
    expect(stand.told).toEqual(['missed 11:00:00…12:00:00 (2)', 'paused 13:00:00…14:00:00 (2)']);
  });

  test('its last time goes by too: then it has finished', () => {
    const stand = new LookStand({ timing: 'later', startAt: iso(at(30)) });
    stand.pause(at(10));
    stand.run(at(60));
    expect(stand.told).toEqual(['paused 10:00:30']);
    expect(stand.situation).toMatchObject({ state: 'finished', counts: { tasks: 0 } });
  });

  test('fires that wait go on when it is over', () => {
    const stand = new LookStand({ overlap: 'queue', frequency: { every: 'minutes' } });
    stand.run(at(120), { tasksGoOn: true });
    stand.pause(at(130), at(150));
    stand.endAll('done success');
    stand.look(at(140));
    expect(stand.tasks.size).toBe(1);
    stand.run(at(150));
    expect(stand.told).toEqual(['task 10:01:00', 'task 10:02:00']);
  });
});
