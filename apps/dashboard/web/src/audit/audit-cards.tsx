import type { AuditEntry } from '@drover/core';
import { Cards } from '../cards.tsx';
import { Moment } from '../moment.tsx';
import classes from './audit.module.css';
import { Details, Outcome, What, Who } from './audit-entry.tsx';

/** The same as the table, for narrow screens. */
export function AuditCards({ entries }: { entries: AuditEntry[] }) {
  return (
    <Cards label="Changes">
      {entries.map((entry) => (
        <li key={entry.id} className={classes.card}>
          <span className={classes.title}>
            <What entry={entry} />
            <Outcome entry={entry} />
          </span>
          <span className={classes.meta}>
            <Who entry={entry} />
            <span className="mono">{entry.from}</span>
            <Moment at={entry.at} />
          </span>
          <details className={classes.more}>
            <summary>Details</summary>
            <Details entry={entry} />
          </details>
        </li>
      ))}
    </Cards>
  );
}
