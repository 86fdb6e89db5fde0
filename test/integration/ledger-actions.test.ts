import { createHash } from 'node:crypto';
import { type Task, TaskActionRequest, type TaskState } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

const by = { keyId: 'key_ops', name: 'Ops' };

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
});

afterEach(() => stage.stop());

const ask = (request: object) => TaskActionRequest.parse({ filter: {}, ...request });

async function act(request: object, access = {}): Promise<Task> {
  const { id } = await stage.cluster.actions.start(ask(request), { by, ...access });
  const task = await stage.ended(id);
  expect(task).toMatchObject({ state: 'done', model: 'system.tasks', method: 'act' });
  return task;
}

async function scheduled(count: number, asked = {}): Promise<string[]> {
  const request = requestOf('probe.succeed', { delaySeconds: 3_600, ...asked });
  const tasks = await stage.cluster.tasks.enqueueMany(new Array(count).fill(request), {}, { unchecked: true });
  return tasks.map((task) => (task as Task).id);
}

/** A hundred at a time: of thousands asked for at once, the last would wait for longer than a caller does. */
async function states(ids: string[]): Promise<TaskState[]> {
  const found: TaskState[] = [];
  for (let at = 0; at < ids.length; at += 100) {
    found.push(...(await Promise.all(ids.slice(at, at + 100).map(async (id) => (await stage.get(id)).state))));
  }
  return found;
}

test('a dry run counts what matches and could be changed, shows the newest ten, and changes nothing', async () => {
  await stage.startWorker();
  const ids = await scheduled(25, { tags: ['a'] });
  await scheduled(5, { tags: ['b'] });
  const preview = await stage.cluster.actions.preview(ask({ action: 'cancel', filter: { tag: 'a' } }), { by });
  expect(preview).toMatchObject({ action: 'cancel', count: 25, more: false });
  expect(preview.samples.map(({ id }) => id)).toEqual(ids.reverse().slice(0, 10));
  expect(new Set(await states(ids))).toEqual(new Set(['scheduled']));
  const none = await stage.cluster.actions.preview(ask({ action: 'retry', filter: { tag: 'a' } }), { by });
  expect(none).toMatchObject({ count: 0, samples: [] });
});

test('all that match are cancelled by a task that tells its progress, and who asked for it', async () => {
  await stage.startWorker();
  const ids = await scheduled(350, { tags: ['a'] });
  const [other] = await scheduled(1, { tags: ['b'] });
  const task = await act({ action: 'cancel', filter: { tag: 'a' }, reason: 'ordered twice' });
  expect(task.result).toEqual({ matched: 350, changed: 350, refused: 0, refusals: [] });
  expect(new Set(await states(ids))).toEqual(new Set(['cancelled']));
  expect((await stage.get(ids[7] ?? '')).message).toBe('ordered twice');
  expect(await stage.cluster.tasks.history(ids[7] ?? '', {})).toMatchObject([
    { action: 'cancel', by, comment: 'ordered twice' },
  ]);
  expect((await stage.get(other ?? '')).state).toBe('scheduled');
  expect(task.user).toBe('Ops');
});

test('what failed runs again, and what fails again meanwhile is not run a second time', async () => {
  await stage.startWorker();
  const request = requestOf('probe.permanent_error', { tags: ['bad'] });
  const tasks = (await stage.cluster.tasks.enqueueMany(new Array(150).fill(request), {})) as Task[];
  for (const { id } of tasks) await stage.ended(id);
  const [failure] = await stage.cluster.failures({});
  expect(failure).toMatchObject({ method: 'permanent_error', count: 150 });
  const task = await act({ action: 'retry', filter: { failure: failure?.id } });
  expect(task.result).toMatchObject({ matched: 150, changed: 150 });
  await eventually(async () => {
    const again = await Promise.all(tasks.map(({ id }) => stage.get(id)));
    expect(again.every(({ state, executions }) => state === 'error' && executions.length === 2)).toBe(true);
  }, 20_000);
});

test('what runs is killed: cleanly where the method listens, given up where it does not', async () => {
  await stage.startWorker({ concurrency: 5, graceMs: 300 });
  const nice = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 }, tags: ['k'] });
  const deaf = await stage.enqueue('probe.hang', { tags: ['k'] });
  await stage.until(nice.id, 'running');
  await stage.until(deaf.id, 'running');
  expect(await stage.cluster.actions.preview(ask({ action: 'kill', filter: { tag: 'k' } }), {})).toMatchObject({
    count: 2,
  });
  const task = await act({ action: 'kill', filter: { tag: 'k' }, reason: 'month is closed' });
  expect(task.result).toMatchObject({ matched: 2, changed: 2 });
  for (const { id } of [nice, deaf]) {
    expect(await stage.ended(id)).toMatchObject({
      state: 'cancelled',
      outcome: 'cancelled',
      message: 'killed: month is closed',
    });
  }
  await expect(stage.cluster.tasks.kill(nice.id, {})).rejects.toMatchObject({ code: 'state_conflict' });
});

