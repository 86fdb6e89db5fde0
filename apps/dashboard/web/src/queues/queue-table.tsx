import type { QueueInfo } from '@drover/core';
import { Table } from '@mantine/core';
import { stateLooks, taskStates } from '../state.ts';
import { WideTable } from '../wide-table.tsx';
import { QueueButtons } from './queue-buttons.tsx';
import { Count, QueueLimits, QueueName, WaitingNotes, WorkerCount } from './queue-facts.tsx';
import classes from './queues.module.css';

export type RowsProps = {
  queues: QueueInfo[];
  /** Whether this person may change them, here. */
  hasActions: boolean;
};

/** Tasks by state, a row for each queue. Every figure leads to its tasks. */
export function QueueTable({ queues, hasActions }: RowsProps) {
  const columns = [
    { name: 'Queue' },
    ...(hasActions ? [{ name: 'Actions', isHidden: true }] : []),
    ...taskStates.map((state) => ({ name: stateLooks[state].short ?? stateLooks[state].label, isNumber: true })),
    { name: 'Workers', isNumber: true },
  ];
  return (
    <div className={classes.tight}>
      <WideTable label="Queues" minWidth={hasActions ? 920 : 820} columns={columns}>
        {queues.map((queue) => (
          <Table.Tr key={queue.name}>
            <Table.Th scope="row" className={classes.name}>
              <QueueName queue={queue} />
              <QueueLimits queue={queue} />
            </Table.Th>
            {hasActions && (
              <Table.Td className={classes.actions}>
                <QueueButtons queue={queue} />
              </Table.Td>
            )}
            {taskStates.map((state) => (
              <Table.Td key={state} ta="right">
                <Count queue={queue} state={state} />
                {state === 'waiting' && <WaitingNotes queue={queue} />}
              </Table.Td>
            ))}
            <Table.Td ta="right">
              <WorkerCount queue={queue} />
            </Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </div>
  );
}
