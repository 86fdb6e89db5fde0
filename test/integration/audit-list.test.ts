import { type AuditFilter, type AuditPage, limits } from '@drover/core';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';

/** Looking into the audit: what is found, by whom, page by page, and what is forgotten. */

let stage: ApiStage;
let redis: Redis;

beforeAll(() => {
  redis = new Redis(inject('redisUrl'));
});

afterAll(() => redis.disconnect());

beforeEach(async () => {
  stage = await startApiStage();
});

afterEach(() => stage.stop());

const auditKey = () => `{${stage.keyPrefix}}:audit`;

type Told = { action?: string; target?: string; key?: string; company?: string; atMs?: number };
let told = 0;

/** An entry as another process would have written it; `atMs` only before all later ones. */
async function tell({ action = 'task.cancel', target = `tsk_${++told}`, key = 'ops', company, atMs }: Told = {}) {
  const values = { o: 'done', k: `key_${key}`, n: key, c: company ?? '', a: action, t: target, f: '::1', s: '200' };
  const id = atMs === undefined ? '*' : `${atMs}-0`;
  await redis.xadd(auditKey(), id, ...Object.entries({ ...values, p: '', d: '' }).flat());
  return target;
}

const list = (filter: AuditFilter & { limit?: number; cursor?: string } = {}, company?: string) =>
  stage.cluster.audit.list({ limit: 50, ...filter }, { company });
const targets = async (filter: AuditFilter, company?: string) =>
  (await list(filter, company)).items.map(({ target }) => target).reverse();

test('every filter finds what it says, and they add up', async () => {
  await tell({ action: 'task.cancel', target: 'a', key: 'ann' });
  await tell({ action: 'task.run-now', target: 'b', key: 'ann' });
  await tell({ action: 'queue.pause', target: 'a', key: 'bob' });
  const begun = { actor: { keyId: 'key_ann', name: 'Ann M.' }, action: 'task.cancel', target: 'c', from: '::1' };
  await stage.cluster.audit.begin(begun);
  expect(await targets({})).toEqual(['a', 'b', 'a', 'c']);
  expect(await targets({ action: 'task.cancel' })).toEqual(['a', 'c']);
  expect(await targets({ action: 'task.' })).toEqual(['a', 'b', 'c']);
  expect(await targets({ key: 'key_ann' })).toEqual(['a', 'b', 'c']);
  expect(await targets({ key: 'Ann M.' })).toEqual(['c']);
  expect(await targets({ target: 'a' })).toEqual(['a', 'a']);
  expect(await targets({ outcome: 'begun' })).toEqual(['c']);
  expect(await targets({ target: 'a', key: 'bob', action: 'queue.', outcome: 'done' })).toEqual(['a']);
  expect(await targets({ target: 'a', outcome: 'failed' })).toEqual([]);
});

test('a span of time is found from its first moment to before its last', async () => {
  for (const second of [10, 20, 30]) await tell({ target: `at ${second}`, atMs: second * 1_000 });
  const at = (second: number) => new Date(second * 1_000).toISOString();
  expect(await targets({ from: at(20) })).toEqual(['at 20', 'at 30']);
  expect(await targets({ to: at(20) })).toEqual(['at 10']);
  expect(await targets({ from: at(10), to: at(30) })).toEqual(['at 10', 'at 20']);
  expect(await targets({ from: at(30), to: at(10) })).toEqual([]);
  expect(await targets({ from: '1960-01-01T00:00:00Z', to: '1969-12-31T23:59:59+01:00' })).toEqual([]);
  const { nextCursor } = await list({ limit: 1 });
  const later = await list({ to: at(20), cursor: nextCursor ?? '' });
  expect(later.items.map(({ target }) => target)).toEqual(['at 10']);
});

