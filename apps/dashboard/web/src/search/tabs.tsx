import type { TablerIcon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../count.ts';
import { changed, type LedgerSearch } from './ledger-search.ts';
import classes from './tabs.module.css';

export type LedgerPath = '/tasks' | '/executions';

export type Tab = {
  label: string;
  icon: TablerIcon;
  isChosen: boolean;
  /** What choosing it changes of the filter. */
  change: Partial<LedgerSearch>;
  count?: number | undefined;
};

type Props = { label: string; path: LedgerPath; search: LedgerSearch; tabs: Tab[] };

/** The first choice of a page, as links: each is an address. The other filters stay as they are. */
export function Tabs({ label, path, search, tabs }: Props) {
  return (
    <nav aria-label={label}>
      <ul className={classes.tabs}>
        {tabs.map(({ label: name, icon: Icon, isChosen, change, count }) => (
          <li key={name}>
            <Link
              to={path}
              search={changed(search, change)}
              className={classes.tab}
              data-chosen={isChosen}
              aria-current={isChosen ? 'page' : undefined}
              resetScroll={false}
            >
              <Icon size={16} aria-hidden />
              {name}
              {count !== undefined && <span className={classes.count}>{formatCount(count)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
