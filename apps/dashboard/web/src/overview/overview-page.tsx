import type { Overview } from '@drover/core';
import { Skeleton, Stack } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { overviewQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { ButtonLink } from '../page-link.tsx';
import { Lines } from '../page-skeleton.tsx';
import { QueryPart } from '../query-part.tsx';
import { QueueList } from '../queues/queue-list.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import { WorkerList } from '../workers/worker-list.tsx';
import { autoscaleQuery } from './autoscale-query.ts';
import { MonitorFigures } from './monitor-figures.tsx';
import classes from './overview-page.module.css';
import { RecentErrors } from './recent-errors.tsx';
import { Scaling } from './scaling.tsx';
import { StuckTasks } from './stuck-tasks.tsx';

const Throughput = lazy(() => import('./throughput.tsx'));

export function OverviewPage() {
  const query = useQuery(overviewQuery);
  const canRun = useMay('enqueue');
  const actions = canRun && (
    <ButtonLink to="/run" leftSection={<IconPlayerPlay size={16} aria-hidden />}>
      Run a method
    </ButtonLink>
  );
  return (
    <Page title="Overview" actions={actions}>
      <QueryPart query={query} skeleton={<OverviewSkeleton />}>
        {(overview) => <Figures overview={overview} />}
      </QueryPart>
    </Page>
  );
}

function Figures({ overview }: { overview: Overview }) {
  const { figures, queues, workers, throughput, recentErrors, stuck = [] } = overview;
  return (
    <Stack gap="md">
      <MonitorFigures figures={figures} />
      <div className={classes.split}>
        <Section title="The last hour">
          <Suspense fallback={<Skeleton height={210} />}>
            <Throughput minutes={throughput} />
          </Suspense>
        </Section>
        <Section title="Recent errors" isFlush>
          <RecentErrors errors={recentErrors} />
        </Section>
      </div>
      {stuck.length > 0 && (
        <Section title="Stuck tasks" isFlush>
          <StuckTasks tasks={stuck} />
        </Section>
      )}
      <MaybeScaling />
      <Section title="Queues" isFlush>
        <QueueList queues={queues} />
      </Section>
      <Section title="Workers" isFlush>
        <WorkerList workers={workers} />
      </Section>
    </Stack>
  );
}

/** Nothing where it is not told, or not yet: the rest of the page does not wait for it. */
function MaybeScaling() {
  return (
    <QueryPart query={useQuery(autoscaleQuery)} skeleton={null}>
      {(autoscale) => autoscale !== null && <Scaling autoscale={autoscale} />}
    </QueryPart>
  );
}

function OverviewSkeleton() {
  return (
    <Stack gap="md">
      <Skeleton height={86} radius="lg" />
      <div className={classes.split}>
        <Skeleton height={260} radius="lg" />
        <Skeleton height={260} radius="lg" />
      </div>
      <Lines count={5} />
    </Stack>
  );
}
