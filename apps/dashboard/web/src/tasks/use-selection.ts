import type { Task } from '@drover/core';
import { useState } from 'react';
import { holdRows } from '../search/newer.ts';

export type Selection = {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  /** All rows of the page, or none. */
  togglePage: () => void;
  isWhole: boolean;
  clear: () => void;
};

type Chosen = { page: string; ids: ReadonlySet<string>; held: Task[] };

/**
 * Which rows of a page somebody has chosen. While there are any, the rows stay where they are, whatever comes.
 *
 * @param page tells pages and filters apart: another one begins with nothing chosen
 */
export function useSelection(page: string, tasks: Task[]): { rows: Task[]; newer: number; selection: Selection } {
  const [chosen, setChosen] = useState<Chosen>();
  const current = chosen?.page === page ? chosen : undefined;
  const { rows, newer } = current === undefined ? { rows: tasks, newer: 0 } : holdRows(current.held, tasks);
  const ids: ReadonlySet<string> = current?.ids ?? new Set();
  const isWhole = rows.length > 0 && rows.every(({ id }) => ids.has(id));
  const choose = (wanted: ReadonlySet<string>) =>
    setChosen(wanted.size === 0 ? undefined : { page, ids: wanted, held: current?.held ?? tasks });
  return {
    rows,
    newer,
    selection: {
      ids,
      isWhole,
      toggle: (id) => choose(toggled(ids, id)),
      togglePage: () => choose(isWhole ? new Set() : new Set(rows.map((row) => row.id))),
      clear: () => setChosen(undefined),
    },
  };
}

function toggled(ids: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
