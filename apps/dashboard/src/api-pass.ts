import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';
import { addressHeader } from '@drover/broker';
import { ClusterError, limits } from '@drover/core';
import type { Logger } from '@drover/runtime';
import type { Request, Response } from 'express';

/** Longer than the API's longest wait, and than the beats of its streams. */
const idleMs = (limits.waitSeconds + 30) * 1_000;
const connectMs = 3_000;

/** RFC 9110, 7.6.1: they concern one connection only. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What the API must not hear from a browser: who it is and from where, we say; which page asks, is our matter. */
const withheld =
  /^(authorization|cookie|host|expect|origin|referer|forwarded|x-forwarded-.*|x-real-ip|sec-.*|drover-browser-address)$/;

/** Who asks: with whose token, and from which address, as the API will believe it. */
export type Asker = { authorization: string; sealedAddress: string | undefined };

/** Told of what the API answers. */
export type Watch = {
  /** The API does not know the token. */
  onRefused(): void;
  /** It goes on and on. */
  onStream(): void;
};

/**
 * Passes a request on to the API with the user's token, both bodies as streams.
 *
 * Every request has a connection of its own, so that none is lost on one that the API has just closed.
 */
export function createApiPass({ apiUrl, logger }: { apiUrl: string; logger: Logger }) {
  const { protocol, hostname, port, pathname } = new URL(apiUrl);
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  const basePath = pathname.replace(/\/+$/, '');
  // An IPv6 address stands in brackets in a URL, and without them in a socket.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');

  return (request: Request, response: Response, asker: Asker, watch: Watch): Promise<void> =>
    new Promise((resolve, reject) => {
      // Whoever asked has left meanwhile.
      if (response.destroyed) return resolve();
      const upstream = send({
        host,
        port: port || undefined,
        method: request.method,
        path: basePath + request.originalUrl,
        headers: { ...passedHeaders(request.headers), ...headersOf(asker) },
        agent: false,
        timeout: idleMs,
      });
      boundConnect(upstream);
      upstream.on('timeout', () => upstream.destroy(new Error(`nothing came for ${idleMs} ms`)));
      upstream.on('response', (answer) => {
        if (answer.statusCode === 401) watch.onRefused();
        answerWith(answer, response, resolve);
        if (answer.headers['content-type'] === 'text/event-stream') watch.onStream();
      });
      upstream.on('error', (error) => {
        // What is left of the body goes nowhere, so that the connection is free for the answer, and the next request.
        request.unpipe(upstream);
        request.resume();
        // The answer has begun, or nobody is there to read it: what can be done is done by the streams.
        if (response.headersSent || response.destroyed) return resolve();
        logger.warn({ err: error, path: request.path }, 'API did not answer');
        reject(new ClusterError('api_unavailable', 'The API does not answer; it may be starting.', { cause: error }));
      });
      response.once('close', () => {
        upstream.destroy();
        resolve();
      });
      request.pipe(upstream);
    });
}

function headersOf({ authorization, sealedAddress }: Asker): Record<string, string> {
  return { authorization, ...(sealedAddress === undefined ? {} : { [addressHeader]: sealedAddress }) };
}

function answerWith(answer: IncomingMessage, response: Response, resolve: () => void): void {
  response.writeHead(answer.statusCode ?? 502, passedHeaders(answer.headers));
  // The first bytes of a live stream may be long in coming.
  response.flushHeaders();
  pipeline(answer, response, (error) => {
    if (error) response.destroy();
    resolve();
  });
}

function boundConnect(upstream: ClientRequest): void {
  const timer = setTimeout(() => upstream.destroy(new Error(`no connection in ${connectMs} ms`)), connectMs);
  upstream.on('socket', (socket) => socket.once('connect', () => clearTimeout(timer)));
  upstream.on('close', () => clearTimeout(timer));
}

/** The headers that go beyond this connection. */
export function passedHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHop.has(name) || named.has(name)) continue;
    if (withheld.test(name) || name === 'set-cookie') continue;
    passed[name] = value;
  }
  return passed;
}
