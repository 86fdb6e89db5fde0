import { expect, test } from 'vitest';
import { ScheduleRequest } from '../schedule.ts';
import { checkRule } from '../schedule-rule/check-rule.ts';
import { readBgTasks } from './bg-task.ts';

const now = Date.parse('2026-11-26T12:00:00Z');
const row = {
  name: 'Remind debtors',
  model: 'account.invoice',
  method: 'remind',
  repeat: 'daily',
  date_run: '2026-11-27 02:30:00',
};

function only(values: object, options: { timeZone?: string } = {}) {
  const [draft] = readBgTasks([values], { now, ...options });
  if (draft?.request !== undefined) {
    const { timing, startAt, frequency, timeZone, maxFires } = ScheduleRequest.parse(draft.request);
    checkRule({ timing, startAt, frequency, timeZone, maxFires }, now);
  }
  return draft;
}

function faultsOf(values: object) {
  const draft = only({ ...row, ...values });
  expect(draft?.request).toBeUndefined();
  return draft?.faults;
}

test('a row becomes a schedule of its method', () => {
  const values = {
    ...row,
    id: '7',
    args: "(1, 'two')",
    kwargs: "{'dry': False, 'note': None}",
    repeat: 'weekly',
    repeat_interval: '2',
    priority: '50',
    state: 'ready',
    user: 'ada',
    company: 'acme',
    max_retries: '3',
    timeout: '600',
    numbercall: '10',
    active: 'True',
    write_date: '2026-01-01 00:00:00',
  };
  expect(only(values, { timeZone: 'Europe/Paris' })).toEqual({
    source: 'row 1',
    name: 'Remind debtors',
    request: {
      name: 'Remind debtors',
      timing: 'schedule',
      startAt: '2026-11-27T02:30:00Z',
      timeZone: 'Europe/Paris',
      frequency: { every: 'weekly', interval: 2 },
      maxFires: 10,
      task: {
        model: 'account.invoice',
        method: 'remind',
        args: [1, 'two'],
        kwargs: { dry: false, note: null },
        priority: 50,
        maxRetries: 3,
        timeoutSeconds: 600,
        user: 'ada',
        company: 'acme',
      },
    },
    warnings: [],
    faults: [],
  });
});

test('values that are JSON already stay as they are, and references give their name', () => {
  const draft = only({ ...row, args: [1], kwargs: { a: [2] }, user_id: [4, 'Ada'], company_id: false, priority: 5 });
  expect(draft?.request?.task).toMatchObject({ args: [1], kwargs: { a: [2] }, user: 'Ada', priority: 5 });
  expect(draft?.request?.task.company).toBeUndefined();
});

test('arguments stay what they were, whatever they look like to us', () => {
  const draft = only({ ...row, args: "['${today}']", kwargs: { a: { b: '${x}' } } });
  expect(draft?.request?.task).toMatchObject({ args: ['$${today}'], kwargs: { a: { b: '$${x}' } } });
});

test('empty cells say nothing', () => {
  const empty = { args: '', kwargs: null, priority: '', user: false, timeout: '0', numbercall: '-1', active: '' };
  const draft = only({ ...row, ...empty });
  expect(draft).toEqual(only(row));
  expect(draft).toMatchObject({ warnings: [], request: { task: { model: 'account.invoice', method: 'remind' } } });
});

test.each([
  ['seconds', 30, { every: 'seconds', interval: 30 }],
  ['minutes', 15, { every: 'minutes', interval: 15 }],
  ['hourly', 1, { every: 'hourly' }],
  ['hours', 6, { every: 'hourly', interval: 6 }],
  ['Daily', '', { every: 'daily' }],
  ['weeks', '2.0', { every: 'weekly', interval: 2 }],
  ['monthly', 0, { every: 'monthly' }],
  ['yearly', 2, { every: 'monthly', interval: 24 }],
  ['cron', '0 4 * * 1', { every: 'cron', cron: '0 4 * * 1' }],
])('repeat %s with %s is understood', (repeat, interval, frequency) => {
  expect(only({ ...row, repeat, repeat_interval: interval })?.request).toMatchObject({ timing: 'schedule', frequency });
});

test('the forerunner has other names for the same', () => {
  const draft = only({
    name: 'Old',
    model: 'res.partner',
    function: 'clean',
    nextcall: '2026-01-31 04:00:00',
    interval_type: 'months',
    interval_number: 3,
    doall: true,
  });
  expect(draft?.request).toMatchObject({
    startAt: '2026-01-31T04:00:00Z',
    frequency: { every: 'monthly', interval: 3 },
    missed: 'all',
    task: { model: 'res.partner', method: 'clean' },
  });
});

