import { defineModel, type Explanation, type Reason } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { requestOf, startWorkerStage, type WorkerStage } from '../worker-stage.ts';

/** Every task says why it does not run, and what became of it. */

/** A method whose name is easily mistyped, and that `probe`'s workers do not offer. */
const letters = defineModel('letters', {
  send: { description: 'Sends a letter', kwargs: z.strictObject({}), run: () => 'sent' },
});

let stage: WorkerStage;

beforeEach(async () => {
  stage = await startWorkerStage();
});

afterEach(() => stage.stop());

const explain = (id: string, company?: string): Promise<Explanation> => stage.cluster.tasks.explain(id, { company });
const codes = ({ reasons }: Explanation) => reasons.map(({ code }) => code);

/** The first reason, once it is this one. */
function firstReason(id: string, code: Reason['code']): Promise<Reason> {
  return eventually(async () => {
    const { summary, reasons } = await explain(id);
    expect(reasons[0]?.code, summary).toBe(code);
    expect(summary).toBe(reasons[0]?.message);
    return reasons[0] as Reason;
  });
}

/** A queue that is known, with nothing in it. */
async function knownQueue(queue: string): Promise<void> {
  await stage.ended((await stage.enqueue('probe.succeed', { queue })).id);
}

async function enqueueFor(company: string, fullName: string, asked: Parameters<typeof requestOf>[1] = {}) {
  return stage.cluster.tasks.enqueue(requestOf(fullName, asked), { company });
}

test('a task of a paused queue, and those before it', async () => {
  await stage.startWorker();
  await knownQueue('line');
  await stage.cluster.queues.pause('line');
  const first = await stage.enqueue('probe.succeed', { queue: 'line' });
  const second = await stage.enqueue('probe.succeed', { queue: 'line' });
  await stage.enqueue('probe.succeed', { queue: 'line', priority: 5 });
  await stage.enqueue('probe.succeed', { queue: 'line', priority: 500 });
  expect(await firstReason(first.id, 'queue_paused')).toMatchObject({ data: { queue: 'line' } });
  const { reasons, attempts, state } = await explain(second.id);
  expect(state).toBe('waiting');
  expect(attempts).toEqual([]);
  expect(reasons.map(({ code }) => code)).toEqual(['queue_paused', 'tasks_ahead']);
  expect(reasons[1]?.data).toEqual({ queue: 'line', ahead: 2, byPriority: 1, earlier: 1, priority: 100 });
});

test('a method that no live worker offers, with the nearest names', async () => {
  const lonely = await stage.cluster.tasks.enqueue(requestOf('probe.succed'), {}, { unchecked: true });
  expect(await firstReason(lonely.id, 'no_worker')).toMatchObject({ message: 'No worker is alive.' });
  await stage.startWorker({ queues: ['elsewhere'] });
  const reason = await eventually(async () => {
    const found = await firstReason(lonely.id, 'no_worker');
    expect(found.data).toMatchObject({ method: 'probe.succed', liveWorkers: 1, nearest: ['probe.succeed'] });
    return found;
  });
  expect(reason.message).toBe('None of 1 live worker offers probe.succed. Nearest: probe.succeed.');
});

test('a task that was put off says so, and why nobody else takes it', async () => {
  await stage.startWorker();
  const task = await stage.cluster.tasks.enqueue(requestOf('letters.send'), {}, { unchecked: true });
  await stage.until(task.id, 'scheduled');
  const { reasons } = await explain(task.id);
  expect(reasons.map(({ code }) => code)).toEqual(['no_worker', 'put_off']);
  expect(Date.parse(String(reasons[1]?.data.againAt))).toBeGreaterThan(Date.now() - 5_000);
  await stage.startWorker({ models: [letters], concurrency: 1 });
  await eventually(async () => expect(codes(await explain(task.id))).toEqual(['put_off']));
});

test('live workers that offer the method, but serve other queues', async () => {
  const worker = await stage.startWorker({ queues: ['mail'] });
  const task = await stage.enqueue('probe.succeed', { queue: 'line' });
  const { message, data } = await firstReason(task.id, 'no_queue_worker');
  expect(message).toBe('The only worker that offers probe.succeed does not serve queue "line", but mail.');
  expect(data).toMatchObject({ queue: 'line', workers: [{ id: worker.id }], queues: ['mail'] });
});

test('a task whose time has not come, also where its queue is paused', async () => {
  await stage.startWorker();
  await knownQueue('line');
  await stage.cluster.queues.pause('line');
  const task = await stage.enqueue('probe.succeed', { queue: 'line', delaySeconds: 7_500 });
  const explanation = await explain(task.id);
  expect(codes(explanation)).toEqual(['not_due', 'queue_paused']);
  expect(explanation.summary).toMatch(new RegExp(`^It is not due until ${task.runAt}, in 2 h [45] min\\.$`));
});

