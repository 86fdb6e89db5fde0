import type { TakenTask } from '@drover/broker';
import { ClusterError, defineModel, type Method, methodsOf, type TaskRequestInput } from '@drover/core';
import { expect, test } from 'vitest';
import { cleanUps, tagOfHost } from './clean-ups.ts';
import { heldBack } from './held-back.ts';

const model = defineModel('photo', {
  thumbnails: { description: 'Deletes thumbnails', queue: 'photos', isCleanUp: true, run: () => null },
  render: { description: 'Renders', queue: 'photos', needsDisk: true, run: () => null },
  list: { description: 'Lists', run: () => null },
});
const methods = methodsOf(model);
const slotMs = 600_000;

type Asked = {
  queues?: string[];
  /** What goes wrong when this method is asked for now. */
  fails?: (method: string) => Error | undefined;
  methods?: ReadonlyMap<string, Method>;
};

function asker({ queues, fails, methods: offered = methods }: Asked = {}) {
  const asked: { request: TaskRequestInput; key: string }[] = [];
  const failures: string[] = [];
  const clock = { nowMs: 5 * slotMs + 1 };
  const ask = cleanUps({
    host: 'a',
    methods: offered,
    queues,
    onFailure: (method, error) => failures.push(`${method}: ${(error as Error).message}`),
    now: () => clock.nowMs,
    enqueue: async (request, key) => {
      const failure = fails?.(`${request.model}.${request.method}`);
      if (failure !== undefined) throw failure;
      asked.push({ request, key });
    },
  });
  return { ask, asked, failures, clock };
}

test('what frees disk is asked for once in ten minutes, for this host', async () => {
  const { ask, asked, clock } = asker();
  expect(await ask()).toEqual(['photo.thumbnails']);
  expect(await ask()).toEqual([]);
  clock.nowMs += slotMs;
  expect(await ask()).toEqual(['photo.thumbnails']);
  expect(asked.map(({ key }) => key)).toEqual(['clean-up a photo.thumbnails 5', 'clean-up a photo.thumbnails 6']);
  expect(asked[0]?.request).toMatchObject({ model: 'photo', method: 'thumbnails', queue: 'photos', tags: ['host:a'] });
  expect(asked[0]?.request.priority, 'it runs while memory is short, too').toBeLessThanOrEqual(100);
});

test('a worker that does not serve the queue of the method asks for it in one of its own', async () => {
  const { ask, asked } = asker({ queues: ['mail'] });
  await ask();
  expect(asked[0]?.request.queue).toBe('mail');
});

test('what could not be asked for is asked for again, after pauses that grow', async () => {
  let isAway = true;
  const { ask, failures, clock } = asker({ fails: () => (isAway ? new Error('Redis is away') : undefined) });
  const triedAt: number[] = [];
  for (let second = 0; second < 80; second += 2) {
    const before = failures.length;
    expect(await ask()).toEqual([]);
    if (failures.length > before) triedAt.push(second);
    clock.nowMs += 2_000;
  }
  expect(triedAt).toEqual([0, 6, 16, 36, 76]);
  isAway = false;
  clock.nowMs += 80_000;
  expect(await ask()).toEqual(['photo.thumbnails']);
  expect(await ask()).toEqual([]);
});

test('a method that cannot be asked for does not keep the others from it', async () => {
  const fails = (method: string) => (method === 'photo.thumbnails' ? new Error('it wants arguments') : undefined);
  const other = defineModel('video', { frames: { description: 'Deletes frames', isCleanUp: true, run: () => null } });
  const { ask, failures } = asker({ fails, methods: new Map([...methods, ...methodsOf(other)]) });
  expect(await ask()).toEqual(['video.frames']);
  expect(await ask()).toEqual([]);
  expect(failures).toEqual(['photo.thumbnails: it wants arguments']);
});

test('what another worker asked for is not asked for again', async () => {
  let isTaken = true;
  const fails = () => (isTaken ? new ClusterError('idempotency_key_reused', 'taken') : undefined);
  const { ask, asked, failures } = asker({ fails });
  await ask();
  isTaken = false;
  expect(await ask()).toEqual([]);
  expect([...asked, ...failures]).toEqual([]);
});

test.each([
  { method: 'render', isDiskFull: false, tags: [], held: false },
  { method: 'render', isDiskFull: true, tags: [], held: true },
  { method: 'list', isDiskFull: true, tags: [], held: false },
  { method: 'list', isDiskFull: true, tags: ['host:b'], held: false },
  { method: 'thumbnails', isDiskFull: true, tags: [], held: false },
  { method: 'thumbnails', isDiskFull: false, tags: [tagOfHost('a')], held: false },
  { method: 'thumbnails', isDiskFull: true, tags: [tagOfHost('b')], held: true },
])('$method with tags $tags, disk full: $isDiskFull → put off: $held', ({ method, isDiskFull, tags, held }) => {
  const task = { envelope: { tags } } as unknown as TakenTask;
  const definition = methods.get(`photo.${method}`) as Method;
  expect(heldBack(task, definition, { host: 'a', isDiskFull }) !== undefined).toBe(held);
});
