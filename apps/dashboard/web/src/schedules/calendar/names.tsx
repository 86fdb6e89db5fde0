import { useState } from 'react';
import { PageLink } from '../../page-link.tsx';
import { scheduleLooks } from '../schedule-looks.ts';
import type { Entry } from './fires.ts';
import classes from './names.module.css';

export type Named = { entry: Omit<Entry, 'fires'>; times?: number };

type Props = {
  items: readonly Named[];
  /** So many are shown at first. */
  first?: number;
};

/** Schedules by their names, each leading to its page. What is paused is quieter; what is not active says so. */
export function Names({ items, first = 8 }: Props) {
  const [isWhole, setIsWhole] = useState(false);
  // One more takes no more room than to say so.
  const shown = isWhole || items.length <= first + 1 ? items : items.slice(0, first);
  return (
    <ul className={classes.names}>
      {shown.map(({ entry, times = 1 }) => (
        <li key={entry.id}>
          <PageLink
            to="/schedules/$id"
            params={{ id: entry.id }}
            size="sm"
            {...(entry.isPaused ? { c: 'dimmed' } : {})}
          >
            {entry.name}
          </PageLink>
          {times > 1 && <span className={classes.note}> × {times}</span>}
          {entry.state !== 'active' && (
            <span className={classes.note}> ({scheduleLooks[entry.state].label.toLowerCase()})</span>
          )}
        </li>
      ))}
      {shown.length < items.length && (
        <li>
          <button type="button" className={classes.more} onClick={() => setIsWhole(true)}>
            and {items.length - shown.length} more
          </button>
        </li>
      )}
    </ul>
  );
}
