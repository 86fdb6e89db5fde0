import type { Schedule } from '@drover/core';
import { expect } from 'vitest';
import type { AskOptions } from './api-stage.ts';
import type { Contract } from './contract.ts';
import { eventually } from './eventually.ts';
import { daily, schedulesPath } from './schedule-talk.ts';

/** Everything that may be asked of schedules, held against the document. */
export async function scheduleTalk(contract: Contract): Promise<void> {
  const { ask } = contract;
  const made = await ask<Schedule>('POST /v1/schedules', schedulesPath, { json: everything });
  const { id } = made.body;
  const onOne = (operation: string, options: AskOptions = {}) => {
    const [method = '', rest = ''] = operation.split(' ');
    const [template = ''] = rest.split('?');
    return ask(`${method} ${schedulesPath}/{id}${template}`, `${schedulesPath}/${id}${rest}`, options);
  };
  await ask('POST /v1/schedules', schedulesPath, {
    json: { ...everything, name: 'x', finishAt: '2049-01-01T00:00:00Z' },
  });
  await ask('POST /v1/schedules', schedulesPath, { json: everything });
  await ask('POST /v1/schedules', schedulesPath, { json: daily({ task: { model: 'probe', method: 'nope' } }) });
  await ask('POST /v1/schedules', schedulesPath, { json: daily(), headers: { 'idempotency-key': '"' } });
  await ask('GET /v1/schedules', schedulesPath);
  await ask('GET /v1/schedules', `${schedulesPath}?state=active&owner=key&drift=false&q=everything&limit=1`);
  await ask('GET /v1/schedules', `${schedulesPath}?state=nope`);
  await onOne('GET ');
  await onOne('PUT ', { json: everything, headers: { 'if-match': made.headers.get('etag') ?? '' } });
  await onOne('PUT ', { json: everything, headers: { 'if-match': '"99"' } });
  await onOne('PUT ', { json: { ...everything, task: { model: 'probe', method: 'slow', kwargs: { ms: 'x' } } } });
  await onOne('PATCH ', { json: { endAt: null, missed: 'all' } });
  await onOne('PATCH ', { json: {}, headers: { 'if-match': '1' } });
  await onOne('POST /pause', { json: { note: 'why', until: '2030-01-01T00:00:00Z' } });
  await onOne('GET ');
  await onOne('POST /pause', { json: { note: 7 } });
  await onOne('POST /unschedule');
  await onOne('POST /reschedule');
  await onOne('POST /run', { headers: { 'idempotency-key': '"run"' } });
  await onOne('POST /run', { headers: { 'idempotency-key': '"' } });
  const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z' };
  await onOne('POST /backfill', { json: { ...range, dryRun: true } });
  await onOne('POST /backfill', { json: range });
  await onOne('POST /backfill', { json: {} });
  await onOne('GET /fires?limit=2');
  await onOne('GET /fires?limit=0');
  await onOne('GET /preview?after=2049-03-01T00:00:00Z&count=40');
  await onOne('GET /preview?count=0');
  await ask('POST /v1/schedules/preview', `${schedulesPath}/preview`, { json: rule });
  await ask('POST /v1/schedules/preview', `${schedulesPath}/preview`, { json: { timing: 'later' } });
  await ask(
    'GET /v1/schedules/calendar',
    `${schedulesPath}/calendar?from=2049-02-01T00:00:00Z&to=2049-02-03T00:00:00Z`,
  );
  await ask('GET /v1/schedules/calendar', `${schedulesPath}/calendar?from=2049-02-01T00:00:00Z`);
  const file = await ask('GET /v1/schedules/export', `${schedulesPath}/export?q=everything`);
  await ask('GET /v1/schedules/export', `${schedulesPath}/export?format=xml`);
  const imported = `${schedulesPath}/import`;
  await ask('PUT /v1/schedules/import', imported, { json: file.body });
  await ask('PUT /v1/schedules/import', `${imported}?dryRun=true`, { json: { drover: 1, schedules: [daily(), {}] } });
  await ask('PUT /v1/schedules/import', imported, { json: [] });
  await onOne('POST /reset');
  await onOne('POST /adopt', { headers: { 'if-match': '"99"' } });
  await onOne('GET ');
  await onOne('DELETE ', { headers: { 'if-match': '"99"' } });
  await onOne('DELETE ');
  await onOne('DELETE ');
  await onOne('GET ');
}

/** One that Drover itself declares, edited, kept so, and taken back. */
export async function driftTalk({ ask }: Contract): Promise<void> {
  const [declared] = await eventually(async () => {
    const { body } = await ask<{ items: Schedule[] }>('GET /v1/schedules', `${schedulesPath}?owner=system`);
    expect(body.items).not.toEqual([]);
    return body.items;
  });
  const path = `${schedulesPath}/${declared?.id}`;
  await ask('PATCH /v1/schedules/{id}', path, { json: { missed: declared?.missed === 'all' ? 'skip' : 'all' } });
  await ask('GET /v1/schedules', `${schedulesPath}?drift=true`);
  await ask('POST /v1/schedules/{id}/adopt', `${path}/adopt`);
  await ask('POST /v1/schedules/{id}/reset', `${path}/reset`);
  await ask('DELETE /v1/schedules/{id}', path);
}

const rule = {
  timing: 'schedule',
  startAt: '2026-10-01T02:00:00+02:00',
  finishAt: '2031-01-01T00:00:00Z',
  frequency: { every: 'monthly', interval: 1, at: '02:30:00', monthDay: 'last' },
  timeZone: 'Europe/Paris',
  maxFires: 100,
  jitterSeconds: 30,
};

const everything = {
  ...rule,
  name: 'Everything',
  description: 'Says all that can be said',
  missed: 'once',
  overlap: 'skip',
  pauseAfterFailures: 3,
  task: {
    model: 'probe',
    method: 'echo',
    args: ['${fire.date}'],
    kwargs: { any: [null, 1.5] },
    name: 'The echo of everything',
    queue: 'default',
    priority: 7,
    maxRetries: 1,
    timeoutSeconds: 10,
    retry: { delaySeconds: 5 },
    tags: ['a'],
    user: 'ann',
    company: 'acme',
    notifyOnFailure: true,
    expiresAfterSeconds: 3_600,
  },
};
