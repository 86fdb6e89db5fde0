import { type DeclaredSchedule, defineModel, type Schedule } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { type ScheduleStage, scheduled, startScheduleStage } from '../schedule-stage.ts';

/** Schedules that stand beside a model, through deploys and what people do to them meanwhile. */

let stage: ScheduleStage;

beforeAll(async () => {
  stage = await startScheduleStage();
});

afterAll(() => stage.stop());

type Declared = DeclaredSchedule<'bake' | 'clean'>;

const nightly: Declared = {
  name: 'Nightly',
  timing: 'schedule',
  frequency: { every: 'daily', at: '02:00' },
  task: { method: 'bake' },
};

function bakery(name: string, schedules: Declared[]) {
  const method = { description: 'Works', kwargs: z.strictObject({ loaves: z.int().optional() }), run: () => 'done' };
  return defineModel(name, { bake: method, clean: method }, { schedules });
}

/** A start of a worker with these; it has declared them all when this resolves, and is gone. */
async function deploy(...models: ReturnType<typeof bakery>[]): Promise<Schedule[]> {
  const worker = await stage.startRinging({ models });
  const names = models.flatMap(({ name, schedules }) => schedules.map((schedule) => `${name} ${schedule.name}`));
  const own = models.map(({ name }) => name);
  const found = await eventually(async () => {
    const { items } = await stage.schedules.list({ limit: 200 }, {});
    const declared = items.filter(({ owner }) => owner.kind === 'code' && own.includes(owner.name));
    const isSeen = declared.map(({ owner, name, drift }) => `${owner.name} ${drift?.declared.name ?? name}`).sort();
    expect(isSeen).toEqual(names.sort());
    return declared;
  });
  // What has changed may be written after what is new.
  await eventually(async () => {
    for (const { id } of found) {
      const { owner, drift, company, ...rest } = await stage.look(id);
      const said = drift?.declared ?? rest;
      const { task, ...wanted } = models
        .flatMap(({ name, schedules }) => (name === owner.name ? schedules : []))
        .find((schedule) => schedule.name === said.name && schedule.task.company === company) as Declared;
      expect(said).toMatchObject({ ...wanted, task: { method: task.method } });
    }
  });
  await worker.stop();
  return Promise.all(found.map(({ id }) => stage.look(id)));
}

test('are there once a worker has started, whichever it is, and however many start at once', async () => {
  const model = bakery('first', [nightly, { ...nightly, name: 'Weekly', frequency: { every: 'weekly' } }]);
  const workers = await Promise.all([1, 2, 3].map(() => stage.startRinging({ models: [model] })));
  const found = await eventually(async () => {
    const { items } = await stage.schedules.list({ limit: 200, owner: 'code', model: 'first' }, {});
    expect(items).toHaveLength(2);
    return items;
  });
  expect(found).toMatchObject([
    { name: 'Nightly', owner: { kind: 'code', name: 'first' }, version: 1, task: { model: 'first', method: 'bake' } },
    { name: 'Weekly', owner: { kind: 'code', name: 'first' }, version: 1 },
  ]);
  for (const worker of workers) {
    expect(worker.errors).toEqual([]);
    await worker.stop();
  }
  const seen = async () =>
    (await stage.schedules.list({ limit: 200, owner: 'code', model: 'first' }, {})).items.map(({ id }) => id);
  expect(await seen()).toEqual(found.map(({ id }) => id));
});

test('a start with the same changes nothing', async () => {
  const [before] = await deploy(bakery('same', [{ ...nightly, name: 'Same' }]));
  const [after] = await deploy(bakery('same', [{ ...nightly, name: 'Same' }]));
  expect(after).toEqual({ ...before, isUndeclared: after?.isUndeclared });
});

test('change with the code, and keep what became of them', async () => {
  const [before] = await deploy(bakery('changed', [{ ...nightly, name: 'Changed' }]));
  await stage.schedules.run(before?.id ?? '', {});
  const [after] = await deploy(
    bakery('changed', [{ ...nightly, name: 'Changed', frequency: { every: 'daily', at: '03:00' } }]),
  );
  expect(after).toMatchObject({ id: before?.id, version: 2, frequency: { at: '03:00' }, counts: { manual: 1 } });
  expect(after?.nextFireAt).toMatch(/T03:00:00/);
  expect(after).not.toHaveProperty('drift');
});

