import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ClusterError } from '@drover/core';
import { problemMediaType, problemOf } from './problem.ts';

/** What is not HTTP, or too much of it, never reaches the app: it is answered here, as a problem like any other. */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    socket.end(answerTo(error.code));
  });
}

function answerTo(code: string | undefined): string {
  const { status, reason, detail } = wordsFor(code);
  const problem = { ...problemOf(new ClusterError('request_unreadable', detail)), status };
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${status} ${reason}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function wordsFor(code: string | undefined): { status: number; reason: string; detail: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, reason: 'Request Header Fields Too Large', detail: 'The headers are too large.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, reason: 'Request Timeout', detail: 'The request did not come in time.' };
    default:
      return { status: 400, reason: 'Bad Request', detail: 'This is not a request of HTTP/1.1.' };
  }
}
