import type { WorkerInfo } from '@drover/core';
import { Table } from '@mantine/core';
import { Moment } from '../moment.tsx';
import { WideTable } from '../wide-table.tsx';
import {
  Cpu,
  Lag,
  Load,
  Memory,
  QueueNames,
  WorkerBadges,
  WorkerLink,
  WorkerNotes,
  WorkerPlace,
} from './worker-facts.tsx';
import classes from './workers.module.css';

const columns = [
  { name: 'Worker' },
  { name: 'State' },
  { name: 'Running' },
  { name: 'Memory', isNumber: true },
  { name: 'CPU', isNumber: true },
  { name: 'Event-loop lag', isNumber: true },
  { name: 'Queues' },
  { name: 'Version' },
  { name: 'Last heard', isNumber: true },
];

export function WorkerTable({ workers }: { workers: WorkerInfo[] }) {
  return (
    <WideTable label="Workers" minWidth={940} columns={columns}>
      {workers.map((worker) => (
        <Table.Tr key={worker.id}>
          <Table.Th scope="row" className={classes.name}>
            <WorkerLink worker={worker} />
            <WorkerPlace worker={worker} />
          </Table.Th>
          <Table.Td>
            <WorkerBadges worker={worker} />
            <WorkerNotes worker={worker} />
          </Table.Td>
          <Table.Td>
            <Load worker={worker} />
          </Table.Td>
          <Table.Td ta="right">
            <Memory worker={worker} />
          </Table.Td>
          <Table.Td ta="right">
            <Cpu worker={worker} />
          </Table.Td>
          <Table.Td ta="right">
            <Lag worker={worker} />
          </Table.Td>
          <Table.Td className={classes.queues}>
            <QueueNames worker={worker} />
          </Table.Td>
          <Table.Td className={classes.line}>{worker.version}</Table.Td>
          <Table.Td ta="right" className={classes.line}>
            <Moment at={worker.lastHeartbeatAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}
