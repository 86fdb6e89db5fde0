import { type BackfillResult, type Fire, limits, type Schedule, type Task } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';
import { createSchedule, daily, lookAt, onSchedule, schedulesPath, tasksOf } from '../schedule-talk.ts';

let stage: ApiStage;
/** Somebody who may run, and not edit. */
let operator: string;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ rings: true });
  operator = await stage.keyFor(['read', 'operate']);
});

afterAll(() => stage.stop());

const act = <T = Schedule>(id: string, action: string, options: AskOptions = {}) =>
  onSchedule<T>(stage, id, action, { token: operator, ...options });
const firesOf = async (id: string, query = '') => {
  const answer = await stage.ask<{ items: Fire[]; nextCursor: string | null }>(`${schedulesPath}/${id}/fires${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('running it now', () => {
  test('makes its task, and leaves its times as they are', async () => {
    const { id, nextFireAt } = await createSchedule(stage, daily({ maxFires: 1 }));
    const answer = await act<Task>(id, 'run');
    expect(answer.status, answer.text).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/tasks/${answer.body.id}`);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body).toMatchObject({ model: 'probe', method: 'echo', args: ['hello'], schedule: id });
    const ended = await stage.ask<Task>(`/v1/tasks/${answer.body.id}?wait=20`);
    expect(ended.body).toMatchObject({ state: 'done', schedule: id });
    await eventually(async () => {
      expect(await lookAt(stage, id)).toMatchObject({
        state: 'active',
        nextFireAt,
        counts: { tasks: 0, manual: 1, done: 1 },
        lastFire: { kind: 'manual', result: 'task', task: { id: answer.body.id, state: 'done' } },
      });
    });
  });

  test('makes one task under one idempotency key', async () => {
    const { id } = await createSchedule(stage);
    const headers = { 'idempotency-key': '"run-1"' };
    const first = await act<Task>(id, 'run', { headers });
    const again = await act<Task>(id, 'run', { headers });
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body.id).toBe(first.body.id);
    const other = await act<Task>(id, 'run', { headers: { 'idempotency-key': '"run-2"' } });
    expect(other.body.id).not.toBe(first.body.id);
    expect((await tasksOf(stage, id)).map((task) => task.id).sort()).toEqual([first.body.id, other.body.id].sort());
    expect((await lookAt(stage, id)).counts.manual).toBe(2);
    expect(problemOf(await act(id, 'run', { headers: { 'idempotency-key': 'ä' } }))).toBe(
      '400 idempotency_key_invalid header:idempotency-key',
    );
  });

  test('works in every state, and puts the time into the arguments', async () => {
    const task = { model: 'probe', method: 'echo', args: ['of ${today}', '${schedule.id}'] };
    const { id } = await createSchedule(stage, daily({ task }));
    await act(id, 'unschedule');
    const today = () => new Date().toISOString().slice(0, 10);
    const before = today();
    const { body } = await act<Task>(id, 'run');
    // Midnight may pass meanwhile.
    expect(body.args).toEqual([expect.stringMatching(new RegExp(`${before}|${today()}`)), id]);
    expect((await lookAt(stage, id)).state).toBe('unscheduled');
  });
});

