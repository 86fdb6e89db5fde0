import type { QueueInfo, TaskState } from '@drover/core';
import { EmptyState, Group, Table, Text } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { Badge } from '../badge.tsx';
import { formatCount } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { PageLink } from '../page-link.tsx';
import { useIsClusterWide, useMay } from '../session/session.ts';
import { stateLooks, taskStates } from '../state.ts';
import { WideTable } from '../wide-table.tsx';
import { PauseButton, pausedLook } from './pause-button.tsx';

/** Tasks by state, a row for each queue. Every figure leads to its tasks. */
export function QueueTable({ queues, hasActions = false }: { queues: QueueInfo[]; hasActions?: boolean }) {
  const mayOperate = useMay('operate');
  const isClusterWide = useIsClusterWide();
  const canOperate = mayOperate && isClusterWide && hasActions;
  if (queues.length === 0) {
    return (
      <EmptyState
        p="lg"
        size="sm"
        icon={<IconInbox aria-hidden />}
        title="No queues yet"
        description="A queue appears with its first task, or with a worker that takes from it."
      />
    );
  }
  const columns = [
    { name: 'Queue' },
    ...(canOperate ? [{ name: 'Actions', isHidden: true }] : []),
    ...taskStates.map((state) => ({ name: stateLooks[state].short ?? stateLooks[state].label, isNumber: true })),
    { name: 'Oldest waits', isNumber: true },
    { name: 'Workers', isNumber: true },
  ];
  return (
    <WideTable label="Queues" minWidth={900} columns={columns}>
      {queues.map((queue) => (
        <QueueRow key={queue.name} queue={queue} canOperate={canOperate} />
      ))}
    </WideTable>
  );
}

function QueueRow({ queue, canOperate }: { queue: QueueInfo; canOperate: boolean }) {
  const hasNobody = queue.workers === 0 && queue.counts.waiting > 0;
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <Group gap="xs" wrap="nowrap">
          <Text span size="sm" fw={600} c="var(--mantine-color-text)">
            {queue.name}
          </Text>
          {queue.paused && <Badge look={pausedLook} />}
        </Group>
      </Table.Th>
      {canOperate && (
        <Table.Td>
          <PauseButton name={queue.name} isPaused={queue.paused} />
        </Table.Td>
      )}
      {taskStates.map((state) => (
        <Table.Td key={state} ta="right">
          <Count queue={queue} state={state} />
        </Table.Td>
      ))}
      <Table.Td ta="right">
        {queue.oldestWaitingSeconds === null ? '–' : formatDuration(queue.oldestWaitingSeconds)}
      </Table.Td>
      <Table.Td ta="right" c={hasNobody ? 'var(--mantine-color-error)' : 'inherit'}>
        {hasNobody ? 'none takes from it' : queue.workers}
      </Table.Td>
    </Table.Tr>
  );
}

function Count({ queue, state }: { queue: QueueInfo; state: TaskState }) {
  const count = queue.counts[state];
  if (count === 0) return <Nothing />;
  return (
    <PageLink
      to="/tasks"
      search={{ state, queue: queue.name }}
      size="sm"
      aria-label={`${formatCount(count)} ${stateLooks[state].label.toLowerCase()} in ${queue.name}`}
    >
      {formatCount(count)}
    </PageLink>
  );
}

function Nothing() {
  return (
    <Text span size="sm" c="dimmed">
      0
    </Text>
  );
}
