import type { AskOptions } from './api-stage.ts';

/** The words that hostile requests are written with. */

export type Row = [name: string, path: string, options: AskOptions & { company?: boolean }, problem: string];

export const echo = { model: 'probe', method: 'echo' };
export const json = { 'content-type': 'application/json' };
export const ndjson = { 'content-type': 'application/x-ndjson' };

export const post = (body: string, headers: Record<string, string> = json): AskOptions => ({
  method: 'POST',
  body,
  headers,
});
export const task = (fields: object): AskOptions => ({ method: 'POST', json: { ...echo, ...fields } });
export const taskText = (fields: string): AskOptions => post(`{"model":"probe","method":"echo",${fields}}`);
export const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
export const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