test('a task that waits for its retry tells what failed', async () => {
  await stage.startWorker();
  const kwargs = { message: 'the server is away', delaySeconds: 600 };
  const { id } = await stage.enqueue('probe.temporary_error', { kwargs, maxRetries: 2 });
  const { message, data } = await firstReason(id, 'waits_for_retry');
  const { runAt } = await stage.get(id);
  expect(message).toMatch(/^Attempt 1 failed with TemporaryError: the server is away\. It is tried again at /);
  expect(data).toMatchObject({ attempt: 1, retryAt: runAt, retry: 1, maxRetries: 2 });
  const [attempt] = (await explain(id)).attempts;
  expect(attempt?.sentence).toMatch(/and failed: TemporaryError: the server is away; tried again at /);
});

test('busy slots are told with the tasks that hold them', async () => {
  const worker = await stage.startWorker({ concurrency: 2 });
  const held = [
    await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } }),
    await stage.enqueue('probe.progress', { kwargs: { steps: 1_000, ms: 1_000 }, queue: 'other' }),
  ];
  for (const { id } of held) await stage.until(id, 'running');
  const task = await stage.enqueue('probe.succeed', { queue: 'line' });
  const { message, data } = await firstReason(task.id, 'slots_busy');
  expect(message).toBe('All 2 slots of the worker that could take it are busy: 1 × probe.progress and 1 × probe.slow.');
  expect((data.tasks as { id: string }[]).map(({ id }) => id).sort()).toEqual(held.map(({ id }) => id).sort());
  expect(data.workers).toMatchObject([{ id: worker.id }]);
  await stage.startWorker({ concurrency: 1, queues: ['far'] });
  expect(await firstReason(task.id, 'slots_busy')).toMatchObject({ data: { slots: 2 } });
});

test('a company learns of its own tasks which, and of others only how many', async () => {
  await stage.startWorker({ concurrency: 2 });
  const mine = await enqueueFor('acme', 'probe.slow', { kwargs: { ms: 60_000 } });
  const theirs = await enqueueFor('bolt', 'probe.slow', { kwargs: { ms: 60_000 } });
  for (const { id } of [mine, theirs]) await stage.until(id, 'running');
  const task = await enqueueFor('acme', 'probe.succeed');
  await firstReason(task.id, 'slots_busy');
  const explanation = await explain(task.id, 'acme');
  expect(explanation.reasons[0]?.data).toMatchObject({
    methods: [{ method: 'probe.slow', count: 2 }],
    tasks: [{ id: mine.id }],
  });
  expect(JSON.stringify(explanation)).not.toContain(theirs.id);
  await expect(explain(theirs.id, 'acme')).rejects.toMatchObject({ code: 'task_unknown' });
  await expect(explain('tsk_nowhere')).rejects.toMatchObject({ code: 'task_unknown' });
});

test('workers that only finish what they run', async () => {
  const worker = await stage.startWorker({ concurrency: 1 });
  const running = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(running.id, 'running');
  const stopped = worker.stop(20_000);
  const task = await stage.enqueue('probe.succeed');
  const { data } = await firstReason(task.id, 'worker_draining');
  expect(data).toMatchObject({ workers: [{ id: worker.id, state: 'quiet' }], takers: 0 });
  expect(codes(await explain(running.id))).toEqual(['running', 'worker_draining']);
  await stage.cluster.tasks.kill(running.id, {});
  await stopped;
});

test('limits of a queue: how many at a time, and how many in a while', async () => {
  await stage.startWorker();
  await stage.bull('narrow').setGlobalConcurrency(1);
  const holder = await stage.enqueue('probe.slow', { queue: 'narrow', kwargs: { ms: 60_000 } });
  await stage.until(holder.id, 'running');
  const task = await stage.enqueue('probe.succeed', { queue: 'narrow' });
  expect((await firstReason(task.id, 'concurrency_limit')).data).toMatchObject({
    concurrency: 1,
    running: 1,
    tasks: [{ id: holder.id }],
  });

  await stage.bull('seldom').setGlobalRateLimit(1, 60_000);
  await knownQueue('seldom');
  const later = await stage.enqueue('probe.succeed', { queue: 'seldom' });
  const { message, data } = await firstReason(later.id, 'rate_limit');
  expect(message).toMatch(/^Of queue "seldom" at most 1 may begin in 1 min, and so many did: it goes on at /);
  expect(Date.parse(String(data.againAt)) - Date.now()).toBeGreaterThan(30_000);
});

test('what nothing holds is the next in line', async () => {
  const worker = await stage.startWorker();
  const recordKey = stage.key(`worker:${worker.id}`);
  const record = (await stage.redis.get(recordKey)) ?? '';
  await worker.stop();
  // It has free slots by its last heartbeat, and is a moment late.
  await stage.redis.multi().set(recordKey, record).zadd(stage.key('workers'), Date.now(), worker.id).exec();
  const { id } = await stage.enqueue('probe.succeed');
  expect((await firstReason(id, 'next_in_line')).data).toMatchObject({ workers: [{ id: worker.id }] });
});

test('a task that needs a person says what is wrong and what can be done', async () => {
  await stage.startWorker();
  const { id } = await stage.enqueue('probe.data_error', { kwargs: { message: 'customer 12 has no address' } });
  const { message, data } = await firstReason(id, 'requires_attention');
  expect(message).toMatch(/^Attempt 1 failed with DataError: customer 12 has no address\. .*correct its arguments/);
  expect(data).toMatchObject({ actions: ['patch', 'retry', 'skip', 'cancel'] });
});

