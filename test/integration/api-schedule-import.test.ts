import type { ImportReport, Schedule } from '@drover/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { exported, fileOf, imported, sendFile } from '../schedule-files.ts';
import { createSchedule, daily, schedulesPath } from '../schedule-talk.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
});

afterAll(() => stage.stop());

type Page = { items: Schedule[] };

async function all(): Promise<Schedule[]> {
  return (await stage.ask<Page>(`${schedulesPath}?limit=200`)).body.items;
}

async function removeAll(): Promise<void> {
  for (let left = await all(); left.length > 0; left = await all()) {
    await Promise.all(left.map(({ id }) => stage.ask(`${schedulesPath}/${id}`, { method: 'DELETE' })));
  }
}

beforeEach(removeAll);

const resultsOf = ({ items }: ImportReport) => items.map(({ result }) => result);

describe('an import', () => {
  test('creates, replaces and leaves alone, and tells of each', async () => {
    await createSchedule(stage, daily({ name: 'same' }));
    await createSchedule(stage, daily({ name: 'other' }));
    await createSchedule(stage, daily({ name: 'left alone' }));
    const report = await imported(
      stage,
      '',
      'application/json',
      fileOf(daily({ name: 'same' }), daily({ name: 'other', overlap: 'allow' }), daily({ name: 'new' })),
    );
    expect(report).toMatchObject({ dryRun: false, created: 1, updated: 1, unchanged: 1, refused: 0 });
    expect(report.items).toMatchObject([
      { source: '#/schedules/0', name: 'same', result: 'unchanged', warnings: [], faults: [] },
      { source: '#/schedules/1', name: 'other', result: 'updated' },
      { source: '#/schedules/2', name: 'new', result: 'created' },
    ]);
    const found = await all();
    expect(found.map(({ name, overlap }) => `${name} ${overlap}`)).toEqual([
      'left alone skip',
      'new skip',
      'other allow',
      'same skip',
    ]);
    for (const item of report.items) {
      const schedule = found.find(({ name }) => name === item.name);
      expect([item.id, item.sentence]).toEqual([schedule?.id, schedule?.sentence]);
    }
  });

  test('as a dry run tells the same, and does nothing', async () => {
    await createSchedule(stage, daily({ name: 'other' }));
    const before = await exported(stage);
    const file = fileOf(daily({ name: 'other', overlap: 'allow' }), daily({ name: 'new' }), { name: 'bad' });
    const dry = await imported(stage, '?dryRun=true', 'application/json', file);
    expect(dry).toMatchObject({ dryRun: true, created: 1, updated: 1, refused: 1 });
    expect(dry.items[1]).toMatchObject({ name: 'new', result: 'created', sentence: expect.stringContaining('08:00') });
    expect(dry.items[1]?.id).toBeUndefined();
    expect((await exported(stage)).text).toBe(before.text);
    expect(resultsOf(await imported(stage, '', 'application/json', file))).toEqual(resultsOf(dry));
  });

  test('that holds a bad one takes the others, and says what is wrong with it', async () => {
    const report = await imported(
      stage,
      '',
      'application/json',
      fileOf(
        daily({ name: 'good' }),
        daily({ name: 'no such time', frequency: { every: 'daily', at: '25:00' } }),
        daily({ name: 'no such rule', finishAt: '2020-01-01T00:00:00Z', startAt: '2021-01-01T00:00:00Z' }),
        daily({ name: 'no such method', task: { model: 'probe', method: 'nothing' } }),
        daily({ name: 'bad arguments', task: { model: 'shop.order', method: 'place', args: [[1]], kwargs: {} } }),
        daily({ name: 'bad expression', task: { model: 'probe', method: 'echo', args: ['${nothing}'] } }),
        daily({ name: 'no such job', task: undefined, job: 'job_0' }),
        'not a schedule',
        daily({ name: 'good' }),
      ),
    );
    expect(resultsOf(report)).toEqual(['created', ...Array(8).fill('refused')]);
    expect(report.refused).toBe(8);
    const faults = report.items.map((item) => item.faults.map(({ pointer }) => pointer));
    expect(faults.slice(1, 3)).toEqual([['/frequency/at'], ['/finishAt']]);
    for (const found of faults.slice(1)) expect(found.length).toBeGreaterThan(0);
    expect(report.items[8]).toMatchObject({
      name: 'good',
      faults: [{ pointer: '/name', message: expect.stringContaining('twice') }],
    });
    expect((await all()).map(({ name }) => name)).toEqual(['good']);
  });

  test('takes methods that nobody offers, when it is told to', async () => {
    const file = fileOf(daily({ name: 'early', task: { model: 'not.yet', method: 'there' } }));
    expect(resultsOf(await imported(stage, '', 'application/json', file))).toEqual(['refused']);
    expect(resultsOf(await imported(stage, '?unchecked=true', 'application/json', file))).toEqual(['created']);
  });

  test('keeps numbers as they are, or refuses them', async () => {
    const file = `{"drover":1,"schedules":[${JSON.stringify(daily({ name: 'big', task: { model: 'probe', method: 'echo', args: ['N'] } })).replace('"N"', '9007199254740993')}]}`;
    const report = await imported(stage, '', 'application/json', file);
    expect(report.items).toMatchObject([{ result: 'refused', faults: [{ pointer: '/task/args/0' }] }]);
  });

  test('gives its zone to schedules that name none', async () => {
    const file = fileOf(daily({ name: 'none' }), daily({ name: 'own', timeZone: 'Asia/Kolkata' }));
    await imported(stage, '?timeZone=Europe/Paris', 'application/json', file);
    expect((await all()).map(({ timeZone }) => timeZone)).toEqual(['Europe/Paris', 'Asia/Kolkata']);
    const refused = await sendFile(stage, '?timeZone=Europe/Nowhere', 'application/json', file);
    expect(problemOf(refused)).toBe('422 request_invalid ?timeZone');
  });
});

