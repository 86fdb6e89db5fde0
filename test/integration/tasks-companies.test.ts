import type { Tasks } from '@drover/broker';
import type { Task } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

let stage: WorkerStage;
let acme: Task;
let nobodys: Task;

beforeAll(async () => {
  stage = await startWorkerStage();
  await stage.startWorker();
  const failing = requestOf('probe.permanent_error', { kwargs: { message: 'a secret of acme' } });
  acme = await stage.ended((await stage.cluster.tasks.enqueue(failing, { company: 'acme' })).id);
  nobodys = await stage.ended((await stage.enqueue('probe.permanent_error')).id);
});

afterAll(() => stage.stop());

/** Every door that takes the id of a task. */
const doors: [keyof Tasks, (tasks: Tasks, id: string, company: string | undefined) => Promise<unknown>][] = [
  ['get', (tasks, id, company) => tasks.get(id, { company })],
  ['log', (tasks, id, company) => tasks.log(id, { company })],
  ['waitFor', (tasks, id, company) => tasks.waitFor(id, { company }, 0)],
  ['cancel', (tasks, id, company) => tasks.cancel(id, { company })],
  ['runNow', (tasks, id, company) => tasks.runNow(id, { company })],
  ['patch', (tasks, id, company) => tasks.patch(id, { company }, { priority: 1 })],
  ['retry', (tasks, id, company) => tasks.retry(id, { company })],
];

describe("to another company's key, a task is as unknown as one that never was", () => {
  const strangers: [string, () => string, string][] = [
    ["acme's task to another company", () => acme.id, 'other'],
    ["acme's task to a company of a similar name", () => acme.id, 'acme2'],
    ["nobody's task to a company", () => nobodys.id, 'acme'],
    ['a task that never was', () => acme.id.replace(/_.{22}/, `_${'0'.repeat(22)}`), 'acme'],
    ['something that is no id', () => 'tsk_../../keys', 'acme'],
  ];
  describe.each(strangers)('%s', (_, idOf, company) => {
    test.each(doors)('%s', async (_name, ask) => {
      const id = idOf();
      await expect(ask(stage.cluster.tasks, id, company)).rejects.toMatchObject({
        code: 'task_unknown',
        message: `there is no task "${id}"`,
      });
    });
  });

  test('and stays as it was', async () => {
    expect(await stage.get(acme.id)).toEqual(acme);
    expect(await stage.get(nobodys.id)).toEqual(nobodys);
  });
});

test('a company sees its own tasks in lists, and nobody elses', async () => {
  const list = (company: string | undefined) =>
    stage.cluster.tasks
      .list({ state: 'error', limit: 100 }, { company })
      .then((page) => page.items.map(({ id }) => id));
  expect(await list('acme')).toEqual([acme.id]);
  expect(await list('other')).toEqual([]);
  expect(await list(undefined)).toEqual([nobodys.id, acme.id]);
});

test('a company sees its own failures in the overview, and nobody elses', async () => {
  const failures = async (company: string | undefined) =>
    (await stage.cluster.overview({ company })).recentErrors.map(({ taskId }) => taskId);
  expect(await failures('acme')).toEqual([acme.id]);
  expect(await failures('other')).toEqual([]);
  expect(await failures(undefined)).toEqual([nobodys.id, acme.id]);
});

test("a company's task is its own, whether it says so or not; another's it may not make", async () => {
  const enqueue = (company?: string) =>
    stage.cluster.tasks.enqueue(requestOf('probe.succeed', company === undefined ? {} : { company }), {
      company: 'acme',
    });
  expect(await enqueue()).toMatchObject({ company: 'acme' });
  expect(await enqueue('acme')).toMatchObject({ company: 'acme' });
  await expect(enqueue('other')).rejects.toMatchObject({ code: 'scope_missing', faults: [{ pointer: '/company' }] });
});

test('a company does to its own tasks what it likes', async () => {
  const access = { company: 'acme' };
  const { id } = await stage.cluster.tasks.enqueue(requestOf('probe.succeed', { delaySeconds: 3_600 }), access);
  await stage.cluster.tasks.patch(id, access, { priority: 5 });
  await stage.cluster.tasks.cancel(id, access);
  await stage.cluster.tasks.retry(id, access);
  expect(await stage.cluster.tasks.waitFor(id, access, 10_000)).toMatchObject({ state: 'done', priority: 5 });
});