test('pages stay as they are while more comes, and the last one says that it is', async () => {
  for (let count = 0; count < 25; count += 1) await tell({ target: `t${count}` });
  const seen: (string | undefined)[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const query = `?limit=10${cursor === undefined ? '' : `&cursor=${cursor}`}`;
    const { body } = await stage.ask<AuditPage>(`/v1/audit${query}`);
    seen.push(...body.items.map(({ target }) => target));
    cursor = body.nextCursor ?? undefined;
    pages += 1;
    for (let count = 0; count < 7; count += 1) await tell({ target: 'later' });
  } while (cursor !== undefined);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `t${24 - index}`));
  expect(pages).toBe(3);
});

test('a rare entry among very many is found in bounded steps, and each step says that there is more', async () => {
  await tell({ target: 'the one', atMs: 1 });
  const fillers = limits.auditSearch + limits.auditGroup;
  for (let from = 0; from < fillers; from += 500) {
    const pipeline = redis.pipeline();
    for (let count = 0; count < 500; count += 1) pipeline.xadd(auditKey(), '*', 'o', 'done', 'd', '');
    await pipeline.exec();
  }
  const first = await list({ target: 'the one' });
  expect(first.items).toEqual([]);
  expect(first.nextCursor).not.toBeNull();
  const second = await list({ target: 'the one', cursor: first.nextCursor ?? '' });
  expect(second.items).toMatchObject([{ target: 'the one' }]);
  expect(second.nextCursor).toBeNull();
});

test('a company sees what its own keys did, and nothing else', async () => {
  const acme = await stage.keyFor(['admin'], 'acme');
  const other = await stage.keyFor(['admin'], 'umbrella');
  const operator = await stage.keyFor(['operate'], 'acme');
  await stage.ask('/v1/tasks/tsk_x/cancel', { method: 'POST', token: acme });
  await stage.ask('/v1/tasks/tsk_x/retry', { method: 'POST', token: other });
  await stage.ask('/v1/tasks/tsk_x/run-now', { method: 'POST' });
  await stage.ask('/v1/queues/default/pause', { method: 'POST', token: acme });
  const seenBy = async (token?: string) => {
    const { body } = await stage.ask<AuditPage>('/v1/audit', token === undefined ? {} : { token });
    return body.items.map(({ action, company }) => [action, company]).reverse();
  };
  const refused = ['queue.pause', 'acme'];
  expect(await seenBy(acme)).toEqual([['task.cancel', 'acme'], refused]);
  expect(await seenBy(other)).toEqual([['task.retry', 'umbrella']]);
  expect(await seenBy()).toEqual([
    ['task.cancel', 'acme'],
    ['task.retry', 'umbrella'],
    ['task.run-now', undefined],
    refused,
  ]);
  expect(problemOf(await stage.ask('/v1/audit', { token: operator }))).toBe('403 scope_missing');
});

test('what is older than a year is forgotten, to the millisecond', async () => {
  const nowMs = Date.now();
  const oldestMs = nowMs - limits.auditMs;
  for (let age = 300; age > 0; age -= 1) await tell({ target: 'old', atMs: oldestMs - age });
  await tell({ target: 'just within', atMs: oldestMs });
  await tell({ target: 'today' });
  expect(await stage.cluster.audit.trim(nowMs)).toBe(300);
  expect(await targets({})).toEqual(['just within', 'today']);
  expect(await stage.cluster.audit.trim(nowMs)).toBe(0);
});

test.each([
  ['?action=cancel', '422 request_invalid ?action'],
  ['?action=Task.', '422 request_invalid ?action'],
  ['?outcome=fine', '422 request_invalid ?outcome'],
  ['?from=yesterday', '422 request_invalid ?from'],
  [`?target=${'x'.repeat(201)}`, '422 request_invalid ?target'],
  ['?cursor=bm90LWEtY3Vyc29y', '422 request_invalid ?cursor'],
  ['?limit=0', '422 request_invalid ?limit'],
  ['?who=me', '422 request_invalid ?who'],
])('%s is refused, naming the parameter', async (query, problem) => {
  expect(problemOf(await stage.ask(`/v1/audit${query}`))).toBe(problem);
});
