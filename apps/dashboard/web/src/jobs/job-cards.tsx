import { Badge } from '../badge.tsx';
import { Card, CardFact, CardFacts, Cards } from '../cards.tsx';
import { JobLink, JobNote, LastRun, LineCount } from './job-facts.tsx';
import { activeLook } from './job-looks.ts';
import { JobMenu } from './job-menu.tsx';
import type { RowsProps } from './job-table.tsx';
import classes from './jobs.module.css';

/** The same as the table, for narrow screens. */
export function JobCards({ jobs, onRun }: RowsProps) {
  return (
    <Cards label="Jobs">
      {jobs.map((job) => (
        <Card
          key={job.id}
          title={<JobLink job={job} />}
          aside={onRun !== undefined && <JobMenu job={job} onRun={() => onRun(job)} />}
        >
          <JobNote job={job} />
          <Badge look={activeLook(job)} />
          <CardFacts className={classes.facts}>
            <CardFact name="Last run">
              <LastRun run={job.lastRun} />
            </CardFact>
            <CardFact name="Lines">
              <LineCount job={job} />
            </CardFact>
            <CardFact name="Module">{job.module}</CardFact>
            <CardFact name="Company">{job.company}</CardFact>
          </CardFacts>
        </Card>
      ))}
    </Cards>
  );
}
