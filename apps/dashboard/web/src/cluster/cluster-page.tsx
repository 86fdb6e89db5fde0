import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queuesQuery, workersQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { QueueTable } from './queue-table.tsx';
import { WorkerTable } from './worker-table.tsx';

export function ClusterPage() {
  const queues = useQuery(queuesQuery);
  const workers = useQuery(workersQuery);
  return (
    <Page title="Queues and workers">
      <Stack gap="md">
        <Section title="Queues" isFlush>
          <QueryPart query={queues}>{(data) => <QueueTable queues={data} hasActions />}</QueryPart>
        </Section>
        <Section title="Workers" isFlush>
          <QueryPart query={workers}>{(data) => <WorkerTable workers={data} />}</QueryPart>
        </Section>
      </Stack>
    </Page>
  );
}
