import { maxHeaderSize, type Server, STATUS_CODES } from 'node:http';
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
  const error = errorOf(code);
  const body = JSON.stringify(problemOf(error));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function errorOf(code: string | undefined): ClusterError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ClusterError('headers_too_large', `The headers may have ${maxHeaderSize} bytes together.`);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ClusterError('request_timeout', 'The headers, or the body, took too long.');
    default:
      return new ClusterError('request_unreadable', 'This is no request of HTTP/1.1.');
  }
}