test('the dry run of a kill counts what matches, not all that runs, and nothing of other companies', async () => {
  await stage.startWorker({ concurrency: 10 });
  const slow = (asked: object) => stage.enqueue('probe.slow', { kwargs: { ms: 60_000 }, ...asked });
  const tasks = await Promise.all([
    slow({ company: 'acme', tags: ['k'] }),
    slow({ company: 'acme', queue: 'other' }),
    slow({ company: 'globex', tags: ['k'] }),
  ]);
  await eventually(async () => {
    const { items } = await stage.cluster.tasks.list({ state: 'running', limit: 10 }, {});
    expect(items).toHaveLength(3);
  });
  const count = async (filter: object, access = {}) =>
    (await stage.cluster.actions.preview(ask({ action: 'kill', filter }), access)).count;
  expect(await count({ model: 'probe' })).toBe(3);
  expect(await count({ tag: 'k' })).toBe(2);
  expect(await count({ queue: 'other' })).toBe(1);
  expect(await count({ model: 'probe' }, { company: 'globex' })).toBe(1);
  expect(await count({ model: 'probe' }, { company: 'initech' })).toBe(0);
  // Which of them came first is not said.
  const [createdAt = ''] = tasks.map((task) => task.createdAt).sort();
  expect(await count({ to: createdAt })).toBe(0);
  expect(await count({ from: createdAt })).toBe(3);
});

test('who kills all that runs does not kill itself, nor what comes after', async () => {
  await stage.startWorker({ concurrency: 10, queues: ['default'] });
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  const request = ask({ action: 'kill', filter: { state: 'running' } });
  // Nobody serves its queue yet: another task comes in between.
  const offering = await stage.startWorker({ queues: ['held'] });
  const asked = await stage.cluster.actions.start(request, { by });
  const later = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(later.id, 'running');
  await offering.stop();
  await stage.startWorker({ queues: ['system'] });
  expect(await stage.ended(asked.id)).toMatchObject({ state: 'done', result: { matched: 1, changed: 1 } });
  expect(await stage.ended(id)).toMatchObject({ state: 'cancelled' });
  expect((await stage.get(later.id)).state).toBe('running');
});

/** Two names that the index cannot tell apart: of a tag it keeps 14 bits. */
function likeNames(): [string, string] {
  const seen = new Map<number, string>();
  for (let n = 0; ; n += 1) {
    const hash = createHash('sha1').update(`t${n}`).digest().readUInt16LE(0) & 0x7f7f;
    const other = seen.get(hash);
    if (other !== undefined) return [other, `t${n}`];
    seen.set(hash, `t${n}`);
  }
}

test('a dry run counts tasks, not what the index takes for them', async () => {
  await stage.startWorker();
  const [asked, alike] = likeNames();
  await scheduled(12, { tags: [asked] });
  await scheduled(30, { tags: [alike] });
  const preview = await stage.cluster.actions.preview(ask({ action: 'cancel', filter: { tag: asked } }), {});
  expect(preview).toMatchObject({ count: 12, more: false });
  expect(preview.samples).toHaveLength(10);
});

test('tasks named one by one are changed, those that do not match or are not there are passed over', async () => {
  await stage.startWorker();
  const [a, b, c] = (await scheduled(3)) as [string, string, string];
  await stage.cluster.tasks.cancel(c, {});
  // One of them twice.
  const ids = [a, b, c, a, 'tsk_0000000000000000000000-0-default'];
  expect(await stage.cluster.actions.preview(ask({ action: 'cancel', ids }), {})).toMatchObject({ count: 2 });
  expect((await act({ action: 'cancel', ids })).result).toMatchObject({ matched: 2, changed: 2, refused: 0 });
  expect(await states([a, b, c])).toEqual(['cancelled', 'cancelled', 'cancelled']);
});

test("a company's caller reaches his company's tasks only, whatever he names", async () => {
  await stage.startWorker();
  const [own] = (await scheduled(1, { company: 'acme' })) as [string];
  const [foreign] = (await scheduled(1, { company: 'globex' })) as [string];
  const access = { company: 'acme' };
  const request = { action: 'cancel', filter: { model: 'probe' } };
  expect(await stage.cluster.actions.preview(ask(request), access)).toMatchObject({ count: 1 });
  const task = await act(request, access);
  expect(task).toMatchObject({ company: 'acme', result: { matched: 1, changed: 1 } });
  expect((await act({ action: 'cancel', ids: [foreign] }, access)).result).toMatchObject({ matched: 0 });
  expect(await states([own, foreign])).toEqual(['cancelled', 'scheduled']);
  const other = ask({ action: 'cancel', filter: { company: 'globex' } });
  expect(await stage.cluster.actions.preview(other, access)).toMatchObject({ count: 0, samples: [] });
  await expect(stage.cluster.actions.start(other, access)).rejects.toMatchObject({ code: 'scope_missing' });
});

test('with words, the dry run looks through a bounded number of tasks, and says so', async () => {
  await stage.startWorker();
  await scheduled(30, { args: [] });
  const request = requestOf('probe.echo', { args: ['needle'], delaySeconds: 3_600 });
  await stage.cluster.tasks.enqueueMany(new Array(3).fill(request), {});
  const needle = ask({ action: 'cancel', filter: { q: 'NEEDLE' } });
  expect(await stage.cluster.actions.preview(needle, {})).toMatchObject({ count: 3, more: false });
  expect((await act({ action: 'cancel', filter: { q: 'needle' } })).result).toMatchObject({ changed: 3 });
});

test('an action goes on where it was when its worker was stopped', async () => {
  const first = await stage.startWorker({ concurrency: 1 });
  const ids = await scheduled(1_500);
  const { id } = await stage.cluster.actions.start(ask({ action: 'cancel', filter: { state: 'scheduled' } }), { by });
  await eventually(async () => expect((await stage.get(id)).progress.percent).toBeGreaterThan(0));
  await first.stop();
  await stage.startWorker();
  const task = await stage.ended(id);
  expect(task).toMatchObject({ state: 'done', result: { changed: 1_500, refused: 0 } });
  expect(new Set(await states(ids))).toEqual(new Set(['cancelled']));
});
