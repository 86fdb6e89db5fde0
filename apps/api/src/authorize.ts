import type { Caller, Cluster } from '@drover/broker';
import { ClusterError, type Scope } from '@drover/core';

/**
 * Whom a route lets in.
 *
 * open   anybody, without a token. Every such route says why.
 * known  every key, whatever its scopes.
 * else   keys with this scope, or `admin`.
 */
export type Entry = Scope | 'open' | 'known';

/** What ending a running task needs. */
export type KillScope = Extract<Scope, 'admin' | 'operate'>;

/** RFC 6750: the scheme is case-insensitive, the token is visible ASCII. */
const bearer = /^bearer +([\x21-\x7e]+)$/i;
const tokenLengthMax = 512;

/**
 * Whose token it is, as an `Access` too: the company that he is bound to and who he is travel together into the broker.
 * @throws ClusterError token_missing, token_invalid, redis_unavailable
 */
export async function authenticate(cluster: Cluster, header: string | undefined): Promise<Caller> {
  const token = tokenOf(header);
  const caller = await cluster.keys.authenticate(token);
  if (caller === undefined) throw new ClusterError('token_invalid', 'No key of this cluster has this token.');
  return { ...caller, by: { keyId: caller.keyId, name: caller.name } };
}

/** Whether the caller decides over the whole cluster: may ask for what is Drover's own, the models `system.…`. */
export function isAdminOfAll({ scopes, company }: Caller): boolean {
  return company === undefined && scopes.includes('admin');
}

function tokenOf(header: string | undefined): string {
  if (header === undefined || header.trim() === '') {
    throw new ClusterError('token_missing', 'Send the header "Authorization: Bearer <token>".');
  }
  const [, token] = bearer.exec(header.trim()) ?? [];
  if (token !== undefined && token.length <= tokenLengthMax) return token;
  if (/^bearer\b/i.test(header)) throw new ClusterError('token_invalid', 'The header holds no well-formed token.');
  throw new ClusterError(
    'token_missing',
    'The header "Authorization" must hold "Bearer <token>"; no other scheme is known.',
  );
}

/**
 * A running task may be left half done: who ends one needs the scope that the operator chose for it, by whichever route.
 * @throws ClusterError scope_missing
 */
export function requireKill({ caller, killScope }: { caller: Caller; killScope: KillScope }): void {
  requireScope(caller, killScope, false);
}

/** Whether `requireKill` lets him. */
export function mayKill({ caller: { scopes }, killScope }: { caller: Caller; killScope: KillScope }): boolean {
  return scopes.includes('admin') || scopes.includes(killScope);
}

/** What a route that kills says of its scope. */
export const killScopeWords = 'It needs the scope `admin`, or what `KILL_SCOPE` is set to.';

/**
 * @param clusterWide what the route changes or shows belongs to no company: keys bound to one are refused
 * @throws ClusterError scope_missing
 */
export function requireScope(caller: Caller, entry: Entry, clusterWide: boolean): void {
  if (entry !== 'open' && entry !== 'known' && !caller.scopes.includes(entry) && !caller.scopes.includes('admin')) {
    throw new ClusterError(
      'scope_missing',
      `This needs the scope "${entry}"; the key "${caller.name}" has ${caller.scopes.map((scope) => `"${scope}"`).join(', ')}.`,
    );
  }
  if (clusterWide && caller.company !== undefined) {
    throw new ClusterError(
      'scope_missing',
      `This concerns the whole cluster; the key "${caller.name}" is bound to one company.`,
    );
  }
}
