import type { TablerIcon } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { formatCount } from '../count.ts';
import classes from './tabs.module.css';

export type Tab = {
  label: string;
  icon: TablerIcon;
  isChosen: boolean;
  /** The page as it is when this is chosen. */
  link: Pick<LinkProps, 'to' | 'search'>;
  count?: number | undefined;
};

/** The first choice of a page, as links: each is an address. The other filters stay as they are. */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav aria-label={label}>
      <ul className={classes.tabs}>
        {tabs.map(({ label: name, icon: Icon, isChosen, link, count }) => (
          <li key={name}>
            <Link
              {...link}
              className={classes.tab}
              activeOptions={{ exact: true, includeSearch: true }}
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
