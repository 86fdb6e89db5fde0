import { isIP } from 'node:net';
import { PermanentError } from '@drover/core';
import ipaddr from 'ipaddr.js';
import { setting } from '../settings.ts';

/**
 * Keeps requests on behalf of strangers off the inside of the network. An address is public or it is refused: loopback,
 * private, link-local, shared, multicast, reserved and unspecified ones, and IPv6 forms that hide an IPv4 address, all
 * are refused, unless the setting HTTP_ALLOW_PRIVATE names them.
 *
 * HTTP_ALLOW_PRIVATE: `true` allows all; else host names, addresses and networks by comma, for example
 * `erp.internal, 10.1.0.0/16, ::1`. A host name allows every address that it resolves to.
 */
export type AddressGuard = {
  /**
   * Checks a URL before anything is sent: scheme, credentials, odd notations of addresses.
   * @throws PermanentError
   */
  checkUrl(text: string): URL;
  /**
   * Checks an address that `host` stands for, right before the connection to it.
   * @throws PermanentError
   */
  checkAddress(host: string, address: string): void;
};

type Network = ReturnType<typeof ipaddr.parseCIDR>;

export function addressGuard(allowed = setting('HTTP_ALLOW_PRIVATE')): AddressGuard {
  const rules = parseAllowed(allowed);
  const isAllowed = (host: string, address: string) =>
    rules.all || rules.hosts.has(canonicalHost(host)) || isInside(address, rules.networks) || isPublic(address);
  const checkAddress = (host: string, address: string) => {
    if (isAllowed(host, address)) return;
    const shown = host === address ? host : `${host} (${address})`;
    throw new PermanentError(
      `${shown} is not a public address; HTTP_ALLOW_PRIVATE on the workers can allow it, by host or network`,
    );
  };
  return {
    checkAddress,
    checkUrl(text) {
      const url = parseUrl(text);
      const host = bareHost(url.hostname);
      if (isIP(host) === 0) return url;
      const asWritten = bareHost(writtenHost(text));
      const isOdd = isIP(asWritten) === 0;
      if (isOdd && !rules.all && !isInside(host, rules.networks)) {
        throw new PermanentError(`"${asWritten}" is an odd notation of the address ${host}: write it plainly`);
      }
      checkAddress(host, host);
      return url;
    },
  };
}

function parseUrl(text: string): URL {
  // What URL parsers drop or bend: two parsers must never see two hosts.
  if (/[\s\\\p{Cc}]/u.test(text)) throw new PermanentError('a URL must not hold spaces, backslashes or line breaks');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new PermanentError(`"${text}" is not a URL`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new PermanentError(`only http: and https: are requested, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new PermanentError('a URL must not hold a user or password: URLs are logged. Send an Authorization header');
  }
  return url;
}

/** The host exactly as the caller wrote it: `http://0x7f.1:80/` → `0x7f.1`. */
function writtenHost(text: string): string {
  const authority = /^[a-z+.-]+:\/*([^/?#]*)/i.exec(text)?.[1] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
}

function bareHost(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

function canonicalHost(host: string): string {
  return bareHost(host).toLowerCase().replace(/\.$/, '');
}

/** Public IPv6 lies in 2000::/3 only; what tunnels IPv4 (6to4, Teredo) has a range of its own and is not `unicast`. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

function isInside(address: string, networks: Network[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some((network) => network[0].kind() === parsed.kind() && parsed.match(network));
}

function parseAllowed(text: string | undefined): { all: boolean; hosts: Set<string>; networks: Network[] } {
  const hosts = new Set<string>();
  const networks: Network[] = [];
  if (text === 'true') return { all: true, hosts, networks };
  for (const entry of (text ?? '').split(',').map((part) => part.trim())) {
    if (entry === '' || entry === 'false') continue;
    if (ipaddr.isValidCIDR(entry)) networks.push(ipaddr.parseCIDR(entry));
    else if (isIP(bareHost(entry)) !== 0) networks.push(singleAddress(bareHost(entry)));
    else if (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/i.test(entry)) hosts.add(canonicalHost(entry));
    else throw new PermanentError(`HTTP_ALLOW_PRIVATE: "${entry}" is neither a host nor an address nor a network`);
  }
  return { all: false, hosts, networks };
}

function singleAddress(address: string): Network {
  const parsed = ipaddr.parse(address);
  return [parsed, parsed.kind() === 'ipv4' ? 32 : 128];
}
