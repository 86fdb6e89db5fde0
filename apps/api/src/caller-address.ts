import { isIP } from 'node:net';
import { addressHeader } from '@drover/broker';
import type { Call } from './route.ts';

/**
 * The address that a request came from: that of the browser, where a dashboard of this cluster asks for it; else as many
 * steps behind the connection as TRUSTED_PROXIES says. What else stands in headers is not believed: anybody can write it.
 */
export async function addressOf({ cluster, request }: Pick<Call, 'cluster' | 'request'>): Promise<string> {
  const sealed = request.headers[addressHeader];
  if (typeof sealed === 'string') {
    const opened = cluster.addressSeal.open(sealed, request.headers.authorization ?? '');
    // While Redis is away there is no telling; then nothing is changed either.
    const address = plainAddress(await opened.catch(() => undefined));
    if (address !== undefined) return address;
  }
  return plainAddress(request.ip) ?? plainAddress(request.socket.remoteAddress) ?? 'unknown';
}

/** As people write it: without a port, and IPv4 not dressed up as IPv6. Undefined when it is no address. */
export function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, inBrackets, beforePort] = /^(?:\[([^\]]+)\](?::\d+)?|([^:]+):\d+)$/.exec(text.trim()) ?? [];
  const address = (inBrackets ?? beforePort ?? text.trim()).replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 0 ? undefined : address;
}
