import type { Job } from '@drover/core';
import { expect, test } from 'vitest';
import { jobDifferencesOf } from './job-differences.ts';

const line = (number: number, fields = {}) => ({
  number,
  active: true,
  kind: 'action' as const,
  model: 'probe',
  method: 'echo',
  args: [],
  kwargs: {},
  definition: {},
  takesIds: false,
  ...fields,
});

const job = (fields: Partial<Job>): Job =>
  ({ name: 'n', active: true, stopsOnError: true, lines: [line(10)], version: 1, ...fields }) as Job;

test('fields and lines differ each by themselves, and of a line only what does', () => {
  const before = job({ lines: [line(10), line(20), line(30)] });
  const after = job({ active: false, lines: [line(10, { args: [1] }), line(30, { method: 'fail' }), line(40)] });
  expect(jobDifferencesOf(before, after).map(({ label, before, after }) => [label, before, after])).toEqual([
    ['Active', true, false],
    ['Line 10', { args: [] }, { args: [1] }],
    ['Line 20', 'probe.echo', undefined],
    ['Line 30', 'probe.echo', 'probe.fail'],
    ['Line 40', undefined, 'probe.echo'],
  ]);
});

test('the same job does not differ', () => {
  expect(jobDifferencesOf(job({}), job({ version: 2 }))).toEqual([]);
});
