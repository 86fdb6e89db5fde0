import { DroverError } from '@drover/client';
import type { WorkerDetails } from '@drover/core';
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Page } from '../../page.tsx';
import { BackLink, PageLink } from '../../page-link.tsx';
import { QueryPage } from '../../query-page.tsx';
import { WorkerBadges } from '../worker-facts.tsx';
import { workerLooks } from '../worker-looks.ts';
import { workerQuery } from '../worker-queries.ts';
import classes from '../workers.module.css';
import { CurrentTasks } from './current-tasks.tsx';
import { HealthNotices } from './health-notices.tsx';
import { Known } from './known.tsx';
import { OffersPanel } from './offers-panel.tsx';
import type { Unanswered } from './worker-actions.ts';
import { WorkerButtons } from './worker-buttons.tsx';

const route = getRouteApi('/inside/workers/$id');

/** One worker: what it runs, how it is, what it offers, and what may be asked of it. */
export function WorkerPage() {
  const { id } = route.useParams();
  const query = useQuery(workerQuery(id));
  if (query.error instanceof DroverError && query.error.code === 'worker_unknown') {
    return query.data === undefined ? <UnknownWorker id={id} /> : <EndedWorker id={id} />;
  }
  return (
    <QueryPage query={query} title="Worker">
      {(worker) => <KnownWorker key={id} worker={worker} />}
    </QueryPage>
  );
}

function KnownWorker({ worker }: { worker: WorkerDetails }) {
  const [unanswered, setUnanswered] = useState<Unanswered>();
  return (
    <Page
      title={worker.id}
      badge={<WorkerBadges worker={worker} />}
      subtitle={workerLooks[worker.state].means}
      actions={<WorkerButtons worker={worker} onAnswer={setUnanswered} />}
    >
      <div className={classes.columns}>
        <Stack gap="md" miw={0} className={classes.now}>
          <HealthNotices worker={worker} unanswered={unanswered} />
          <CurrentTasks worker={worker} />
        </Stack>
        <div className={classes.knownPart}>
          <Known worker={worker} />
        </div>
        <div className={classes.offersPart}>
          <OffersPanel worker={worker} />
        </div>
      </div>
    </Page>
  );
}

/** It ended while somebody looked at it. */
function EndedWorker({ id }: { id: string }) {
  return (
    <Page title={`${id} has ended`}>
      <Text role="status">It takes no tasks any more. What it ran stands with its tasks, and in its executions.</Text>
      <Onward id={id} />
    </Page>
  );
}

function UnknownWorker({ id }: { id: string }) {
  return (
    <Page title="There is no such worker">
      <Text>
        No worker with the id <span className="mono">{id}</span> is known. It may have ended: workers are forgotten a
        while after that, and what they ran stands with its tasks.
      </Text>
      <Onward id={id} />
    </Page>
  );
}

function Onward({ id }: { id: string }) {
  return (
    <Group mt="md" gap="lg">
      <BackLink to="/workers">To the workers</BackLink>
      <PageLink to="/executions" search={{ worker: id }}>
        Its executions
      </PageLink>
    </Group>
  );
}