test('what runs once runs once, later, or is over', () => {
  expect(only({ ...row, repeat: 'none' })?.request).toMatchObject({ timing: 'later', startAt: '2026-11-27T02:30:00Z' });
  expect(only({ ...row, repeat: '' })?.request?.timing).toBe('later');
  expect(faultsOf({ repeat: 'none', date_run: '2026-11-26 12:00:00' })).toEqual([
    { pointer: '/date_run', message: 'already over: it was to run once, at 2026-11-26T12:00:00Z' },
  ]);
  expect(faultsOf({ repeat: 'none', date_run: '' })).toEqual([
    { pointer: '/date_run', message: 'is required: it runs once, and nothing says when' },
  ]);
  expect(faultsOf({ repeat: 'none', state: 'done' })).toEqual([
    { pointer: '/state', message: 'already over: it is done' },
  ]);
  expect(faultsOf({ numbercall: 0 })).toEqual([{ pointer: '/numbercall', message: 'already over: no calls are left' }]);
});

test.each([
  ['2026-11-27 02:30:00', '2026-11-27T02:30:00Z'],
  ['2026-11-27T02:30', '2026-11-27T02:30:00Z'],
  ['2026-11-27 02:30:00.123456', '2026-11-27T02:30:00Z'],
  ['2026-11-27 02:30:00+02:00', '2026-11-27T00:30:00Z'],
  ['2026-11-27', '2026-11-27T00:00:00Z'],
])('the date %s is a time in UTC', (date_run, startAt) => {
  expect(only({ ...row, date_run })?.request?.startAt).toBe(startAt);
});

test.each<[string, object, string, string]>([
  ['an unknown repeat', { repeat: 'fortnightly' }, '/repeat', 'got "fortnightly"'],
  ['cron without an expression', { repeat: 'cron' }, '/cron', 'is required with repeat cron'],
  ['a broken interval', { repeat_interval: 'two' }, '/repeat_interval', 'must be a whole number from 0 to 10000'],
  ['a date that is none', { date_run: '2026-02-30 00:00:00' }, '/date_run', 'must be a time in UTC'],
  ['an American date', { date_run: '11/27/2026' }, '/date_run', 'must be a time in UTC'],
  ['arguments that call something', { args: '[now()]' }, '/args', 'is neither JSON nor a Python literal'],
  ['arguments that are no list', { args: '5' }, '/args', 'must be a list or a tuple, got 5'],
  ['named arguments that are no dict', { kwargs: '[1]' }, '/kwargs', 'must be a dict, got [1]'],
  ['a model that is none', { model: 'Account Invoice' }, '/model', 'a model is dotted lower-case words'],
  ['no method', { method: '' }, '/method', 'is required'],
  ['a private method', { method: '_run' }, '/method', 'a method is one word'],
  ['a negative priority', { priority: -1 }, '/priority', 'must be a whole number from 0'],
  ['too many tries', { max_retries: 100 }, '/max_retries', 'must be a whole number from 0 to 25'],
  ['an unknown state', { state: 'odd' }, '/state', 'is not known: "odd"'],
  ['neither true nor false', { active: 'maybe' }, '/active', 'must be true or false'],
  ['a name that is no text', { name: {} }, '/name', 'must be a text'],
])('%s is refused, and the column is named', (_, values, pointer, message) => {
  expect(faultsOf(values)).toEqual([{ pointer, message: expect.stringContaining(message) }]);
});

test('all faults of a row are told at once', () => {
  const faults = faultsOf({ model: 'X', repeat: 'odd', args: '(' }) ?? [];
  expect(faults.map(({ pointer }) => pointer)).toEqual(['/model', '/args', '/repeat']);
});

test('what does not run there is not to run here', () => {
  for (const values of [{ active: false }, { active: 'f' }, { state: 'cancelled' }]) {
    const draft = only({ ...row, ...values });
    expect(draft).toMatchObject({ isInactive: true, request: { name: 'Remind debtors' } });
    expect(draft?.warnings).toEqual([expect.stringContaining('once created, it is unscheduled')]);
  }
  expect(only({ ...row, state: 'error' })?.warnings).toEqual(['It ended in error there. Here it goes on.']);
});

test('what came near is told', () => {
  expect(only({ ...row, priority: 0 })).toMatchObject({
    request: { task: { priority: 1 } },
    warnings: ['Priority 0 became 1, the first there is.'],
  });
  expect(only({ ...row, date_run: '' })?.warnings).toEqual([
    'It has no date: its times are counted from when it is created.',
  ]);
});

test('columns that mean nothing here are told once', () => {
  const [first, second] = readBgTasks(
    [
      { ...row, colour: 'red', id: 1 },
      { ...row, shape: 'round', name: '' },
    ],
    { now },
  );
  expect(first?.warnings).toEqual(['Columns that mean nothing here were left out, in all rows: colour, shape.']);
  expect(second).toMatchObject({ name: 'account.invoice.remind', warnings: [] });
});

test('rows of one name get a number', () => {
  const drafts = readBgTasks([row, { ...row, name: 'Remind debtors (2)' }, row], { now });
  expect(drafts.map(({ request }) => request?.name)).toEqual([
    'Remind debtors',
    'Remind debtors (2)',
    'Remind debtors (3)',
  ]);
});

test('a row that is none spoils only itself', () => {
  const drafts = readBgTasks([null, 'x', [1], row], { now });
  expect(drafts.map(({ faults }) => faults.length)).toEqual([1, 1, 1, 0]);
  expect(drafts.map(({ source }) => source)).toEqual(['row 1', 'row 2', 'row 3', 'row 4']);
});
