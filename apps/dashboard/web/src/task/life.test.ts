import type { Explanation, Task } from '@drover/core';
import { expect, test } from 'vitest';
import { lifeOf } from './life.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 10, 22) + ms).toISOString();
const zero = Date.parse(at(0));

type Attempts = Explanation['attempts'];

/** The life as numbers: `kind from–to`, ms since the creation, step by step. */
function life(task: Partial<Task>, attempts: Attempts, nowMs: number) {
  const { toMs, steps } = lifeOf({ createdAt: at(0), runAt: at(0), ...task } as Task, attempts, zero + nowMs);
  const told = steps.map(({ stretches }) =>
    stretches.map(({ kind, fromMs, toMs: until }) => `${kind} ${fromMs - zero}–${until - zero}`).join(', '),
  );
  return [...told, `until ${toMs - zero}`];
}

function attempt(from: number, to: number | undefined, waitedSeconds?: number): Attempts[number] {
  return {
    attempt: 1,
    sentence: '',
    worker: 'w',
    startedAt: at(from),
    ...(to === undefined ? {} : { endedAt: at(to), outcome: 'success' as const }),
    ...(waitedSeconds === undefined ? {} : { waitedSeconds }),
  };
}

test('a task that ran at once waited a moment and ran', () => {
  const task: Partial<Task> = { state: 'done', finishedAt: at(110) };
  expect(life(task, [attempt(10, 100, 0.01)], 9_000)).toEqual(['waiting 0–10, running 10–100', 'until 110']);
});

test('a planned one was planned first, and paused before its retry', () => {
  const attempts = [attempt(600, 700, 0.1), attempt(2_000, 2_500, 0.3)];
  const task: Partial<Task> = { state: 'done', finishedAt: at(2_500) };
  expect(life(task, attempts, 9_000)).toEqual([
    'planned 0–500, waiting 500–600, running 600–700',
    'planned 700–1700, waiting 1700–2000, running 2000–2500',
    'until 2500',
  ]);
});

test('where nobody knows since when it was due, it only says that it was before', () => {
  expect(life({ state: 'running' }, [attempt(600, undefined)], 900)).toEqual([
    'before 0–600, running 600–900',
    'until 900',
  ]);
});

test('an attempt whose end nobody saw ends where the next one begins', () => {
  const task: Partial<Task> = { state: 'running' };
  expect(life(task, [attempt(0, undefined), attempt(500, undefined)], 900)).toEqual([
    'running 0–500',
    'running 500–900',
    'until 900',
  ]);
});

test('what is to come belongs to it', () => {
  expect(life({ state: 'scheduled', runAt: at(5_000) }, [], 100)).toEqual(['planned 0–5000', 'until 5000']);
  expect(life({ state: 'scheduled', runAt: at(5_000) }, [attempt(0, 50)], 100)).toEqual([
    'running 0–50',
    'planned 50–5000',
    'until 5000',
  ]);
  expect(life({ state: 'waiting' }, [], 100)).toEqual(['waiting 0–100', 'until 100']);
  expect(life({ state: 'requires_attention' }, [attempt(0, 50)], 100)).toEqual([
    'running 0–50',
    'person 50–100',
    'until 100',
  ]);
});

test('one that was cancelled before it began has only waited', () => {
  const task: Partial<Task> = { state: 'cancelled', runAt: at(9_000), finishedAt: at(4_000) };
  expect(life(task, [], 20_000)).toEqual(['planned 0–4000', 'until 4000']);
  expect(life({ ...task, finishedAt: at(9) }, [], 20_000)).toEqual(['planned 0–9', 'until 9']);
});

test('clocks that disagree draw nothing backwards', () => {
  const task: Partial<Task> = { state: 'done', finishedAt: at(0) };
  expect(life(task, [attempt(-20, -5, 0)], 9_000)).toEqual(['running 0–0', 'until 1']);
});
