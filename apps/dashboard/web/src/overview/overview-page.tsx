import type { Overview } from '@drover/core';
import { Skeleton, Stack } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { QueueTable } from '../cluster/queue-table.tsx';
import { WorkerTable } from '../cluster/worker-table.tsx';
import { overviewQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { ButtonLink } from '../page-link.tsx';
import { Lines } from '../page-skeleton.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import { MonitorFigures } from './monitor-figures.tsx';
import classes from './overview-page.module.css';
import { RecentErrors } from './recent-errors.tsx';

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
  const { figures, queues, workers, throughput, recentErrors } = overview;
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
      <Section title="Queues" isFlush>
        <QueueTable queues={queues} />
      </Section>
      <Section title="Workers" isFlush>
        <WorkerTable workers={workers} />
      </Section>
    </Stack>
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
