import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
export type Answer = (asked: Asked, response: ServerResponse) => void;

/** For tests: a real HTTP server that answers by a script, one answer after the other, the last one for ever. */
export async function startAnsweringServer(...script: [Answer, ...Answer[]]) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
    const answer = script[Math.min(asked.length, script.length - 1)] ?? script[0];
    asked.push(one);
    answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl, asked, stop, [Symbol.asyncDispose]: stop };
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

export const problem = (
  status: number,
  code: string,
  more: object = {},
  headers: Record<string, string> = {},
): Answer =>
  json({ type: 'about:blank', title: code, status, detail: `${code} here`, code, ...more }, status, {
    'content-type': 'application/problem+json',
    ...headers,
  });

/** Takes the request and breaks the connection, so that the client cannot know what was done. */
export const hangUp: Answer = (_asked, response) => {
  response.socket?.destroy();
};
