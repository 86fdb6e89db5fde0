import { useQuery } from '@tanstack/react-query';
import { queuesQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { useIsClusterWide, useMay } from '../session/session.ts';
import { QueueList } from './queue-list.tsx';

/** A queue holds the tasks of many companies: a key of one has no say in it. */
export function QueuesPage() {
  const query = useQuery(queuesQuery);
  const mayOperate = useMay('operate');
  const isClusterWide = useIsClusterWide();
  return (
    <Page title="Queues" subtitle="Where tasks wait for a worker, and what bounds them.">
      <Section title="All queues" isFlush>
        <QueryPart query={query}>
          {(queues) => <QueueList queues={queues} hasActions={mayOperate && isClusterWide} />}
        </QueryPart>
      </Section>
    </Page>
  );
}
