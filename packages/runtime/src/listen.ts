import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from './logger.ts';

/** Longer than the 60 s that load balancers keep a connection, so that they never use one that has just closed. */
const keepAliveMs = 65_000;
/** A client that takes longer for its headers is not one of ours. */
const headersMs = 30_000;
/** A streamed bulk request may be long. */
const requestMs = 3_600_000;
/** How long running requests may go on after `stop`. */
const stopGraceMs = 10_000;
const idleCheckMs = 50;

export type ListenOptions = {
  /** 0 takes a free one. */
  port: number;
  /** Default: 127.0.0.1. */
  host?: string;
  logger: Logger;
  /** Name of the setting that the port comes from: an error names it. */
  setting?: string;
};

export type Listening = {
  /** `http://host:port`, without a slash at the end. */
  url: string;
  port: number;
  server: Server;
  /** Takes no new connections, waits for running requests, at most `graceMs` (default 10 s). */
  stop(graceMs?: number): Promise<void>;
};

/** @throws Error that names the setting when the port is taken or not allowed */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const { port, host = '127.0.0.1', logger, setting = 'port' } = options;
  const server = createServer(
    { keepAliveTimeout: keepAliveMs, headersTimeout: headersMs, requestTimeout: requestMs },
    app,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, { port, host, setting })));
    server.listen({ port, host }, resolve);
  });
  server.on('error', (error) => logger.error({ err: error }, 'HTTP server failed'));
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const url = `http://${name === '0.0.0.0' || name === '[::]' ? 'localhost' : name}:${address.port}`;
  return { url, port: address.port, server, stop: (graceMs = stopGraceMs) => stop(server, graceMs) };
}

function listenError(
  error: NodeJS.ErrnoException,
  { port, host, setting }: { port: number; host: string; setting: string },
): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(`Port ${port} on ${host} is taken by another process: set ${setting} to a free one`, {
        cause: error,
      });
    case 'EACCES':
      return new Error(`Port ${port} is not allowed for this user: set ${setting} to one above 1023`, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`${host} is not an address of this machine: set LISTEN_HOST to one`, { cause: error });
    default:
      return error;
  }
}

/** Connections that become idle are closed as they do: a client that keeps its connection must not hold the stop up. */
async function stop(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
