import { expect, test } from 'vitest';
import { at, codes, explain, holder, nowMs, worker } from './test-facts.ts';

test('what nothing holds is the next', () => {
  const { summary, reasons } = explain({});
  expect(summary).toBe('It is the next of queue "line": a free worker takes it at any moment.');
  expect(reasons[0]?.data).toEqual({
    queue: 'line',
    workers: [{ id: 'w1', host: 'host-w1', state: 'running' }],
  });
});

test('a paused queue weighs more than all else', () => {
  expect(codes({ queue: { isPaused: true, ahead: 3 }, workers: [] })).toEqual([
    'queue_paused',
    'no_worker',
    'tasks_ahead',
  ]);
});

test('without a worker that offers the method, the nearest names are told', () => {
  const workers = [worker('w1', { offers: false }), worker('w2', { offers: false, state: 'lost' })];
  expect(explain({ workers, nearestMethods: ['account.invoice.pos'] }).summary).toBe(
    'None of 1 live worker offers account.invoice.post; 1 other is lost. Nearest: account.invoice.pos.',
  );
  expect(explain({ workers: [] }).summary).toBe('No worker is alive.');
});

test('workers that serve other queues do not help', () => {
  const one = [worker('w1', { queues: ['mail'] })];
  expect(explain({ workers: one }).summary).toBe(
    'The only worker that offers account.invoice.post does not serve queue "line", but mail.',
  );
  const two = [...one, worker('w2', { queues: ['mail', 'fast'] }), worker('w3', { offers: false })];
  expect(explain({ workers: two }).summary).toBe(
    'None of the 2 workers that offer account.invoice.post serves queue "line"; they serve fast and mail.',
  );
  expect(codes({ workers: two })).toEqual(['no_queue_worker']);
});

test('a worker of all queues serves one that it does not name yet', () => {
  expect(codes({ workers: [worker('w1', { queues: ['mail'], allQueues: true })] })).toEqual(['next_in_line']);
});

test('workers that only finish what they run do not help either', () => {
  const workers = [worker('w1', { state: 'quiet' }), worker('w2', { state: 'stopping' })];
  expect(explain({ workers }).summary).toBe(
    'All 2 workers that could take it are draining: begun tasks are finished, nothing new is taken.',
  );
});

test('busy slots are told with what runs in them', () => {
  const holders = [holder('a'), holder('b', { method: 'http.request', startedAtMs: nowMs - 9_000 })];
  const slots = { holders, isWhole: true, visible: undefined };
  const [busy] = explain({ slots }).reasons;
  expect(busy?.message).toBe(
    'All 2 slots of the worker that could take it are busy: 1 × http.request and 1 × probe.slow.',
  );
  expect(busy?.data.tasks).toEqual([
    { id: 'b', method: 'http.request', worker: 'w1', startedAt: at(-9) },
    { id: 'a', method: 'probe.slow', worker: 'w1', startedAt: at(-5) },
  ]);
  expect(codes({ slots: { ...slots, holders: [holder('a')] } })).toEqual(['next_in_line']);
});

test('a company is told the ids of its own tasks only, and all by count', () => {
  const slots = { holders: [holder('mine'), holder('theirs')], isWhole: true, visible: new Set(['mine']) };
  const [busy] = explain({ slots }).reasons;
  expect(busy?.data).toMatchObject({ methods: [{ method: 'probe.slow', count: 2 }], tasks: [{ id: 'mine' }] });
  expect(JSON.stringify(busy)).not.toContain('theirs');
});

test('at most ten tasks are named, and all are counted', () => {
  const holders = Array.from({ length: 40 }, (_, index) => holder(`t${index}`));
  const workers = [worker('w1', { concurrency: 40 })];
  const [busy] = explain({ workers, slots: { holders, isWhole: true, visible: undefined } }).reasons;
  expect(busy?.data.tasks).toHaveLength(10);
  expect(busy?.data.methods).toEqual([{ method: 'probe.slow', count: 40 }]);
});

test('where there are too many running tasks to look at, the workers are believed', () => {
  const slots = { holders: [], isWhole: false, visible: undefined };
  expect(codes({ slots, workers: [worker('w1', { running: 2 })] })).toEqual(['slots_busy']);
  expect(codes({ slots, workers: [worker('w1', { running: 1 })] })).toEqual(['next_in_line']);
});

test('when the others are busy, those that drain are told too', () => {
  const workers = [worker('w1', { concurrency: 1 }), worker('w2', { state: 'quiet' })];
  const slots = { holders: [holder('a')], isWhole: true, visible: undefined };
  const { reasons } = explain({ workers, slots, queue: { ahead: 1 } });
  expect(reasons.map(({ code }) => code)).toEqual(['slots_busy', 'tasks_ahead', 'worker_draining']);
  expect(reasons[2]?.message).toBe('1 of the 2 workers that could take it is draining and takes nothing new.');
});

test('those before it are counted by why they are', () => {
  expect(explain({ queue: { ahead: 12, aheadByPriority: 8 } }).summary).toBe(
    '12 tasks of queue "line" are taken before it: 8 with a lower priority number and 4 of the same priority that came earlier.',
  );
  expect(explain({ queue: { ahead: 1, aheadByPriority: 0 } }).reasons[0]?.data).toMatchObject({
    ahead: 1,
    byPriority: 0,
    earlier: 1,
  });
});

test('limits of the queue are told, the rate with its end', () => {
  const slots = { holders: [holder('a'), holder('b', { queue: 'mail' })], isWhole: true, visible: undefined };
  const { reasons } = explain({
    slots,
    workers: [worker('w1', { concurrency: 9 })],
    queue: { running: 1, concurrency: 1, rate: { max: 10, durationMs: 60_000 }, rateLeftMs: 4_000 },
  });
  expect(reasons.map(({ message }) => message)).toEqual([
    'Of queue "line" at most 1 may run at a time, and so many do: 1 × probe.slow.',
    `Of queue "line" at most 10 may begin in 1 min, and so many did: it goes on at ${at(4)}.`,
  ]);
});

test('a task whose worker died says so, though it is the next', () => {
  const lostAttempt = { attempt: 2, worker: 'w9', host: 'host-9', startedAtMs: nowMs - 40_000 };
  const { reasons, attempts } = explain({ lostAttempt, lostWorkers: 1 });
  expect(reasons.map(({ code }) => code)).toEqual(['next_in_line', 'worker_lost']);
  expect(reasons[1]?.message).toBe(
    'The worker of attempt 2 on host-9 was lost, so another one takes it. With 3 lost workers it is given up; so far it had 1.',
  );
  expect(attempts).toMatchObject([{ attempt: 2, outcome: 'lost', worker: 'w9', startedAt: at(-40) }]);
});
