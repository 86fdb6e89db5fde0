import type { Outcome } from '@drover/core';
import { IconListDetails } from '@tabler/icons-react';
import { linkOptions } from '@tanstack/react-router';
import { changed, type LedgerSearch } from '../search/ledger-search.ts';
import { type Tab, Tabs } from '../search/tabs.tsx';
import { outcomeLooks, stateLooks } from '../state.ts';

/** How executions end; tasks that never began have other ends as well. */
const ends: Outcome[] = ['success', 'warning', 'info', 'skipped', 'error', 'timeout', 'cancelled', 'lost'];

/** All executions, those that run, or those that ended in one way. */
export function OutcomeTabs({ search }: { search: LedgerSearch }) {
  const { state, outcome } = search;
  const isRunning = state === 'running';
  /** The state of a task says nothing of how an execution ended, but that a running one has not. */
  const rest = isRunning ? { state: undefined } : {};
  const link = (change: Partial<LedgerSearch>) => linkOptions({ to: '/executions', search: changed(search, change) });
  const { label, icon } = stateLooks.running;
  const tabs: Tab[] = [
    {
      label: 'All',
      icon: IconListDetails,
      isChosen: !isRunning && outcome === undefined,
      link: link({ outcome: undefined, ...rest }),
    },
    { label, icon, isChosen: isRunning, link: link({ state: 'running', outcome: undefined }) },
    ...ends.map((end) => ({ ...outcomeLooks[end], isChosen: end === outcome, link: link({ outcome: end, ...rest }) })),
  ];
  return <Tabs label="Outcomes" tabs={tabs} />;
}
