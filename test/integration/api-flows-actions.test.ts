import type { AuditEntry, AuditPage, Flow, FlowResumed, FlowSummary, Scope, Task } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';
import {
  createFlow,
  echoing,
  endedFlow,
  failingOnce,
  flowsPath,
  lookAtFlow,
  nodeOf,
  onFlow,
  postFlow,
  slow,
  statesOf,
} from '../flow-talk.ts';
import { gate, gated } from '../schedule-stage.ts';

let stage: ApiStage;
let acme: string;
let umbrella: string;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ concurrency: 20, models: [gate] });
  acme = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'acme');
  umbrella = await stage.keyFor(['enqueue', 'read', 'operate', 'admin'], 'umbrella');
});

afterAll(() => stage.stop());

const running = (id: string, key: string) =>
  eventually(async () => expect(nodeOf(await lookAtFlow(stage, id), key).state).toBe('running'));
const resume = (id: string, json?: object) =>
  onFlow<FlowResumed>(stage, id, 'resume', json === undefined ? {} : { json });
const executionsOf = async (id: string) => (await stage.ask<Task>(`/v1/tasks/${id}`)).body.executions.length;

describe('a flow that failed', () => {
  const tasks = [
    echoing('good', ['kept']),
    failingOnce('bad', ['good']),
    echoing('behind', ['${good.0}', '${bad.attempt}'], ['good', 'bad']),
    echoing('last', [], ['behind'], { when: 'behind.0 == "kept"' }),
  ];

  test('is resumed: what failed or was cancelled runs again under the same ids, what is done stays done', async () => {
    const { id } = await createFlow(stage, tasks);
    const failed = await endedFlow(stage, id);
    expect(statesOf(failed)).toEqual({ good: 'done', bad: 'error', behind: 'cancelled', last: 'cancelled' });

    const preview = await resume(id, { dryRun: true });
    expect(preview.status, preview.text).toBe(200);
    const again = ['bad', 'behind', 'last'].map((key) => ({
      key,
      id: nodeOf(failed, key).id,
      state: nodeOf(failed, key).state,
    }));
    expect(preview.body).toMatchObject({ dryRun: true, again, kept: 1, flow: { id, state: 'error' } });
    expect(await lookAtFlow(stage, id)).toEqual(failed);

    const resumed = await resume(id);
    expect(resumed.status, resumed.text).toBe(200);
    expect(resumed.body).toMatchObject({ dryRun: false, again, kept: 1, flow: { id } });
    const flow = await endedFlow(stage, id);
    expect(flow).toMatchObject({ state: 'done', counts: { done: 4, error: 0, cancelled: 0 } });
    expect(flow.tasks.map((task) => task.id)).toEqual(failed.tasks.map((task) => task.id));
    expect(await executionsOf(nodeOf(flow, 'good').id)).toBe(1);
    expect((await stage.ask<Task>(`/v1/tasks/${nodeOf(flow, 'behind').id}`)).body.result).toEqual(['kept', 2]);
  });

  test('is resumed once by two who ask at the same time', async () => {
    const { id } = await createFlow(stage, tasks);
    const failed = await endedFlow(stage, id);
    const answers = await Promise.all([resume(id), resume(id), resume(id)]);
    const codes = answers.map((answer) => problemOf(answer)).filter((code) => !code.startsWith('200'));
    expect(codes.length).toBeLessThan(3);
    expect(new Set(codes)).toEqual(new Set(codes.length === 0 ? [] : ['409 flow_conflict']));
    const flow = await endedFlow(stage, id);
    expect(flow.counts).toEqual({ done: 4, error: 0, cancelled: 0 });
    expect(await executionsOf(nodeOf(failed, 'bad').id)).toBe(2);
  });

  test('goes on when the task that failed is retried by itself', async () => {
    const { id } = await createFlow(stage, tasks);
    const failed = await endedFlow(stage, id);
    const retried = await stage.ask<Task>(`/v1/tasks/${nodeOf(failed, 'bad').id}/retry`, { method: 'POST' });
    expect(retried.status, retried.text).toBe(200);
    expect(await endedFlow(stage, id)).toMatchObject({ state: 'done', counts: { done: 4, error: 0, cancelled: 0 } });
  });
});

test('a flow of which nothing failed is not resumed', async () => {
  const { id } = await createFlow(stage, [echoing('a')]);
  await endedFlow(stage, id);
  expect(problemOf(await resume(id))).toBe('409 flow_conflict');
  expect(problemOf(await resume(id, { dryRun: true }))).toBe('409 flow_conflict');
});