test('go when they are no longer declared; those of other models stay', async () => {
  const [kept] = await deploy(
    bakery(
      'other',
      [nightly].map((one) => ({ ...one, name: 'Of another model' })),
    ),
  );
  const [gone] = await deploy(bakery('fewer', [{ ...nightly, name: 'Goes' }]));
  const worker = await stage.startRinging({ models: [bakery('fewer', [])] });
  await eventually(() => expect(stage.look(gone?.id ?? '')).rejects.toThrow(/there is no schedule/));
  expect((await stage.look(kept?.id ?? '')).name).toBe('Of another model');
  await worker.stop();
});

test('a person’s edit stays through deploys, and is shown as drift', async () => {
  const [before] = await deploy(bakery('edited', [{ ...nightly, name: 'Edited' }]));
  const id = before?.id ?? '';
  await stage.schedules.patch(id, { missed: 'skip' }, {}, { unchecked: true });
  await stage.schedules.adopt(id, {});
  const [same] = await deploy(bakery('edited', [{ ...nightly, name: 'Edited' }]));
  expect(same).toMatchObject({ missed: 'skip', drift: { fields: ['missed'], isAdopted: true } });
  const changed = { ...nightly, name: 'Edited', frequency: { every: 'daily', at: '04:00' } } as const;
  const [after] = await deploy(bakery('edited', [changed]));
  // The code changed: whether the edit is meant still, somebody has to say again.
  expect(after).toMatchObject({
    missed: 'skip',
    frequency: { at: '02:00' },
    drift: { fields: ['frequency', 'missed'], isAdopted: false },
  });
  const back = await stage.schedules.reset(id, {});
  expect(back).toMatchObject({ missed: 'once', frequency: { at: '04:00' } });
  expect(back.nextFireAt).toMatch(/T04:00:00/);
});

test('one that a person gave another name is the same one after a deploy', async () => {
  const [before] = await deploy(bakery('renamed', [{ ...nightly, name: 'As declared' }]));
  const id = before?.id ?? '';
  await stage.schedules.patch(id, { name: 'As people call it' }, {}, { unchecked: true });
  const [after] = await deploy(bakery('renamed', [{ ...nightly, name: 'As declared' }]));
  expect(after).toMatchObject({ id, name: 'As people call it', drift: { fields: ['name'] } });
  await deploy(bakery('renamed', [{ ...nightly, name: 'As declared', description: 'with a word to it' }]));
  expect(await stage.schedules.reset(id, {})).toMatchObject({ id, name: 'As declared' });
});

test('one that moves to another model keeps what became of it', async () => {
  const [before] = await deploy(bakery('old_home', [{ ...nightly, name: 'Moves' }]));
  const [after] = await deploy(bakery('new_home', [{ ...nightly, name: 'Moves' }]));
  expect(after).toMatchObject({
    id: before?.id,
    owner: { kind: 'code', name: 'new_home' },
    task: { model: 'new_home' },
  });
  const worker = await stage.startRinging({ models: [bakery('old_home', [])] });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await stage.look(before?.id ?? '')).owner.name).toBe('new_home');
  await worker.stop();
});

test('of several companies may have one name, and each comes and goes alone', async () => {
  const of = (company: string): Declared => ({ ...nightly, name: 'Shared', task: { method: 'bake', company } });
  const both = await deploy(bakery('shared', [of('acme'), of('umbrella')]));
  expect(both.map(({ company }) => company).sort()).toEqual(['acme', 'umbrella']);
  const [left] = await deploy(bakery('shared', [of('umbrella')]));
  expect(left).toMatchObject({ company: 'umbrella' });
  const mine = await stage.schedules.list({ limit: 10 }, { company: 'acme' });
  expect(mine.items).toEqual([]);
});

