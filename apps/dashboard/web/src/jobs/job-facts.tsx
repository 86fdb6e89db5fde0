import type { Job } from '@drover/core';
import { Text } from '@mantine/core';
import { Badge } from '../badge.tsx';
import { counted } from '../count.ts';
import { Moment } from '../moment.tsx';
import { Nothing } from '../nothing.tsx';
import { PageLink } from '../page-link.tsx';
import { statusLooks } from './job-looks.ts';
import classes from './jobs.module.css';

/** The parts of a job that its list shows, as a table and as cards. */

export function JobLink({ job }: { job: Job }) {
  return (
    <PageLink to="/jobs/$id" params={{ id: job.id }} size="sm" fw={600} className={classes.wrap}>
      {job.name}
    </PageLink>
  );
}

/** What it is for; without that, what it does first. */
export function JobNote({ job: { description, lines } }: { job: Job }) {
  const [first] = lines;
  const said = description || (first && `${first.model}.${first.method}${lines.length > 1 ? ' …' : ''}`);
  return (
    <Text size="xs" c="dimmed" className={classes.note} lineClamp={2}>
      {said}
    </Text>
  );
}

/** How many there are, and how many of them run. */
export function LineCount({ job: { lines } }: { job: Job }) {
  const running = lines.filter(({ active }) => active).length;
  if (running === lines.length) return counted(lines.length, 'line');
  return (
    <>
      {counted(lines.length, 'line')}
      <Text span size="xs" c="dimmed">
        , {running} active
      </Text>
    </>
  );
}

/** When it ran last, and what came of it. */
export function LastRun({ run }: { run: Job['lastRun'] }) {
  if (run === undefined) return <Nothing />;
  return (
    <span className={classes.last}>
      <PageLink to="/job-results/$id" params={{ id: run.id }} underline="never" className={classes.outcome}>
        <Badge look={statusLooks[run.status]} />
        <span className={classes.unseen}>: the run of {run.startedAt}</span>
      </PageLink>
      <Text span size="sm">
        <Moment at={run.startedAt} />
      </Text>
    </span>
  );
}
