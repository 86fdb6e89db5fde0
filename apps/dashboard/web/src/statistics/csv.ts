import type { Figures, GroupFigures, Statistics } from '@drover/core';
import { failureRate } from './group-order.ts';

type Cell = string | number | null;

/** The figures of a file, named as the API names them. */
const figures = [
  'enqueued',
  'total',
  'completed',
  'failed',
  'cancelled',
  'executions',
  'retried',
  'averageSeconds',
  'p50Seconds',
  'p95Seconds',
  'p99Seconds',
  'waitAverageSeconds',
  'waitP50Seconds',
  'waitP95Seconds',
  'waitP99Seconds',
] as const satisfies (keyof Figures)[];

const names = [...figures, 'failureRate'];

function cellsOf(row: Figures): Cell[] {
  return [...figures.map((name) => row[name]), failureRate(row)];
}

/** A line for each day. */
export function daysCsv({ days }: Statistics): string {
  return csv([['date', 'from', 'to', ...names], ...days.map((day) => [day.date, day.from, day.to, ...cellsOf(day)])]);
}

/** A line for each group, in the order in which they are given. */
export function groupsCsv(by: string, groups: readonly GroupFigures[]): string {
  return csv([[by, ...names], ...groups.map((group) => [group.key, ...cellsOf(group)])]);
}

/** As RFC 4180 has it. Nothing stands for a figure that there is not. */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(written).join(',')}\r\n`).join('');
}

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  // A text that a spreadsheet would take for a formula is kept a text.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
