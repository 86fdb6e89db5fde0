import { createClient, type DroverClient } from '@drover/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';
import { nodeOf } from '../flow-talk.ts';

let stage: ApiStage;
let client: DroverClient;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  client = createClient({ baseUrl: stage.url, token: adminToken });
  await vi.waitUntil(async () => (await client.models.list()).length > 0, { timeout: 10_000 });
});

afterAll(() => stage.stop());

const echo = { model: 'probe', method: 'echo' };

test('a chain is created, waited for, and found', async () => {
  const { flows } = client;
  const chain = await flows.chain({
    name: 'a client’s chain',
    steps: [
      { ...echo, args: [7] },
      { ...echo, args: ['${step1.0}'] },
    ],
  });
  const ended = await flows.waitFor(chain.id, { timeoutMs: 20_000 });
  expect(ended).toMatchObject({ state: 'done', results: { step2: [7] } });
  expect((await flows.get(chain.id)).results).toEqual({ step2: [7] });
  expect((await flows.list({ q: 'client’s', state: 'done' })).items.map(({ id }) => id)).toEqual([chain.id]);
  const at = await flows.create({ tasks: [{ ...echo, key: 'a', args: [1] }] }, { waitSeconds: 20 });
  expect(at).toMatchObject({ state: 'done', results: { a: [1] } });
});

test('a flow that failed is looked at and resumed; one that is not possible says why', async () => {
  const { flows } = client;
  const failing = { key: 'a', model: 'probe', method: 'fail_times', kwargs: { times: 1 }, maxRetries: 0 };
  const flow = await flows.create({ tasks: [failing, { ...echo, key: 'b', dependsOn: ['a'] }] });
  expect(await flows.waitFor(flow.id, { timeoutMs: 20_000 })).toMatchObject({ state: 'error' });
  expect((await flows.previewResume(flow.id)).again.map(({ key }) => key)).toEqual(['a', 'b']);
  expect(await flows.resume(flow.id)).toMatchObject({ dryRun: false, kept: 0 });
  const seen: number[] = [];
  const onProgress = ({ progress }: { progress: { ended: number } }) => seen.push(progress.ended);
  expect(await flows.waitFor(flow.id, { timeoutMs: 20_000, onProgress })).toMatchObject({ state: 'done' });
  expect(seen.at(-1)).toBe(2);
  await expect(flows.resume(flow.id)).rejects.toMatchObject({ code: 'flow_conflict', status: 409 });
  await expect(flows.create({ tasks: [{ ...echo, key: 'a', dependsOn: ['a'] }] })).rejects.toMatchObject({
    code: 'flow_invalid',
    faults: [{ pointer: '/tasks/0/dependsOn/0' }],
  });
});

test('waiting ends when a flow needs a person, who may cancel it', async () => {
  const { flows } = client;
  const stuck = { key: 'a', model: 'probe', method: 'data_error' };
  const flow = await flows.create({ tasks: [stuck, { ...echo, key: 'b', dependsOn: ['a'] }] });
  const held = await flows.waitFor(flow.id, { timeoutMs: 40_000 });
  expect(held).toMatchObject({ state: 'running', attention: 1 });
  expect(nodeOf(held, 'b').state).toBe('depends');
  const cancelled = await flows.cancel(flow.id, { reason: 'not needed' });
  expect(cancelled).toMatchObject({ state: 'cancelled', counts: { cancelled: 2 } });
  expect(nodeOf(cancelled, 'b').message).toBe('not needed');
}, 60_000);
