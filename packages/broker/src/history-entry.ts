import type { TaskHistoryEntry } from '@drover/core';
import type { Access } from './cluster.ts';

/** What is remembered of a change: who, when, what, and why. */
export function historyEntry(
  { by }: Access,
  action: TaskHistoryEntry['action'],
  comment?: string,
  before?: TaskHistoryEntry['before'],
): string {
  const entry: TaskHistoryEntry = {
    at: new Date().toISOString(),
    ...(by === undefined ? {} : { by }),
    action,
    ...(comment === undefined || comment === '' ? {} : { comment }),
    ...(before === undefined ? {} : { before }),
  };
  return JSON.stringify(entry);
}
