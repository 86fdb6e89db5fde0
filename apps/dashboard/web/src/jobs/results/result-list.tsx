import type { JobResultSummary } from '@drover/core';
import { Badge } from '../../badge.tsx';
import { Moment } from '../../moment.tsx';
import { PageLink } from '../../page-link.tsx';
import { ScheduleName } from '../../schedules/schedule-name.tsx';
import { byWords, statusLooks } from '../job-looks.ts';
import classes from '../jobs.module.css';
import listClasses from './results.module.css';
import { Took } from './took.tsx';

type Props = {
  results: JobResultSummary[];
  /** Their job is named by the page already. */
  isOfOneJob?: boolean;
};

/** Runs of jobs, newest first, one a line on any screen. */
export function ResultList({ results, isOfOneJob = false }: Props) {
  return (
    <ol className={classes.lines} aria-label="Results">
      {results.map((result) => (
        <li key={result.id} className={listClasses.result}>
          <PageLink
            to="/job-results/$id"
            params={{ id: result.id }}
            underline="never"
            className={`${classes.outcome} ${listClasses.status}`}
          >
            <Badge look={statusLooks[result.status]} />
            <span className={classes.unseen}>
              : {result.jobName}, {result.startedAt}
            </span>
          </PageLink>
          <span className={classes.what}>
            {!isOfOneJob && (
              <PageLink to="/jobs/$id" params={{ id: result.job }} size="sm" fw={600} className={classes.wrap}>
                {result.jobName}
              </PageLink>
            )}
            <span className={classes.aside}>
              {result.schedule === undefined ? (
                <span>{byWords[result.by]}</span>
              ) : (
                <span>
                  By schedule <ScheduleName id={result.schedule} className={classes.link} />
                </span>
              )}
              {result.user !== undefined && <span>for {result.user}</span>}
              {!isOfOneJob && result.company !== undefined && <span>{result.company}</span>}
            </span>
            {result.message !== undefined && <span className={classes.wrap}>{result.message}</span>}
          </span>
          <span className={listClasses.times}>
            <Moment at={result.startedAt} />
            <span className={classes.aside}>
              <Took from={result.startedAt} to={result.finishedAt} />
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
