import { type Cluster, createCluster } from '@drover/broker';
import { ClusterError } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type ScheduleStage, scheduled, startScheduleStage } from '../schedule-stage.ts';

/** Edits of schedules by several people at once, while they fire. */

let stage: ScheduleStage;
/** The same cluster through another process' eyes. */
let other: Cluster;

beforeAll(async () => {
  stage = await startScheduleStage();
  await stage.startRinging();
  other = createCluster({ redisUrl: stage.redisUrl, keyPrefix: stage.keyPrefix });
  await eventually(() => other.ping());
});

afterAll(async () => {
  await other.stop();
  await stage.stop();
});

const hourly = { frequency: { every: 'hourly', interval: 1 } } as const;

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'accepted',
    (error: unknown) => (error instanceof ClusterError ? error.code : `${error}`),
  );
}

describe('an edit', () => {
  test('is lived by at once: the schedule fires by its new rule', async () => {
    const { id } = await stage.create({ ...hourly, overlap: 'allow' });
    await stage.schedules.patch(id, { frequency: { every: 'seconds' } }, {});
    await stage.untilFired(id, ['task', 'task']);
    const edited = await stage.schedules.patch(id, hourly, {});
    const count = (await stage.fires(id)).length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await stage.fires(id)).toHaveLength(count);
    expect(Date.parse(edited.nextFireAt ?? '')).toBeGreaterThan(Date.now() + 60_000);
  });

  test('of its task is lived by at the next fire', async () => {
    const { id } = await stage.create({ overlap: 'allow' });
    await stage.untilFired(id, ['task']);
    await stage.schedules.patch(id, { task: { model: 'probe', method: 'succeed', args: [], kwargs: {} } }, {});
    await eventually(async () => {
      const { items } = await stage.cluster.tasks.list({ schedule: id, limit: 1 }, {});
      expect(items[0]?.method).toBe('succeed');
    });
    await stage.schedules.unschedule(id, {});
  });

  test('that is based on an older version is refused, and of many at once one is made', async () => {
    const { id, version } = await stage.create(hourly);
    const edits = Array.from({ length: 10 }, (_, edit) =>
      codeOf(
        (edit % 2 === 0 ? stage.schedules : other.schedules).patch(id, { description: `${edit}` }, {}, { version }),
      ),
    );
    const answers = await Promise.all(edits);
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'precondition_failed')).toHaveLength(9);
    expect((await stage.look(id)).version).toBe(version + 1);
  });

  test('without a version is made in any case, and none of many is lost', async () => {
    const { id, version } = await stage.create({ overlap: 'allow' });
    const fields = [
      { description: 'by one' },
      { missed: 'skip' },
      { pauseAfterFailures: 7 },
      { jitterSeconds: 0.01 },
      { maxFires: 1_000 },
    ] as const;
    await Promise.all(
      fields.map((patch, index) => (index % 2 === 0 ? stage.schedules : other.schedules).patch(id, patch as never, {})),
    );
    expect(await stage.look(id)).toMatchObject({ version: version + 5, ...Object.assign({}, ...fields) });
    await stage.schedules.unschedule(id, {});
  });

  test('that was lost, or was a dry run, leaves no trace in what others are told', async () => {
    const request = scheduled(hourly);
    const { id, version } = await stage.schedules.create(request, {});
    const daily = { ...request, frequency: { every: 'daily', at: '05:00' } } as const;
    const [dry] = await stage.schedules.apply([daily], {}, { dryRun: true });
    expect(dry).toMatchObject({ result: 'updated', schedule: { sentence: expect.stringContaining('05:00') } });
    expect((await stage.look(id)).sentence).toContain('every hour');
    const twoHours = { every: 'hourly', interval: 2 } as const;
    const threeHours = { every: 'hourly', interval: 3 } as const;
    const answers = await Promise.all([
      codeOf(stage.schedules.patch(id, { frequency: twoHours }, {}, { version })),
      codeOf(other.schedules.patch(id, { frequency: threeHours }, {}, { version })),
    ]);
    expect(answers.sort()).toEqual(['accepted', 'precondition_failed']);
    const [mine, theirs] = await Promise.all([stage.look(id), other.schedules.get(id, {})]);
    expect(mine).toEqual(theirs);
    expect(mine.sentence).toContain(`every ${mine.frequency?.interval} hours`);
    const previews = await Promise.all(
      [stage.schedules, other.schedules].map((schedules) => schedules.preview(id, { count: 5 }, {})),
    );
    expect(previews[0]).toEqual(previews[1]);
  });

  test('that cannot be leaves everything as it was', async () => {
    const taken = await stage.create(hourly);
    const { id, version } = await stage.create(hourly);
    const bad: [string, object][] = [
      ['schedule_conflict', { name: taken.name }],
      ['request_invalid', { frequency: { every: 'weekly', monthDay: 3 } }],
      ['request_invalid', { finishAt: '2020-01-01T00:00:00Z' }],
      ['method_unknown', { task: { model: 'probe', method: 'nothing', args: [], kwargs: {} } }],
      ['request_invalid', { task: { model: 'probe', method: 'echo', args: ['${fyre.at}'], kwargs: {} } }],
      ['schedule_conflict', { task: { model: 'probe', method: 'echo', args: [], kwargs: {}, company: 'acme' } }],
    ];
    for (const [code, patch] of bad) expect(await codeOf(stage.schedules.patch(id, patch, {})), code).toBe(code);
    expect(await stage.look(id)).toMatchObject({ version, frequency: hourly.frequency });
  });
});

