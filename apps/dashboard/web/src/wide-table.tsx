import { Table, TableScrollContainer } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './wide-table.module.css';

type Column = { name: string; isNumber?: boolean; isHidden?: boolean };

/** A table that scrolls sideways inside its own frame where it is wider than the screen. */
export function WideTable({
  label,
  columns,
  minWidth,
  children,
}: {
  label: string;
  columns: Column[];
  minWidth: number;
  children: ReactNode;
}) {
  return (
    <TableScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role="group"
      aria-label={label}
      className={classes.frame}
    >
      <Table className={classes.table} verticalSpacing="xs" horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ name, isNumber, isHidden }) => (
              <Table.Th key={name} scope="col" ta={isNumber === true ? 'right' : 'left'}>
                {isHidden === true ? <span className={classes.unseen}>{name}</span> : name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </TableScrollContainer>
  );
}