test('a task that needs attention holds what waits for it, until a person has decided', async () => {
  const tasks = [{ key: 'a', model: 'probe', method: 'data_error' }, echoing('b', ['after'], ['a'])];
  const { id } = await createFlow(stage, tasks);
  const held = await eventually(async () => {
    const flow = await lookAtFlow(stage, id);
    expect(flow.attention).toBe(1);
    return flow;
  });
  expect(held).toMatchObject({ state: 'running', progress: { ended: 0 } });
  expect(statesOf(held)).toEqual({ a: 'requires_attention', b: 'depends' });
  await stage.ask(`/v1/tasks/${nodeOf(held, 'a').id}/skip`, { method: 'POST' });
  expect(await endedFlow(stage, id)).toMatchObject({ state: 'done', results: { b: ['after'] } });
});

describe('a flow that is cancelled', () => {
  const tasks = [
    slow('a', 60_000),
    echoing('b', [], ['a']),
    echoing('c', [], [{ key: 'b', onFailure: 'continue' }]),
    echoing('later', [], [], { runAt: '2030-01-01T00:00:00Z' }),
  ];

  test('begins nothing more; what runs goes on to its end', async () => {
    const { task, open } = gated();
    const { id } = await createFlow(stage, [{ key: 'a', ...task }, ...tasks.slice(1)]);
    await running(id, 'a');
    const answer = await onFlow(stage, id, 'cancel', { json: { reason: 'ordered twice' } });
    expect(answer.status, answer.text).toBe(200);
    expect(statesOf(answer.body)).toMatchObject({ a: 'running', b: 'cancelled', c: 'cancelled', later: 'cancelled' });
    open();
    const flow = await endedFlow(stage, id);
    expect(flow).toMatchObject({ state: 'cancelled', counts: { done: 1, error: 0, cancelled: 3 } });
    expect(nodeOf(flow, 'b').message).toBe('ordered twice');
  });

  test('ends at once when what runs is killed', async () => {
    const { id } = await createFlow(stage, tasks);
    await running(id, 'a');
    const answer = await onFlow(stage, id, 'cancel', { json: { running: 'kill' } });
    expect(answer.status, answer.text).toBe(200);
    const flow = await endedFlow(stage, id);
    expect(flow).toMatchObject({ state: 'cancelled', counts: { done: 0, error: 0, cancelled: 4 } });
    const again = await onFlow(stage, id, 'cancel');
    expect([again.status, again.body]).toEqual([200, flow]);
  });

  test('can be resumed', async () => {
    const { task, open } = gated();
    const { id } = await createFlow(stage, [{ key: 'a', ...task }, echoing('b', [], ['a'])]);
    await onFlow(stage, id, 'cancel', { json: { running: 'kill' } });
    await endedFlow(stage, id);
    open();
    expect((await resume(id)).status).toBe(200);
    expect(await endedFlow(stage, id)).toMatchObject({ state: 'done', counts: { done: 2, cancelled: 0 } });
  });
});

describe('a key bound to a company', () => {
  /** Every route that takes the id of a flow, with a request that would do something. */
  const onOne: [path: string, options: AskOptions][] = [
    ['', {}],
    ['?wait=1', {}],
    ['/cancel', { method: 'POST' }],
    ['/cancel', { method: 'POST', json: { running: 'kill' } }],
    ['/resume', { method: 'POST', json: { dryRun: true } }],
    ['/resume', { method: 'POST' }],
  ];

  test('creates for that company, the flow and its tasks', async () => {
    const flow = await createFlow(stage, [echoing('a')], { token: acme });
    expect(flow.company).toBe('acme');
    expect((await stage.ask<Task>(`/v1/tasks/${nodeOf(flow, 'a').id}`)).body.company).toBe('acme');
    const foreign = await postFlow(stage, { company: 'umbrella', tasks: [echoing('a')] }, { token: acme });
    expect(problemOf(foreign)).toBe('403 scope_missing /company');
    const own = await postFlow(stage, { company: 'acme', tasks: [echoing('a')] }, { token: acme });
    expect([own.status, own.body.company]).toEqual([202, 'acme']);
  });

  test('neither sees nor touches one of another company, or of none', async () => {
    const later = [failingOnce('a'), echoing('b', [], ['a'])];
    const foreign = [await createFlow(stage, later, { token: umbrella }), await createFlow(stage, later)];
    for (const { id } of foreign) {
      const before = await endedFlow(stage, id);
      for (const [path, options] of onOne) {
        const answer = await stage.ask(`${flowsPath}/${id}${path}`, { ...options, token: acme });
        expect(problemOf(answer), `${path}: ${answer.text}`).toBe('404 flow_unknown');
        expect(answer.text).not.toContain('umbrella');
      }
      expect(await lookAtFlow(stage, id)).toEqual(before);
    }
  });

  test('finds a foreign one as unknown as one that never was', async () => {
    const { id } = await createFlow(stage, [echoing('a')], { token: umbrella });
    const foreign = await stage.ask(`${flowsPath}/${id}`, { token: acme });
    const never = await stage.ask(`${flowsPath}/${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`, { token: acme });
    const shape = (text: string) => text.replaceAll(/flw_[\w-]+/g, 'ID');
    expect(shape(foreign.text)).toBe(shape(never.text));
  });

  test('lists its own only', async () => {
    const mine = await createFlow(stage, [echoing('a')], { token: acme });
    await createFlow(stage, [echoing('a')], { token: umbrella });
    const list = async (query: string) =>
      (await stage.ask<{ items: FlowSummary[] }>(`${flowsPath}${query}`, { token: acme })).body.items;
    const all = await list('?limit=200');
    expect(all.map(({ id }) => id)).toContain(mine.id);
    expect(new Set(all.map(({ company }) => company))).toEqual(new Set(['acme']));
    expect(await list('?company=umbrella')).toEqual([]);
  });

  test('has idempotency keys of its own', async () => {
    const headers = { 'idempotency-key': '"the same"' };
    const mine = await createFlow(stage, [echoing('a', [1])], { token: acme, headers });
    const theirs = await createFlow(stage, [echoing('a', [2])], { token: umbrella, headers });
    expect(theirs.id).not.toBe(mine.id);
  });

  test('is refused the models of Drover itself, and tasks of others to wait for', async () => {
    const system = { key: 'prune', model: 'system.ledger', method: 'prune', dependsOn: ['a'] };
    const refused = await stage.ask(`${flowsPath}?unchecked=true`, {
      method: 'POST',
      json: { tasks: [echoing('a'), system] },
      token: acme,
    });
    expect(problemOf(refused)).toBe('403 scope_missing /tasks/1/model');
    const { id } = await stage.enqueue({ model: 'probe', method: 'echo', delaySeconds: 3_600 }, { token: umbrella });
    const json = { model: 'probe', method: 'echo', dependsOn: [id] };
    const waiting = await stage.ask('/v1/tasks', { method: 'POST', json, token: acme });
    expect(problemOf(waiting)).toBe('422 request_invalid /dependsOn/0');
  });
});