describe('a pause', () => {
  test('says why, until when and by whom, and ends when it is rescheduled', async () => {
    const { id } = await createSchedule(stage);
    const until = inFuture(3_600_000);
    const paused = await act(id, 'pause', { json: { note: 'The warehouse is closed.', until } });
    expect(paused.status, paused.text).toBe(200);
    expect(paused.headers.get('etag')).toBe(`"${paused.body.version}"`);
    expect(paused.body).toMatchObject({
      state: 'paused',
      pause: { note: 'The warehouse is closed.', until, by: { name: 'key read operate' } },
    });
    const again = await act(id, 'pause', { json: { note: 'Still.' } });
    expect(again.body.pause).toMatchObject({ note: 'Still.' });
    expect(again.body.pause).not.toHaveProperty('until');
    const on = await act(id, 'reschedule');
    expect(on.body).toMatchObject({ state: 'active' });
    expect(on.body).not.toHaveProperty('pause');
  });

  test('needs no word', async () => {
    const { id } = await createSchedule(stage);
    expect((await act(id, 'pause')).body).toMatchObject({ state: 'paused' });
  });

  test('is not ended before it began, and says nothing that is no text', async () => {
    const { id } = await createSchedule(stage);
    const faults: [object, string][] = [
      [{ until: '2001-01-01T00:00:00Z' }, '/until'],
      [{ until: 'tomorrow' }, '/until'],
      [{ note: 7 }, '/note'],
      [{ note: 'x'.repeat(limits.commentLength + 1) }, '/note'],
      [{ reason: 'x' }, '/reason'],
    ];
    for (const [json, pointer] of faults) {
      expect(problemOf(await act(id, 'pause', { json }))).toBe(`422 request_invalid ${pointer}`);
    }
    expect(await lookAt(stage, id)).toMatchObject({ state: 'active' });
  });
});

describe('one that is unscheduled', () => {
  test('has no next time until it is rescheduled', async () => {
    const { id, nextFireAt } = await createSchedule(stage);
    const stopped = await act(id, 'unschedule');
    expect(stopped.status, stopped.text).toBe(200);
    expect(stopped.body).toMatchObject({ state: 'unscheduled', nextFireAt: null });
    expect(stopped.headers.get('etag')).toBe(`"${stopped.body.version}"`);
    expect((await act(id, 'unschedule')).body).toMatchObject({ state: 'unscheduled' });
    expect((await act(id, 'reschedule')).body).toMatchObject({ state: 'active', nextFireAt });
  });

  test('with the timing "immediately" fires again as often as it is rescheduled', async () => {
    const request = { ...daily(), timing: 'immediately', frequency: undefined };
    const { id } = await createSchedule(stage, request);
    await eventually(async () => expect(await tasksOf(stage, id)).toHaveLength(1));
    await eventually(async () => expect((await lookAt(stage, id)).state).toBe('finished'));
    expect((await act(id, 'reschedule')).status).toBe(200);
    await eventually(async () => expect(await tasksOf(stage, id)).toHaveLength(2));
  });

  test('whose times are over stays so', async () => {
    const request = { ...daily(), timing: 'later', frequency: undefined, startAt: inFuture(4_000) };
    const { id } = await createSchedule(stage, request);
    await eventually(async () => expect((await lookAt(stage, id)).state).toBe('finished'), 20_000);
    expect(problemOf(await act(id, 'reschedule'))).toBe('409 schedule_conflict');
    expect((await tasksOf(stage, id)).length).toBe(1);
  });
});

