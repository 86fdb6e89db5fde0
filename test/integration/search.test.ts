import { type Task, TaskFilter, type TaskState } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChance } from '../chance.ts';
import { eventually } from '../eventually.ts';
import { type Expected, methods, searchModels } from '../search-model.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

/** `SOAK=1`: at full size. `SEED=n`: the same chances again. */
const isSoak = process.env.SOAK === '1';
const size = isSoak ? 200_000 : 6_000;
const filters = isSoak ? 300 : 80;
const chance = createChance();
const companies = ['acme', 'globex', 'initech', 'umbrella', 'wayne'];
const users = Array.from({ length: 40 }, (_, n) => `user-${n}`);
const tags = ['urgent', 'month-end', 'import', 'nightly', 'by-hand'];
const queues = ['invoices', 'orders', 'slow'];
/** Nobody takes from it. */
const held = 'held';
const words = ['apple', 'banana', 'cherry', 'damson', 'elder', 'fig'];

/** What is known of a task without asking: the plain filter works on this. */
type Known = Expected & {
  id: string;
  model: string;
  method: string;
  queue: string;
  company?: string | undefined;
  user?: string | undefined;
  tags: string[];
  schedule?: string | undefined;
  flow?: string | undefined;
  createdAt: number;
  text: string;
};

let stage: WorkerStage;
/** Oldest first. */
const all: Known[] = [];

function planned() {
  const method = chance.pick(methods) as (typeof methods)[number];
  const company = chance.next() < 0.1 ? undefined : chance.pick(companies);
  const fate = chance.next();
  const queue = fate < 0.1 ? held : (chance.pick(queues) as string);
  const word = `${chance.pick(words)} x${chance.between(1, 99)}x`;
  return {
    method,
    queue,
    company,
    user: chance.next() < 0.5 ? chance.pick(users) : undefined,
    tags: tags.filter(() => chance.next() < 0.15),
    schedule: chance.next() < 0.05 ? `schedule-${chance.between(1, 5)}` : undefined,
    flow: chance.next() < 0.05 ? `flow-${chance.between(1, 50)}` : undefined,
    isDelayed: queue === held && fate < 0.03,
    text: word,
  };
}

async function enqueue(count: number): Promise<Known[]> {
  const known: Known[] = [];
  const plans = Array.from({ length: count }, planned);
  // What made a task is said for a whole call: those of one origin go together.
  for (let at = 0; at < plans.length; ) {
    const origin = { schedule: plans[at]?.schedule, flow: plans[at]?.flow };
    let end = at + 1;
    while (end < plans.length && plans[end]?.schedule === origin.schedule && plans[end]?.flow === origin.flow) end += 1;
    const group = plans.slice(at, Math.min(end, at + 1_000));
    const requests = group.map(({ method, queue, company, user, tags: own, isDelayed, text }) =>
      requestOf(`${method.model}.${method.method}`, {
        queue,
        args: [text],
        tags: own,
        ...(company === undefined ? {} : { company }),
        ...(user === undefined ? {} : { user }),
        ...(isDelayed ? { delaySeconds: 3_600 } : {}),
      }),
    );
    const options = {
      unchecked: true,
      origin: {
        ...(origin.schedule === undefined ? {} : { schedule: origin.schedule }),
        ...(origin.flow === undefined ? {} : { flow: origin.flow }),
      },
    };
    const added = (await stage.cluster.tasks.enqueueMany(requests, {}, options)) as Task[];
    for (const [index, plan] of group.entries()) {
      const { id, createdAt } = added[index] as Task;
      const { model, method, expected } = plan.method;
      const state: TaskState = plan.queue !== held ? expected.state : plan.isDelayed ? 'scheduled' : 'waiting';
      const outcome = plan.queue === held ? undefined : expected.outcome;
      const { queue, company, user, tags: own, schedule, flow, text } = plan;
      known.push({
        id,
        model,
        method,
        queue,
        company,
        user,
        tags: own,
        schedule,
        flow,
        text,
        createdAt: Date.parse(createdAt),
        state,
        ...(outcome === undefined ? {} : { outcome }),
      });
    }
    at += group.length;
  }
  return known;
}

function fits(task: Known, filter: TaskFilter): boolean {
  const is = <K extends keyof TaskFilter & keyof Known>(name: K) =>
    filter[name] === undefined || task[name] === (filter[name] as unknown);
  return (
    is('state') &&
    is('outcome') &&
    is('model') &&
    is('queue') &&
    is('company') &&
    is('user') &&
    is('schedule') &&
    is('flow') &&
    (filter.method === undefined || [task.method, `${task.model}.${task.method}`].includes(filter.method)) &&
    (filter.tag === undefined || task.tags.includes(filter.tag)) &&
    (filter.from === undefined || task.createdAt >= Date.parse(filter.from)) &&
    (filter.to === undefined || task.createdAt < Date.parse(filter.to))
  );
}

function randomFilter(): TaskFilter {
  const some = () => chance.pick(all) as Known;
  const instant = () => new Date(some().createdAt + chance.between(-2, 2)).toISOString();
  const parts: Record<string, () => unknown> = {
    state: () => some().state,
    outcome: () => some().outcome,
    model: () => some().model,
    method: () => (chance.next() < 0.5 ? some().method : `${some().model}.${some().method}`),
    queue: () => some().queue,
    company: () => some().company,
    user: () => some().user,
    tag: () => chance.pick(tags),
    schedule: () => some().schedule,
    flow: () => some().flow,
    from: instant,
    to: instant,
  };
  const filter: Record<string, unknown> = {};
  for (let n = chance.between(0, 4); n > 0; n -= 1) {
    const name = chance.pick(Object.keys(parts)) as string;
    const value = parts[name]?.();
    if (value !== undefined) filter[name] = value;
  }
  return TaskFilter.parse(filter);
}

