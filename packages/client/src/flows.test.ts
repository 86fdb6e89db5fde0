import { expect, test } from 'vitest';
import { type Answer, hangUp, json, problem, startAnsweringServer } from './answering-server.ts';
import { createFlows } from './flows.ts';
import { createTransport } from './transport.ts';

async function start(...script: [Answer, ...Answer[]]) {
  const server = await startAnsweringServer(...script);
  const transport = createTransport({ baseUrl: server.baseUrl, retry: { delayMs: 1 } });
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  return { ...server, flows: createFlows(transport, clock), [Symbol.asyncDispose]: server.stop };
}

/** `a:done b:depends<a c:running!` — state, what it waits for, and `!` for the background. */
function flow(text: string, state = 'running') {
  const tasks = text.split(' ').map((word) => {
    const [, key, taskState, , before, background] = /^(\w+):(\w+)(<([\w,]+))?(!)?$/.exec(word) ?? [];
    const dependsOn = (before?.split(',') ?? []).map((each) => ({ key: each, onFailure: 'cancel' }));
    return { key, state: taskState, dependsOn, background: background === '!' };
  });
  return { id: 'flw_1', state, tasks };
}

const request = { tasks: [{ key: 'a', model: 'probe', method: 'echo' }] };
const lines = (asked: { method: string; url: string }[]) => asked.map(({ method, url }) => `${method} ${url}`);

test('what is created is created once, though the answer was lost', async () => {
  await using api = await start(hangUp, json(flow('a:waiting'), 202), hangUp, json(flow('step1:waiting'), 202));
  await api.flows.create(request);
  await api.flows.chain({ steps: [{ model: 'probe', method: 'echo' }] });
  expect(lines(api.asked)).toEqual([...Array(2).fill('POST /v1/flows'), ...Array(2).fill('POST /v1/chains')]);
  const [create, again, chain, rechain] = api.asked.map(({ headers }) => headers['idempotency-key']);
  expect(create).toMatch(/^"[0-9a-f]{32}"$/);
  expect([again, rechain]).toEqual([create, chain]);
  expect(chain).not.toBe(create);
});

test('creating may wait, take methods that nobody offers, and have a key of the caller’s', async () => {
  await using api = await start(json(flow('a:done', 'done')));
  await api.flows.create(request, { waitSeconds: 9.5, unchecked: true, idempotencyKey: 'order-7' });
  expect(lines(api.asked)).toEqual(['POST /v1/flows?unchecked=true']);
  expect(api.asked[0]?.headers).toMatchObject({ prefer: 'wait=10', 'idempotency-key': '"order-7"' });
  expect(JSON.parse(api.asked[0]?.body ?? '')).toEqual(request);
});

test('a flow that is not possible arrives with its faults, at once', async () => {
  const errors = [{ pointer: '/tasks/0/dependsOn', message: 'tasks wait for each other: a → a' }];
  await using api = await start(problem(422, 'flow_invalid', { errors }));
  await expect(api.flows.create(request)).rejects.toMatchObject({ code: 'flow_invalid', status: 422, faults: errors });
  expect(api.asked).toHaveLength(1);
});

test('questions go to their addresses', async () => {
  await using api = await start(json({ items: [], nextCursor: null }));
  const { flows } = api;
  await flows.get('a/b');
  await flows.get('flw_1', { waitSeconds: 2.5 });
  await flows.list({ state: 'error', limit: 5 });
  await flows.cancel('flw_1');
  await flows.cancel('flw_1', { reason: 'why', running: 'kill' });
  await flows.previewResume('flw_1');
  await flows.resume('flw_1');
  expect(api.asked.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
    'GET /v1/flows/a%2Fb ',
    'GET /v1/flows/flw_1?wait=3 ',
    'GET /v1/flows?state=error&limit=5 ',
    'POST /v1/flows/flw_1/cancel {}',
    'POST /v1/flows/flw_1/cancel {"reason":"why","running":"kill"}',
    'POST /v1/flows/flw_1/resume {"dryRun":true}',
    'POST /v1/flows/flw_1/resume ',
  ]);
});

test('resuming is sent once: what failed meanwhile would run again', async () => {
  await using api = await start(hangUp, hangUp, json({ dryRun: true }));
  await expect(api.flows.resume('flw_1')).rejects.toMatchObject({ code: 'network', attempts: 1 });
  expect(await api.flows.previewResume('flw_1')).toEqual({ dryRun: true });
});

test('waiting ends when all but the background has ended', async () => {
  await using api = await start(
    json(flow('a:running b:depends<a c:waiting!')),
    json(flow('a:done b:waiting<a c:waiting!')),
    json(flow('a:done b:done<a c:waiting!')),
  );
  const ended = await api.flows.waitFor('flw_1');
  expect(ended.tasks.map(({ state }) => state)).toEqual(['done', 'done', 'waiting']);
  expect(lines(api.asked)).toEqual(Array(3).fill('GET /v1/flows/flw_1?wait=10'));
});

test('waiting may be for the background too, and be told of every change', async () => {
  const half = json(flow('a:done b:running!'));
  await using api = await start(half, half, json(flow('a:done b:done!', 'done')));
  const seen: string[] = [];
  const onProgress = ({ tasks }: { tasks: { state?: string | undefined }[] }) =>
    seen.push(tasks.map(({ state }) => state).join(' '));
  expect(await api.flows.waitFor('flw_1', { background: true, onProgress })).toMatchObject({ state: 'done' });
  expect(seen).toEqual(['done running', 'done done']);
  expect(lines(api.asked)).toEqual(Array(3).fill('GET /v1/flows/flw_1?wait=1'));
});

test('waiting ends when only a person moves the rest on, and not before', async () => {
  await using api = await start(
    json(flow('a:requires_attention b:running c:depends<a d:depends<b,c')),
    json(flow('a:requires_attention b:done c:depends<a d:depends<b,c')),
  );
  await api.flows.waitFor('flw_1');
  expect(api.asked).toHaveLength(2);
  await using other = await start(
    // Its only dependency has ended: it is let go at this moment.
    json(flow('a:done b:depends<a')),
    json(flow('a:done b:done<a', 'done')),
  );
  expect(await other.flows.waitFor('flw_1')).toMatchObject({ state: 'done' });
});

test('waiting is given up when the time is up: the flow goes on', async () => {
  await using api = await start(json(flow('a:running')));
  const waiting = api.flows.waitFor('flw_1', { timeoutMs: 800 });
  await expect(waiting).rejects.toMatchObject({ code: 'wait_timeout' });
  await expect(waiting).rejects.toThrow('flow flw_1 is "running" after 800 ms; it goes on');
  const reason = new Error('enough');
  await expect(api.flows.waitFor('flw_1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