describe('a backfill', () => {
  const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-04T00:00:00Z' };
  const backfill = <T = BackfillResult>(id: string, json: object, options: AskOptions = {}) =>
    onSchedule<T>(stage, id, 'backfill', { json, ...options });

  test('is tried first, and then makes one task for each time, once', async () => {
    const { id, nextFireAt } = await createSchedule(
      stage,
      daily({ task: { model: 'probe', method: 'echo', args: ['${fire.date}'] } }),
    );
    const tried = await backfill(id, { ...range, dryRun: true });
    expect(tried.status, tried.text).toBe(200);
    const at = ['01', '02', '03'].map((day) => `2026-11-${day}T08:00:00.000Z`);
    expect(tried.body).toMatchObject({
      dryRun: true,
      created: 3,
      fires: at.map((each) => ({ at: each, isKnown: false })),
    });
    expect(await tasksOf(stage, id)).toEqual([]);
    const done = await backfill(id, range);
    expect(done.body).toMatchObject({ dryRun: false, created: 3 });
    const again = await backfill(id, range);
    expect(again.body).toMatchObject({ created: 0, fires: at.map((each) => ({ at: each, isKnown: true })) });
    expect(again.body.fires.map(({ taskId }) => taskId)).toEqual(done.body.fires.map(({ taskId }) => taskId));
    const tasks = await tasksOf(stage, id);
    expect(tasks.map(({ args }) => args[0]).sort()).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
    expect(await lookAt(stage, id)).toMatchObject({ nextFireAt, counts: { tasks: 0, manual: 3 } });
  });

  test('has bounds, and says which was crossed', async () => {
    const { id } = await createSchedule(stage, daily({ frequency: { every: 'seconds' } }));
    const faults: [object, string][] = [
      [{ from: range.to, to: range.from }, '/to'],
      [{ from: range.from }, '/to'],
      [{ ...range, to: inFuture(3_600_000) }, '/to'],
      [{ ...range, from: 'yesterday' }, '/from'],
      [{ ...range, dryRun: 'yes' }, '/dryRun'],
      [{ ...range, force: true }, '/force'],
      [range, '/to'],
    ];
    for (const [json, pointer] of faults) {
      expect(problemOf(await backfill(id, json)), JSON.stringify(json)).toBe(`422 request_invalid ${pointer}`);
    }
    // A second may pass meanwhile, so that it fires by itself.
    const fires = (await firesOf(id)).items;
    expect(fires.filter(({ kind }) => kind !== 'time')).toEqual([]);
    expect((await lookAt(stage, id)).counts.manual).toBe(0);
  });

  test('is for who may edit', async () => {
    const { id } = await createSchedule(stage);
    expect(problemOf(await backfill(id, range, { token: operator }))).toBe('403 scope_missing');
  });
});

describe('the fire log', () => {
  test('is read newest first, page by page', async () => {
    const { id } = await createSchedule(stage);
    const tasks: string[] = [];
    for (let n = 0; n < 5; n += 1) tasks.push((await act<Task>(id, 'run')).body.id);
    const seen: (string | undefined)[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof firesOf>> = await firesOf(id, `?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ task }) => task?.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(tasks.reverse());
    const [newest] = (await firesOf(id)).items;
    expect(newest).toMatchObject({ kind: 'manual', result: 'task', count: 1, by: { name: 'key read operate' } });
  });

  test('is empty before the first fire, and has no pages of anybody else’s making', async () => {
    const { id } = await createSchedule(stage);
    expect(await firesOf(id)).toEqual({ items: [], nextCursor: null });
    for (const [query, pointer] of [
      ['?limit=0', '?limit'],
      ['?limit=201', '?limit'],
      ['?cursor=abc', '?cursor'],
      ['?cursor=', '?cursor'],
      ['?state=task', '?state'],
    ]) {
      expect(problemOf(await stage.ask(`${schedulesPath}/${id}/fires${query}`)), query).toBe(
        `422 request_invalid ${pointer}`,
      );
    }
  });
});

test('drift is ended only where there is some', async () => {
  const { id } = await createSchedule(stage);
  for (const action of ['reset', 'adopt']) {
    expect(problemOf(await onSchedule(stage, id, action))).toBe('409 schedule_conflict');
    expect(problemOf(await onSchedule(stage, id, action, { headers: { 'if-match': '"99"' } }))).toBe(
      '412 precondition_failed',
    );
    expect(problemOf(await onSchedule(stage, id, action, { headers: { 'if-match': '99' } }))).toBe(
      '422 request_invalid header:if-match',
    );
  }
});

test('what is done to a schedule that is none is refused', async () => {
  const backfill = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
  for (const action of ['pause', 'unschedule', 'reschedule', 'run', 'reset', 'adopt', 'backfill']) {
    const json = action === 'backfill' ? backfill : undefined;
    for (const id of ['sch_none', '%00', '..%2fkeys', 'x'.repeat(2_000)]) {
      expect(problemOf(await onSchedule(stage, id, action, { json })), action).toBe('404 schedule_unknown');
    }
  }
});
