import type { WorkerInfo } from '@drover/core';
import { EmptyState, Table } from '@mantine/core';
import {
  IconCircleCheck,
  IconGhost2,
  IconPlayerPause,
  IconPlayerStop,
  IconPower,
  IconServerOff,
} from '@tabler/icons-react';
import { Badge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import type { Look } from '../state.ts';
import { WideTable } from '../wide-table.tsx';

const looks: Record<WorkerInfo['state'], Look> = {
  running: { label: 'Running', tone: 'green', icon: IconCircleCheck },
  quiet: { label: 'Quiet', tone: 'amber', icon: IconPlayerPause },
  stopping: { label: 'Stopping', tone: 'amber', icon: IconPlayerStop },
  stopped: { label: 'Stopped', tone: 'grey', icon: IconPower },
  lost: { label: 'Lost', tone: 'red', icon: IconGhost2 },
};

const columns = [
  { name: 'Worker' },
  { name: 'State' },
  { name: 'Running', isNumber: true },
  { name: 'Queues' },
  { name: 'Memory', isNumber: true },
  { name: 'Event-loop lag', isNumber: true },
  { name: 'Started', isNumber: true },
  { name: 'Last heard', isNumber: true },
];

/** The processes that run tasks. */
export function WorkerTable({ workers }: { workers: WorkerInfo[] }) {
  if (workers.length === 0) {
    return (
      <EmptyState
        p="lg"
        size="sm"
        icon={<IconServerOff aria-hidden />}
        title="No workers"
        description="Tasks are accepted and wait until a worker is started."
      />
    );
  }
  return (
    <WideTable label="Workers" minWidth={900} columns={columns}>
      {workers.map((worker) => (
        <Table.Tr key={worker.id}>
          <Table.Th scope="row">
            <span className="mono">{worker.id}</span>
          </Table.Th>
          <Table.Td>
            <Badge look={looks[worker.state]} />
          </Table.Td>
          <Table.Td ta="right">
            {worker.running} of {worker.concurrency}
          </Table.Td>
          <Table.Td>{worker.queues.join(', ') || 'all'}</Table.Td>
          <Table.Td ta="right">{Math.round(worker.memoryMb)} MB</Table.Td>
          <Table.Td ta="right">{Math.round(worker.eventLoopLagMs)} ms</Table.Td>
          <Table.Td ta="right">
            <Moment at={worker.startedAt} />
          </Table.Td>
          <Table.Td ta="right">
            <Moment at={worker.lastHeartbeatAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}
