import type { Job, MethodInfo, ModelInfo } from '@drover/core';
import { expect, test } from 'vitest';
import { expressionsAt } from './expressions.ts';
import { faultsUnder, jobDraftOf, jobRequestOf, newJob, newLine, shownMethod } from './job-draft.ts';
import { draftFaults, shiftedFaults } from './job-faults.ts';
import { methodChoices } from './method-choices.ts';

const common = {
  description: '',
  queue: 'default',
  priority: 100,
  timeoutSeconds: 60,
  maxRetries: 3,
  tags: [],
  version: '1',
  workers: ['w'],
};

const find: MethodInfo = {
  ...common,
  model: 'sale.order',
  method: 'find',
  isFilter: true,
  argsSchema: { type: 'array', maxItems: 0 },
  kwargsSchema: {
    type: 'object',
    properties: { status: { type: 'string' }, limit: { type: 'integer' } },
    additionalProperties: false,
  },
};
const close: MethodInfo = {
  ...common,
  model: 'sale.order',
  method: 'close',
  argsSchema: {
    type: 'array',
    prefixItems: [{ type: 'array' }, { type: 'string' }],
    items: false,
    minItems: 2,
    maxItems: 2,
  },
  kwargsSchema: { type: 'object', properties: {}, additionalProperties: false },
};
const models = [{ model: 'sale.order', methods: [find, close] }] as unknown as ModelInfo[];

const job: Job = {
  id: 'job_1',
  name: 'Close old orders',
  active: true,
  stopsOnError: false,
  module: 'sale',
  timeZone: 'Europe/Paris',
  condition: { model: 'x', method: 'is_open', args: [], kwargs: { day: '${today}' } },
  lines: [
    {
      number: 20,
      active: false,
      kind: 'action',
      model: 'sale.order',
      method: 'close',
      args: ['too old'],
      kwargs: {},
      definition: {},
      takesIds: true,
      maxRetries: 0,
    },
    {
      number: 10,
      active: true,
      kind: 'filter',
      model: 'sale.order',
      method: 'find',
      args: [],
      kwargs: {},
      definition: { status: 'draft', limit: '${run.id}' },
      takesIds: false,
    },
  ],
  createdAt: '2026-11-26T08:00:00.000Z',
  updatedAt: '2026-11-26T08:00:00.000Z',
  version: 1,
};

test('what was not touched goes back as it was', () => {
  expect(jobRequestOf(jobDraftOf(job, models))).toEqual({
    name: 'Close old orders',
    active: true,
    stopsOnError: false,
    module: 'sale',
    timeZone: 'Europe/Paris',
    condition: job.condition,
    lines: [
      {
        number: 10,
        kind: 'filter',
        model: 'sale.order',
        method: 'find',
        definition: { status: 'draft', limit: '${run.id}' },
      },
      {
        number: 20,
        active: false,
        kind: 'action',
        model: 'sale.order',
        method: 'close',
        args: ['too old'],
        kwargs: {},
        takesIds: true,
        maxRetries: 0,
      },
    ],
  });
});

test('nothing is wrong with a job that was saved', () => {
  expect(draftFaults(jobDraftOf(job, models), models)).toEqual([]);
});

test('what is missing is told at its line', () => {
  const draft = { ...newJob('UTC'), lines: [newLine(10), newLine(10)] };
  expect(draftFaults(draft, models).map(({ pointer }) => pointer)).toEqual([
    '/name',
    '/lines/0/number',
    '/lines/0/method',
    '/lines/1/number',
    '/lines/1/method',
  ]);
});

test('the ids that a line takes have no field of their own', () => {
  const { argsSchema } = shownMethod(close, { kind: 'action', takesIds: true });
  expect(argsSchema).toMatchObject({ prefixItems: [{ type: 'string' }], minItems: 1, maxItems: 1 });
  const draft = jobDraftOf(job, models);
  const told = [
    { pointer: '/lines/1/args/1', message: 'must be text' },
    { pointer: '/lines/1/args/0', message: 'must be a list' },
    { pointer: '/lines/0/definition/status', message: 'no' },
  ];
  expect(shiftedFaults(told, draft).map(({ pointer }) => pointer)).toEqual([
    '/lines/1/args/0',
    '/lines/1/takesIds',
    '/lines/0/definition/status',
  ]);
});

test('faults of a filter are shown at the fields of its definition', () => {
  const faults = [
    { pointer: '/lines/1/definition/status', message: 'no' },
    { pointer: '/lines/10/method', message: 'of another line' },
  ];
  expect(faultsUnder(faults, '/lines/1')).toEqual([{ pointer: '/kwargs/status', message: 'no' }]);
});

test('a line may use what stands before it', () => {
  const [filter, action] = jobDraftOf(job, models).lines;
  const now = Date.parse('2026-11-26T23:30:00Z');
  const at = (before: (typeof filter)[]) =>
    expressionsAt({ before: before.flatMap((line) => line ?? []), timeZone: 'Europe/Paris', now });
  expect(at([]).find(({ written }) => written === '${today}')?.value).toBe('2026-11-27');
  expect(at([]).map(({ written }) => written)).not.toContain('${filter.ids}');
  const after = at([filter, action]).map(({ written }) => written);
  expect(after).toEqual(expect.arrayContaining(['${filter.ids}', '${line.10.result}']));
  expect(after, 'one that is not active').not.toContain('${line.20.result}');
  expect(expressionsAt({ before: [], timeZone: 'Nowhere/Yet', now })[0]?.value).toBeUndefined();
});

test('a filter is offered the filters first', () => {
  expect(methodChoices(models, 'filter', 'gone.away')).toEqual([
    { group: 'Not offered now', items: ['gone.away'] },
    { group: 'Filters', items: ['sale.order.find'] },
    { group: 'sale.order', items: ['sale.order.close'] },
  ]);
  expect(methodChoices(models, 'action', null)).toEqual([
    { group: 'sale.order', items: ['sale.order.find', 'sale.order.close'] },
  ]);
});
