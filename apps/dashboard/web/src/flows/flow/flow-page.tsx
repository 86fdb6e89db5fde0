import { DroverError } from '@drover/client';
import type { Flow } from '@drover/core';
import { Stack, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Badge } from '../../badge.tsx';
import { Page } from '../../page.tsx';
import { PageLink } from '../../page-link.tsx';
import { PageSkeleton } from '../../page-skeleton.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { QueryPart } from '../../query-part.tsx';
import { TaskId } from '../../task-id.tsx';
import { flowLooks } from '../flow-looks.ts';
import { flowQuery } from '../flow-queries.ts';
import { AttentionNotice } from './attention-notice.tsx';
import { FlowActions } from './flow-actions.tsx';
import { FlowAnnouncer } from './flow-announcer.tsx';
import { FlowFigures } from './flow-figures.tsx';
import classes from './flow-page.module.css';
import { FlowSettings } from './flow-settings.tsx';
import { ResultsPanel } from './results-panel.tsx';
import { TasksSection } from './tasks-section.tsx';

const route = getRouteApi('/inside/flows/$id');

/** One flow: how far it is, its tasks and what they wait for, and what came of it. */
export function FlowPage() {
  const { id } = route.useParams();
  const query = useQuery(flowQuery(id));
  if (query.error instanceof DroverError && query.error.code === 'flow_unknown') return <UnknownFlow id={id} />;
  if (query.data === undefined && query.error === null) return <PageSkeleton />;
  if (query.data === undefined) {
    return (
      <Page title="Flow">
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  return <QueryPart query={query}>{(flow) => <KnownFlow key={id} flow={flow} />}</QueryPart>;
}

function KnownFlow({ flow }: { flow: Flow }) {
  return (
    <Page
      title={flow.name}
      heading={
        <span className={classes.heading}>
          {flow.name}
          <Badge look={flowLooks[flow.state]} />
        </span>
      }
      subtitle={<TaskId id={flow.id} />}
      actions={<FlowActions flow={flow} />}
    >
      <FlowAnnouncer flow={flow} />
      <Stack gap="md">
        <AttentionNotice flow={flow} />
        <FlowFigures flow={flow} />
        <TasksSection flow={flow} />
        <div className={classes.columns}>
          <ResultsPanel flow={flow} />
          <FlowSettings flow={flow} />
        </div>
      </Stack>
    </Page>
  );
}

function UnknownFlow({ id }: { id: string }) {
  return (
    <Page title="There is no such flow">
      <Text>
        No flow that you may see has the id <span className="mono">{id}</span>. It may be mistyped, belong to another
        company, or have been removed after its time of keeping.
      </Text>
      <PageLink to="/flows" mt="md" display="inline-flex" style={{ alignItems: 'center', gap: 6 }}>
        <IconArrowLeft size={16} aria-hidden /> To the flows
      </PageLink>
    </Page>
  );
}
