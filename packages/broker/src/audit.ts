import { type AuditEntry, type AuditPage, ClusterError, limits } from '@drover/core';
import type { Redis } from 'ioredis';
import type { Access, AuditChange, AuditEnd, AuditSearch, Cluster } from './cluster.ts';
import type { Keys } from './keys.ts';
import { asClusterError, reach } from './redis.ts';
import type { RunScript } from './scripts.ts';

/**
 * Who changed what. Written in two steps, so that no change goes unrecorded:
 *
 * begin  before the change. Where this cannot be written, the change must not be made.
 * end    after it: one script call puts the outcome in the place of what `begin` wrote. While Redis is away the outcome
 *        is kept here and written later, so that only what a dying process left stays `begun`.
 *
 * What was refused before it began has no first step.
 */
type Parts = { redis: Redis; keys: Keys; run: RunScript };
type Pending = { begunId: string; fields: string[] };

const againMs = 500;

export function createAudit(parts: Parts): Cluster['audit'] & { stop(): void } {
  const { redis, keys, run } = parts;
  const pending: Pending[] = [];
  let timer: NodeJS.Timeout | undefined;

  const add = (fields: string[]) => redis.xadd(keys.audit, 'MAXLEN', '~', limits.auditEntries, '*', ...fields);
  const replace = ({ begunId, fields }: Pending) => run('audit', keys.audit, [begunId, limits.auditEntries, ...fields]);

  /** In order, until one cannot be written: then again later. */
  const writePending = async () => {
    timer = undefined;
    try {
      for (let next = pending[0]; next !== undefined; next = pending[0]) {
        await replace(next);
        pending.shift();
      }
    } catch {
      timer = setTimeout(writePending, againMs);
    }
  };

  return {
    async begin(change) {
      try {
        return String(await add(fieldsOf(change, { outcome: 'begun' })));
      } catch (cause) {
        // Whatever it is: a change that nobody could account for is not made.
        throw new ClusterError('redis_unavailable', 'This was not done, because the audit cannot be written now.', {
          cause,
        });
      }
    },
    async end(change, end, begunId) {
      const fields = fieldsOf(change, end);
      if (begunId === undefined) {
        await reach(add(fields));
        return;
      }
      try {
        await replace({ begunId, fields });
      } catch (error) {
        if (pending.length < limits.auditPending) {
          pending.push({ begunId, fields });
          timer ??= setTimeout(writePending, againMs);
        }
        throw asClusterError(error);
      }
    },
    list: (search, access) => listAudit(parts, search, access),
    trim: (nowMs) => trimAudit(redis, keys, nowMs),
    stop() {
      clearTimeout(timer);
      pending.length = 0;
    },
  };
}

/** Always all of them, in one order: Redis then keeps their names once for many entries. */
function fieldsOf(change: AuditChange, end: AuditEnd | { outcome: 'begun' }): string[] {
  const { status, code, target }: Partial<AuditEnd> = 'status' in end ? end : {};
  const values = {
    o: end.outcome,
    k: change.actor.keyId,
    n: change.actor.name,
    c: change.company ?? '',
    a: change.action,
    t: target ?? change.target ?? '',
    f: change.from,
    s: status === undefined ? '' : String(status),
    p: code ?? '',
    d: change.details === undefined ? '' : JSON.stringify(change.details),
  };
  return Object.entries(values).flat();
}

type Fields = Record<string, string>;
type StreamEntry = [id: string, fields: string[]];

/** Ends with what fits, or when one request has looked through as much as it may. */
async function listAudit({ redis, keys }: Parts, search: AuditSearch, access: Access): Promise<AuditPage> {
  const { cursor, from, to, limit } = search;
  const oldest = from === undefined ? '-' : String(Math.max(Date.parse(from), 0));
  let before = to === undefined ? '+' : `(${Math.max(Date.parse(to), 1)}-0`;
  if (cursor !== undefined) before = `(${earlier(decodeCursor(cursor), to)}`;
  const items: AuditEntry[] = [];
  let looked = 0;
  // Most often the newest do.
  let count = limit + 1;
  while (looked < limits.auditSearch) {
    const entries = (await reach(redis.xrevrange(keys.audit, before, oldest, 'COUNT', count))) as StreamEntry[];
    for (const [id, pairs] of entries) {
      const fields = recordOf(pairs);
      if (!fits(fields, search, access)) continue;
      if (items.length === limit) return { items, nextCursor: encodeCursor(items.at(-1)?.id ?? id) };
      items.push(viewOf(id, fields));
    }
    const [last] = entries.at(-1) ?? [];
    if (last === undefined || entries.length < count) return { items, nextCursor: null };
    before = `(${last}`;
    looked += entries.length;
    count = limits.auditGroup;
  }
  return { items, nextCursor: encodeCursor(before.slice(1)) };
}

function recordOf(pairs: string[]): Fields {
  const fields: Fields = {};
  for (let at = 0; at < pairs.length; at += 2) fields[pairs[at] as string] = pairs[at + 1] as string;
  return fields;
}

function fits(fields: Fields, { action, key, target, outcome }: AuditSearch, { company }: Access): boolean {
  if (company !== undefined && fields.c !== company) return false;
  if (outcome !== undefined && fields.o !== outcome) return false;
  if (target !== undefined && fields.t !== target) return false;
  if (key !== undefined && fields.k !== key && fields.n !== key) return false;
  if (action === undefined) return true;
  return action.endsWith('.') ? fields.a?.startsWith(action) === true : fields.a === action;
}

function viewOf(id: string, { o, k = '', n = '', c, a = '', t, f = '', s, p, d }: Fields): AuditEntry {
  return {
    id,
    at: new Date(Number.parseInt(id, 10)).toISOString(),
    actor: { keyId: k, name: n },
    ...(c ? { company: c } : {}),
    action: a,
    ...(t ? { target: t } : {}),
    from: f,
    outcome: o as AuditEntry['outcome'],
    ...(s ? { status: Number(s) } : {}),
    ...(p ? { code: p } : {}),
    ...(d ? { details: JSON.parse(d) } : {}),
  };
}

/** A cursor is the id of the last entry that was looked at: what comes later does not move it. */
function encodeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function decodeCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (/^[1-9]\d{0,14}-\d{1,15}$/.test(id)) return id;
  const message = 'is not a cursor of this list';
  throw new ClusterError('request_invalid', `?cursor ${message}`, { faults: [{ pointer: '?cursor', message }] });
}

/** The address may have been edited: a cursor of another page, beside an end that lies before it. */
function earlier(id: string, to: string | undefined): string {
  if (to === undefined || Number.parseInt(id, 10) < Date.parse(to)) return id;
  return `${Math.max(Date.parse(to), 1)}-0`;
}

/**
 * Forgets what is older than `limits.auditMs`, in steps that keep Redis answering others.
 * @returns how many entries went
 */
export async function trimAudit(redis: Redis, keys: Keys, nowMs: number): Promise<number> {
  const oldest = nowMs - limits.auditMs;
  let trimmed = 0;
  for (;;) {
    const step = await reach(redis.xtrim(keys.audit, 'MINID', '~', oldest, 'LIMIT', limits.auditSearch));
    if (step === 0) break;
    trimmed += step;
  }
  // What is left shares a block of Redis with younger ones: a hundred at most.
  return trimmed + (await reach(redis.xtrim(keys.audit, 'MINID', '=', oldest)));
}
