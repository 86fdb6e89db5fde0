import { limits, type Schedule, type ScheduleCalendar, type SchedulePreview } from '@drover/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStage, type AskOptions, problemOf, startApiStage } from '../api-stage.ts';
import { createSchedule, daily, onSchedule, schedulesPath } from '../schedule-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

const preview = (json: object, options: AskOptions = {}) =>
  stage.ask<SchedulePreview>(`${schedulesPath}/preview`, { method: 'POST', json, ...options });
const cron = (expression: string) => ({ timing: 'schedule', frequency: { every: 'cron', cron: expression } });
const schedule = (frequency: object) => ({ timing: 'schedule', frequency });

/** What cannot be meant together, and where it is said. Each is refused alike wherever a rule is given. */
const impossible: [name: string, rule: object, pointers: string][] = [
  ['at once, and with a start', { timing: 'immediately', startAt: '2050-01-01T00:00:00Z' }, '/startAt'],
  ['at once, and again', { ...schedule({ every: 'daily' }), timing: 'immediately' }, '/frequency'],
  ['at once, with an end', { timing: 'immediately', endAt: '2050-01-01T00:00:00Z' }, '/endAt'],
  ['at once, so often', { timing: 'immediately', maxFires: 3 }, '/maxFires'],
  ['later, without a time', { timing: 'later' }, '/startAt'],
  [
    'later, and again',
    { ...schedule({ every: 'daily' }), timing: 'later', startAt: '2050-01-01T00:00:00Z' },
    '/frequency',
  ],
  [
    'later, and over before',
    { timing: 'later', startAt: '2050-01-02T00:00:00Z', endAt: '2050-01-01T00:00:00Z' },
    '/endAt',
  ],
  [
    'later, with a finish',
    { timing: 'later', startAt: '2050-01-01T00:00:00Z', finishAt: '2050-01-02T00:00:00Z' },
    '/finishAt',
  ],
  ['again, without how often', { timing: 'schedule' }, '/frequency'],
  ['again, with the end of a single one', { ...schedule({ every: 'daily' }), endAt: '2050-01-01T00:00:00Z' }, '/endAt'],
  [
    'again, finished before it starts',
    { ...schedule({ every: 'daily' }), startAt: '2050-01-02T00:00:00Z', finishAt: '2050-01-01T00:00:00Z' },
    '/finishAt',
  ],
  ['every second at eight', schedule({ every: 'seconds', at: '08:00' }), '/frequency/at'],
  ['every day on Mondays', schedule({ every: 'daily', weekdays: ['MO'] }), '/frequency/weekdays'],
  ['every week on the 3rd', schedule({ every: 'weekly', monthDay: 3 }), '/frequency/monthDay'],
  ['every hour by cron', schedule({ every: 'hourly', cron: '@daily' }), '/frequency/cron'],
  ['by cron, without one', schedule({ every: 'cron' }), '/frequency/cron'],
  ['by cron, every second time', schedule({ every: 'cron', cron: '@daily', interval: 2 }), '/frequency/interval'],
  ['by cron, at a time beside it', schedule({ every: 'cron', cron: '@daily', at: '08:00' }), '/frequency/at'],
  ['on the 31st of February', cron('0 0 31 2 *'), '/frequency/cron'],
  ['with 4 fields', cron('* * * *'), '/frequency/cron'],
  ['with 7 fields', cron('* * * * * * *'), '/frequency/cron'],
  ['in minute 60', cron('60 * * * *'), '/frequency/cron'],
  ['by an empty cron', cron(''), '/frequency/cron'],
  ['in a zone that is none', { ...cron('@daily'), timeZone: 'Mars/Olympus' }, '/timeZone'],
  ['in a zone of a path', { ...cron('@daily'), timeZone: '../../etc/localtime' }, '/timeZone'],
  ['in a zone that is an offset', { ...cron('@daily'), timeZone: '+01:00' }, '/timeZone'],
  [
    'nothing but faults',
    { ...schedule({ every: 'cron', interval: 2, at: '08:00' }), timeZone: 'x' },
    '/frequency/cron /frequency/interval /frequency/at /timeZone',
  ],
  ['in the 30th hour', schedule({ every: 'daily', at: '30:00' }), '/frequency/at'],
  ['on no day', schedule({ every: 'weekly', weekdays: [] }), '/frequency/weekdays'],
  ['on the 32nd', schedule({ every: 'monthly', monthDay: 32 }), '/frequency/monthDay'],
  ['every nought seconds', schedule({ every: 'seconds', interval: 0 }), '/frequency/interval'],
  ['every century', schedule({ every: 'centuries' }), '/frequency/every'],
  ['a frequency of a prototype', schedule({ every: 'constructor' }), '/frequency/every'],
  ['by a cron without end', cron('*'.repeat(201)), '/frequency/cron'],
  ['never', { ...schedule({ every: 'daily' }), maxFires: 0 }, '/maxFires'],
  ['spread over a week', { ...schedule({ every: 'daily' }), jitterSeconds: 604_800 }, '/jitterSeconds'],
];

