import type { Pressure } from '@drover/core';
import { expect, test } from 'vitest';
import { at, codes, explain, worker } from './test-facts.ts';

const memory: Pressure = { kind: 'memory', percent: 92.5, since: at(-30), message: 'much is in use' };
const cpu: Pressure = { ...memory, kind: 'cpu' };
const short = (id: string) => worker(id, { pressure: [cpu, memory] });

test('a task of low priority that every worker leaves where it is, for want of memory', () => {
  const { reasons } = explain({ task: { priority: 200 }, workers: [short('w1'), short('w2')] });
  expect(reasons).toEqual([
    {
      code: 'memory_pressure',
      message:
        'All 2 workers that could take it are short of memory: tasks with a priority number above 100 wait, and it has 200.',
      data: {
        priority: 200,
        highestPriority: 100,
        workers: [
          { id: 'w1', host: 'host-w1', percent: 92.5, since: at(-30) },
          { id: 'w2', host: 'host-w2', percent: 92.5, since: at(-30) },
        ],
      },
    },
  ]);
});

test('an urgent task is taken all the same, and so is one that another worker has room for', () => {
  expect(codes({ task: { priority: 100 }, workers: [short('w1')] })).toEqual(['next_in_line']);
  expect(codes({ task: { priority: 200 }, workers: [short('w1'), worker('w2')] })).toEqual(['next_in_line']);
  expect(codes({ task: { priority: 200 }, workers: [worker('w1', { pressure: [cpu] })] })).toEqual(['next_in_line']);
});

test('while the CPU is busy a worker has fewer slots than are set', () => {
  const slots = { holders: [], isWhole: false, visible: undefined };
  const busy = worker('w1', { concurrency: 50, concurrencyNow: 1, running: 1, pressure: [cpu] });
  expect(explain({ slots, workers: [busy] }).summary).toBe('The only slot of the worker that could take it is busy.');
});

test('a task that must not begin on its machine says why it was put off', () => {
  const why = 'It needs disk, and that of host a is nearly full';
  const task = { state: 'scheduled' as const, runAt: at(5) };
  const { reasons } = explain({ task, isPutOff: true, putOffWhy: why });
  expect(reasons).toEqual([
    {
      code: 'put_off',
      message: `${why}: it is looked at again at ${at(5)}.`,
      data: { method: 'account.invoice.post', againAt: at(5), why },
    },
  ]);
});
