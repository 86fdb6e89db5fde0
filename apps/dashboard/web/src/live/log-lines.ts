import type { LogLine, TaskLog } from '@drover/core';

/** A line with its number, counted from the first that the task ever logged: 1. */
export type NumberedLine = { number: number; line: LogLine };

/**
 * A log with the lines that it has not yet; undefined when there is a gap between, so that it must be read anew. A task
 * keeps its newest lines only, and so does this.
 */
export function withLines(log: TaskLog, lines: readonly NumberedLine[], max: number): TaskLog | undefined {
  const known = log.dropped + log.items.length;
  const added = lines.filter(({ number }) => number > known);
  if (added.length === 0) return log;
  if (added.some(({ number }, index) => number !== known + 1 + index)) return undefined;
  const items = [...log.items, ...added.map(({ line }) => line)];
  const excess = Math.max(0, items.length - max);
  return { items: items.slice(excess), dropped: log.dropped + excess };
}
