import { createClient } from '@drover/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';
import { startProxy } from '../proxy.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

test('a client follows a task to its end, over a connection that breaks, and hears every line once', async () => {
  const proxy = await startProxy(stage.url);
  try {
    const client = createClient({ baseUrl: proxy.url, token: adminToken });
    const { id } = await stage.enqueue({ model: 'probe', method: 'log', kwargs: { lines: 40 }, delaySeconds: 3_600 });
    const lines: string[] = [];
    const states: string[] = [];
    for await (const event of client.tasks.events(id)) {
      if (event.type === 'log') lines.push(event.line.message);
      if (event.type !== 'state') continue;
      states.push(event.state);
      if (states.length === 1) await stage.cluster.tasks.runNow(id, {});
      if (event.state === 'running') proxy.cut();
    }
    expect(states[0]).toBe('scheduled');
    expect(states.at(-1)).toBe('done');
    expect(lines).toEqual(Array.from({ length: 40 }, (_, index) => `line ${index + 1}`));
  } finally {
    await proxy.stop();
  }
});

test('a client follows all tasks that fit, and goes on later where it stopped', async () => {
  const client = createClient({ baseUrl: stage.url, token: adminToken });
  const place = async () => (await stage.enqueue({ model: 'probe', method: 'echo', queue: 'followed' })).id;
  const options: { lastEventId?: string; onId: (id: string) => void } = {
    onId: (id) => {
      options.lastEventId = id;
    },
  };
  const first = client.events({ queue: 'followed', state: 'done' }, options);
  const next = first.next();
  // What is told before the connection stands is not heard: so one more is made until it is.
  let heard: Awaited<typeof next> | undefined;
  void next.then((one) => {
    heard = one;
  });
  await expect.poll(async () => (await place()) && heard, { timeout: 10_000, interval: 100 }).toBeDefined();
  expect(heard?.value).toMatchObject({ type: 'state', state: 'done', queue: 'followed' });
  await first.return();

  const missed = [await place(), await place()];
  for (const id of missed) await stage.cluster.tasks.waitFor(id, {}, 10_000);
  const told: string[] = [];
  for await (const event of client.events({ queue: 'followed', state: 'done' }, options)) {
    if (event.type === 'state') told.push(event.taskId);
    if (missed.every((id) => told.includes(id))) break;
  }
  expect(new Set(told).size).toBe(told.length);
});
