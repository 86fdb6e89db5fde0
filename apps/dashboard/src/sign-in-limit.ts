import { isIPv6 } from 'node:net';

/** Wrong tokens that one address may try, and in what time. */
const failuresMax = 10;
const windowMs = 5 * 60_000;
/** Addresses remembered; the oldest is forgotten first. */
const addressesMax = 10_000;

/** Slows down who tries tokens. An attempt counts when it begins, so that many at once gain nothing. */
export type SignInLimit = {
  /** Seconds until the address may try again; undefined: now, and the attempt is counted. */
  take(address: string): number | undefined;
  /** The attempt was a good one, or nobody's fault. */
  giveBack(address: string): void;
};

export function createSignInLimit(now: () => number = Date.now): SignInLimit {
  const attempts = new Map<string, { count: number; resetAt: number }>();
  return {
    take(address) {
      const network = networkOf(address);
      let entry = attempts.get(network);
      if (entry === undefined || entry.resetAt <= now()) {
        attempts.delete(network);
        entry = { count: 0, resetAt: now() + windowMs };
        const [oldest] = attempts.keys();
        if (attempts.size >= addressesMax && oldest !== undefined) attempts.delete(oldest);
        attempts.set(network, entry);
      }
      if (entry.count >= failuresMax) return Math.ceil((entry.resetAt - now()) / 1_000);
      entry.count++;
      return undefined;
    },
    giveBack(address) {
      const entry = attempts.get(networkOf(address));
      if (entry !== undefined && entry.count > 0) entry.count--;
    },
  };
}

/** An IPv6 user has a whole /64 to try from. */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const gap = address.includes('::') ? Array.from({ length: 8 - left.length - right.length }, () => '0') : [];
  return [...left, ...gap, ...right].slice(0, 4).join(':');
}
