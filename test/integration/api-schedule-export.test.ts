import type { Schedule } from '@drover/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ApiStage, problemOf, startApiStage } from '../api-stage.ts';
import { exported, fileOf, imported } from '../schedule-files.ts';
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

describe('an export', () => {
  test('holds what the schedules are, by name, and nothing of what became of them', async () => {
    await createSchedule(stage, daily({ name: 'b', description: 'Second' }));
    await createSchedule(stage, daily({ name: 'a', timeZone: 'Europe/Paris', overlap: 'queue' }));
    const answer = await exported(stage);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="schedules-\d{8}T\d{6}Z\.json"$/);
    expect(answer.body.drover).toBe(1);
    expect(answer.body.schedules.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(answer.body.schedules[0]).toEqual({
      name: 'a',
      timing: 'schedule',
      frequency: { every: 'daily', at: '08:00' },
      timeZone: 'Europe/Paris',
      missed: 'once',
      overlap: 'queue',
      task: { model: 'probe', method: 'echo', args: ['hello'], kwargs: {} },
    });
  });

  test('says the same as YAML, in texts that older readers take for texts', async () => {
    await createSchedule(stage, daily({ name: 'yes', description: 'Two\nlines: # no comment' }));
    const answer = await exported(stage, '?format=yaml');
    expect(answer.headers.get('content-type')).toBe('application/yaml');
    expect(answer.headers.get('content-disposition')).toMatch(/\.yaml"$/);
    expect(answer.text).toMatch(/^drover: 1\nschedules:\n- name: "yes"\n/);
    expect(answer.text).toContain('at: "08:00"');
    expect(parse(answer.text)).toEqual((await exported(stage)).body);
  });

  test('of nothing is a file too', async () => {
    expect((await exported(stage)).body).toEqual({ drover: 1, schedules: [] });
    expect(parse((await exported(stage, '?format=yaml')).text)).toEqual({ drover: 1, schedules: [] });
  });

  test('takes the filters of the list, and refuses others', async () => {
    await createSchedule(stage, daily({ name: 'red' }));
    await createSchedule(stage, daily({ name: 'blue' }));
    expect((await exported(stage, '?q=blue')).body.schedules.map(({ name }) => name)).toEqual(['blue']);
    const refused = await exported(stage, '?format=xml&colour=red');
    expect(problemOf(refused)).toBe('422 request_invalid ?format ?colour');
  });

  test('holds all, however many pages that are', async () => {
    const schedules = Array.from({ length: 230 }, (_, index) => daily({ name: `n${String(index).padStart(3, '0')}` }));
    expect((await imported(stage, '', 'application/json', fileOf(...schedules))).created).toBe(230);
    const { schedules: found } = (await exported(stage)).body;
    expect(found.map(({ name }) => name)).toEqual(schedules.map(({ name }) => name));
    expect(parse((await exported(stage, '?format=yaml')).text).schedules).toEqual(found);
  });

  test('of a company holds what is its own, and reading is enough', async () => {
    await createSchedule(stage, daily({ name: 'ours' }));
    await createSchedule(stage, daily({ name: 'theirs', task: { model: 'probe', method: 'echo', company: 'acme' } }));
    const token = await stage.keyFor(['read'], 'acme');
    expect((await exported(stage, '', { token })).body.schedules.map(({ name }) => name)).toEqual(['theirs']);
    const enqueueOnly = await stage.keyFor(['enqueue']);
    expect((await exported(stage, '', { token: enqueueOnly })).status).toBe(403);
  });
});

describe('what was exported', () => {
  test.each(['json', 'yaml'])(
    'as %s is unchanged when it comes back, and made anew where it is missing',
    async (format) => {
      const task = { model: 'probe', method: 'echo', args: ['${fire.date}', 1.5, null], priority: 7, tags: ['x'] };
      await createSchedule(stage, daily({ name: 'cron', frequency: { every: 'cron', cron: '0 2 * * 1-5' }, task }));
      await createSchedule(
        stage,
        daily({ name: 'later', timing: 'later', frequency: undefined, startAt: '2099-01-01T00:00:00+02:00' }),
      );
      await createSchedule(
        stage,
        daily({ name: 'all', missed: 'all', jitterSeconds: 5, maxFires: 3, pauseAfterFailures: 2 }),
      );
      const before = await exported(stage, `?format=${format}`);
      const type = `application/${format}`;

      expect(await imported(stage, '', type, before.text)).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: 3,
        refused: 0,
      });
      await removeAll();
      expect(await imported(stage, '', type, before.text)).toMatchObject({
        created: 3,
        updated: 0,
        unchanged: 0,
        refused: 0,
      });
      expect((await exported(stage, `?format=${format}`)).text).toBe(before.text);
    },
  );
});
