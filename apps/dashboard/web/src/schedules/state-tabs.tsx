import type { ScheduleState } from '@drover/core';
import { IconListDetails, type TablerIcon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from '../search/tabs.module.css';
import { scheduleLooks, scheduleStates } from './schedule-looks.ts';
import { changed, type SchedulesSearch } from './schedules-search.ts';

/** All schedules, or those in one state. The other filters stay as they are. */
export function StateTabs({ search }: { search: SchedulesSearch }) {
  return (
    <nav aria-label="States">
      <ul className={classes.tabs}>
        <Tab label="All" icon={IconListDetails} state={undefined} search={search} />
        {scheduleStates.map((state) => (
          <Tab key={state} {...scheduleLooks[state]} state={state} search={search} />
        ))}
      </ul>
    </nav>
  );
}

type TabProps = { label: string; icon: TablerIcon; state: ScheduleState | undefined; search: SchedulesSearch };

function Tab({ label, icon: Icon, state, search }: TabProps) {
  const isChosen = search.state === state;
  return (
    <li>
      <Link
        to="/schedules"
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
