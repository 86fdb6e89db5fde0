import type { Execution, Task, TaskErrorRecord } from '@drover/core';
import { describe, expect, test } from 'vitest';
import { at, codes, execution, explain, worker } from './test-facts.ts';
import { cut, duration, listed } from './words.ts';

const temporary: TaskErrorRecord = { class: 'temporary', name: 'TemporaryError', message: 'the server\nis away' };

describe('not yet', () => {
  test('its time has not come; what will hold it then is told after that', () => {
    const change = { task: { state: 'scheduled' as const, runAt: at(7_500) }, queue: { isPaused: true, ahead: 4 } };
    expect(explain(change).summary).toBe(`It is not due until ${at(7_500)}, in 2 h 5 min.`);
    expect(codes(change)).toEqual(['not_due', 'queue_paused']);
  });

  test('a task that is due and that no worker has looked at yet counts as ready', () => {
    expect(codes({ task: { state: 'scheduled', runAt: at(-1) }, workers: [] })).toEqual(['no_worker']);
    expect(codes({ task: { state: 'scheduled', runAt: at(-1) } })).toEqual(['next_in_line']);
  });

  test('a retry tells what failed, when it is, and which one it is', () => {
    const failed = execution(2, { endedAt: at(-1), durationSeconds: 9, outcome: 'error', error: temporary });
    const executions = [{ ...failed, retryAt: at(40) }];
    const task = { state: 'scheduled' as const, runAt: at(40), retryCount: 2, executions };
    expect(explain({ task }).summary).toBe(
      `Attempt 2 failed with TemporaryError: the server is away. It is tried again at ${at(40)}, in 40 s: retry 2 of at most 3.`,
    );
  });

  test('put off: after the reason why nobody else takes it', () => {
    const task = { state: 'scheduled' as const, runAt: at(5) };
    const { reasons } = explain({ task, isPutOff: true, workers: [worker('w1', { offers: false })] });
    expect(reasons.map(({ code }) => code)).toEqual(['no_worker', 'put_off']);
    expect(reasons[1]?.message).toContain(`it is looked at again at ${at(5)}.`);
  });

  test('a person is told what is wrong and what can be done', () => {
    const error: TaskErrorRecord = { class: 'data', name: 'DataError', message: 'no address', traceback: 'secret' };
    const executions = [execution(1, { endedAt: at(-9), durationSeconds: 1, outcome: 'error', error })];
    const { summary, reasons, attempts } = explain({ task: { state: 'requires_attention', error, executions } });
    expect(summary).toBe(
      'Attempt 1 failed with DataError: no address. Trying the same again would fail again: correct its arguments and retry it, or skip or cancel it.',
    );
    expect(reasons[0]?.data).toEqual({
      attempt: 1,
      error: { class: 'data', name: 'DataError', message: 'no address' },
      actions: ['patch', 'retry', 'skip', 'cancel'],
    });
    expect(attempts[0]?.sentence).toBe(
      'Attempt 1 on host-7 ran 1 s and failed: DataError: no address; a person must decide.',
    );
  });

  test('other tasks are counted', () => {
    const change = { task: { state: 'depends' as const }, dependsOn: { count: 2, ids: ['tsk_b'] } };
    expect(explain(change).reasons).toEqual([
      {
        code: 'depends',
        message: 'It depends on 2 tasks that have not ended yet.',
        data: { count: 2, tasks: [{ id: 'tsk_b' }] },
      },
    ]);
  });
});