describe('a rule', () => {
  let saved: Schedule;
  beforeAll(async () => {
    saved = await createSchedule(stage);
  });

  test.for(impossible)('that is impossible is refused everywhere: %s', async ([, rule, pointers]) => {
    const { frequency: _, timing: __, ...rest } = daily();
    const json = { ...rest, ...rule };
    const expected = ['422', 'request_invalid', ...pointers.split(' ').sort()];
    const parts = (answer: Parameters<typeof problemOf>[0]) => {
      const [status = '', code = '', ...faults] = problemOf(answer).split(' ');
      return [status, code, ...faults.sort()];
    };
    expect(parts(await preview(rule))).toEqual(expected);
    expect(parts(await stage.ask(schedulesPath, { method: 'POST', json }))).toEqual(expected);
    expect(parts(await stage.ask(`${schedulesPath}/${saved.id}`, { method: 'PUT', json }))).toEqual(expected);
  });

  test('is read out, with its next times in its zone, before it is saved', async () => {
    const rule = { ...schedule({ every: 'daily', at: '02:30' }), timeZone: 'Europe/Paris' };
    const { status, text, body } = await preview({ ...rule, after: '2049-03-26T12:00:00Z', count: 3 });
    expect(status, text).toBe(200);
    expect(body.fires.map(({ at, local }) => [at, local])).toEqual([
      ['2049-03-27T01:30:00.000Z', '2049-03-27T02:30:00+01:00'],
      ['2049-03-28T01:30:00.000Z', '2049-03-28T03:30:00+02:00'],
      ['2049-03-29T00:30:00.000Z', '2049-03-29T02:30:00+02:00'],
    ]);
    expect(body.fires.map(({ note }) => note !== undefined)).toEqual([false, true, false]);
    expect(body.sentence).toContain('02:30');
  });

  test('is shown from now on, ten times, when nothing else is said', async () => {
    const askedAt = Date.now();
    const { body } = await preview(schedule({ every: 'hourly' }));
    expect(body.fires).toHaveLength(10);
    expect(Date.parse(body.fires[0]?.at ?? '')).toBeGreaterThan(askedAt - 1_000);
    expect((await preview({ ...schedule({ every: 'hourly' }), maxFires: 2 })).body.fires).toHaveLength(2);
  });

  test('of a schedule that is there already is counted from when it was created', async () => {
    const rule = schedule({ every: 'daily', interval: 3, at: '12:00' });
    const asked = { ...rule, after: '2050-01-10T00:00:00Z', count: 2 };
    const at = async (anchorAt: string) => (await preview({ ...asked, anchorAt })).body.fires.map(({ at }) => at);
    expect(await at('2050-01-01T00:00:00Z')).toEqual(['2050-01-10T12:00:00.000Z', '2050-01-13T12:00:00.000Z']);
    expect(await at('2050-01-02T00:00:00Z')).toEqual(['2050-01-11T12:00:00.000Z', '2050-01-14T12:00:00.000Z']);
  });

  test('that fires once is shown too', async () => {
    const startAt = '2050-05-01T10:00:00.000Z';
    expect((await preview({ timing: 'later', startAt })).body.fires).toMatchObject([{ at: startAt }]);
    const { fires } = (await preview({ timing: 'immediately' })).body;
    expect(fires).toHaveLength(1);
    expect(Math.abs(Date.parse(fires[0]?.at ?? '') - Date.now())).toBeLessThan(10_000);
  });

  test('costs no more than a moment, whatever it is', async () => {
    const started = performance.now();
    const rules = [
      cron('0 0 29 2 1'),
      cron('59 59 23 31 12 7'),
      { ...schedule({ every: 'seconds' }), startAt: '1990-01-01T00:00:00Z' },
      { ...schedule({ every: 'monthly', interval: 10_000 }), startAt: '2020-01-01T00:00:00Z' },
    ];
    for (const rule of rules) expect((await preview({ ...rule, count: limits.previewFires })).status).toBeLessThan(500);
    // One that looked at every second since 1990 would take far longer.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test('is asked for as it must be', async () => {
    const rule = schedule({ every: 'daily' });
    const faults: [object, string][] = [
      [{ ...rule, count: 0 }, '/count'],
      [{ ...rule, count: limits.previewFires + 1 }, '/count'],
      [{ ...rule, after: 'now' }, '/after'],
      [{ ...rule, name: 'x' }, '/name'],
      [{}, '/timing'],
    ];
    for (const [json, pointer] of faults) expect(problemOf(await preview(json))).toBe(`422 request_invalid ${pointer}`);
  });

  test('needs a token that may read, and no more', async () => {
    const rule = schedule({ every: 'daily' });
    expect((await preview(rule, { token: await stage.keyFor(['read']) })).status).toBe(200);
    expect((await preview(rule, { token: await stage.keyFor(['read'], 'acme') })).status).toBe(200);
    expect(problemOf(await preview(rule, { token: await stage.keyFor(['enqueue']) }))).toBe('403 scope_missing');
  });
});