const crontab = `CRON_TZ=Europe/Paris
MAILTO=ops@example.com

# Greets the morning
30 8 * * MON-FRI  probe.echo "good morning" 1
0 3 * * *  /usr/local/bin/backup --all
@reboot  probe.echo up
61 * * * *  probe.echo never
@daily  drover run probe.echo '{"a": 1}' > /dev/null
`;

describe('a crontab', () => {
  test('becomes schedules, line by line', async () => {
    const report = await imported(stage, '', 'text/plain; charset=utf-8', crontab);
    expect(report.items).toMatchObject([
      {
        source: 'line 5',
        name: 'Greets the morning',
        result: 'created',
        warnings: [expect.stringContaining('MAILTO')],
      },
      { source: 'line 6', name: '/usr/local/bin/backup --all', result: 'refused', faults: [{ pointer: '/task' }] },
      { source: 'line 7', result: 'refused', faults: [{ pointer: '/timing' }] },
      { source: 'line 8', result: 'refused', faults: [{ pointer: '/frequency/cron' }] },
      { source: 'line 9', result: 'created', warnings: [expect.stringContaining('/dev/null')] },
    ]);
    const [echo, morning] = await all();
    expect(morning).toMatchObject({
      timeZone: 'Europe/Paris',
      frequency: { every: 'cron', cron: '30 8 * * MON-FRI' },
      task: { args: ['good morning', 1] },
      state: 'active',
    });
    expect(echo).toMatchObject({ task: { kwargs: { a: 1 } } });
    expect(resultsOf(await imported(stage, '', 'text/plain', crontab))).toEqual([
      'unchanged',
      'refused',
      'refused',
      'refused',
      'unchanged',
    ]);
  });

  test('gives its shell commands to the method that is named for them', async () => {
    const report = await imported(stage, '?method=probe.echo', 'text/plain', '0 3 * * * /bin/backup "${HOME}"\n');
    expect(report.items[0]?.faults).toEqual([]);
    expect((await all())[0]?.task).toMatchObject({ kwargs: { command: '/bin/backup "$${HOME}"' } });
    const refused = await sendFile(stage, '?method=shell', 'text/plain', crontab);
    expect(problemOf(refused)).toBe('422 request_invalid ?method');
  });

  test('with a user before each command is read when that is said', async () => {
    const line = '0 3 * * * ada probe.echo 1\n';
    expect(resultsOf(await imported(stage, '', 'text/plain', line))).toEqual(['refused']);
    expect(resultsOf(await imported(stage, '?userColumn=true', 'text/plain', line))).toEqual(['created']);
  });
});

const csv = `id,name,model,method,args,kwargs,date_run,repeat,repeat_interval,priority,state,active,numbercall,colour
1,Remind debtors,probe,echo,"('x', 1)","{'dry': False}",2026-01-05 02:30:00,weekly,2,50,ready,t,-1,red
2,Off,probe,echo,[],{},2026-01-05 02:30:00,daily,1,,ready,f,-1,
3,Past,probe,echo,,,2020-01-01 00:00:00,none,,,done,t,,
4,Broken,probe,echo,"[now()]",,2026-01-05 02:30:00,daily,,,,,,
5,short
`;

