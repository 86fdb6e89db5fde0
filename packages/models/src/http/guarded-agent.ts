import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.ts';

type Resolve = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connections that go only where the guard allows. A name is resolved once, every address it stands for is checked, and
 * the connection goes to those very addresses: a name that changes its mind in between (DNS rebinding) gains nothing.
 * Whoever opens one destroys it.
 */
export function guardedAgent(guard: AddressGuard, connectTimeoutMs: number, resolve: Resolve = systemLookup): Agent {
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: guardedLookup(guard, resolve) });
  return new Agent({
    connections: 1,
    connect(options, callback) {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      try {
        // An address in the URL never reaches the lookup.
        if (isIP(host) !== 0) guard.checkAddress(host, host);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      connect(options, callback);
    },
  });
}

function guardedLookup(guard: AddressGuard, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(
      host,
      { all: true, ...(options.family === undefined ? {} : { family: options.family }) },
      (error, found) => {
        const refused = error ?? checkAll(guard, host, found);
        const [first] = found ?? [];
        if (refused !== undefined) callback(refused, '');
        else if (options.all) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
    );
  };
}

/** One bad address refuses the name: which of them is tried first is not ours to say. */
function checkAll(guard: AddressGuard, host: string, addresses: LookupAddress[]): Error | undefined {
  try {
    for (const { address } of addresses) guard.checkAddress(host, address);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
