/** What of the attention page is shown, as the address says it. */
export type AttentionSearch = {
  /** The inbox, unless it says otherwise. */
  tab?: 'failures' | undefined;
  /** The task that is open. */
  task?: string | undefined;
  cursor?: string | undefined;
  /** Words that the groups of failures are narrowed to. */
  q?: string | undefined;
};

export function readAttentionSearch({ tab, task, cursor, q }: Record<string, unknown>): AttentionSearch {
  return { tab: tab === 'failures' ? tab : undefined, task: text(task), cursor: text(cursor), q: text(q) };
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 1_024 ? value : undefined;
}

/** Where to go from a task that leaves the inbox: to the one below it, from the last one to the one above. */
export function neighbourOf(ids: readonly string[], id: string): string | undefined {
  const index = ids.indexOf(id);
  if (index === -1) return ids[0];
  return ids[index + 1] ?? ids[index - 1];
}
