import type { ImportReport } from '@drover/core';
import { expect } from 'vitest';
import type { Answered, ApiStage, AskOptions } from './api-stage.ts';
import type { Contract } from './contract.ts';
import { schedulesPath } from './schedule-talk.ts';

/** What tests of schedules as files say over HTTP. */

type File = { drover: number; schedules: { name: string }[] };

export function exported(stage: ApiStage, query = '', options: AskOptions = {}): Promise<Answered<File>> {
  return stage.ask<File>(`${schedulesPath}/export${query}`, options);
}

/** Sends a file; expects nothing. */
export function sendFile(
  stage: ApiStage,
  query: string,
  type: string,
  body: string | Uint8Array,
  options: AskOptions = {},
): Promise<Answered<ImportReport>> {
  const headers = { 'content-type': type };
  return stage.ask<ImportReport>(`${schedulesPath}/import${query}`, { method: 'PUT', body, headers, ...options });
}

/** Sends a file; expects a report. */
export async function imported(stage: ApiStage, query: string, type: string, body: string): Promise<ImportReport> {
  const answer = await sendFile(stage, query, type, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** Drover's own format. */
export function fileOf(...schedules: unknown[]): string {
  return JSON.stringify({ drover: 1, schedules });
}

/** What the document says of files, held against what is answered. */
export async function fileTalk({ ask }: Contract): Promise<void> {
  await ask('GET /v1/schedules/export', `${schedulesPath}/export`);
  const send = (query: string, text: string) =>
    ask('PUT /v1/schedules/import', `${schedulesPath}/import${query}`, {
      headers: { 'content-type': 'text/plain' },
      body: text,
    });
  await send('?dryRun=true', '@daily probe.echo\n@reboot probe.echo\n');
  await send('?format=xml', '');
  await send('?format=json', '{');
}