test('of two models that live and declare one name, the first has it until it goes', async () => {
  const first = await stage.startRinging({ models: [bakery('rival_one', [{ ...nightly, name: 'Contested' }])] });
  const owner = async () => {
    const { items } = await stage.schedules.list({ limit: 200, q: 'contested' }, {});
    return items.map((schedule) => schedule.owner.name).join();
  };
  await eventually(async () => expect(await owner()).toBe('rival_one'));
  const model = bakery('rival_two', [{ ...nightly, name: 'Contested' }]);
  const second = await stage.startRinging({ models: [model] });
  await eventually(() => expect(second.errors).toHaveLength(1));
  expect(second.errors[0]?.message).toBe(
    'model rival_two declares a schedule "Contested", but model rival_one has one of that name',
  );
  expect(await owner()).toBe('rival_one');
  await first.stop();
  await second.stop();
  const [moved] = await deploy(model);
  expect(moved?.owner.name).toBe('rival_two');
});

test('a name that a person gave to another one is not taken from it', async () => {
  const one: Declared = { ...nightly, name: 'One' };
  const [before] = await deploy(bakery('swap', [one]));
  await stage.schedules.patch(before?.id ?? '', { name: 'Two' }, {}, { unchecked: true });
  const worker = await stage.startRinging({ models: [bakery('swap', [one, { ...nightly, name: 'Two' }])] });
  await eventually(() => expect(worker.errors).toHaveLength(1));
  expect(worker.errors[0]?.message).toBe('model swap declares a schedule "Two", but a person gave that name to "One"');
  expect(await stage.look(before?.id ?? '')).toMatchObject({ name: 'Two', drift: { declared: { name: 'One' } } });
  await worker.stop();
});

test('a name that a person took is told, and hinders no other declaration', async () => {
  await stage.schedules.create(scheduled({ name: 'Taken' }), {}, { unchecked: true });
  const model = bakery('taken', [
    { ...nightly, name: 'Taken' },
    { ...nightly, name: 'Free' },
  ]);
  const worker = await stage.startRinging({ models: [model] });
  await eventually(async () => {
    const { items } = await stage.schedules.list({ limit: 10, owner: 'code', model: 'taken' }, {});
    expect(items.map(({ name }) => name)).toEqual(['Free']);
  });
  await eventually(() =>
    expect(worker.errors.map(({ message }) => message)).toEqual([
      'model taken declares a schedule "Taken", but a person made one of that name',
    ]),
  );
  await worker.stop();
});

test('one that was stopped by a person is not started by a deploy', async () => {
  const [before] = await deploy(bakery('stopped', [{ ...nightly, name: 'Stopped' }]));
  await stage.schedules.unschedule(before?.id ?? '', {});
  const [after] = await deploy(bakery('stopped', [{ ...nightly, name: 'Stopped', missed: 'all' }]));
  expect(after).toMatchObject({ id: before?.id, state: 'unscheduled', missed: 'all', nextFireAt: null });
});

test('Drover’s own housekeeping is among them, and can be edited like any other', async () => {
  const worker = await stage.startRinging();
  const found = await eventually(async () => {
    const { items } = await stage.schedules.list({ limit: 10, owner: 'system' }, {});
    expect(items.map(({ task }) => `${task.model}.${task.method}`).sort()).toEqual([
      'system.ledger.prune',
      'system.ledger.verify',
    ]);
    return items;
  });
  for (const schedule of found) {
    expect(schedule).toMatchObject({ owner: { kind: 'system', name: 'system.ledger' }, state: 'active' });
    expect(schedule).not.toHaveProperty('drift');
  }
  const [prune] = found;
  const run = await stage.schedules.run(prune?.id ?? '', {});
  expect(await stage.ended(run.id)).toMatchObject({ state: 'done', model: 'system.ledger' });
  const patched = await stage.schedules.patch(prune?.id ?? '', { timeZone: 'Europe/Berlin' }, {}, { isSystem: true });
  expect(patched).toMatchObject({ timeZone: 'Europe/Berlin', drift: { fields: ['timeZone'] } });
  await expect(stage.schedules.remove(prune?.id ?? '', {})).rejects.toThrow(/declares it in code/);
  await stage.schedules.reset(prune?.id ?? '', {});
  await worker.stop();
});
