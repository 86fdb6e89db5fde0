import type { WorkerInfo } from '@drover/core';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { workersQuery } from '../cluster.ts';
import { formatCount } from '../count.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { WorkerList } from './worker-list.tsx';
import { totalLoad } from './worker-looks.ts';

export function WorkersPage() {
  const query = useQuery(workersQuery);
  return (
    <Page title="Workers" subtitle="The processes that run tasks, on all machines.">
      <Section title="All workers" aside={query.data && <Together workers={query.data} />} isFlush>
        <QueryPart query={query}>{(workers) => <WorkerList workers={workers} />}</QueryPart>
      </Section>
    </Page>
  );
}

/** What all of them do. */
function Together({ workers }: { workers: WorkerInfo[] }) {
  const load = totalLoad(workers);
  if (load.concurrency === 0) return null;
  return (
    <Text size="sm" c="dimmed" className="numbers">
      {formatCount(load.running)} running, of {formatCount(load.concurrency)} at a time
    </Text>
  );
}
