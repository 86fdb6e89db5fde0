import type { Readable } from 'node:stream';
import { PermanentError, TemporaryError } from '@drover/core';
import { type Agent, request } from 'undici';
import { type AddressGuard, addressGuard } from './address-guard.ts';
import { guardedAgent } from './guarded-agent.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

export type OpenOptions = {
  method?: Method;
  headers?: Record<string, string>;
  body?: string;
  /** Redirects followed; each is checked as the first address was. Default 5. */
  maxRedirects?: number;
  /** Ends the request, the reading of its answer included. */
  signal: AbortSignal;
  /** Default 10 000. */
  connectTimeoutMs?: number;
  /** How long the server may be silent, before its answer and within it. Default 0: only the signal ends it. */
  idleTimeoutMs?: number;
  guard?: AddressGuard;
};

export type OpenedUrl = {
  /** Where the answer came from, after redirects. */
  url: string;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Readable;
  /** Ends the connection, whatever has been read. */
  close(): Promise<void>;
};

/** What may follow a redirect to another origin: any other header may hold a secret. */
const harmlessHeaders = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'range',
  'user-agent',
]);

/**
 * Sends a request to a public address and opens its answer, whatever its status.
 *
 * @throws PermanentError where the address, a redirect or the server's certificate forbids it; TemporaryError when the
 *   network fails; signal.reason when the signal aborts.
 */
export async function openUrl(address: string, options: OpenOptions): Promise<OpenedUrl> {
  const { signal, connectTimeoutMs = 10_000, maxRedirects = 5, guard = addressGuard() } = options;
  const agent = guardedAgent(guard, connectTimeoutMs);
  const close = () => agent.destroy();
  try {
    return { ...(await follow(agent, address, options, maxRedirects, guard)), close };
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw classified(error);
  }
}

type Hop = { url: URL; method: Method; headers: Record<string, string>; body: string | undefined };

async function follow(
  agent: Agent,
  address: string,
  options: OpenOptions,
  maxRedirects: number,
  guard: AddressGuard,
): Promise<Omit<OpenedUrl, 'close'>> {
  const { method = 'GET', headers = {}, body, signal, idleTimeoutMs = 0 } = options;
  let hop: Hop = { url: guard.checkUrl(address), method, headers: lowerCased(headers), body };
  for (let redirects = 0; ; redirects++) {
    const answer = await request(hop.url, {
      method: hop.method,
      headers: { 'user-agent': 'drover', ...hop.headers },
      body: hop.body ?? null,
      dispatcher: agent,
      signal,
      headersTimeout: idleTimeoutMs,
      bodyTimeout: idleTimeoutMs,
    });
    const location = redirectOf(answer.statusCode, answer.headers.location);
    if (location === undefined || maxRedirects === 0) {
      const { statusCode: status, headers: answered, body: read } = answer;
      return { url: hop.url.href, status, headers: answered, body: read };
    }
    answer.body.on('error', () => {}).destroy();
    if (redirects >= maxRedirects)
      throw new PermanentError(`more than ${maxRedirects} redirects, the last to ${location}`);
    hop = nextHop(hop, answer.statusCode, location, guard);
  }
}

function redirectOf(status: number, location: string | string[] | undefined): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  return Array.isArray(location) ? location[0] : location;
}

/** The request that a redirect asks for (RFC 9110, 15.4). */
function nextHop(hop: Hop, status: number, location: string, guard: AddressGuard): Hop {
  const isAbsolute = /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(location);
  const url = guard.checkUrl(isAbsolute ? absolute(location, hop.url) : new URL(location, hop.url).href);
  const isSameOrigin = url.origin === hop.url.origin;
  const headers = isSameOrigin
    ? hop.headers
    : Object.fromEntries(Object.entries(hop.headers).filter(([name]) => harmlessHeaders.has(name)));
  const becomesGet = status === 303 ? hop.method !== 'HEAD' : status < 303 && hop.method === 'POST';
  if (!becomesGet) return { ...hop, url, headers };
  const { 'content-type': _, ...rest } = headers;
  return { url, method: 'GET', headers: rest, body: undefined };
}

/** Keeps the host as it was written, so that odd notations are still seen. */
function absolute(location: string, base: URL): string {
  return location.startsWith('//') ? `${base.protocol}${location}` : location;
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** A certificate that is not trusted will not be trusted in five minutes; all else that a network does may pass. */
const certificateError = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS_CERT)/;

function classified(error: unknown): unknown {
  if (error instanceof PermanentError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('UND_ERR_INVALID_ARG')) return new PermanentError(message, { cause: error });
  const said = `${message || code}`;
  return certificateError.test(code ?? '')
    ? new PermanentError(`the server's certificate is not trusted: ${said}`, { cause: error })
    : new TemporaryError(`the request failed: ${said}`, { cause: error });
}
