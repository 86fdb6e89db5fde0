import { Badge } from '../badge.tsx';
import { JobLink, JobNote, LastRun, LineCount } from './job-facts.tsx';
import { activeLook } from './job-looks.ts';
import { JobMenu } from './job-menu.tsx';
import type { RowsProps } from './job-table.tsx';
import classes from './jobs.module.css';

/** The same as the table, for narrow screens. */
export function JobCards({ jobs, onRun }: RowsProps) {
  return (
    <ul className={classes.cards} aria-label="Jobs">
      {jobs.map((job) => (
        <li key={job.id} className={classes.card}>
          <span className={classes.title}>
            <JobLink job={job} />
            {onRun !== undefined && <JobMenu job={job} onRun={() => onRun(job)} />}
          </span>
          <JobNote job={job} />
          <Badge look={activeLook(job)} />
          <dl className={classes.facts}>
            <div>
              <dt>Last run</dt>
              <dd>
                <LastRun run={job.lastRun} />
              </dd>
            </div>
            <div>
              <dt>Lines</dt>
              <dd>
                <LineCount job={job} />
              </dd>
            </div>
            {job.module !== undefined && (
              <div>
                <dt>Module</dt>
                <dd>{job.module}</dd>
              </div>
            )}
            {job.company !== undefined && (
              <div>
                <dt>Company</dt>
                <dd>{job.company}</dd>
              </div>
            )}
          </dl>
        </li>
      ))}
    </ul>
  );
}