describe('the next times of a saved one', () => {
  const ofSaved = (id: string, query = '') => stage.ask<SchedulePreview>(`${schedulesPath}/${id}/preview${query}`);

  test('are those of its rule', async () => {
    const { id, sentence, nextFireAt } = await createSchedule(stage);
    const { status, text, body } = await ofSaved(id);
    expect(status, text).toBe(200);
    expect(body.sentence).toBe(sentence);
    expect(body.fires).toHaveLength(10);
    expect(body.fires[0]?.at).toBe(nextFireAt);
    const later = await ofSaved(id, '?after=2049-01-01T08:00:00Z&count=2');
    expect(later.body.fires.map(({ at }) => at)).toEqual(['2049-01-02T08:00:00.000Z', '2049-01-03T08:00:00.000Z']);
  });

  test('are asked for as they must be', async () => {
    const { id } = await createSchedule(stage);
    for (const [query, pointer] of [
      ['?count=0', '?count'],
      [`?count=${limits.previewFires + 1}`, '?count'],
      ['?count=1e1', '?count'],
      ['?count=', '?count'],
      ['?after=soon', '?after'],
      ['?after=2049-01-01', '?after'],
      ['?until=2049-01-01T00:00:00Z', '?until'],
    ]) {
      expect(problemOf(await ofSaved(id, query)), query).toBe(`422 request_invalid ${pointer}`);
    }
  });
});

/** Days lie far ahead here: a schedule has no fires before it was created. */
describe('the calendar', () => {
  const calendar = (from: string, to: string) =>
    stage.ask<ScheduleCalendar>(
      `${schedulesPath}/calendar?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`,
    );

  test('shows what fires, and names what fires too often to be shown', async () => {
    const { id, name } = await createSchedule(stage);
    const often = await createSchedule(stage, daily({ frequency: { every: 'minutes' } }));
    const answer = await calendar('2049-02-01T00:00:00Z', '2049-02-03T00:00:00Z');
    expect(answer.status, answer.text).toBe(200);
    const fires = ['2049-02-01T08:00:00.000Z', '2049-02-02T08:00:00.000Z'];
    expect(answer.body.items).toContainEqual({ id, name, state: 'active', fires });
    const { sentence } = often;
    expect(answer.body.dense).toContainEqual({ id: often.id, name: often.name, state: 'active', sentence });
    expect(answer.body.items.map((item) => item.id)).not.toContain(often.id);
    expect(answer.body).toMatchObject({ from: '2049-02-01T00:00:00.000Z', to: '2049-02-03T00:00:00.000Z' });
    await onSchedule(stage, id, 'unschedule');
    const without = await calendar('2049-02-01T00:00:00Z', '2049-02-03T00:00:00Z');
    expect(without.body.items.find((item) => item.id === id)?.state).not.toBe('active');
  });

  test('begins before it ends, and ends within a month', async () => {
    const faults: [string, string, string][] = [
      ['2049-02-03T00:00:00Z', '2049-02-01T00:00:00Z', '?to'],
      ['2049-02-01T00:00:00Z', '2049-02-01T00:00:00Z', '?to'],
      ['2049-02-01T00:00:00Z', '2049-03-20T00:00:00Z', '?to'],
      ['soon', '2049-03-20T00:00:00Z', '?from'],
      ['2049-02-01T00:00:00Z', 'later', '?to'],
    ];
    for (const [from, to, pointer] of faults) {
      expect(problemOf(await calendar(from, to))).toBe(`422 request_invalid ${pointer}`);
    }
    expect(problemOf(await stage.ask(`${schedulesPath}/calendar`))).toBe('422 request_invalid ?from ?to');
  });
});