describe('names', () => {
  test('are there once in a company, and free again when they are given up', async () => {
    const { id, name } = await stage.create(hourly);
    expect(await codeOf(stage.create({ ...hourly, name }))).toBe('schedule_conflict');
    const access = { company: 'acme' };
    expect(await codeOf(stage.schedules.create(scheduled({ ...hourly, name }), access))).toBe('accepted');
    expect(await codeOf(stage.schedules.create(scheduled({ ...hourly, name }), access))).toBe('schedule_conflict');
    await stage.schedules.patch(id, { name: `${name}, as it was` }, {});
    const again = await stage.create({ ...hourly, name });
    await stage.schedules.remove(again.id, {});
    expect(await codeOf(stage.create({ ...hourly, name }))).toBe('accepted');
  });

  test('of many schedules at once: one gets it', async () => {
    const request = scheduled(hourly);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        codeOf((index % 2 === 0 ? stage.schedules : other.schedules).create(request, {})),
      ),
    );
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'schedule_conflict')).toHaveLength(9);
  });
});

test('a key bound to a company does not see the schedules of others', async () => {
  const { id } = await stage.schedules.create(scheduled(hourly), { company: 'acme' });
  const access = { company: 'umbrella' };
  const { schedules } = stage;
  const calls = [
    schedules.get(id, access),
    schedules.patch(id, { missed: 'all' }, access),
    schedules.replace(id, scheduled(hourly), access),
    schedules.remove(id, access),
    schedules.pause(id, {}, access),
    schedules.unschedule(id, access),
    schedules.reschedule(id, access),
    schedules.run(id, access),
    schedules.backfill(id, { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', dryRun: true }, access),
    schedules.reset(id, access),
    schedules.adopt(id, access),
    schedules.fires(id, { limit: 10 }, access),
    schedules.preview(id, { count: 1 }, access),
  ];
  expect(new Set(await Promise.all(calls.map(codeOf)))).toEqual(new Set(['schedule_unknown']));
  expect((await schedules.list({ limit: 200 }, access)).items).toEqual([]);
  const range = { from: new Date().toISOString(), to: new Date(Date.now() + 86_400_000).toISOString() };
  expect(await schedules.calendar(range, access)).toMatchObject({ items: [], dense: [] });
});

test('an idempotency key makes one schedule, and one task by hand, however often it is sent', async () => {
  const request = scheduled(hourly);
  const key = { idempotencyKey: `key ${request.name}` };
  const made = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      (index % 2 === 0 ? stage.schedules : other.schedules).create(request, {}, key),
    ),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await codeOf(stage.schedules.create(scheduled(hourly), {}, key))).toBe('idempotency_key_reused');
  const id = made[0]?.id ?? '';
  const runs = await Promise.all(Array.from({ length: 5 }, () => stage.schedules.run(id, {}, key)));
  expect(new Set(runs.map((task) => task.id)).size).toBe(1);
  expect(await stage.fires(id)).toHaveLength(1);
  expect((await stage.look(id)).counts.manual).toBe(1);
});

