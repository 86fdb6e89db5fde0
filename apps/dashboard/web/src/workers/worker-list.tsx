import type { WorkerInfo } from '@drover/core';
import { Code, EmptyState, Text } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { useIsWide } from '../wide-table.tsx';
import { WorkerCards } from './worker-cards.tsx';
import { WorkerTable } from './worker-table.tsx';

/** The processes that run tasks: a table, or cards where that is too wide. */
export function WorkerList({ workers }: { workers: WorkerInfo[] }) {
  const isWide = useIsWide();
  if (workers.length === 0) {
    return (
      <EmptyState p="lg" size="sm" icon={<IconServerOff aria-hidden />} title="No worker is running">
        <Text size="sm" c="dimmed" ta="center">
          Tasks are accepted and wait. Start one with <Code>node apps/worker/dist/main.js</Code> on any machine that
          reaches Redis, or all of Drover with <Code>npm start</Code>.
        </Text>
      </EmptyState>
    );
  }
  return isWide ? <WorkerTable workers={workers} /> : <WorkerCards workers={workers} />;
}
