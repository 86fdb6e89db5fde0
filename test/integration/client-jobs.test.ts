import { randomUUID } from 'node:crypto';
import { createClient, type DroverClient } from '@drover/client';
import type { JobRequestInput } from '@drover/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';

let stage: ApiStage;
let client: DroverClient;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker();
  client = createClient({ baseUrl: stage.url, token: adminToken });
  await vi.waitUntil(async () => (await client.models.list()).length > 0, { timeout: 20_000 });
});

afterAll(() => stage.stop());

const waits = (ms: number, more: Partial<JobRequestInput> = {}): JobRequestInput => ({
  name: `waits ${randomUUID()}`,
  lines: [{ number: 10, kind: 'action', model: 'probe', method: 'slow', kwargs: { ms } }],
  ...more,
});

test('a job is made, edited under its version, run, waited for, and removed', async () => {
  const { jobs } = client;
  const job = await jobs.create(waits(1, { module: 'client' }));
  expect(await jobs.get(job.id)).toEqual(job);
  expect((await jobs.list({ module: 'client' })).items).toEqual([job]);
  const edited = await jobs.replace(job.id, waits(2), { version: job.version });
  for (const late of [
    () => jobs.replace(job.id, waits(3), { version: job.version }),
    () => jobs.remove(job.id, { version: job.version }),
  ]) {
    await expect(late()).rejects.toMatchObject({ code: 'precondition_failed', status: 412 });
  }
  const { id } = await jobs.run(job.id, { lines: { 10: { kwargs: { ms: 300 } } } });
  const seen: string[] = [];
  const end = await jobs.results.waitFor(id, { timeoutMs: 20_000, onProgress: ({ status }) => seen.push(status) });
  expect(end).toMatchObject({ id, status: 'success', lines: [{ number: 10, status: 'success' }] });
  expect(seen.at(-1)).toBe('success');
  expect(await jobs.run(job.id, { user: 'ann' }, { waitSeconds: 20 })).toMatchObject({
    status: 'success',
    user: 'ann',
  });
  expect((await jobs.results.list({ job: job.id })).items).toHaveLength(2);
  await jobs.remove(job.id, { version: edited.version });
  await expect(jobs.run(job.id)).rejects.toMatchObject({ code: 'job_unknown' });
});

test('a run is killed, and says what may remain', async () => {
  const job = await client.jobs.create(waits(600_000));
  const { id } = await client.jobs.run(job.id);
  expect((await client.jobs.results.kill(id, { reason: 'enough' })).warning).toContain('may remain');
  expect(await client.jobs.results.waitFor(id, { timeoutMs: 20_000 })).toMatchObject({ status: 'cancelled' });
  await expect(client.jobs.results.kill(id)).rejects.toMatchObject({ code: 'job_conflict', status: 409 });
});

test('jobs go out as a file and come back', async () => {
  const { id } = await client.jobs.create(waits(1, { module: 'filed' }));
  for (const format of ['yaml', 'json'] as const) {
    const text = await client.jobs.export(format, { module: 'filed' });
    expect(await client.jobs.import(format, text)).toMatchObject({ unchanged: 1, items: [{ id }] });
    expect(await client.jobs.import(format, text, { module: 'other', dryRun: true })).toMatchObject({ items: [] });
  }
  await expect(client.jobs.import('json', '{')).rejects.toMatchObject({ code: 'body_invalid' });
});
