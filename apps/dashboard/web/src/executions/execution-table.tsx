import type { ExecutionEntry } from '@drover/core';
import { Table, Text } from '@mantine/core';
import { Moment } from '../moment.tsx';
import classes from '../tasks/tasks.module.css';
import { WideTable } from '../wide-table.tsx';
import { ExecutionLink, ExecutionNote, ExecutionOutcome, ExecutionTime } from './execution-facts.tsx';

export function ExecutionTable({ executions }: { executions: ExecutionEntry[] }) {
  const hasCompanies = executions.some(({ company }) => company !== undefined);
  const columns = [
    { name: 'Task' },
    { name: 'Outcome' },
    { name: 'Attempt', isNumber: true },
    { name: 'Queue' },
    ...(hasCompanies ? [{ name: 'Company' }] : []),
    { name: 'Worker' },
    { name: 'Started', isNumber: true },
    { name: 'Took', isNumber: true },
  ];
  return (
    <WideTable label="Executions" minWidth={900} columns={columns}>
      {executions.map((execution) => (
        <Table.Tr key={execution.id}>
          <Table.Th scope="row" className={classes.name}>
            <ExecutionLink execution={execution} />
            <ExecutionNote execution={execution} />
          </Table.Th>
          <Table.Td>
            <ExecutionOutcome execution={execution} />
          </Table.Td>
          <Table.Td ta="right">{execution.attempt}</Table.Td>
          <Table.Td>{execution.queue}</Table.Td>
          {hasCompanies && (
            <Table.Td className={classes.company}>
              {execution.company ?? (
                <Text span c="dimmed" size="sm">
                  –
                </Text>
              )}
            </Table.Td>
          )}
          <Table.Td className={classes.company}>
            <span className="mono">{execution.worker}</span>
          </Table.Td>
          <Table.Td ta="right" className={classes.line}>
            <Moment at={execution.startedAt} />
          </Table.Td>
          <Table.Td ta="right" className={classes.line}>
            <ExecutionTime execution={execution} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}
