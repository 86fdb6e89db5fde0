import { describe, expect, test } from 'vitest';
import { JobRequest, type JobRequestInput, type JobRun, type JobStatus, type LineStatus } from './job.ts';
import {
  idsLeft,
  jobFaults,
  jobStatusOf,
  type LineEnd,
  lineStatusOf,
  linesInOrder,
  runFaults,
  withRun,
} from './job-lines.ts';

type Line = JobRequestInput['lines'][number];

const job = (lines: Line[], more: Partial<JobRequestInput> = {}) =>
  JobRequest.parse({ name: 'Nightly', lines, ...more });
const action = (number: number, more: Partial<Line> = {}): Line => ({
  number,
  kind: 'action',
  model: 'shop.order',
  method: 'close',
  ...more,
});
const filter = (number: number, more: Partial<Line> = {}): Line => ({
  number,
  kind: 'filter',
  model: 'shop.order',
  method: 'older',
  ...more,
});

/** The fields at fault, with what is said of them. */
const faultsOf = (lines: Line[], more: Partial<JobRequestInput> = {}) =>
  Object.fromEntries(jobFaults(job(lines, more)).map(({ pointer, message }) => [pointer, message]));

describe('what is wrong with a job', () => {
  test('nothing, where filters stand before what uses them', () => {
    const lines = [
      action(30, { args: ['${line.20.result.closed}', '${filter.records}'] }),
      action(20, {
        takesIds: true,
        kwargs: { note: 'run ${run.id} of ${today - 1d} for ${user} of ${company} at ${now}' },
      }),
      filter(10, { definition: { before: '${today - 30d}' } }),
      filter(25, { definition: { ids: '${filter.ids}' } }),
    ];
    const condition = { model: 'shop.order', method: 'is_open', args: ['${today}'], kwargs: { run: '${run.id}' } };
    expect(faultsOf(lines, { condition })).toEqual({});
  });

  test('all of it is told at once, each at its place', () => {
    const condition = { model: 'shop.order', method: 'is_open', args: ['${filter.ids}'], kwargs: { a: '${line.1}' } };
    const lines = [
      action(10, { args: ['${'], kwargs: { 'a/b': ['${nobody}'] } }),
      filter(20, { definition: { days: '${1 +}' }, args: [1], kwargs: { a: 1 }, takesIds: true }),
      action(20, { definition: { days: 30 } }),
    ];
    expect(faultsOf(lines, { condition })).toEqual({
      '/condition/args/0': expect.stringContaining('filter'),
      '/condition/kwargs/a': expect.stringContaining('line'),
      '/lines/0/args/0': expect.any(String),
      '/lines/0/kwargs/a~1b/0': expect.stringContaining('nobody'),
      '/lines/1/definition/days': expect.any(String),
      '/lines/1/args': 'a filter takes its `definition` only',
      '/lines/1/kwargs': 'a filter takes its `definition` only',
      '/lines/1/takesIds': 'is for actions',
      '/lines/2/number': 'line 20 is there twice',
      '/lines/2/definition': 'is for filters',
    });
  });

  test.each<[string, Line[], string[]]>([
    ['takes ids, and there is no filter', [action(10, { takesIds: true })], ['/lines/0/takesIds']],
    ['takes ids before the filter', [action(10, { takesIds: true }), filter(20)], ['/lines/0/takesIds']],
    [
      'takes ids of a filter that is not active',
      [filter(10, { active: false }), action(20, { takesIds: true })],
      ['/lines/1/takesIds'],
    ],
    ['names what no filter left', [action(10, { kwargs: { a: ['${filter.ids}'] } })], ['/lines/0/kwargs']],
    ['is a filter that limits itself', [filter(10, { definition: { a: '${filter.ids}' } })], ['/lines/0/definition']],
  ])('a line that %s', (_, lines, pointers) => {
    expect(faultsOf(lines)).toEqual(
      Object.fromEntries(pointers.map((at) => [at, 'there is no active filter before this line'])),
    );
  });

  test('a line that is passed over may use a filter that is passed over too', () => {
    expect(
      faultsOf([filter(10, { active: false }), action(20, { takesIds: true, active: false }), action(30)]),
    ).toEqual({});
  });

  test('that no line is active', () => {
    expect(faultsOf([action(10, { active: false })])).toEqual({ '/lines': 'no line is active' });
  });
});

test('lines run in order of their numbers, those that are active', () => {
  const { lines } = job([action(300), action(20), filter(5), action(7, { active: false })]);
  expect(linesInOrder(lines).map(({ number }) => number)).toEqual([5, 20, 300]);
});

