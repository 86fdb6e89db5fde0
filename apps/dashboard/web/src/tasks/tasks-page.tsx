import type { TaskState } from '@drover/core';
import { EmptyState, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queuesQuery, tasksQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { stateLooks } from '../state.ts';
import { OpenById } from './open-by-id.tsx';
import { PageSteps } from './page-steps.tsx';
import { QueueSelect } from './queue-select.tsx';
import { StateTabs } from './state-tabs.tsx';
import { TaskCards } from './task-cards.tsx';
import { TaskTable } from './task-table.tsx';

const route = getRouteApi('/inside/tasks');

export function TasksPage() {
  const { state = 'running', queue, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const queues = useQuery(queuesQuery);
  const tasks = useQuery(tasksQuery({ state, queue, cursor }));
  const isWide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  const setQueue = (chosen: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, queue: chosen, cursor: undefined }) });

  return (
    <Page title="Tasks" actions={<OpenById />}>
      <Stack gap="md">
        <StateTabs chosen={state} queue={queue} queues={queues.data} />
        <Section
          title={stateLooks[state].label}
          aside={<QueueSelect queues={queues.data} queue={queue} onChange={setQueue} />}
          isFlush
        >
          <QueryPart query={tasks}>
            {({ items, nextCursor }) => (
              <>
                {items.length === 0 && <NoTasks state={state} queue={queue} isFirstPage={cursor === undefined} />}
                {items.length > 0 && (isWide ? <TaskTable tasks={items} /> : <TaskCards tasks={items} />)}
                <PageSteps hasPrevious={cursor !== undefined} nextCursor={nextCursor} />
              </>
            )}
          </QueryPart>
        </Section>
      </Stack>
    </Page>
  );
}

function NoTasks({ state, queue, isFirstPage }: { state: TaskState; queue: string | undefined; isFirstPage: boolean }) {
  const { label, means, icon: Icon } = stateLooks[state];
  const where = queue === undefined ? '' : ` in queue ${queue}`;
  return (
    <EmptyState
      p="xl"
      icon={<Icon aria-hidden />}
      title={isFirstPage ? `No task is here${where}` : 'No more tasks'}
      description={`${label}: ${means}.`}
    />
  );
}
