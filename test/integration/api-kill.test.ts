import type { WorkerSession } from '@drover/broker';
import { type AuditEntry, defineModel, type KillAnswer, type Task, type TaskState } from '@drover/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';

/** What opens the gate of `work.fail`. */
let open = () => {};

const work = defineModel('work', {
  fail: {
    description: 'Fails when the gate is opened, as if it were worth another try',
    async run() {
      await new Promise<void>((resolve) => {
        open = resolve;
      });
      throw new Error('the line was busy');
    },
  },
  remember: {
    description: 'Remembers where it is, then waits to be told to end',
    async run(_, task) {
      task.progress(40, 'two of five');
      await task.checkpoint({ lastId: 2 });
      await new Promise((_resolve, reject) => {
        task.signal.addEventListener('abort', () => reject(task.signal.reason));
      });
    },
  },
});

let stage: ApiStage;
let redis: Redis;
let staying: WorkerSession;

beforeAll(async () => {
  stage = await startApiStage();
  redis = new Redis(inject('redisUrl'));
  staying = await stage.startWorker({ models: [work] });
});

afterAll(async () => {
  redis.disconnect();
  await stage.stop();
});

const key = (name: string) => `{${stage.keyPrefix}}:${name}`;

const kill = (id: string, options: { json?: object; token?: string } = {}) =>
  stage.ask<KillAnswer>(`/v1/tasks/${id}/kill`, { method: 'POST', ...options });

const started = async (model: string, method: string, asked: object = {}): Promise<Task> => {
  const task = await stage.enqueue({ model, method, ...asked });
  return until(task.id, 'running');
};

const until = (id: string, state: TaskState) =>
  eventually(async () => {
    const { body } = await stage.ask<Task>(`/v1/tasks/${id}`);
    expect(body.state).toBe(state);
    return body;
  });

test('a method that listens ends when it is asked to; who killed it, and why, is known afterwards', async () => {
  const { id } = await started('probe', 'slow', { kwargs: { ms: 60_000 } });
  const since = Date.now();
  const answer = await kill(id, { json: { reason: 'Wrong month.' } });
  expect(answer.status).toBe(200);
  expect(Date.now() - since).toBeLessThan(8_000);
  expect(answer.body).toMatchObject({
    result: 'ended',
    task: { id, state: 'cancelled', outcome: 'cancelled', message: 'killed: Wrong month.' },
  });
  expect(answer.body.warning).toContain('may remain');
  const { body: history } = await stage.ask<{ items: object[] }>(`/v1/tasks/${id}/history`);
  expect(history.items).toMatchObject([{ action: 'kill', comment: 'Wrong month.', by: { name: 'admin' } }]);
  const { body: audit } = await stage.ask<{ items: AuditEntry[] }>('/v1/audit?action=task.kill');
  expect(audit.items[0]).toMatchObject({ target: id, outcome: 'done', details: { reason: 'Wrong month.' } });
});

test('a method that does not listen is given up after its grace', async () => {
  const { id } = await started('probe', 'hang');
  const answer = await kill(id);
  expect(answer.body).toMatchObject({ result: 'killed', task: { state: 'cancelled', message: 'killed' } });
});

test('what became of its items by then is its result', async () => {
  const { id } = await started('probe', 'items', { kwargs: { ok: 1_000, failed: 0, ms: 20 } });
  await eventually(async () => {
    const { body } = await stage.ask<Task>(`/v1/tasks/${id}`);
    expect(body.progress.percent).toBeGreaterThan(0.2);
  });
  const { body } = await kill(id);
  expect(body.result).toBe('ended');
  const result = body.task.result as { processed: number; successCount: number; results: object[] };
  expect(result.processed).toBeGreaterThan(1);
  expect(result.processed).toBeLessThan(1_000);
  expect(result.results).toHaveLength(result.processed);
  expect(result.results[0]).toEqual({ id: 1, status: 'success', result: { item: 1 } });
});

test('the answer tells the last progress, and what the task remembered', async () => {
  const { id } = await started('work', 'remember');
  await eventually(async () => {
    const { body } = await stage.ask<Task>(`/v1/tasks/${id}`);
    expect(body.progress.percent).toBe(40);
  });
  const { body } = await kill(id);
  expect(body).toMatchObject({
    result: 'ended',
    checkpoint: { lastId: 2 },
    task: { progress: { percent: 40, message: 'two of five' } },
  });
});

test('one that does not run is refused with its state', async () => {
  const later = await stage.enqueue({ model: 'probe', method: 'succeed', delaySeconds: 3_600 });
  const refused = await kill(later.id);
  expect(problemOf(refused)).toBe('409 state_conflict');
  expect(refused.text).toContain('scheduled');
  const quick = await stage.enqueue({ model: 'probe', method: 'succeed' });
  await until(quick.id, 'done');
  expect((await kill(quick.id)).text).toContain('done');
  expect(problemOf(await kill('tsk_01m80bhnby5kde7dfpydj4-0-default'))).toBe('404 task_unknown');
});