describe('a run', () => {
  const nightly = job([action(20, { args: [1], kwargs: { a: 1 } }), filter(10, { definition: { days: 30 } })]);

  test('has what it names differently, and nothing else', () => {
    const run: JobRun = { lines: { '10': { definition: { days: 60 } }, '20': { active: false, args: undefined } } };
    const [second, first] = withRun(nightly, run).lines;
    expect(first).toEqual({ ...nightly.lines[1], definition: { days: 60 } });
    expect(second).toEqual({ ...nightly.lines[0], active: false });
    expect(withRun(nightly, {})).toEqual(nightly);
  });

  test.each<[string, JobRun['lines'], string[]]>([
    ['no line', {}, []],
    ['lines that are not there', { '10': {}, '11': {}, '99': {} }, ['/lines/11', '/lines/99']],
    ['a definition of an action', { '20': { definition: { a: 1 } } }, ['/lines/20/definition']],
    ['arguments of a filter', { '10': { args: [1] } }, ['/lines/10/args']],
    ['an expression that nobody knows', { '20': { kwargs: { a: '${nobody}' } } }, ['/lines/20/kwargs/a']],
    ['no line that runs', { '10': { active: false }, '20': { active: false } }, ['/lines']],
  ])('that names %s is told so by number', (_, lines, pointers) => {
    expect(runFaults(nightly, { lines }).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

test.each([
  [
    [3, 'a', null],
    [3, 'a', null],
  ],
  [
    [{ id: 1, name: 'x' }, { id: null }, { name: 'y' }],
    [1, null, { name: 'y' }],
  ],
  [{ ids: [1, 2], count: 2 }, [1, 2]],
  [{ ids: [{ id: 7 }] }, [7]],
  [{ ids: 'none' }, []],
  [{ records: [1] }, []],
  ['ids', []],
  [null, []],
  [[], []],
])('of %j, a filter left %j', (result, ids) => {
  expect(idsLeft(result)).toEqual(ids);
});

const end = (state: LineEnd['state'], more: Partial<LineEnd> = {}): LineEnd => ({
  state,
  isPassedOver: false,
  isBehindFailure: false,
  isFilter: false,
  ...more,
});

test.each<[LineEnd, LineStatus]>([
  [end(undefined), 'pending'],
  [end('scheduled'), 'pending'],
  [end('depends'), 'pending'],
  [end('waiting'), 'pending'],
  [end('running'), 'running'],
  [end('requires_attention'), 'running'],
  [end('error', { outcome: 'timeout' }), 'error'],
  [end('cancelled', { outcome: 'cancelled' }), 'cancelled'],
  [end('done', { outcome: 'success' }), 'success'],
  [end('done', { outcome: 'warning' }), 'warning'],
  [end('done', { outcome: 'info' }), 'info'],
  [end('done', { outcome: 'skipped' }), 'skipped'],
  [end('done', { outcome: 'merged' }), 'success'],
  [end('done'), 'success'],
  [end('done', { outcome: 'success', isPassedOver: true }), 'skipped'],
])('a line as %j is %s', (line, status) => {
  expect(lineStatusOf(line)).toBe(status);
});

describe('the status of a run', () => {
  const done = end('done', { outcome: 'success' });
  const left = end('done', { outcome: 'success', isFilter: true });
  const info = end('done', { outcome: 'info' });
  const warning = end('done', { outcome: 'warning' });
  const skipped = end('done', { outcome: 'skipped', isPassedOver: true });
  const failed = end('error', { outcome: 'error' });
  const behind = end('cancelled', { outcome: 'cancelled', isBehindFailure: true });
  const killed = end('cancelled', { outcome: 'cancelled' });
  const waits = end('depends');
  const runs = end('running');

  /** Where it stops on errors, and where the other lines go on. */
  test.each<[string, LineEnd[], JobStatus, JobStatus]>([
    ['nothing has begun', [end('waiting'), waits], 'pending', 'pending'],
    ['one runs', [runs, waits], 'running', 'running'],
    ['one has ended, and the next one has not begun', [done, waits], 'running', 'running'],
    ['one needs a person', [end('requires_attention'), waits], 'running', 'running'],
    ['one failed, and another still runs', [failed, runs], 'running', 'running'],
    ['all ended well', [left, done, done], 'success', 'success'],
    ['one of two had nothing to do', [done, info], 'success', 'success'],
    ['a filter left nothing', [left, skipped, skipped], 'info', 'info'],
    ['every action had nothing to do', [left, info, info], 'info', 'info'],
    ['a second filter left nothing', [left, done, left, skipped], 'success', 'success'],
    ['there are filters only', [left, left], 'success', 'success'],
    ['one ended with a warning', [done, warning], 'warning', 'warning'],
    ['one failed', [done, failed, behind], 'error', 'warning'],
    ['one failed, and the others went on', [failed, done], 'error', 'warning'],
    ['one failed, and the other had nothing to do', [failed, info], 'error', 'warning'],
    ['all failed', [failed, failed], 'error', 'error'],
    ['the filter alone ended well', [left, failed], 'error', 'error'],
    ['the filter failed, and the rest was passed over', [{ ...failed, isFilter: true }, skipped], 'error', 'error'],
    ['a person killed it', [done, killed, killed], 'cancelled', 'cancelled'],
    ['a person killed it after a failure', [failed, killed], 'cancelled', 'cancelled'],
  ])('%s', (_, lines, stopping, going) => {
    expect([jobStatusOf(lines, true), jobStatusOf(lines, false)]).toEqual([stopping, going]);
  });
});