describe('begun', () => {
  const task = { state: 'running' as const, executions: [execution(1)], progress: { percent: 40, message: 'row 4' } };

  test('where it runs, since when, how far, and whether its worker is heard of', () => {
    expect(explain({ task }).summary).toBe(
      `Attempt 1 runs on host-7 since ${at(-10)}, for 10 s. 40 % are done: row 4. Its worker was heard of 2 s ago.`,
    );
    expect(codes({ task })).toEqual(['running']);
  });

  test('a worker that is about to stop', () => {
    expect(codes({ task, workers: [worker('w1', { state: 'quiet' })] })).toEqual(['running', 'worker_draining']);
  });

  test('a worker that is not heard of any more weighs more', () => {
    const lost = worker('w1', { state: 'lost', lastHeartbeatAt: at(-42) });
    const { reasons } = explain({ task, workers: [lost], lockLeftMs: 3_000 });
    expect(reasons.map(({ code }) => code)).toEqual(['worker_lost', 'running']);
    expect(reasons[0]?.message).toMatch(
      /^Worker w1 on host-7 has not been heard of for 42 s. Its lock runs out in 3 s\./,
    );
    expect(codes({ task, lockLeftMs: undefined })[0]).toBe('worker_lost');
  });
});

describe('ended', () => {
  test('attempt by attempt, with what each waited for', () => {
    const executions = [
      execution(1, {
        startedAt: at(-100),
        endedAt: at(-96.8),
        durationSeconds: 3.2,
        outcome: 'error',
        error: temporary,
      }),
      execution(2, { startedAt: at(-50), endedAt: at(-30), durationSeconds: 20, outcome: 'lost' }),
      execution(3, { startedAt: at(-28), endedAt: at(-27.988), durationSeconds: 0.012, outcome: 'success' }),
    ];
    executions[0] = { ...(executions[0] as Execution), retryAt: at(-52) };
    const task = {
      state: 'done' as const,
      outcome: 'success' as const,
      finishedAt: at(-27),
      executions,
      runAt: at(-52),
    };
    const { summary, attempts } = explain({ task });
    expect(summary).toBe(`It ended well at ${at(-27)}, at attempt 3.`);
    expect(attempts.map(({ sentence }) => sentence)).toEqual([
      `Attempt 1 on host-7 ran 3.2 s and failed: TemporaryError: the server is away; tried again at ${at(-52)}.`,
      `Attempt 2 on host-7 began at ${at(-50)}, and its worker was lost.`,
      'Attempt 3 on host-7 ran 12 ms and succeeded.',
    ]);
    expect(attempts.map(({ waitedSeconds }) => waitedSeconds)).toEqual([undefined, 2, 2]);
  });

  test.each<[Partial<Task>, string]>([
    [{ state: 'error', outcome: 'error', error: temporary, retryCount: 3 }, 'Its 3 retries are spent.'],
    [{ state: 'error', outcome: 'error', error: temporary, maxRetries: 0 }, 'It was not to be tried again.'],
    [
      { state: 'error', outcome: 'error', error: { ...temporary, class: 'permanent' } },
      'The error is permanent: trying again would not help.',
    ],
    [{ state: 'error', outcome: 'expired', message: 'not started before noon' }, ': not started before noon.'],
    [{ state: 'error', outcome: 'lost', message: 'given up' }, 'because its workers died with it: given up.'],
    [{ state: 'cancelled', outcome: 'cancelled', message: 'ordered twice' }, `cancelled at ${at(0)}: ordered twice.`],
    [{ state: 'done', outcome: 'skipped', message: 'the season is over' }, ': the season is over.'],
    [{ state: 'done', outcome: 'info', message: 'no rows' }, 'with nothing to do: no rows.'],
  ])('%o', (task, end) => {
    const { summary, reasons } = explain({ task: { ...task, finishedAt: at(0) }, workers: [] });
    expect(summary.slice(-end.length)).toBe(end);
    expect(reasons.map(({ code }) => code)).toEqual(['ended']);
  });
});

test('words are short', () => {
  expect([12, 4_250, 60_000, 125_000, 7_500_000, 200_000_000].map(duration)).toEqual([
    '12 ms',
    '4.3 s',
    '1 min',
    '2 min 5 s',
    '2 h 5 min',
    '2 d 7 h',
  ]);
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c', 'd', 'e'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b, c and 2 more',
  ]);
  expect(cut(`${'x'.repeat(400)}`)).toHaveLength(300);
});
