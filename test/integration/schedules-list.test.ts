import type { Fire, Schedule, ScheduleFilter } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ago, type ScheduleStage, scheduled, startScheduleStage } from '../schedule-stage.ts';

let stage: ScheduleStage;

beforeAll(async () => {
  stage = await startScheduleStage();
  await stage.startRinging();
});

afterAll(() => stage.stop());

const hourly = { frequency: { every: 'hourly' } } as const;

/** All pages; `between` happens after each. */
async function listed(search: ScheduleFilter & { limit: number }, company?: string, between = async () => {}) {
  const found: Schedule[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 1_000; page += 1) {
    const access = company === undefined ? {} : { company };
    const { items, nextCursor } = await stage.schedules.list({ ...search, cursor }, access);
    expect(items.length).toBeLessThanOrEqual(search.limit);
    found.push(...items);
    if (nextCursor === null) return found;
    cursor = nextCursor;
    await between();
  }
  throw new Error('the list does not end');
}

describe('a list', () => {
  test('is by name, whatever its case, and has every schedule once, whatever the size of its pages', async () => {
    const names = ['beta', 'Alpha', 'álpha', 'Zulu', 'zebra', 'alpha 2', '10', '9', 'ÄRGER', '火', '🙂', 'a"b\\c'];
    for (const name of names) await stage.schedules.create(scheduled({ ...hourly, name }), { company: 'names' });
    const all = (await listed({ limit: 200 }, 'names')).map(({ name }) => name);
    expect([...all].sort()).toEqual([...names].sort());
    expect(all.slice(0, 6)).toEqual(['10', '9', 'a"b\\c', 'Alpha', 'alpha 2', 'beta']);
    for (const limit of [1, 2, 5, 12]) expect((await listed({ limit }, 'names')).map(({ name }) => name)).toEqual(all);
  });

  test('goes on while names change, schedules come, and others go', async () => {
    const company = 'moving';
    const made: Schedule[] = [];
    for (let count = 0; count < 30; count += 1) {
      const name = `n${String(count).padStart(2, '0')}`;
      made.push(await stage.schedules.create(scheduled({ ...hourly, name }), { company }));
    }
    const untouched = made.filter((_, index) => index % 3 === 0);
    let turn = 0;
    const found = await listed({ limit: 4 }, company, async () => {
      const renamed = made[turn * 3 + 1];
      const removed = made[turn * 3 + 2];
      if (renamed !== undefined) await stage.schedules.patch(renamed.id, { name: `a${turn}` }, { company });
      if (removed !== undefined) await stage.schedules.remove(removed.id, { company });
      await stage.schedules.create(scheduled({ ...hourly, name: `z${turn}` }), { company });
      turn += 1;
    });
    const ids = found.map(({ id }) => id);
    for (const { id } of untouched) expect(ids.filter((one) => one === id)).toHaveLength(1);
    const names = (await listed({ limit: 200 }, company)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('with filters finds what fits all of them', async () => {
    const company = 'filters';
    const make = (asked: object) => stage.schedules.create(scheduled({ ...hourly, ...asked }), { company });
    const report = { task: { model: 'probe', method: 'succeed' } };
    const a = await make({ name: 'Invoices', description: 'of the month' });
    const b = await make({ name: 'Report', ...report });
    const c = await make({ name: 'Report of invoices', ...report, frequency: { every: 'weekly', weekdays: ['MO'] } });
    await stage.schedules.pause(c.id, {}, { company });
    const ids = async (filter: ScheduleFilter) => (await listed({ ...filter, limit: 2 }, company)).map(({ id }) => id);
    expect(await ids({})).toEqual([a.id, b.id, c.id]);
    expect(await ids({ state: 'active' })).toEqual([a.id, b.id]);
    expect(await ids({ state: 'paused' })).toEqual([c.id]);
    expect(await ids({ method: 'succeed' })).toEqual([b.id, c.id]);
    expect(await ids({ model: 'probe', method: 'succeed', state: 'active' })).toEqual([b.id]);
    expect(await ids({ q: 'invoices' })).toEqual([a.id, c.id]);
    expect(await ids({ q: 'INVOICES month' })).toEqual([a.id]);
    expect(await ids({ q: 'monday' })).toEqual([c.id]);
    expect(await ids({ owner: 'key' })).toEqual([a.id, b.id, c.id]);
    expect(await ids({ owner: 'code' })).toEqual([]);
    expect(await ids({ drift: 'true' })).toEqual([]);
    expect(await ids({ company: 'somebody else' })).toEqual([]);
  });

  test('of nobody in particular holds those of all companies', async () => {
    const found = await listed({ limit: 50 });
    expect(new Set(found.map(({ company }) => company))).toContain('names');
    expect((await listed({ limit: 50, company: 'names' })).every(({ company }) => company === 'names')).toBe(true);
  });
});

describe('a log', () => {
  test('is read page by page while it grows, each line once', async () => {
    const { id } = await stage.create({ ...hourly, startAt: ago(1_000) });
    await stage.schedules.backfill(id, { from: ago(130), to: ago(10), dryRun: false }, {});
    const found: Fire[] = [];
    let cursor: string | undefined;
    do {
      const page = await stage.schedules.fires(id, { limit: 7, cursor }, {});
      found.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      await stage.schedules.run(id, {});
    } while (cursor !== undefined);
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
  });

  test('keeps its newest thousand lines', { timeout: 60_000 }, async () => {
    const { id } = await stage.create({ ...hourly, startAt: ago(3_000) });
    for (const [from, to] of [
      [2_000, 1_200],
      [1_200, 400],
    ] as const) {
      await stage.schedules.backfill(id, { from: ago(from), to: ago(to), dryRun: false }, {});
    }
    const { items } = await stage.schedules.fires(id, { limit: 200 }, {});
    expect(items[0]?.number).toBe(1_600);
    const { items: oldest } = await stage.schedules.fires(id, { limit: 200, cursor: '700' }, {});
    expect(oldest.at(-1)?.number).toBe(601);
    expect(await stage.schedules.fires(id, { limit: 200, cursor: '601' }, {})).toEqual({ items: [], nextCursor: null });
  });

  test('tells the newest fire with the schedule itself', async () => {
    const { id } = await stage.create(hourly);
    const task = await stage.schedules.run(id, {});
    await stage.ended(task.id);
    const { lastFire } = await stage.look(id);
    expect(lastFire).toMatchObject({ kind: 'manual', task: { id: task.id, state: 'done', outcome: 'success' } });
    const { items } = await stage.schedules.list({ limit: 200, q: (await stage.look(id)).name }, {});
    expect(items.find((item) => item.id === id)?.lastFire).toEqual(lastFire);
  });
});

describe('a calendar', () => {
  const company = 'calendar';
  const from = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + 86_400_000).toISOString();
  const to = new Date(Date.parse(from) + 86_400_000).toISOString();
  const make = (asked: object) => stage.schedules.create(scheduled(asked), { company });

  test('has the fires of a day, and names what fires too often to be shown', async () => {
    await make({ name: 'daily', frequency: { every: 'daily', at: '08:00' } });
    await make({ name: 'hourly', frequency: { every: 'cron', cron: '0 * * * *' } });
    await make({ name: 'dense' });
    await make({ name: 'bounded', frequency: { every: 'cron', cron: '0 9,10,11 * * *' }, startAt: from, maxFires: 2 });
    const stopped = await make({ name: 'stopped', frequency: { every: 'daily', at: '08:00' } });
    await stage.schedules.unschedule(stopped.id, { company });
    const calendar = await stage.schedules.calendar({ from, to }, { company });
    const fires = Object.fromEntries(calendar.items.map(({ name, fires }) => [name, fires.length]));
    expect(fires).toEqual({ daily: 1, hourly: 24, bounded: 2 });
    expect(calendar.items.find(({ name }) => name === 'daily')?.fires).toEqual([`${from.slice(0, 10)}T08:00:00.000Z`]);
    expect(calendar.dense).toMatchObject([{ name: 'dense', sentence: 'every second' }]);
    expect(calendar.isMore).toBe(false);
  });
});

test('an import creates, replaces and leaves alone, each on its own; a dry run does nothing', async () => {
  const company = 'imports';
  const access = { company };
  const file = ['one', 'two', 'three'].map((name) => scheduled({ ...hourly, name }));
  const results = async (requests: typeof file, options = {}) =>
    (await stage.schedules.apply(requests, access, options)).map((one) => ('result' in one ? one.result : one.code));
  expect(await results(file, { dryRun: true })).toEqual(['created', 'created', 'created']);
  expect(await listed({ limit: 10 }, company)).toEqual([]);
  expect(await results(file)).toEqual(['created', 'created', 'created']);
  const changed = file.map((request, index) => (index === 1 ? { ...request, description: 'changed' } : request));
  const bad = { ...scheduled(hourly), name: 'bad', finishAt: '2020-01-01T00:00:00Z' };
  const all = [...changed, bad, { ...scheduled(hourly), name: 'one' }];
  const expected = ['unchanged', 'updated', 'unchanged', 'request_invalid', 'request_invalid'];
  expect(await results(all, { dryRun: true })).toEqual(expected);
  expect((await listed({ limit: 10 }, company)).map(({ description }) => description)).not.toContain('changed');
  expect(await results(all)).toEqual(expected);
  const found = await listed({ limit: 10 }, company);
  expect(found.map(({ name, version }) => `${name} ${version}`)).toEqual(['one 1', 'three 1', 'two 2']);
});