test('a key does with flows what its scopes say, and no more', async () => {
  const { id } = await createFlow(stage, [failingOnce('a')]);
  await endedFlow(stage, id);
  const request = { tasks: [echoing('a')] };
  const asked: [scope: Scope, path: string, options: AskOptions][] = [
    ['enqueue', flowsPath, { method: 'POST', json: request }],
    ['enqueue', '/v1/chains', { method: 'POST', json: { steps: [{ model: 'probe', method: 'echo' }] } }],
    ['read', flowsPath, {}],
    ['read', `${flowsPath}/${id}`, {}],
    ['operate', `${flowsPath}/${id}/resume`, { method: 'POST', json: { dryRun: true } }],
    ['operate', `${flowsPath}/${id}/cancel`, { method: 'POST' }],
  ];
  for (const held of ['enqueue', 'read', 'operate'] as const) {
    const token = await stage.keyFor([held]);
    for (const [scope, path, options] of asked) {
      const { status } = await stage.ask(path, { ...options, token });
      expect(status === 403, `${held}: ${path}`).toBe(held !== scope);
    }
  }
});

describe('the audit', () => {
  const entriesOf = async (target: string): Promise<AuditEntry[]> => {
    const { body } = await stage.ask<AuditPage>(`/v1/audit?target=${target}&limit=200`);
    return body.items.reverse();
  };

  test('has an entry for each change of a flow by hand, with what was asked for and what came of it', async () => {
    const { id } = await createFlow(stage, [failingOnce('a')]);
    await endedFlow(stage, id);
    const token = await stage.keyFor(['read']);
    await resume(id, { dryRun: true });
    await onFlow(stage, id, 'resume', { token });
    await resume(id);
    await endedFlow(stage, id);
    await resume(id);
    await onFlow<Flow>(stage, id, 'cancel', { json: { reason: 'no more', running: 'kill' } });
    await onFlow(stage, id, 'cancel', { json: { running: 'maybe' } });
    const entries = await entriesOf(id);
    expect(entries.map(({ action, outcome, status }) => [action, outcome, status])).toEqual([
      ['flow.resume', 'refused', 403],
      ['flow.resume', 'done', 200],
      ['flow.resume', 'refused', 409],
      ['flow.cancel', 'done', 200],
      ['flow.cancel', 'refused', 422],
    ]);
    expect(entries[3]).toMatchObject({ actor: { name: 'admin' }, details: { reason: 'no more', running: 'kill' } });
  });

  test('has none for what services create', async () => {
    const { body } = await stage.ask<AuditPage>('/v1/audit?action=flow.&limit=200');
    await createFlow(stage, [echoing('a')]);
    await stage.ask('/v1/chains', { method: 'POST', json: { steps: [{ model: 'probe', method: 'nope' }] } });
    expect((await stage.ask<AuditPage>('/v1/audit?action=flow.&limit=200')).body.items).toHaveLength(body.items.length);
  });
});
