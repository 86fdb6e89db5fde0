import { ClusterError, type MethodInfo, TaskRequest, type TaskRequestInput } from '@drover/core';
import { expect, test } from 'vitest';
import { fingerprintOf, planTask, viewNewTask } from './enqueue.ts';
import { decodeEnvelope } from './envelope.ts';

const now = Date.parse('2026-11-22T10:00:00.000Z');
const method: MethodInfo = {
  model: 'report',
  method: 'generate',
  description: '',
  argsSchema: {},
  kwargsSchema: {},
  queue: 'reports',
  priority: 200,
  timeoutSeconds: 7_200,
  maxRetries: 1,
  tags: ['report'],
  version: 'v',
  workers: [],
};

function plan(request: Partial<TaskRequestInput>, options: { method?: MethodInfo; company?: string } = {}) {
  const parsed = TaskRequest.parse({ model: 'report', method: 'generate', ...request });
  return planTask(parsed, options.method, { company: options.company }, now);
}

function faultOf(run: () => unknown): ClusterError {
  try {
    run();
  } catch (error) {
    if (error instanceof ClusterError) return error;
  }
  throw new Error('it was accepted');
}

test('a plain request gets the defaults of the cluster', () => {
  expect(viewNewTask(plan({}))).toMatchObject({
    name: 'report.generate',
    queue: 'default',
    priority: 100,
    maxRetries: 3,
    timeoutSeconds: 3_600,
    retry: { delaySeconds: 60, delaySecondsMax: 3_600 },
    args: [],
    kwargs: {},
    tags: [],
    state: 'waiting',
    createdAt: '2026-11-22T10:00:00.000Z',
    runAt: '2026-11-22T10:00:00.000Z',
  });
});

test("a method's own defaults come before those of the cluster, and the request before both", () => {
  const byMethod = { queue: 'reports', priority: 200, timeoutSeconds: 7_200, maxRetries: 1, tags: ['report'] };
  expect(viewNewTask(plan({}, { method }))).toMatchObject(byMethod);
  const asked = { queue: 'urgent', priority: 10, timeoutSeconds: 60, maxRetries: 0 };
  expect(viewNewTask(plan(asked, { method }))).toMatchObject(asked);
  expect(viewNewTask(plan({ tags: ['x', 'report'] }, { method })).tags).toEqual(['report', 'x']);
});

test('the resilient preset is five retries and a notice', () => {
  expect(viewNewTask(plan({ retry: 'resilient' }, { method }))).toMatchObject({ maxRetries: 5, notifyOnFailure: true });
  expect(viewNewTask(plan({ retry: 'resilient', maxRetries: 2 }))).toMatchObject({ maxRetries: 2 });
});

test('a delay and a run time make a task wait for its time; one in the past does not', () => {
  expect(viewNewTask(plan({ delaySeconds: 1.5 }))).toMatchObject({
    state: 'scheduled',
    runAt: '2026-11-22T10:00:01.500Z',
  });
  expect(viewNewTask(plan({ runAt: '2026-11-22T12:30:00+02:00' }))).toMatchObject({
    runAt: '2026-11-22T10:30:00.000Z',
  });
  expect(viewNewTask(plan({ runAt: '2020-01-01T00:00:00Z' })).state).toBe('waiting');
  expect(viewNewTask(plan({ delaySeconds: 0 })).state).toBe('waiting');
});

test.each([
  ['more than ten years ahead', { runAt: '2040-01-01T00:00:00Z' }, '/runAt'],
  ['expired before it begins', { expiresAt: '2026-11-22T09:59:59Z' }, '/expiresAt'],
  ['expired before its time comes', { delaySeconds: 60, expiresAt: '2026-11-22T10:00:30Z' }, '/expiresAt'],
])('a task %s is refused at its field', (_, request, pointer) => {
  const error = faultOf(() => plan(request));
  expect(error).toMatchObject({ code: 'request_invalid', faults: [{ pointer }] });
});

test("a company's key makes that company's tasks, and no other's", () => {
  expect(plan({}, { company: 'acme' }).envelope.company).toBe('acme');
  expect(plan({ company: 'acme' }, { company: 'acme' }).envelope.company).toBe('acme');
  expect(faultOf(() => plan({ company: 'other' }, { company: 'acme' })).code).toBe('scope_missing');
});

test('what is stored reads back as it was', () => {
  const task = plan({
    args: [1, { deep: [null] }],
    kwargs: { a: 'ü' },
    name: 'Monthly',
    user: 'ann',
    company: 'acme',
    tags: ['a'],
    retry: { delaySeconds: 5 },
    expiresAt: '2026-11-23T10:00:00Z',
    notifyOnFailure: true,
  });
  expect(decodeEnvelope(task.data)).toEqual(task.envelope);
  expect(plan({}).data).toBe('{"v":1}');
});

test('a fingerprint does not depend on the order of keys, but on every value', () => {
  const of = (kwargs: Record<string, unknown>) =>
    fingerprintOf(TaskRequest.parse({ model: 'a', method: 'b', kwargs } as TaskRequestInput));
  expect(of({ a: 1, b: { c: 2, d: 3 } })).toBe(of({ b: { d: 3, c: 2 }, a: 1 }));
  expect(of({ a: 1 })).not.toBe(of({ a: '1' }));
  expect(of({ a: [1, 2] })).not.toBe(of({ a: [2, 1] }));
});
