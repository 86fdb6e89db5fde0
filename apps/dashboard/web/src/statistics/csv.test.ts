import type { GroupFigures, Statistics } from '@drover/core';
import { expect, test } from 'vitest';
import { csv, daysCsv, groupsCsv } from './csv.ts';

const figures = {
  enqueued: 5,
  total: 4,
  completed: 3,
  failed: 1,
  cancelled: 0,
  outcomes: {},
  executions: 6,
  retried: 2,
  averageSeconds: 0.5,
  p50Seconds: 0.4,
  p95Seconds: 1,
  p99Seconds: 2,
  waitAverageSeconds: null,
  waitP50Seconds: null,
  waitP95Seconds: null,
  waitP99Seconds: null,
};

test('every day is a line beneath the names of its figures', () => {
  const day = { date: '2026-11-25', from: '2026-11-24T23:00:00.000Z', to: '2026-11-25T23:00:00.000Z', ...figures };
  const [head, line, end] = daysCsv({ days: [day] } as unknown as Statistics).split('\r\n');
  expect(head).toMatch(/^date,from,to,enqueued,total,completed,failed,cancelled,.*,failureRate$/);
  expect(line).toBe('2026-11-25,2026-11-24T23:00:00.000Z,2026-11-25T23:00:00.000Z,5,4,3,1,0,6,2,0.5,0.4,1,2,,,,,0.25');
  expect(end).toBe('');
});

test('groups are named by what they are grouped by, and stay in their order', () => {
  const group = (key: string): GroupFigures => ({ key, ...figures, days: [] });
  const lines = groupsCsv('company', [group('b'), group('a')]).split('\r\n');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['company', 'b', 'a', '']);
});

test('a cell stays one cell, and a text stays a text', () => {
  expect(csv([['a,b', 'say "so"', 'two\nlines', '=1+1', '-x', -1]])).toBe(
    `"a,b","say ""so""","two\nlines",'=1+1,'-x,-1\r\n`,
  );
});
