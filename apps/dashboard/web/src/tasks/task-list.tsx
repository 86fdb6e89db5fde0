import type { TaskPage, TaskState } from '@drover/core';
import { Button, EmptyState } from '@mantine/core';
import { IconChevronsUp, IconListSearch } from '@tabler/icons-react';
import type { AskedAction } from '../actions/action-dialog.tsx';
import { SelectionBar } from '../actions/selection-bar.tsx';
import { pageRows } from '../cluster.ts';
import { chosenFilters } from '../search/filter-words.ts';
import { filterKey, type LedgerSearch } from '../search/ledger-search.ts';
import { saidNewer } from '../search/newer.ts';
import { stateLooks } from '../state.ts';
import { useIsWide } from '../wide-table.tsx';
import { TaskCards } from './task-cards.tsx';
import { TaskTable } from './task-table.tsx';
import classes from './tasks.module.css';
import { useSelection } from './use-selection.ts';

type Props = {
  page: TaskPage;
  search: LedgerSearch;
  canSelect: boolean;
  /** The rows are let go of once it has begun. */
  onAct: (asked: AskedAction, onStarted: () => void) => void;
};

/** The rows of a page, and what can be done to the selected ones. */
export function TaskList({ page, search, canSelect, onAct }: Props) {
  const { rows, newer, selection } = useSelection(`${filterKey(search)} ${search.cursor}`, page.items);
  const isWide = useIsWide();
  const selected = rows.filter(({ id }) => selection.ids.has(id));
  if (rows.length === 0) return <NoTasks search={search} hasOlder={page.nextCursor !== null} />;
  const Rows = isWide ? TaskTable : TaskCards;
  return (
    <>
      {selected.length > 0 && (
        <SelectionBar
          tasks={selected}
          onAct={(action) => onAct({ action, filter: {}, ids: selected.map(({ id }) => id) }, selection.clear)}
          onClear={selection.clear}
        />
      )}
      {newer > 0 && search.cursor === undefined && (
        <div className={classes.newer}>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconChevronsUp size={15} aria-hidden />}
            onClick={selection.clear}
          >
            {saidNewer(newer, pageRows)}: show, and select none
          </Button>
        </div>
      )}
      <Rows tasks={rows} selection={canSelect ? selection : undefined} />
    </>
  );
}

function NoTasks({ search, hasOlder }: { search: LedgerSearch; hasOlder: boolean }) {
  const { state, cursor } = search;
  const isFiltered = chosenFilters(search).some(({ field }) => field !== 'state');
  const Icon = state === undefined ? IconListSearch : stateLooks[state].icon;
  const title = hasOlder
    ? 'Nothing found so far'
    : cursor !== undefined
      ? 'No more tasks'
      : isFiltered
        ? 'No task matches'
        : 'No task is here';
  return (
    <EmptyState p="xl" icon={<Icon aria-hidden />} title={title} description={described(state, isFiltered, hasOlder)} />
  );
}

function described(state: TaskState | undefined, isFiltered: boolean, hasOlder: boolean): string {
  if (hasOlder) return 'There are older tasks to look through.';
  if (state !== undefined) return `${stateLooks[state].label}: ${stateLooks[state].means}.`;
  return isFiltered
    ? 'Nothing in the ledger fits all of the chosen filters.'
    : 'What is enqueued is found here, and stays when it has ended.';
}
