import { type Json, limits, type Reason } from '@drover/core';
import type { Holder, Slots } from './facts.ts';
import { instant, listed } from './words.ts';

/** What runs, in words: `3 × probe.slow and 1 × account.invoice.post`. */
export function holderWords(holders: readonly Holder[]): string {
  return listed(byMethod(holders).map(([method, count]) => `${count} × ${method}`));
}

/** The same as data: counts of all, and the tasks that the caller may see, those that run longest first. */
export function holderData(holders: readonly Holder[], { visible }: Slots): Reason['data'] {
  const seen = holders.filter(({ id }) => visible === undefined || visible.has(id));
  const tasks = seen.sort((a, b) => a.startedAtMs - b.startedAtMs).slice(0, limits.explainNames);
  return {
    methods: byMethod(holders)
      .slice(0, limits.explainNames)
      .map(([method, count]): Json => ({ method, count })),
    tasks: tasks.map(({ id, method, worker, startedAtMs }): Json => {
      return { id, method, worker, startedAt: instant(startedAtMs) };
    }),
  };
}

/** The most frequent first. */
function byMethod(holders: readonly Holder[]): [method: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { method } of holders) counts.set(method, (counts.get(method) ?? 0) + 1);
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
}
