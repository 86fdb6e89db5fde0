import type { AuditOutcome } from '@drover/core';
import { isAuditOutcome } from './audit-words.ts';

/** Which changes the audit page shows, as the address says it. */
export type AuditPageSearch = {
  action?: string | undefined;
  /** A key's id or name. */
  key?: string | undefined;
  target?: string | undefined;
  outcome?: AuditOutcome | undefined;
  /** Instants, so that a link means the same in every time zone. */
  from?: string | undefined;
  to?: string | undefined;
  cursor?: string | undefined;
};

export function readAuditSearch(search: Record<string, unknown>): AuditPageSearch {
  const { outcome } = search;
  return {
    action: text(search.action),
    key: text(search.key),
    target: text(search.target),
    outcome: isAuditOutcome(outcome) ? outcome : undefined,
    from: instant(search.from),
    to: instant(search.to),
    cursor: text(search.cursor),
  };
}

/** Names may be numbers: `?key=7` is read as one. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 1_024 ? value : undefined;
}

function instant(value: unknown): string | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