describe('rows of bg.task', () => {
  test('as CSV become schedules; what does not run there does not run here', async () => {
    const report = await imported(stage, '?timeZone=Europe/Paris', 'text/csv', csv);
    expect(report.items).toMatchObject([
      { source: 'row 1', name: 'Remind debtors', result: 'created', warnings: [expect.stringContaining('colour')] },
      { source: 'row 2', name: 'Off', result: 'created', warnings: [expect.stringContaining('unscheduled')] },
      { source: 'row 3', name: 'Past', result: 'refused' },
      { source: 'row 4', name: 'Broken', result: 'refused', faults: [{ pointer: '/args' }] },
      { source: 'row 5', result: 'refused', faults: [{ message: 'has 2 fields instead of 14' }] },
    ]);
    const [off, remind] = await all();
    expect(off).toMatchObject({ name: 'Off', state: 'unscheduled' });
    expect(remind).toMatchObject({
      state: 'active',
      startAt: '2026-01-05T02:30:00Z',
      frequency: { every: 'weekly', interval: 2 },
      timeZone: 'Europe/Paris',
      task: { args: ['x', 1], kwargs: { dry: false }, priority: 50 },
    });
    expect(resultsOf(await imported(stage, '?timeZone=Europe/Paris', 'text/csv', csv)).slice(0, 2)).toEqual([
      'unchanged',
      'unchanged',
    ]);
  });

  test('may be JSON, alone or as database tools write them', async () => {
    const rows = [{ name: 'a', model: 'probe', method: 'echo', repeat: 'minutes', repeat_interval: 5, args: [1] }];
    const report = await imported(stage, '?format=bg-task-json', 'application/json', JSON.stringify(rows));
    expect(resultsOf(report)).toEqual(['created']);
    const again = await imported(stage, '?format=bg-task-json', 'application/json', JSON.stringify({ bg_task: rows }));
    expect(resultsOf(again)).toEqual(['unchanged']);
    const refused = await sendFile(stage, '?format=bg-task-json', 'application/json', '{"a":[],"b":[]}');
    expect(refused.status).toBe(422);
  });
});

describe('a file that is none', () => {
  test.each<[string, string, string, number]>([
    ['broken JSON', 'application/json', '{"drover":1,', 400],
    ['JSON of something else', 'application/json', '{"drover":2,"schedules":[]}', 422],
    ['YAML with a broken line', 'application/yaml', 'drover: 1\nschedules:\n  - a: [', 422],
    ['YAML with a tag', 'application/yaml', 'drover: 1\nschedules: !!python/object []', 422],
    ['CSV with an open quote', 'text/csv', 'name\n"x', 422],
    ['another content type', 'application/xml', '<a/>', 415],
    ['no text at all', 'application/json', '', 400],
  ])('%s is refused as a whole', async (_, type, text, status) => {
    const answer = await sendFile(stage, '', type, text);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await all()).toEqual([]);
  });

  test('in YAML is told by line and column', async () => {
    const answer = await sendFile(stage, '', 'application/yaml', 'drover: 1\nschedules:\n  - name: a\n    name: b\n');
    expect(answer.body).toMatchObject({
      errors: [{ pointer: '', message: 'line 4, column 5: "name" is there twice' }],
    });
  });

  test('that is too large, or not UTF-8, is refused', async () => {
    expect((await sendFile(stage, '', 'text/plain', '#'.repeat(2 ** 20 + 1))).status).toBe(413);
    expect((await sendFile(stage, '', 'text/plain', new Uint8Array([0xff, 0xfe]))).status).toBe(400);
  });

  test('may come as plain text, when its format is said', async () => {
    expect((await imported(stage, '?format=yaml', 'text/plain', 'drover: 1\nschedules: []')).items).toEqual([]);
    expect((await sendFile(stage, '?format=yaml', 'text/csv', 'drover: 1')).status).toBe(415);
  });
});

describe('who imports', () => {
  test('needs admin, and makes what is his company’s', async () => {
    const operate = await stage.keyFor(['operate', 'read', 'enqueue']);
    const file = fileOf(daily({ name: 'mine' }));
    const refused = await sendFile(stage, '', 'application/json', file, {
      token: operate,
      headers: { 'content-type': 'application/json' },
    });
    expect(refused.status).toBe(403);
    const token = await stage.keyFor(['admin'], 'acme');
    const options = { token, headers: { 'content-type': 'application/json' } };
    const answer = await sendFile(stage, '', 'application/json', file, options);
    expect(answer.body.created, answer.text).toBe(1);
    expect((await all())[0]).toMatchObject({ name: 'mine', company: 'acme' });
    expect((await sendFile(stage, '', 'application/json', file, options)).body.unchanged).toBe(1);
  });

  test('is in the audit, with counts and without contents; a dry run is not', async () => {
    type Audit = { items: { action: string; details?: object; outcome: string }[] };
    const entries = async () => (await stage.ask<Audit>('/v1/audit?action=schedule.import&limit=200')).body.items;
    const before = (await entries()).length;
    await imported(stage, '?dryRun=true', 'text/plain', crontab);
    expect(await entries()).toHaveLength(before);
    await imported(stage, '', 'text/plain', crontab);
    const [newest, ...others] = await entries();
    expect(others).toHaveLength(before);
    expect(newest).toMatchObject({
      action: 'schedule.import',
      outcome: 'done',
      details: { format: 'crontab', schedules: 5, refused: 2 },
    });
  });
});
