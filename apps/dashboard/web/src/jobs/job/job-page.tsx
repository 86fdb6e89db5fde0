import type { Job } from '@drover/core';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Badge } from '../../badge.tsx';
import { Page, PageColumns } from '../../page.tsx';
import { QueryPage } from '../../query-page.tsx';
import { TaskId } from '../../task-id.tsx';
import { activeLook } from '../job-looks.ts';
import { jobQuery } from '../job-queries.ts';
import classes from '../jobs.module.css';
import { Definition } from './definition.tsx';
import { JobActions } from './job-actions.tsx';
import { LinesPanel } from './lines-panel.tsx';
import { RunsPanel } from './runs-panel.tsx';
import { SchedulesPanel } from './schedules-panel.tsx';
import { isUnknownJob, UnknownJob } from './unknown-job.tsx';

const route = getRouteApi('/inside/jobs/$id');

/** One job: what it does, line by line, what runs it, and what came of it. */
export function JobPage() {
  const { id } = route.useParams();
  const query = useQuery(jobQuery(id));
  if (isUnknownJob(query.error)) return <UnknownJob id={id} />;
  return (
    <QueryPage query={query} title="Job">
      {(job) => <KnownJob key={id} job={job} />}
    </QueryPage>
  );
}

function KnownJob({ job }: { job: Job }) {
  return (
    <Page
      title={job.name}
      badge={<Badge look={activeLook(job)} />}
      subtitle={
        <>
          {job.description !== undefined && <p className={classes.said}>{job.description}</p>}
          <TaskId id={job.id} />
        </>
      }
      actions={<JobActions job={job} />}
    >
      <PageColumns>
        <Stack gap="md" miw={0}>
          <LinesPanel job={job} />
          <RunsPanel job={job} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Definition job={job} />
          <SchedulesPanel job={job} />
        </Stack>
      </PageColumns>
    </Page>
  );
}
