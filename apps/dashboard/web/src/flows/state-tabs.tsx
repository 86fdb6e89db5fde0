import type { FlowState } from '@drover/core';
import { IconListDetails, type TablerIcon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from '../search/tabs.module.css';
import { flowLooks, flowStates } from './flow-looks.ts';
import { changed, type FlowsSearch } from './flows-search.ts';

/** All flows, or those in one state. The other filters stay as they are. */
export function StateTabs({ search }: { search: FlowsSearch }) {
  return (
    <nav aria-label="States">
      <ul className={classes.tabs}>
        <Tab label="All" icon={IconListDetails} state={undefined} search={search} />
        {flowStates.map((state) => (
          <Tab key={state} {...flowLooks[state]} state={state} search={search} />
        ))}
      </ul>
    </nav>
  );
}

type TabProps = { label: string; icon: TablerIcon; state: FlowState | undefined; search: FlowsSearch };

function Tab({ label, icon: Icon, state, search }: TabProps) {
  const isChosen = search.state === state;
  return (
    <li>
      <Link
        to="/flows"
        search={changed(search, { state })}
        className={classes.tab}
        activeOptions={{ exact: true, includeSearch: true }}
        data-chosen={isChosen}
        aria-current={isChosen ? 'page' : undefined}
        resetScroll={false}
      >
        <Icon size={16} aria-hidden />
        {label}
      </Link>
    </li>
  );
}
