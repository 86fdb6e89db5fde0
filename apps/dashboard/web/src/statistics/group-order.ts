import type { Figures, GroupFigures } from '@drover/core';

/** The columns of the groups' table that one can sort by. */
export const sortableColumns = [
  'key',
  'total',
  'completed',
  'failed',
  'rate',
  'averageSeconds',
  'p95Seconds',
  'waitP95Seconds',
] as const;
export type SortableColumn = (typeof sortableColumns)[number];

/** A column; with a minus, the largest first. */
export type Sort = SortableColumn | `-${SortableColumn}`;

export const usualSort: Sort = '-total';

export function isSort(value: unknown): value is Sort {
  return typeof value === 'string' && sortableColumns.some((column) => value === column || value === `-${column}`);
}

export function columnOf(sort: Sort): SortableColumn {
  return (sort.startsWith('-') ? sort.slice(1) : sort) as SortableColumn;
}

/** A column chosen again turns round. Figures begin with the largest, names with A. */
export function nextSort(sort: Sort, column: SortableColumn): Sort {
  if (columnOf(sort) === column) return sort === column ? `-${column}` : column;
  return column === 'key' ? column : `-${column}`;
}

/** Of those that ran to their end. Null: none did. */
export function failureRate({ completed, failed }: Pick<Figures, 'completed' | 'failed'>): number | null {
  const ended = completed + failed;
  return ended === 0 ? null : failed / ended;
}

/** In the asked order; what has no figure comes last either way, and equals are in order of their names. */
export function sortGroups(groups: readonly GroupFigures[], sort: Sort): GroupFigures[] {
  const column = columnOf(sort);
  const turn = sort === column ? 1 : -1;
  return [...groups].sort((a, b) => {
    const byName = a.key.localeCompare(b.key, 'en');
    if (column === 'key') return turn * byName;
    const left = figureOf(a, column);
    const right = figureOf(b, column);
    if (left === null || right === null) return Number(left === null) - Number(right === null) || byName;
    return turn * (left - right) || byName;
  });
}

function figureOf(group: GroupFigures, column: Exclude<SortableColumn, 'key'>): number | null {
  return column === 'rate' ? failureRate(group) : group[column];
}
