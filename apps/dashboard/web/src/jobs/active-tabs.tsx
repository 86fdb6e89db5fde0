import { IconListDetails, IconPlayerPause, IconRepeat, type TablerIcon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from '../search/tabs.module.css';
import { changed, type JobsSearch } from './jobs-search.ts';

/** All jobs, or those that are active, or not. The other filters stay as they are. */
export function ActiveTabs({ search }: { search: JobsSearch }) {
  return (
    <nav aria-label="States">
      <ul className={classes.tabs}>
        <Tab label="All" icon={IconListDetails} active={undefined} search={search} />
        <Tab label="Active" icon={IconRepeat} active={true} search={search} />
        <Tab label="Not active" icon={IconPlayerPause} active={false} search={search} />
      </ul>
    </nav>
  );
}

type TabProps = { label: string; icon: TablerIcon; active: boolean | undefined; search: JobsSearch };

function Tab({ label, icon: Icon, active, search }: TabProps) {
  const isChosen = search.active === active;
  return (
    <li>
      <Link
        to="/jobs"
        search={changed(search, { active })}
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
