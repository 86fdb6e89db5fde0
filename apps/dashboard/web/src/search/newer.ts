type Row = { id: string; createdAt?: string; startedAt?: string | undefined };

/** The order of the list: tasks stand by creation, executions by start. */
const timeOf = ({ createdAt, startedAt = '' }: Row) => createdAt ?? startedAt;

/**
 * A list that somebody is working in: its rows stay where they are, and what came since is counted only.
 *
 * @param held the rows as they were when somebody began to work with them, newest first
 * @param fresh the same page as it is now
 */
export function holdRows<T extends Row>(held: readonly T[], fresh: readonly T[]): { rows: T[]; newer: number } {
  const now = new Map(fresh.map((row) => [row.id, row]));
  return { rows: held.map((row) => now.get(row.id) ?? row), newer: newerThan(held, fresh) };
}

/** How many rows of the newest page have come since it was `seen`, newest first too. */
export function newerThan(seen: readonly Row[], fresh: readonly Row[]): number {
  const known = new Set(seen.map(({ id }) => id));
  const [newest] = seen;
  const since = newest === undefined ? '' : timeOf(newest);
  // Rows may leave the list as well: what is older than the newest seen is none that came.
  const first = fresh.findIndex((row) => known.has(row.id) || timeOf(row) < since);
  return first === -1 ? fresh.length : first;
}

/** `3 newer`; `25 or more newer` when all rows of a page are. */
export function saidNewer(newer: number, pageRows: number): string {
  return newer < pageRows ? `${newer} newer` : `${pageRows} or more newer`;
}