/** From here on what is asked of the task's worker goes to one that nobody is; answers the worker that has it. */
async function astray({ id, queue, executions }: Task): Promise<{ mend: () => Promise<unknown>; worker: string }> {
  const job = key(`q:${queue}:${id}`);
  const by = (await redis.hget(job, 'pb')) ?? '';
  await redis.hset(job, 'pb', 'nobody|host|1');
  return { mend: () => redis.hset(job, 'pb', by), worker: executions.at(-1)?.worker ?? '' };
}

test('a kill that comes too late for its attempt is decided afresh: the one that runs by then is killed', async () => {
  const task = await started('probe', 'slow', { kwargs: { ms: 60_000 } });
  const { mend } = await astray(task);
  const killing = kill(task.id);
  const asked = await eventually(async () => {
    const [encoded] = await redis.lrange(key('control:nobody'), 0, -1);
    return JSON.parse(encoded ?? '') as { request: string; attempt: number };
  });
  await mend();
  expect(asked.attempt).toBe(1);
  await redis.set(key(`answer:${asked.request}`), JSON.stringify({ result: 'gone' }));
  expect((await killing).body).toMatchObject({ result: 'ended', task: { state: 'cancelled' } });
  await redis.del(key('control:nobody'));
  const { body } = await stage.ask<{ items: object[] }>(`/v1/tasks/${task.id}/history`);
  expect(body.items).toHaveLength(1);
});

test.each(['hears', 'does not hear'])(
  'a kill of which a worker on its way out %s is not lost with the task that it hands back',
  async (what) => {
    await staying.pause('test');
    const leaving = await stage.startWorker({ models: [work] });
    const task = await started('work', 'fail', { maxRetries: 3 });
    const { id, executions } = task;
    const isHeard = what === 'hears';
    if (!isHeard) await astray(task);
    const stopped = leaving.stop(0);
    const killing = kill(id);
    const history = () => stage.ask<{ items: object[] }>(`/v1/tasks/${id}/history`);
    await eventually(async () => expect((await history()).body.items).toHaveLength(1));
    if (isHeard)
      await eventually(async () => expect(await redis.llen(key(`control:${executions[0]?.worker}`))).toBe(0));
    open();
    await stopped;
    await staying.resume('test');
    expect((await until(id, 'cancelled')).message).toBe('killed');
    expect((await killing).body.result).toBe(isHeard ? 'ended' : 'killed');
  },
);

test('two who kill the same task at once both hear what became of it', async () => {
  const { id } = await started('probe', 'hang');
  const answers = await Promise.all([kill(id), kill(id)]);
  for (const { body } of answers) expect(body).toMatchObject({ result: 'killed', task: { state: 'cancelled' } });
});

test('when the worker does not say in time, the answer says so, and the task is still asked to end', async () => {
  const task = await started('probe', 'slow', { kwargs: { ms: 60_000 } });
  const { mend, worker } = await astray(task);
  expect((await kill(task.id)).body).toMatchObject({ result: 'no_answer', task: { state: 'running' } });
  await mend();
  await redis.rename(key('control:nobody'), key(`control:${worker}`));
  await until(task.id, 'cancelled');
}, 60_000);

test('another company’s task is unknown', async () => {
  const { id } = await started('probe', 'slow', { kwargs: { ms: 60_000 } });
  const token = await stage.keyFor(['read', 'operate', 'admin'], 'acme');
  expect(problemOf(await kill(id, { token }))).toBe('404 task_unknown');
  expect((await kill(id)).status).toBe(200);
});

test('to kill needs the scope that the operator chose, by whichever route', async () => {
  const token = await stage.keyFor(['read', 'operate', 'enqueue']);
  const { id } = await started('probe', 'slow', { kwargs: { ms: 60_000 } });
  const flow = await stage.ask<{ id: string }>('/v1/flows', {
    method: 'POST',
    json: { tasks: [{ key: 'a', model: 'probe', method: 'slow', kwargs: { ms: 60_000 } }] },
  });
  const tries = (on: ApiStage, by: string) =>
    Promise.all([
      on.ask(`/v1/tasks/${id}/kill`, { method: 'POST', token: by }),
      on.ask(`/v1/flows/${flow.body.id}/cancel`, { method: 'POST', token: by, json: { running: 'kill' } }),
      on.ask('/v1/tasks/actions', {
        method: 'POST',
        token: by,
        json: { action: 'kill', filter: { tag: 'none' }, dryRun: true },
      }),
      on.ask('/v1/job-results/flw_unknown/kill', { method: 'POST', token: by }),
    ]);
  for (const answer of await tries(stage, token)) expect(problemOf(answer)).toBe('403 scope_missing');
  expect((await stage.ask('/v1/me', { token })).body).toMatchObject({ mayKill: false });
  expect((await stage.ask(`/v1/flows/${flow.body.id}/cancel`, { method: 'POST', token })).status).toBe(200);
  const open = await startApiStage({ killScope: 'operate' });
  try {
    const operator = await open.keyFor(['operate']);
    expect((await tries(open, operator)).map(({ status }) => status)).toEqual([404, 404, 200, 404]);
    expect((await open.ask('/v1/me', { token: operator })).body).toMatchObject({ mayKill: true });
  } finally {
    await open.stop();
  }
});