test('many runs by hand at once are a task and a line each', async () => {
  const { id } = await stage.create({ overlap: 'allow' });
  const runs = await Promise.all(Array.from({ length: 10 }, () => stage.schedules.run(id, {})));
  await stage.schedules.unschedule(id, {});
  const fires = await stage.fires(id);
  expect(fires.map(({ number }) => number)).toEqual(fires.map((_, index) => index + 1));
  const manual = fires.filter(({ kind }) => kind === 'manual').map(({ task }) => task?.id);
  expect(manual.sort()).toEqual(runs.map((task) => task.id).sort());
});

test('a schedule that runs immediately may be rescheduled as often as wanted, a finished one may not', async () => {
  const { id } = await stage.create({ timing: 'immediately' });
  for (let time = 1; time <= 3; time += 1) {
    await eventually(async () =>
      expect(await stage.look(id)).toMatchObject({ state: 'finished', counts: { tasks: time } }),
    );
    await stage.schedules.reschedule(id, {});
  }
  const startAt = new Date(Date.now() + 3_000).toISOString();
  const later = await stage.create({ timing: 'later', startAt });
  await eventually(async () => expect((await stage.look(later.id)).state).toBe('finished'));
  expect(await codeOf(stage.schedules.reschedule(later.id, {}))).toBe('schedule_conflict');
});

test('arguments are made at the fire, and one that cannot be made leaves a line while the schedule goes on', async () => {
  const breaksAt = new Date(Date.now() + 6_000).toISOString();
  const args = ['${fire.date}', '${schedule.name}', '${company}', `\${now < instant("${breaksAt}") or 1 / 0 == 1}`];
  const task = { model: 'probe', method: 'echo', args };
  const { id, name } = await stage.schedules.create(scheduled({ task, overlap: 'allow' }), { company: 'acme' });
  const [first] = await stage.untilFired(id, ['task']);
  const made = await stage.ended(first?.task?.id ?? '');
  expect(made.args).toEqual([first?.at.slice(0, 10), name, 'acme', true]);
  expect(made.fireAt).toBe(first?.at);
  const failed = await eventually(async () => {
    const found = (await stage.fires(id)).filter(({ result }) => result === 'failed');
    expect(found.length).toBeGreaterThanOrEqual(2);
    return found;
  }, 20_000);
  expect(failed[0]?.reason).toContain('divides by zero');
  expect(await stage.look(id)).toMatchObject({ state: 'active' });
  await stage.schedules.patch(id, { task: { ...task, args: ['good again'], kwargs: {} } }, { company: 'acme' });
  await eventually(async () => expect((await stage.fires(id)).at(-1)?.result).toBe('task'));
  await stage.schedules.unschedule(id, {});
}, 60_000);

test('a queue that would be one too many leaves a line, and hinders no other schedule', async () => {
  const names = Array.from({ length: 64 }, (_, index) => `full_${index}`);
  await stage.redis.sadd(stage.key('queues'), ...names);
  const full = await stage.create({ task: { model: 'probe', method: 'echo', queue: 'one_too_many' } });
  const fine = await stage.create({ overlap: 'allow' });
  const [failed] = await stage.untilFired(full.id, ['failed']);
  expect(failed?.reason).toContain('there may be 64 queues');
  await stage.untilFired(fine.id, ['task', 'task']);
  expect(await codeOf(stage.schedules.run(full.id, {}))).toBe('queue_limit');
  await stage.redis.srem(stage.key('queues'), ...names);
  await eventually(async () => expect((await stage.fires(full.id)).at(-1)?.result).toBe('task'));
  for (const { id } of [full, fine]) await stage.schedules.unschedule(id, {});
});
