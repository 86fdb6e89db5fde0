import type { QueueInfo, TaskState } from '@drover/core';
import { IconListDetails } from '@tabler/icons-react';
import { linkOptions } from '@tanstack/react-router';
import { chosenFilters } from '../search/filter-words.ts';
import { changed, type LedgerSearch } from '../search/ledger-search.ts';
import { Tabs } from '../search/tabs.tsx';
import { stateLooks, taskStates } from '../state.ts';

/** All tasks, or those in one state; with how many there are, where queues alone can tell. */
export function StateTabs({ search, queues }: { search: LedgerSearch; queues: QueueInfo[] | undefined }) {
  const isCounted = chosenFilters(search).every(({ field }) => field === 'state' || field === 'queue');
  const counted = isCounted
    ? queues?.filter(({ name }) => search.queue === undefined || name === search.queue)
    : undefined;
  const countOf = (state: TaskState) => counted?.reduce((sum, { counts }) => sum + counts[state], 0);
  const choice = (state: LedgerSearch['state']) => ({
    isChosen: search.state === state,
    link: linkOptions({ to: '/tasks', search: changed(search, { state }) }),
  });
  const all = { label: 'All', icon: IconListDetails, ...choice(undefined) };
  const states = taskStates.map((state) => {
    const { label, short = label, icon } = stateLooks[state];
    return { label: short, icon, count: countOf(state), ...choice(state) };
  });
  return <Tabs label="States" tabs={[all, ...states]} />;
}
