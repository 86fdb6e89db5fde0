import { DroverError } from '@drover/client';
import type { Flow } from '@drover/core';
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Badge } from '../../badge.tsx';
import { Page, PageColumns } from '../../page.tsx';
import { BackLink } from '../../page-link.tsx';
import { QueryPage } from '../../query-page.tsx';
import { TaskId } from '../../task-id.tsx';
import { flowLooks } from '../flow-looks.ts';
import { flowQuery } from '../flow-queries.ts';
import { AttentionNotice } from './attention-notice.tsx';
import { FlowActions } from './flow-actions.tsx';
import { FlowAnnouncer } from './flow-announcer.tsx';
import { FlowFigures } from './flow-figures.tsx';
import { FlowSettings } from './flow-settings.tsx';
import { ResultsPanel } from './results-panel.tsx';
import { TasksSection } from './tasks-section.tsx';

const route = getRouteApi('/inside/flows/$id');

/** One flow: how far it is, its tasks and what they wait for, and what came of it. */
export function FlowPage() {
  const { id } = route.useParams();
  const query = useQuery(flowQuery(id));
  if (query.error instanceof DroverError && query.error.code === 'flow_unknown') return <UnknownFlow id={id} />;
  return (
    <QueryPage query={query} title="Flow">
      {(flow) => <KnownFlow key={id} flow={flow} />}
    </QueryPage>
  );
}

function KnownFlow({ flow }: { flow: Flow }) {
  return (
    <Page
      title={flow.name}
      badge={<Badge look={flowLooks[flow.state]} />}
      subtitle={<TaskId id={flow.id} />}
      actions={<FlowActions flow={flow} />}
    >
      <FlowAnnouncer flow={flow} />
      <Stack gap="md">
        <AttentionNotice flow={flow} />
        <FlowFigures flow={flow} />
        <TasksSection flow={flow} />
        <PageColumns>
          <ResultsPanel flow={flow} />
          <FlowSettings flow={flow} />
        </PageColumns>
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
      <BackLink to="/flows" mt="md">
        To the flows
      </BackLink>
    </Page>
  );
}
