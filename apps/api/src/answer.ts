import type { ServerResponse } from 'node:http';
import type { ClusterError } from '@drover/core';
import { problemHeaders, problemMediaType, problemOf } from './problem.ts';

/** What a route answers. Without `body`, nothing follows the headers. */
export type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

export const jsonMediaType = 'application/json';

/** Every answer is data: never cached without asking, never rendered, never guessed at. */
export const dataHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  if (body === undefined) {
    response.writeHead(status, { ...dataHeaders, ...headers });
    response.end();
    return;
  }
  sendText(response, status, JSON.stringify(body), { 'content-type': jsonMediaType, ...headers });
}

export function sendProblem(
  response: ServerResponse,
  error: ClusterError,
  instance: string,
  headers?: Record<string, string>,
): void {
  sendText(response, error.status, JSON.stringify(problemOf(error, instance)), {
    'content-type': problemMediaType,
    ...problemHeaders(error.code),
    ...headers,
  });
}

/** `text` is JSON already. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string>,
): void {
  response.writeHead(status, { ...dataHeaders, 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}