test('a running task tells where, how far, and that its worker is heard of', async () => {
  const worker = await stage.startWorker();
  const { id } = await stage.enqueue('probe.progress', { kwargs: { steps: 1_000, ms: 50 } });
  await eventually(async () => expect((await stage.get(id)).progress.percent).toBeGreaterThan(0));
  const { message, data } = await firstReason(id, 'running');
  expect(message).toMatch(/^Attempt 1 runs on .* % are done: step \d+ of 1000\. Its worker was heard of .* ago\.$/);
  expect(data).toMatchObject({ attempt: 1, worker: worker.id, pid: process.pid, workerState: 'running' });
  await stage.cluster.tasks.kill(id, {});
  await stage.ended(id);
});

test('a running task whose worker is not heard of any more', async () => {
  const worker = await stage.startWorker();
  const { id } = await stage.enqueue('probe.slow', { kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  const { message, data } = await eventually(async () => {
    // As if the worker had been killed a minute ago. It is alive, and says so now and then.
    await stage.redis.zadd(stage.key('workers'), Date.now() - 60_000, worker.id);
    const [reason] = (await explain(id)).reasons;
    expect(reason?.code).toBe('worker_lost');
    return reason as Reason;
  });
  expect(message).toMatch(new RegExp(`^Worker ${worker.id} on .* has not been heard of for 1 min`));
  expect(data).toMatchObject({ worker: worker.id, lostWorkersMax: 3 });
});

test('a task that is back in line, because its worker died with it', async () => {
  const worker = await stage.startWorker();
  const { id } = await stage.enqueue('probe.slow', { queue: 'line', kwargs: { ms: 60_000 } });
  await stage.until(id, 'running');
  await stage.cluster.queues.pause('line');
  // What is done with the task of a worker that lets its lock run out.
  const base = `${stage.key('q')}:line:`;
  await stage.redis
    .multi()
    .del(`${base}${id}:lock`)
    .lrem(`${base}active`, 1, id)
    .hincrby(base + id, 'stc', 1)
    .zadd(`${base}prioritized`, 100 * 0x100000000, id)
    .exec();
  const explanation = await eventually(async () => {
    const found = await explain(id);
    expect(codes(found)).toEqual(['queue_paused', 'worker_lost']);
    return found;
  });
  expect(explanation.reasons[1]?.data).toMatchObject({ attempt: 1, worker: worker.id, lostWorkers: 1 });
  expect(explanation.attempts).toMatchObject([{ attempt: 1, outcome: 'lost', worker: worker.id }]);
});

test('what ended tells its story, attempt by attempt', async () => {
  const worker = await stage.startWorker();
  const { id } = await stage.enqueue('probe.fail_times', { kwargs: { times: 2, delaySeconds: 0.1 } });
  await stage.ended(id);
  const { summary, reasons, attempts } = await explain(id);
  expect(summary).toMatch(/^It ended well at .*Z, at attempt 3\.$/);
  expect(reasons).toHaveLength(1);
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'success']);
  expect(attempts[0]?.sentence).toMatch(
    /^Attempt 1 on \S+ ran [\d.]+ m?s and failed: TemporaryError: .*attempt 1 of 2.*; tried again at .*Z\.$/,
  );
  expect(attempts[2]).toMatchObject({ worker: worker.id, sentence: expect.stringMatching(/and succeeded\.$/) });
  expect(attempts[1]?.waitedSeconds).toBeLessThan(10);

  const failed = await stage.enqueue('probe.permanent_error', { kwargs: { message: 'closed' } });
  await stage.ended(failed.id);
  expect((await explain(failed.id)).summary).toMatch(/PermanentError: closed\. The error is permanent/);

  const cancelled = await stage.enqueue('probe.succeed', { delaySeconds: 3_600 });
  await stage.cluster.tasks.cancel(cancelled.id, {}, 'ordered twice');
  expect((await explain(cancelled.id)).summary).toMatch(/^It was cancelled at .*: ordered twice\.$/);
});

test('a task that depends on others names those that have not ended', async () => {
  const parent = 'tsk_01jd7v8k3r9x2m5p7q0w4z-0-line';
  const child = 'tsk_01jd7v8k3r9x2m5p7q0w5z-0-line';
  const base = `${stage.key('q')}:line:`;
  await stage.redis.hset(base + parent, {
    name: 'probe.succeed',
    data: '{"v":1,"company":"acme"}',
    co: 'acme',
    timestamp: Date.now(),
    priority: 100,
  });
  await stage.redis.zadd(`${base}waiting-children`, Date.now(), parent);
  await stage.redis.hset(base + child, { name: 'probe.succeed', data: '{"v":1}', timestamp: Date.now() });
  await stage.redis.sadd(`${base}${parent}:dependencies`, base + child);
  expect(await firstReason(parent, 'depends')).toMatchObject({ data: { count: 1, tasks: [{ id: child }] } });
  expect((await explain(parent, 'acme')).reasons[0]?.data).toEqual({ count: 1, tasks: [] });
});
