import { expect, test } from 'vitest';
import { type Answer, hangUp, json, problem, startAnsweringServer } from './answering-server.ts';
import { DroverError } from './drover-error.ts';
import { createScheduleFiles } from './schedule-files.ts';
import type { ImportFormat } from './schedules.ts';
import { createTransport } from './transport.ts';

async function start(...script: [Answer, ...Answer[]]) {
  const server = await startAnsweringServer(...script);
  const transport = createTransport({ baseUrl: server.baseUrl, retry: { delayMs: 1 } });
  return { ...server, files: createScheduleFiles(transport), [Symbol.asyncDispose]: server.stop };
}

const report = { dryRun: true, created: 0, updated: 0, unchanged: 0, refused: 0, items: [] };

test.each<[ImportFormat, string]>([
  ['json', 'application/json'],
  ['yaml', 'application/yaml'],
  ['crontab', 'text/plain;charset=utf-8'],
  ['bg-task-json', 'application/json'],
  ['bg-task-csv', 'text/csv;charset=utf-8'],
])('a text of %s is sent as it is, as %s', async (format, type) => {
  await using api = await start(json(report));
  expect(await api.files.import(format, 'the text: ü', { dryRun: true, timeZone: 'Europe/Paris' })).toEqual(report);
  expect(api.asked).toMatchObject([
    {
      method: 'PUT',
      url: `/v1/schedules/import?format=${format}&dryRun=true&timeZone=Europe%2FParis`,
      body: 'the text: ü',
      headers: { 'content-type': type },
    },
  ]);
});

test('an import whose answer was lost is sent again, since it does nothing twice', async () => {
  await using api = await start(hangUp, json(report));
  expect(await api.files.import('crontab', '@daily probe.echo')).toEqual(report);
  expect(api.asked).toHaveLength(2);
});

test('an export comes as the text that it is', async () => {
  await using api = await start(json({ drover: 1, schedules: [] }));
  expect(JSON.parse(await api.files.export('yaml', { q: 'a b' }))).toEqual({ drover: 1, schedules: [] });
  expect(api.asked).toMatchObject([
    {
      url: '/v1/schedules/export?q=a+b&format=yaml',
      headers: { accept: 'application/yaml, application/problem+json' },
    },
  ]);
});

test('an export that is refused, or breaks off, is an error', async () => {
  await using api = await start(problem(403, 'scope_missing'), hangUp);
  await expect(api.files.export('json')).rejects.toMatchObject({ code: 'scope_missing' });
  const error = await api.files.export('json').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DroverError);
  expect((error as DroverError).code).toBe('network');
});
