import { DroverError } from '@drover/client';
import type { Task } from '@drover/core';
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { TaskBadge } from '../badge.tsx';
import { taskQuery } from '../cluster.ts';
import { useFollowedTask } from '../live/follow-task.ts';
import { Page, PageColumns } from '../page.tsx';
import { BackLink } from '../page-link.tsx';
import { QueryPage } from '../query-page.tsx';
import { TaskId } from '../task-id.tsx';
import { Attempts } from './attempts.tsx';
import { ErrorPanel } from './error-panel.tsx';
import { ExplainPanel } from './explain-panel.tsx';
import { Facts } from './facts.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { ProgressPanel } from './progress-panel.tsx';
import { RequestPanel } from './request-panel.tsx';
import { ResultPanel } from './result-panel.tsx';
import { StateAnnouncer } from './state-announcer.tsx';
import { TaskActions } from './task-actions.tsx';
import { WaitsForPanel } from './waits-for-panel.tsx';

const route = getRouteApi('/inside/tasks/$id');

export function TaskPage() {
  const { id } = route.useParams();
  return <TaskById key={id} id={id} />;
}

function TaskById({ id }: { id: string }) {
  const query = useQuery(taskQuery(id));
  if (query.error instanceof DroverError && query.error.code === 'task_unknown') return <UnknownTask id={id} />;
  return (
    <QueryPage query={query} title="Task">
      {(task) => <KnownTask task={task} />}
    </QueryPage>
  );
}

function KnownTask({ task }: { task: Task }) {
  useFollowedTask(task);
  const fullName = `${task.model}.${task.method}`;
  return (
    <Page
      title={task.name}
      badge={<TaskBadge state={task.state} outcome={task.outcome} />}
      subtitle={
        <Group gap="md">
          {task.name !== fullName && <span>{fullName}</span>}
          <TaskId id={task.id} />
        </Group>
      }
      actions={<TaskActions task={task} />}
    >
      <StateAnnouncer task={task} />
      <PageColumns>
        <Stack gap="md" miw={0}>
          <ProgressPanel task={task} />
          <ExplainPanel task={task} />
          <WaitsForPanel task={task} />
          <ErrorPanel task={task} />
          <ResultPanel task={task} />
          <Attempts task={task} />
          <LogPanel task={task} />
          <HistoryPanel task={task} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Facts task={task} />
          <RequestPanel task={task} />
        </Stack>
      </PageColumns>
    </Page>
  );
}

function UnknownTask({ id }: { id: string }) {
  return (
    <Page title="There is no such task">
      <Text>
        No task that you may see has the id <span className="mono">{id}</span>. It may be mistyped, belong to another
        company, or have been removed after its time of keeping.
      </Text>
      <BackLink to="/tasks" mt="md">
        To the tasks
      </BackLink>
    </Page>
  );
}
