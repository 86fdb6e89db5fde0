import type { FlowSummary } from '@drover/core';
import { Table } from '@mantine/core';
import { Badge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { Nothing } from '../nothing.tsx';
import { type Column, WideTable } from '../wide-table.tsx';
import { FlowCounts, FlowDuration, FlowLink, FlowOrigin, FlowProgress } from './flow-facts.tsx';
import { flowLooks } from './flow-looks.ts';
import classes from './flows.module.css';

export function FlowTable({ flows }: { flows: FlowSummary[] }) {
  const hasCompanies = flows.some(({ company }) => company !== undefined);
  return (
    <WideTable label="Flows" minWidth={820} columns={columnsOf(hasCompanies)}>
      {flows.map((flow) => (
        <Table.Tr key={flow.id}>
          <Table.Th scope="row" className={classes.name}>
            <FlowLink flow={flow} />
            <FlowOrigin flow={flow} />
          </Table.Th>
          <Table.Td>
            <Badge look={flowLooks[flow.state]} />
          </Table.Td>
          <Table.Td className={classes.bar}>
            <FlowProgress flow={flow} />
          </Table.Td>
          <Table.Td>
            <FlowCounts flow={flow} />
          </Table.Td>
          <Table.Td className={classes.line}>
            <Moment at={flow.createdAt} />
          </Table.Td>
          <Table.Td className={classes.line}>
            <FlowDuration flow={flow} />
          </Table.Td>
          {hasCompanies && <Table.Td className={classes.company}>{flow.company ?? <Nothing />}</Table.Td>}
        </Table.Tr>
      ))}
    </WideTable>
  );
}

function columnsOf(hasCompanies: boolean): Column[] {
  return [
    { name: 'Flow' },
    { name: 'State' },
    { name: 'Ended' },
    { name: 'Outcomes' },
    { name: 'Created' },
    { name: 'Took' },
    ...(hasCompanies ? [{ name: 'Company' }] : []),
  ];
}
