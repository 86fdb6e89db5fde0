import { once } from 'node:events';
import { connect } from 'node:net';
import type { Problem, Task } from '@drover/core';
import { type ApiStage, adminToken } from './api-stage.ts';

export const bulkPath = '/v1/tasks/bulk';

/** What became of one line. */
export type BulkResult = { status: number; task?: Task; id?: string; problem?: Problem };

export function resultsOf(text: string): BulkResult[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BulkResult);
}

/** A request whose body and answer are both open, on a socket of its own. */
export async function openStream(on: ApiStage, query = '') {
  const socket = connect(on.listening.port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => {
    text += part;
  });
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const chunk = (data: string) => `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;
  socket.write(
    `POST ${bulkPath}${query} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${adminToken}\r\n` +
      'content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n',
  );
  return {
    ended,
    send: (data: string) => socket.write(chunk(data)),
    /** Whether the kernel took it in time. */
    sendWithin: (data: string, ms: number) =>
      new Promise<boolean>((resolve) => {
        const late = setTimeout(() => resolve(false), ms);
        socket.write(chunk(data), () => {
          clearTimeout(late);
          resolve(true);
        });
      }),
    end: () => socket.write('0\r\n\r\n'),
    destroy: () => socket.destroy(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    results: (): BulkResult[] => resultsOf(unchunked(text)),
  };
}

/** The body so far, up to its last whole line. */
function unchunked(text: string): string {
  const start = text.indexOf('\r\n\r\n');
  if (start === -1) return '';
  let rest = Buffer.from(text.slice(start + 4));
  const parts: Buffer[] = [];
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, end).toString(), 16);
    if (end === -1 || !(size > 0) || rest.length < end + 4 + size) break;
    parts.push(rest.subarray(end + 2, end + 2 + size));
    rest = rest.subarray(end + 4 + size);
  }
  const body = Buffer.concat(parts).toString();
  return body.slice(0, body.lastIndexOf('\n') + 1);
}
