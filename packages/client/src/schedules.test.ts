import { expect, test } from 'vitest';
import { type Answer, hangUp, json, problem, startAnsweringServer } from './answering-server.ts';
import { createSchedules } from './schedules.ts';
import { createTransport } from './transport.ts';

async function start(...script: [Answer, ...Answer[]]) {
  const server = await startAnsweringServer(...script);
  const transport = createTransport({ baseUrl: server.baseUrl, retry: { delayMs: 1 } });
  return { ...server, schedules: createSchedules(transport), [Symbol.asyncDispose]: server.stop };
}

const schedule = { id: 'sch_1', version: 3 };
const request = { name: 'n', timing: 'immediately', task: { model: 'probe', method: 'echo' } } as const;
const lines = (asked: { method: string; url: string }[]) => asked.map(({ method, url }) => `${method} ${url}`);

test('what is made is made once, though the answer was lost', async () => {
  await using api = await start(hangUp, json(schedule, 201), hangUp, json({ id: 'tsk_1' }, 202));
  await api.schedules.create(request);
  await api.schedules.run('sch_1');
  expect(lines(api.asked)).toEqual([
    ...Array(2).fill('POST /v1/schedules'),
    ...Array(2).fill('POST /v1/schedules/sch_1/run'),
  ]);
  const [create, again, run, rerun] = api.asked.map(({ headers }) => headers['idempotency-key']);
  expect(create).toMatch(/^"[0-9a-f]{32}"$/);
  expect([again, rerun]).toEqual([create, run]);
  expect(run).not.toBe(create);
});

test('an edit says which version it is based on, and none when it is based on none', async () => {
  await using api = await start(json(schedule));
  const edits = [
    (based?: { version: number }) => api.schedules.replace('sch_1', request, based),
    (based?: { version: number }) => api.schedules.patch('sch_1', { missed: 'skip' }, based),
    (based?: { version: number }) => api.schedules.reset('sch_1', based),
    (based?: { version: number }) => api.schedules.adopt('sch_1', based),
    (based?: { version: number }) => api.schedules.remove('sch_1', based),
  ];
  for (const edit of edits) {
    await edit({ version: 3 });
    await edit();
  }
  expect(api.asked.map(({ method, headers }) => `${method} ${headers['if-match']}`)).toEqual(
    ['PUT', 'PATCH', 'POST', 'POST', 'DELETE'].flatMap((method) => [`${method} "3"`, `${method} undefined`]),
  );
  expect(JSON.parse(api.asked[0]?.body ?? '')).toEqual(request);
});

test('a method that nobody offers yet is taken, when that is said', async () => {
  await using api = await start(json(schedule));
  await api.schedules.create(request, { unchecked: true });
  await api.schedules.replace('sch_1', request, { unchecked: true, version: 2 });
  await api.schedules.patch('sch_1', { missed: 'all' }, { unchecked: true });
  expect(lines(api.asked)).toEqual([
    'POST /v1/schedules?unchecked=true',
    'PUT /v1/schedules/sch_1?unchecked=true',
    'PATCH /v1/schedules/sch_1?unchecked=true',
  ]);
});

test('one that is gone when it is removed again was removed', async () => {
  await using api = await start(hangUp, problem(404, 'schedule_unknown'));
  await api.schedules.remove('sch_1', { version: 3 });
  expect(lines(api.asked)).toEqual(Array(2).fill('DELETE /v1/schedules/sch_1'));
  await using other = await start(problem(404, 'schedule_unknown'));
  await expect(other.schedules.remove('sch_1')).rejects.toMatchObject({ code: 'schedule_unknown' });
});

test('drift that is gone when it is ended again was ended', async () => {
  await using api = await start(hangUp, problem(409, 'schedule_conflict'), json(schedule));
  expect(await api.schedules.reset('sch_1')).toEqual(schedule);
  expect(lines(api.asked).at(-1)).toBe('GET /v1/schedules/sch_1');
  await using other = await start(problem(409, 'schedule_conflict'));
  await expect(other.schedules.adopt('sch_1')).rejects.toMatchObject({ code: 'schedule_conflict' });
});

test('somebody else’s edit is told, and so is what would fire twice', async () => {
  await using api = await start(problem(412, 'precondition_failed'), hangUp);
  await expect(api.schedules.patch('sch_1', { missed: 'all' }, { version: 1 })).rejects.toMatchObject({
    code: 'precondition_failed',
    status: 412,
  });
  await expect(api.schedules.reschedule('sch_1')).rejects.toMatchObject({ code: 'network', attempts: 1 });
});

test('questions go to their addresses', async () => {
  await using api = await start(json({ items: [], nextCursor: null }));
  const { schedules } = api;
  await schedules.get('a/b');
  await schedules.list({ state: 'paused', limit: 5 });
  await schedules.fires('sch_1', { limit: 5 });
  await schedules.previewOf('sch_1', { count: 3 });
  await schedules.preview({ timing: 'immediately' });
  await schedules.calendar({ from: '2027-01-01T00:00:00Z', to: '2027-01-02T00:00:00Z' });
  await schedules.pause('sch_1');
  await schedules.pause('sch_1', { note: 'why' });
  await schedules.unschedule('sch_1');
  await schedules.backfill('sch_1', { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', dryRun: true });
  expect(lines(api.asked)).toEqual([
    'GET /v1/schedules/a%2Fb',
    'GET /v1/schedules?state=paused&limit=5',
    'GET /v1/schedules/sch_1/fires?limit=5',
    'GET /v1/schedules/sch_1/preview?count=3',
    'POST /v1/schedules/preview',
    'GET /v1/schedules/calendar?from=2027-01-01T00%3A00%3A00Z&to=2027-01-02T00%3A00%3A00Z',
    'POST /v1/schedules/sch_1/pause',
    'POST /v1/schedules/sch_1/pause',
    'POST /v1/schedules/sch_1/unschedule',
    'POST /v1/schedules/sch_1/backfill',
  ]);
  expect(api.asked.map(({ body }) => body).slice(6, 9)).toEqual(['', '{"note":"why"}', '']);
});
