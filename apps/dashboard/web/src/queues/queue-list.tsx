import type { QueueInfo } from '@drover/core';
import { EmptyState } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useIsWide } from '../wide-table.tsx';
import { QueueCards } from './queue-cards.tsx';
import { QueueTable } from './queue-table.tsx';

/** The queues: a table, or cards where that is too wide. */
export function QueueList({ queues, hasActions = false }: { queues: QueueInfo[]; hasActions?: boolean }) {
  const isWide = useIsWide();
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
  const Rows = isWide ? QueueTable : QueueCards;
  return <Rows queues={queues} hasActions={hasActions} />;
}