beforeAll(async () => {
  stage = await startWorkerStage({ models: searchModels });
  for (let at = 0; at < size; at += 5_000) all.push(...(await enqueue(Math.min(5_000, size - at))));
  for (const queue of queues) await stage.startWorker({ queues: [queue], concurrency: 100 });
  const busy = async () => {
    const infos = await stage.cluster.queues.list({});
    return infos
      .filter(({ name }) => queues.includes(name))
      .reduce((sum, { counts }) => sum + counts.waiting + counts.running, 0);
  };
  await eventually(async () => expect(await busy()).toBe(0), isSoak ? 600_000 : 90_000);
  // Some of what waits is given up by a person.
  const waiting = all.filter(({ state }) => state === 'waiting');
  for (const task of waiting.slice(0, Math.floor(waiting.length / 4))) {
    await stage.cluster.tasks.cancel(task.id, {});
    Object.assign(task, { state: 'cancelled', outcome: 'cancelled' });
  }
}, 900_000);

afterAll(() => stage.stop());

/** All pages; before some of them, more tasks arrive. */
async function found(filter: TaskFilter, access = {}): Promise<{ ids: string[]; before: number }> {
  const ids: string[] = [];
  const before = all.length;
  let cursor: string | undefined;
  do {
    const page = await stage.cluster.tasks.list({ ...filter, limit: chance.between(5, 200), cursor }, access);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
    if (chance.next() < 0.02) all.push(...(await enqueueHeld(2)));
    // A long list is the same from page to page: the first thousand tell.
  } while (cursor !== undefined && ids.length < 1_000);
  return { ids, before };
}

/** Tasks that stay where they are. */
async function enqueueHeld(count: number): Promise<Known[]> {
  const known = await enqueue(count);
  for (const task of known) {
    if (task.queue !== held) {
      await eventually(async () => expect((await stage.get(task.id)).state).toBe(task.state));
    }
  }
  return known;
}

test(`any combination of filters finds what a plain filter finds, in order, across pages, while more arrive (${size} tasks)`, {
  timeout: 900_000,
}, async () => {
  let sizes = 0;
  for (let n = 0; n < filters; n += 1) {
    const filter = randomFilter();
    const { ids, before } = await found(filter);
    const expected = all
      .slice(0, before)
      .filter((task) => fits(task, filter))
      .reverse()
      .map(({ id }) => id);
    expect(ids, JSON.stringify(filter)).toEqual(
      expected.slice(0, Math.max(ids.length, Math.min(expected.length, 1_000))),
    );
    sizes += ids.length;
  }
  expect(sizes).toBeGreaterThan(filters);
});

test("a company's caller finds his company's tasks, whatever he asks for", { timeout: 300_000 }, async () => {
  for (let n = 0; n < filters / 10; n += 1) {
    const company = chance.pick(companies) as string;
    const filter = randomFilter();
    const { ids, before } = await found(filter, { company });
    const expected = all
      .slice(0, before)
      .filter((task) => task.company === company && fits(task, filter))
      .reverse()
      .map(({ id }) => id);
    expect(ids, JSON.stringify(filter)).toEqual(
      expected.slice(0, Math.max(ids.length, Math.min(expected.length, 1_000))),
    );
  }
});

test('words are looked for in a bounded number of tasks, and the answer says so', { timeout: 300_000 }, async () => {
  const filter = { q: 'BANANA x7x', company: 'acme' };
  const expected = all
    .filter((task) => task.company === 'acme' && task.text.includes('banana') && task.text.includes('x7x'))
    .reverse()
    .map(({ id }) => id);
  const ids: string[] = [];
  let cursor: string | undefined;
  let looked = 0;
  do {
    const page = await stage.cluster.tasks.list({ ...filter, limit: 200, cursor }, {});
    expect(page.searched).toBeLessThanOrEqual(2_000);
    expect(page.more).toBe(page.nextCursor !== null);
    looked += page.searched ?? 0;
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(ids).toEqual(expected);
  expect(looked).toBe(all.filter(({ company }) => company === 'acme').length);
  const byError = await stage.cluster.tasks.list({ q: 'invoice refused', limit: 5 }, {});
  expect(byError.items.every(({ error }) => error?.message.includes('refused'))).toBe(true);
  expect(byError.items).toHaveLength(5);
});

test('executions are found by the same filters, newest first', { timeout: 300_000 }, async () => {
  for (const filter of [
    { company: 'globex', model: 'sale.order' },
    { outcome: 'error' as const, queue: 'orders' },
    { tag: 'urgent', method: 'post' },
    { state: 'requires_attention' as const },
  ]) {
    const ids = new Set<string>();
    const starts: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stage.cluster.executions.list({ ...filter, limit: 200, cursor }, {});
      for (const { taskId, startedAt } of page.items) {
        ids.add(taskId);
        starts.push(startedAt);
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const { outcome, ...rest } = filter as TaskFilter;
    // Every task was tried once; an execution ends in error also where its task goes on.
    const failed = ['refuse', 'ask', 'again'];
    const expected = all.filter(
      (task) => task.queue !== held && fits(task, rest) && (outcome === undefined || failed.includes(task.method)),
    );
    expect([...ids].sort()).toEqual(expected.map(({ id }) => id).sort());
    // In the order in which they were taken: a method's first line may come a little later.
    const times = starts.map((at) => Date.parse(at));
    for (const [index, at] of times.entries()) expect(at).toBeLessThan((times[index - 1] ?? at) + 1_000);
  }
});
